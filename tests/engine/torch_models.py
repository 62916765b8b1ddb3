"""Tiny random models for the torch tests, beside transformers' own copy of them."""

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from algosmith.engine.backends.torch_decode.cache import make_cache
from algosmith.engine.backends.torch_decode.linears import Quantization
from algosmith.engine.backends.torch_decode.model import Decoder
from algosmith.engine.backends.torch_decode.place import Place
from algosmith.engine.backends.torch_decode.tokens import _BYTE_OF
from algosmith.engine.weights import ModelShape

CPU = Place(torch.device("cpu"), torch.float32)
SIZES = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 320,
    "max_position_embeddings": 512,
    "rms_norm_eps": 1e-6,
}
SHAPE = ModelShape(
    architecture="Qwen2ForCausalLM",
    hidden=64,
    intermediate=96,
    layers=3,
    heads=4,
    kv_heads=2,
    head_dim=16,
    vocabulary=320,
    context_tokens=512,
    rms_eps=1e-6,
    rope_theta=10_000.0,
    tied=True,
    qkv_bias=True,
)


def qwen(**changes: object) -> tuple[torch.nn.Module, ModelShape]:
    """A Qwen2 with biases that are not zero, and its shape."""
    config = Qwen2Config(**{**SIZES, "tie_word_embeddings": True, **changes})
    return _seeded(Qwen2ForCausalLM, config), SHAPE


def llama(**changes: object) -> tuple[torch.nn.Module, ModelShape]:
    """A Llama with scaled rotary embedding and an output layer of its own."""
    scaling = {
        "rope_type": "llama3",
        "rope_theta": 5000.0,
        "factor": 4.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    }
    config = LlamaConfig(**{**SIZES, "rope_parameters": scaling, **changes})
    shape = replace(
        SHAPE,
        architecture="LlamaForCausalLM",
        tied=False,
        qkv_bias=False,
        rope_theta=5000.0,
        rope_scaling=tuple((k, v) for k, v in scaling.items() if k != "rope_theta"),
    )
    return _seeded(LlamaForCausalLM, config), shape


def _seeded(kind: Callable, config: object) -> torch.nn.Module:
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            # Larger than the usual start, so that the likeliest tokens differ by far.
            parameter.copy_(torch.randn_like(parameter) * (0.3 if parameter.dim() == 1 else 0.15))
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.add_(1.0)
    return model


def tokenizer() -> dict:
    """A byte-level vocabulary with ChatML's special tokens, as tokenizer.json holds it."""
    alphabet = sorted(_BYTE_OF, key=lambda character: _BYTE_OF[character])
    specials = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>"]
    added = [
        {
            "id": 256 + number,
            "content": content,
            "special": number < 3,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
        }
        for number, content in enumerate(specials)
    ]
    return {
        "version": "1.0",
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": True,
        },
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": True,
        },
        "model": {"type": "BPE", "vocab": {c: i for i, c in enumerate(alphabet)}, "merges": []},
    }


def write_folder(folder: Path, model: torch.nn.Module) -> Path:
    """A model folder as transformers writes it, and a tokenizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save_pretrained(folder)  # type: ignore[operator] of transformers
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer()))
    return folder


def source_of(model: torch.nn.Module, place: Place = CPU) -> Callable[[str], torch.Tensor]:
    """The model's tensors by name."""
    state = model.state_dict()
    return lambda name: state[name].to(place.device, place.dtype)


def decoder_of(
    model: torch.nn.Module,
    shape: ModelShape,
    slots: int = 4,
    tokens: int = 256,
    place: Place = CPU,
    quantization: Quantization = "none",
) -> Decoder:
    """Our decoder over the same weights."""
    cache = make_cache(shape, slots, tokens, place)
    return Decoder(shape, source_of(model, place), place, cache, quantization)
