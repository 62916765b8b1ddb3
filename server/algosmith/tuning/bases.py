"""A folder to train on, out of a GGUF file: its weights as numbers again, by transformers' reader.

Quantised weights can't be trained on as they are, and the catalogue's models are GGUF files. The
folder has the precision that the quantisation left; an adapter made on it is for that very GGUF.
"""

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, cast

from algosmith.engine import weights
from algosmith.engine.weights import WeightsReport
from algosmith.errors import ConfigError, ModelError
from algosmith.tuning.libraries import mute, require

ORIGIN = "algosmith-base.json"
"""Says in the folder which file it was made of."""


def write_base(source: Path, folder: Path) -> WeightsReport:
    """Writes the folder; it is there whole or not at all.

    Raises:
        ModelError: The file can't be read.
        ConfigError: The folder is there already, or can't be written.
    """
    require("transformers", "torch", "gguf")
    report = weights.check(source)
    if report.format != "gguf":
        raise ModelError(f"{source} is a folder with safetensors: it can be trained on as it is")
    if folder.exists():
        raise ConfigError(f"{folder} is there already; name another folder")
    needed = report.parameters * 2
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder.parent).free < needed * 1.1:
            raise ConfigError(f"{folder} needs {needed / 2**20:,.0f} MiB of disk; make room")
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".base-") as made:
            target = Path(made) / "base"
            _write(report.path, target)
            written = {"source": report.path.name, "bytes": report.path.stat().st_size}
            (target / ORIGIN).write_text(json.dumps(written), "utf-8")
            weights.check(target)
            target.rename(folder)
    except OSError as error:
        raise ConfigError(f"{folder} can't be written: {error.strerror or error}") from error
    return weights.check(folder)


def _write(source: Path, target: Path) -> None:
    import torch
    import transformers

    library = cast("Any", transformers)
    where = {"pretrained_model_name_or_path": str(source.parent), "gguf_file": source.name}
    with warnings.catch_warnings(), mute():
        warnings.simplefilter("ignore")
        try:
            tokenizer = library.AutoTokenizer.from_pretrained(**where)
            loaded = library.AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
        except Exception as error:
            raise ModelError(
                f"{source.name}: transformers can't read this GGUF ({str(error)[:160]}); take the "
                "publisher's folder with safetensors instead",
                detail=str(error),
            ) from error
        fields = loaded.config.to_dict()
        fields.pop("quantization_config", None)
        # A fresh model of the same kind: the loaded one still thinks that it is quantised.
        fresh = type(loaded)(type(loaded.config)(**fields))
        fresh.load_state_dict(loaded.state_dict())
        fresh.bfloat16()
        fresh.generation_config.do_sample = True
        fresh.save_pretrained(target)
        tokenizer.save_pretrained(target)
