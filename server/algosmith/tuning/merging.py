"""A model's folder with an adapter worked into its weights, for servers that know no adapters."""

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, cast

from algosmith.engine import weights
from algosmith.errors import ConfigError, ModelError
from algosmith.tuning import adapters
from algosmith.tuning.libraries import mute, require

_KEPT = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
         "generation_config.json", "chat_template.jinja")  # fmt: skip


def merge(adapter: Path, base: Path | None, folder: Path) -> Path:
    """Writes the merged folder; it is there whole or not at all.

    Raises:
        ConfigError: The folder is there already, or the base's is not known.
        ModelError: The adapter is not for this base.
    """
    require("torch", "transformers", "peft")
    if folder.exists():
        raise ConfigError(f"{folder} is there already; name another folder")
    named = adapters.card_fields(adapter).get("base", {}).get("folder")
    source = base or (Path(str(named)) if named else None)
    if source is None or not source.is_dir():
        raise ConfigError(f"the base's folder is not at {source}: name it with --model FOLDER")
    report = weights.check(source)
    weights.check_card(adapter.name, adapter, report)
    if report.shape is None:
        raise ModelError(f"{source} is a GGUF file: name a folder with safetensors")
    weights.check_adapter(adapter.name, adapter, report.shape)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".merged-") as made:
            target = Path(made) / "model"
            _write(source, adapter, target)
            weights.check(target)
            target.rename(folder)
    except OSError as error:
        raise ConfigError(f"{folder} can't be written: {error.strerror or error}") from error
    return folder


def _write(source: Path, adapter: Path, target: Path) -> None:
    import peft
    import torch
    import transformers

    library = cast("Any", transformers)
    with warnings.catch_warnings(), mute():
        warnings.simplefilter("ignore")
        # In float32: the sum of two bfloat16 numbers would lose what the adapter adds.
        model = library.AutoModelForCausalLM.from_pretrained(
            source, dtype=torch.float32, local_files_only=True, use_safetensors=True
        )
        merged = cast("Any", peft).PeftModel.from_pretrained(model, adapter).merge_and_unload()
        merged.bfloat16()
        merged.save_pretrained(target)
    for name in _KEPT:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
