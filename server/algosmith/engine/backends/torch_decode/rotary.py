"""Rotary position embedding, with the scalings transformers knows, as one table."""

import torch

from algosmith.engine.backends.torch_decode.place import Place
from algosmith.engine.weights import ModelShape


def rotary_table(shape: ModelShape, tokens: int, place: Place) -> torch.Tensor:
    """``(tokens, 2, head size)``: for each position the cosine, and the sine with its sign."""
    frequencies, factor = _frequencies(shape)
    angles = torch.arange(tokens, dtype=torch.float32)[:, None] * frequencies[None, :]
    cosine, sine = angles.cos(), angles.sin()
    halves = (torch.cat((cosine, cosine), dim=-1), torch.cat((-sine, sine), dim=-1))
    table = torch.stack(halves, dim=1) * factor
    return table.to(place.device, place.dtype)


def _frequencies(shape: ModelShape) -> tuple[torch.Tensor, float]:
    if not shape.rope_scaling:
        exponents = torch.arange(0, shape.head_dim, 2, dtype=torch.float32) / shape.head_dim
        return 1.0 / (shape.rope_theta**exponents), 1.0
    # Only scaled embeddings need transformers; the import takes seconds.
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    parameters = {
        name: int(value) if name == "original_max_position_embeddings" else value
        for name, value in (("rope_theta", shape.rope_theta), *shape.rope_scaling)
    }
    config = LlamaConfig(
        hidden_size=shape.hidden,
        num_attention_heads=shape.heads,
        head_dim=shape.head_dim,
        max_position_embeddings=shape.context_tokens,
        rope_parameters=parameters,
    )
    kind = str(parameters["rope_type"])
    frequencies, factor = ROPE_INIT_FUNCTIONS[kind](config, torch.device("cpu"))
    return frequencies, float(factor)


def rotate(x: torch.Tensor, rotary: torch.Tensor) -> torch.Tensor:
    """Turns ``(n, heads, size)`` by the table's rows for its positions, ``(n, 2, size)``."""
    half = x.shape[-1] // 2
    swapped = torch.cat((x[..., half:], x[..., :half]), dim=-1)
    return torch.addcmul(x * rotary[:, None, 0], swapped, rotary[:, None, 1])
