"""LoRA adapters for llama.cpp: one GGUF file each, checked against the model they sit on."""

import logging
from collections.abc import Sequence
from pathlib import Path

from algosmith.config import Adapter
from algosmith.engine.weights import WeightsReport, check_card
from algosmith.engine.weights.gguf_header import read_header
from algosmith.errors import ModelError

log = logging.getLogger(__name__)


def adapter_files(adapters: Sequence[Adapter], weights: WeightsReport) -> dict[str, Path]:
    """The GGUF file of each adapter, by name, in the order of the settings.

    Raises:
        ModelError: naming the adapter that can't be used, and why.
    """
    return {adapter.name: _file(adapter, weights) for adapter in adapters}


def _file(adapter: Adapter, weights: WeightsReport) -> Path:
    path = Path(adapter.folder).expanduser().resolve()
    if path.is_dir():
        ggufs = sorted(path.glob("*.gguf"))
        if len(ggufs) != 1:
            raise ModelError(
                f"adapter {adapter.name}: llama.cpp needs it as exactly one GGUF file in {path}; "
                "llama.cpp's convert_lora_to_gguf.py makes one of safetensors"
            )
        path = ggufs[0]
    try:
        header = read_header(path.parent, path.name)
    except ModelError as error:
        raise ModelError(f"adapter {adapter.name}: {error}", detail=error.detail) from error
    kind = header.values.get("general.type")
    if kind != "adapter" or header.values.get("adapter.type") != "lora":
        raise ModelError(f"adapter {adapter.name}: {path} holds no LoRA adapter")
    base = header.values.get("general.architecture")
    if base != weights.architecture:
        raise ModelError(
            f"adapter {adapter.name}: it is for {base}, the model is {weights.architecture}; "
            "take it out of `adapters` or choose its model"
        )
    warning = check_card(adapter.name, path.parent, weights)
    if warning:
        log.warning("%s", warning)
    return path
