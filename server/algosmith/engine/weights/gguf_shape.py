"""The numbers of a decoder out of a GGUF's header, where ``ModelShape`` describes it."""

from pathlib import Path

from algosmith.engine.weights.gguf_header import read_header
from algosmith.engine.weights.report import ModelShape

_ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}


def gguf_shape(path: Path) -> ModelShape | None:
    """The shape of a checked GGUF; None for other architectures and for mixtures of experts."""
    header = read_header(path.parent, path.name)
    name = str(header.values.get("general.architecture"))
    embedding = header.shapes.get("token_embd.weight")

    def number(key: str, default: float = 0) -> float:
        value = header.values.get(f"{name}.{key}", default)
        return value if isinstance(value, int | float) else default

    if name not in _ARCHITECTURES or embedding is None or number("expert_count"):
        return None
    heads, hidden = int(number("attention.head_count")), int(number("embedding_length"))
    return ModelShape(
        architecture=_ARCHITECTURES[name],
        hidden=hidden,
        intermediate=int(number("feed_forward_length")),
        layers=int(number("block_count")),
        heads=heads,
        kv_heads=int(number("attention.head_count_kv", heads)),
        head_dim=int(number("attention.key_length", hidden // heads)),
        vocabulary=embedding[-1],
        context_tokens=int(number("context_length")),
        rms_eps=number("attention.layer_norm_rms_epsilon", 1e-6),
        rope_theta=number("rope.freq_base", 10_000.0),
        tied="output.weight" not in header.shapes,
        qkv_bias=name == "qwen2",
    )
