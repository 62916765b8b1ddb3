"""What is known of a model's weights once its headers were checked: plain data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from algosmith.engine.cards import Sampling

ACCEPTED = (
    "accepted are a folder with config.json, tokenizer.json and model.safetensors (or its shards "
    "with model.safetensors.index.json), or one GGUF file"
)
"""Ends every refusal, so that the user knows what would work."""


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor of a safetensors file; offsets count from the start of the file."""

    name: str
    file: str
    dtype: str
    """As the format spells it: F32, F16, BF16."""
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers that define a decoder of the Llama family."""

    architecture: str
    hidden: int
    intermediate: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    context_tokens: int
    rms_eps: float
    rope_theta: float
    rope_scaling: tuple[tuple[str, float | str], ...] = ()
    """Parameters of a scaled rotary embedding, ``rope_type`` among them; else empty."""
    tied: bool = False
    """The output layer is the embedding."""
    qkv_bias: bool = False
    output_bias: bool = False
    mlp_bias: bool = False

    @property
    def kv_values_per_token(self) -> int:
        """Numbers that one token adds to the key and value cache."""
        return 2 * self.layers * self.kv_heads * self.head_dim


@dataclass(frozen=True, slots=True)
class WeightsReport:
    """A model that may be loaded."""

    path: Path
    """The folder of a safetensors model, or the GGUF file itself; resolved."""
    format: Literal["safetensors", "gguf"]
    architecture: str
    """``Qwen2ForCausalLM``, or GGUF's ``qwen2``."""
    family: str
    """Name of the chat format, a key of ``engine.text.templates.FAMILIES``."""
    parameters: int
    bytes: int
    """Size of the tensors on disk."""
    dtype: str
    """Of most bytes: BF16, F16, F32, Q4_0, …"""
    context_tokens: int
    quantization: str | None
    """The GGUF type when it is a quantized one."""
    kv_values_per_token: int
    reasoning: bool
    """The model thinks before it answers."""
    end_tokens: tuple[int, ...] = ()
    """Ids that end an answer, as config.json or the GGUF names them."""
    name: str = ""
    """What the file calls the model, where it does."""
    sampling: Sampling | None = None
    """What the model's files say about sampling."""
    chat_template: str | None = None
    """Shown to people, never run."""
    shape: ModelShape | None = None
    """None for GGUF."""
    tensors: tuple[TensorEntry, ...] = ()
    """Empty for GGUF, whose library reads them itself."""
    notes: tuple[str, ...] = ()
    """What was ignored, one sentence each."""
