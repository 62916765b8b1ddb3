"""LoRA adapters in PEFT's folder format, checked against the model they are to sit on.

Only plain LoRA on the seven linear maps of a layer is accepted; everything is compared with the
base model's shapes before a byte of data is read. Pickled adapters are refused by content.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from algosmith.engine.weights.expected import FLOATS, layer_linears
from algosmith.engine.weights.files import read_json
from algosmith.engine.weights.report import ModelShape, TensorEntry
from algosmith.engine.weights.safetensors_header import read_header
from algosmith.errors import ModelError

_MOST_RANK = 512
_TENSOR = re.compile(
    r"base_model\.model\.model\.layers\.(\d{1,3})\.([a-z_]+\.[a-z_]+)\.lora_([AB])(?:\.default)?\.weight"
)
_MUST_BE_OFF = (
    "use_dora", "fan_in_fan_out", "modules_to_save", "rank_pattern", "alpha_pattern",
    "trainable_token_indices", "use_qalora", "lora_bias", "megatron_config",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdapterReport:
    """An adapter that may be loaded on its base model."""

    name: str
    path: Path
    rank: int
    scale: float
    """What the product of its two matrices is multiplied by."""
    targets: tuple[str, ...]
    """Linear maps it changes, as in ``self_attn.q_proj``."""
    base: str
    """The base model as the adapter names it."""
    parts: dict[tuple[int, str, str], TensorEntry]
    """Its tensors by layer, linear map and ``A`` or ``B``."""


def check_adapter(name: str, folder: Path, shape: ModelShape) -> AdapterReport:
    """Judges an adapter folder.

    Raises:
        ModelError: naming the adapter, the file and what is wrong with it.
    """
    try:
        real = folder.expanduser().resolve(strict=True)
        raw = read_json(real, "adapter_config.json", 256 * 1024)
        rank, scale = _numbers(name, raw)
        tensors = read_header(real, "adapter_model.safetensors")
    except ModelError as error:
        raise ModelError(_sentence(name, str(error)), detail=str(error)) from error
    except (OSError, RuntimeError) as error:
        raise ModelError(_sentence(name, f"{folder} can't be opened ({error})")) from error
    base = str(raw.get("base_model_name_or_path") or "an unnamed model")[:200]
    parts = _parts(name, base, shape, rank, tensors)
    targets = tuple(sorted({linear for _, linear, _ in parts}))
    return AdapterReport(name, real, rank, scale, targets, base, parts)


def _sentence(name: str, reason: str) -> str:
    return f"adapter {name!r}: {reason.split('; accepted are')[0]}"


def _refuse(name: str, reason: str) -> NoReturn:
    raise ModelError(
        f"adapter {name!r}: {reason}; accepted is a PEFT folder with adapter_config.json and "
        "adapter_model.safetensors, plain LoRA made for the model that is loaded"
    )


def _numbers(name: str, raw: dict[str, Any]) -> tuple[int, float]:
    for key in raw:
        if key == "auto_map" or key.startswith("custom_") or (key == "auto_mapping" and raw[key]):
            _refuse(name, f"adapter_config.json wants code of its own ({key!r})")
    if raw.get("peft_type") != "LORA":
        _refuse(name, f"its type is {str(raw.get('peft_type'))[:40]!r}, not LORA")
    for key in _MUST_BE_OFF:
        if raw.get(key):
            _refuse(name, f"adapter_config.json asks for {key!r}, which is not done here")
    if raw.get("bias", "none") != "none":
        _refuse(name, "it changes biases, which is not done here")
    rank, alpha = raw.get("r"), raw.get("lora_alpha")
    if type(rank) is not int or not 1 <= rank <= _MOST_RANK:
        _refuse(name, f"its rank is {str(rank)[:40]}, not a number from 1 to {_MOST_RANK}")
    if type(alpha) not in (int, float) or not 0 < cast("float", alpha) < 1e6:
        _refuse(name, f"its lora_alpha is {str(alpha)[:40]}, not a usable number")
    divisor = math.sqrt(rank) if raw.get("use_rslora") is True else rank
    return rank, float(cast("float", alpha)) / divisor


def _parts(
    name: str, base: str, shape: ModelShape, rank: int, tensors: tuple[TensorEntry, ...]
) -> dict[tuple[int, str, str], TensorEntry]:
    sizes = {linear: size for linear, size, _ in layer_linears(shape)}
    made_for = f"it was made for {base}"
    parts: dict[tuple[int, str, str], TensorEntry] = {}
    for entry in tensors:
        match = _TENSOR.fullmatch(entry.name)
        if match is None or match[2] not in sizes:
            _refuse(name, f"it changes {entry.name[:100]!r}, which is no linear map of a layer")
        layer, linear, side = int(match[1]), match[2], match[3]
        out, into = sizes[linear]
        wanted = (rank, into) if side == "A" else (out, rank)
        if layer >= shape.layers:
            _refuse(name, f"{made_for}: it has a layer {layer}, this model {shape.layers} layers")
        if entry.shape != wanted:
            _refuse(
                name, f"{made_for}: {entry.name} has the shape {entry.shape}, wanted is {wanted}"
            )
        if entry.dtype not in FLOATS or (layer, linear, side) in parts:
            _refuse(name, f"{entry.name} has the type {entry.dtype}, or is there twice")
        parts[layer, linear, side] = entry
    for layer, linear, side in parts:
        if (layer, linear, "B" if side == "A" else "A") not in parts:
            _refuse(name, f"layer {layer} {linear} has only one of its two matrices")
    return parts
