"""The tensors a decoder must have, by name and shape."""

from collections.abc import Iterator
from pathlib import Path

from algosmith.engine.weights.files import refuse
from algosmith.engine.weights.report import ModelShape, TensorEntry

FLOATS = ("BF16", "F16", "F32")


def expected_tensors(shape: ModelShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of every tensor."""
    yield "model.embed_tokens.weight", (shape.vocabulary, shape.hidden)
    for index in range(shape.layers):
        prefix = f"model.layers.{index}."
        for name, (out, into), bias in layer_linears(shape):
            yield f"{prefix}{name}.weight", (out, into)
            if bias:
                yield f"{prefix}{name}.bias", (out,)
        yield f"{prefix}input_layernorm.weight", (shape.hidden,)
        yield f"{prefix}post_attention_layernorm.weight", (shape.hidden,)
    yield "model.norm.weight", (shape.hidden,)
    if not shape.tied:
        yield "lm_head.weight", (shape.vocabulary, shape.hidden)


def layer_linears(shape: ModelShape) -> tuple[tuple[str, tuple[int, int], bool], ...]:
    """Name, (out, in) and whether there is a bias, for each linear map of one layer."""
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    hidden, wide = shape.hidden, shape.intermediate
    return (
        ("self_attn.q_proj", (query, hidden), shape.qkv_bias),
        ("self_attn.k_proj", (key, hidden), shape.qkv_bias),
        ("self_attn.v_proj", (key, hidden), shape.qkv_bias),
        ("self_attn.o_proj", (hidden, query), shape.output_bias),
        ("mlp.gate_proj", (wide, hidden), shape.mlp_bias),
        ("mlp.up_proj", (wide, hidden), shape.mlp_bias),
        ("mlp.down_proj", (hidden, wide), shape.mlp_bias),
    )


def check_tensors(folder: Path, shape: ModelShape, tensors: tuple[TensorEntry, ...]) -> None:
    """Refuses missing, misshapen, foreign and quantized tensors, by name."""
    found = {entry.name: entry for entry in tensors}
    # Bounded by what is there: a config that claims 512 layers stops at the first missing tensor.
    for name, wanted in expected_tensors(shape):
        entry = found.pop(name, None)
        if entry is None:
            refuse(folder, f"the tensor {name} is missing (a shard may be)")
        if entry.shape != wanted:
            refuse(
                folder / entry.file,
                f"tensor {name} has the shape {entry.shape}, config.json asks for {wanted}",
            )
        if entry.dtype not in FLOATS:
            refuse(
                folder / entry.file,
                f"tensor {name} has the type {entry.dtype}; {', '.join(FLOATS)} can be loaded",
            )
    for name, entry in found.items():
        if not (name.endswith("rotary_emb.inv_freq") or name == "lm_head.weight"):
            refuse(folder / entry.file, f"has the unknown tensor {name[:80]!r}")
