"""config.json and generation_config.json of a model folder, by our own reader.

Only keys of a fixed list are read. What would make another program run code (``auto_map``,
``custom_*``) refuses the folder; what would change the arithmetic in a way the backend does not
know refuses it too; the rest is ignored and named in the report's notes.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from algosmith.engine.cards import Sampling, published
from algosmith.engine.weights.files import read_json, refuse
from algosmith.engine.weights.report import ModelShape

ARCHITECTURES = ("Qwen2ForCausalLM", "LlamaForCausalLM")
"""Decoders the transformers backend runs."""

_LIMIT = 1024 * 1024
_ROPE_TYPES = ("default", "linear", "llama3", "yarn")
_HARMLESS = frozenset({
    "architectures", "attention_dropout", "bos_token_id", "eos_token_id", "pad_token_id", "dtype",
    "torch_dtype", "hidden_act", "initializer_range", "max_window_layers", "model_type",
    "use_cache", "transformers_version", "use_sliding_window", "sliding_window",
    "layer_types", "pretraining_tp",
    "rope_interleaved", "is_llama_config", "use_mrope", "_name_or_path", "_attn_implementation",
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "head_dim",
    "num_key_value_heads", "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta",
    "rope_scaling", "rope_parameters", "tie_word_embeddings", "attention_bias", "mlp_bias",
    "transformers.js_config", "task_specific_params", "unsloth_version", "unsloth_fixed",
})  # fmt: skip
_CHANGES_ARITHMETIC = (
    "quantization_config", "logit_scale", "residual_multiplier", "qk_norm",
    "attention_multiplier", "final_logit_softcapping", "num_experts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the two files say."""

    shape: ModelShape
    end_tokens: tuple[int, ...]
    sampling: Sampling | None
    notes: tuple[str, ...]


def read_configuration(folder: Path) -> Configuration:
    """Reads both files; a missing generation_config.json is fine."""
    path = folder / "config.json"
    raw = read_json(folder, "config.json", _LIMIT)
    _refuse_code(path, raw)
    architecture = _architecture(path, raw)
    generation: dict[str, Any] = {}
    if (folder / "generation_config.json").exists():
        generation = read_json(folder, "generation_config.json", _LIMIT)
        _refuse_code(folder / "generation_config.json", generation)
    ignored = sorted(key for key in raw if key not in _HARMLESS)
    return Configuration(
        _shape(path, raw, architecture),
        _end_tokens(raw, generation),
        published(generation),
        tuple(f"config.json: {key[:60]!r} is ignored" for key in ignored),
    )


def _refuse_code(path: Path, raw: dict[str, Any]) -> None:
    for key in raw:
        if key == "auto_map" or key.startswith("custom_") or key == "trust_remote_code":
            refuse(path, f"wants code of its own ({key!r}), which is never run")


def _architecture(path: Path, raw: dict[str, Any]) -> str:
    for key in _CHANGES_ARITHMETIC:
        if raw.get(key) is not None:
            refuse(path, f"{key!r} asks for something the transformers backend does not do")
    named = raw.get("architectures")
    if not isinstance(named, list) or len(cast("list[object]", named)) != 1:
        refuse(path, "names no single architecture")
    architecture = str(cast("list[object]", named)[0])
    if architecture not in ARCHITECTURES:
        refuse(
            path,
            f"the architecture {architecture[:60]!r} is unknown to the transformers backend, "
            f"which runs {' and '.join(ARCHITECTURES)} (a GGUF of it may run with llama.cpp)",
        )
    if raw.get("hidden_act", "silu") != "silu":
        refuse(path, f"the activation {str(raw['hidden_act'])[:30]!r} is not silu")
    return architecture


def _shape(path: Path, raw: dict[str, Any], architecture: str) -> ModelShape:
    qwen = architecture == "Qwen2ForCausalLM"
    hidden = _integer(path, raw, "hidden_size", 65_536)
    heads = _integer(path, raw, "num_attention_heads", 1024)
    kv_heads = _integer(path, raw, "num_key_value_heads", 1024, heads)
    head_dim = _integer(path, raw, "head_dim", 1024, max(1, hidden // heads))
    if heads % kv_heads or head_dim % 2:
        refuse(path, f"{heads} heads of {head_dim} over {kv_heads} key heads do not fit together")
    theta, scaling = _rope(path, raw)
    return ModelShape(
        architecture=architecture,
        hidden=hidden,
        intermediate=_integer(path, raw, "intermediate_size", 1_048_576),
        layers=_integer(path, raw, "num_hidden_layers", 512),
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        vocabulary=_integer(path, raw, "vocab_size", 4_194_304),
        context_tokens=_context(path, raw),
        rms_eps=_number(path, raw, "rms_norm_eps", 1e-6),
        rope_theta=theta,
        rope_scaling=scaling,
        tied=_flag(path, raw, "tie_word_embeddings"),
        qkv_bias=qwen or _flag(path, raw, "attention_bias"),
        output_bias=not qwen and _flag(path, raw, "attention_bias"),
        mlp_bias=not qwen and _flag(path, raw, "mlp_bias"),
    )


def _context(path: Path, raw: dict[str, Any]) -> int:
    context = _integer(path, raw, "max_position_embeddings", 16_777_216)
    # Within its window a sliding attention is the full one, so the window bounds the context.
    if _flag(path, raw, "use_sliding_window") and raw.get("sliding_window") is not None:
        return min(context, _integer(path, raw, "sliding_window", 16_777_216))
    return context


def _rope(path: Path, raw: dict[str, Any]) -> tuple[float, tuple[tuple[str, float | str], ...]]:
    merged: dict[str, Any] = {"rope_theta": raw.get("rope_theta", 10_000.0)}
    for key in ("rope_scaling", "rope_parameters"):
        part = raw.get(key)
        if part is not None and not isinstance(part, dict):
            refuse(path, f"{key!r} is not an object")
        merged.update(cast("dict[str, Any]", part or {}))
    kind = str(merged.pop("rope_type", merged.pop("type", "default")))
    merged.pop("type", None)
    if kind not in _ROPE_TYPES:
        refuse(path, f"the rotary embedding {kind[:30]!r} is none of {', '.join(_ROPE_TYPES)}")
    for key in merged:
        merged[key] = _number(path, merged, key, 0.0)
    theta = merged.pop("rope_theta")
    if kind == "default":
        return theta, ()
    return theta, (("rope_type", kind), *sorted(merged.items()))


def _end_tokens(raw: dict[str, Any], generation: dict[str, Any]) -> tuple[int, ...]:
    found: list[int] = []
    for source in (generation, raw):
        value: object = source.get("eos_token_id")
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        found += [item for item in items[:64] if type(item) is int and item >= 0]
    return tuple(dict.fromkeys(found))


def _integer(path: Path, raw: dict[str, Any], key: str, most: int, default: int = 0) -> int:
    value = raw.get(key)
    if value is None and default:
        return default
    if type(value) is not int or not 0 < value <= most:
        refuse(path, f"{key!r} is {str(value)[:40]}, not a number from 1 to {most:,}")
    return value


def _number(path: Path, raw: dict[str, Any], key: str, default: float) -> float:
    value = raw.get(key, default)
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > 1e12:
        refuse(path, f"{key!r} is {str(value)[:40]}, not a usable number")
    return float(value)


def _flag(path: Path, raw: dict[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if type(value) is not bool:
        refuse(path, f"{key!r} is {str(value)[:40]}, neither true nor false")
    return value
