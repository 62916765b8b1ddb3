"""A peft adapter as the GGUF file that llama.cpp loads, written with the ``gguf`` package.

llama.cpp keeps the query and key maps of the Llama family with their rows in another order (its
rotary embedding pairs neighbours), so the rows of ``lora_B`` of those two are put in that order,
too. Other families keep theirs.
"""

import json
from pathlib import Path
from typing import Any, cast

from algosmith.engine.weights import AdapterReport, ModelShape, check_adapter
from algosmith.errors import ModelError
from algosmith.tuning.libraries import require

FILE = "adapter.gguf"
_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_ARCHITECTURES = {"LlamaForCausalLM": "llama", "Qwen2ForCausalLM": "qwen2"}
_PERMUTED = "LlamaForCausalLM"


def write_gguf(folder: Path, shape: ModelShape, name: str) -> Path:
    """Writes ``adapter.gguf`` beside the safetensors of a peft folder; gives its path.

    Raises:
        ModelError: The adapter does not fit the model, or llama.cpp has no such architecture.
    """
    require("gguf")
    import gguf

    report = check_adapter(name, folder, shape)
    architecture = _ARCHITECTURES.get(shape.architecture)
    if architecture is None:
        raise ModelError(f"adapters for {shape.architecture} can't be written as GGUF yet")
    target = folder / FILE
    partial = target.with_suffix(".part")
    writer = cast("Any", gguf).GGUFWriter(partial, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_string("general.name", name)
    # llama.cpp scales by alpha over rank; rsLoRA's other scale is written so that this gives it.
    writer.add_float32("adapter.lora.alpha", report.scale * report.rank)
    for (layer, linear, side), array in sorted(_arrays(folder, report, shape).items()):
        writer.add_tensor(f"blk.{layer}.{_NAMES[linear]}.weight.lora_{side.lower()}", array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.replace(target)
    return target


def _arrays(
    folder: Path, report: AdapterReport, shape: ModelShape
) -> dict[tuple[int, str, str], Any]:
    from safetensors import safe_open

    found: dict[tuple[int, str, str], Any] = {}
    opened: Any = safe_open(folder / "adapter_model.safetensors", "pt")
    with opened as tensors:
        for (layer, linear, side), entry in report.parts.items():
            array = tensors.get_tensor(entry.name).float().numpy()
            if side == "B" and shape.architecture == _PERMUTED:
                heads = {"self_attn.q_proj": shape.heads, "self_attn.k_proj": shape.kv_heads}
                array = _reordered(array, heads[linear]) if linear in heads else array
            found[layer, linear, side] = array
    return found


def _reordered(array: Any, heads: int) -> Any:
    """Rows from halves (as transformers rotates) to neighbours (as llama.cpp does)."""
    rows = array.shape[0] // heads // 2
    halves = array.reshape(heads, 2, rows, *array.shape[1:])
    return halves.swapaxes(1, 2).reshape(array.shape).copy()


def scaled(folder: Path, factor: float) -> None:
    """Makes a peft folder's adapter weaker or stronger, by its ``lora_alpha``."""
    file = folder / "adapter_config.json"
    fields = json.loads(file.read_text("utf-8"))
    fields["lora_alpha"] = fields["lora_alpha"] * factor
    file.write_text(json.dumps(fields, indent=1), "utf-8")
