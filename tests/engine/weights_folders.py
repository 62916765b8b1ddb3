"""Writes tiny model folders, adapters and GGUF files, byte by byte, for tests to damage."""

import json
import math
import struct
from pathlib import Path

CONFIG = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 64,
    "max_position_embeddings": 128,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "hidden_act": "silu",
    "eos_token_id": 3,
    "torch_dtype": "bfloat16",
}

TOKENIZER = {
    "version": "1.0",
    "added_tokens": [
        {"id": 61, "content": "<|im_start|>", "special": True},
        {"id": 62, "content": "<|im_end|>", "special": True},
    ],
    "model": {"type": "BPE", "vocab": {chr(97 + i): i for i in range(26)}, "merges": []},
}

ITEM = {"F32": 4, "F16": 2, "BF16": 2, "I8": 1, "F8_E4M3": 1}


def tensors_of(config: dict = CONFIG) -> dict[str, tuple[int, ...]]:
    """Names and shapes a Qwen2 folder must have."""
    hidden, wide = config["hidden_size"], config["intermediate_size"]
    head = hidden // config["num_attention_heads"]
    key = head * config["num_key_value_heads"]
    found: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (config["vocab_size"], hidden)
    }
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        for name, out in (("q", hidden), ("k", key), ("v", key)):
            found[f"{p}self_attn.{name}_proj.weight"] = (out, hidden)
            found[f"{p}self_attn.{name}_proj.bias"] = (out,)
        found[f"{p}self_attn.o_proj.weight"] = (hidden, hidden)
        found[f"{p}mlp.gate_proj.weight"] = (wide, hidden)
        found[f"{p}mlp.up_proj.weight"] = (wide, hidden)
        found[f"{p}mlp.down_proj.weight"] = (hidden, wide)
        found[f"{p}input_layernorm.weight"] = (hidden,)
        found[f"{p}post_attention_layernorm.weight"] = (hidden,)
    found["model.norm.weight"] = (hidden,)
    return found


def safetensors(
    shapes: dict[str, tuple[int, ...]], dtype: str = "BF16", data: bool = True
) -> bytes:
    """A safetensors file of zeros."""
    header, at = {}, 0
    for name, shape in shapes.items():
        size = math.prod(shape) * ITEM[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    return framed(header, at if data else 0)


def framed(header: object, data_bytes: int) -> bytes:
    """A header as safetensors frames it, and zeros."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(data_bytes)


def write_folder(folder: Path, config: dict = CONFIG) -> Path:
    """A whole model folder that is accepted."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    (folder / "model.safetensors").write_bytes(safetensors(tensors_of(config)))
    return folder


def split_in_shards(folder: Path) -> dict[str, str]:
    """Turns a folder of ``write_folder`` into two shards with an index; gives its weight map."""
    shapes = tensors_of()
    names = list(shapes)
    weight_map = {}
    for number, part in enumerate((names[:9], names[9:]), 1):
        shard = f"model-0000{number}-of-00002.safetensors"
        (folder / shard).write_bytes(safetensors({name: shapes[name] for name in part}))
        weight_map |= dict.fromkeys(part, shard)
    (folder / "model.safetensors").unlink()
    write_index(folder, weight_map)
    return weight_map


def write_index(folder: Path, weight_map: object) -> None:
    """The index of shards."""
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))


def gguf_string(text: bytes) -> bytes:
    """A GGUF string."""
    return struct.pack("<Q", len(text)) + text


def gguf_key(key: str, kind: int, value: bytes) -> bytes:
    """A key of a GGUF header."""
    return gguf_string(key.encode()) + struct.pack("<I", kind) + value


def gguf_strings(items: list[bytes]) -> bytes:
    """An array of strings, as a value."""
    return struct.pack("<IQ", 8, len(items)) + b"".join(map(gguf_string, items))


def gguf_tensor(name: str, shape: tuple[int, ...], kind: int, offset: int) -> bytes:
    """An entry of a GGUF's tensor table."""
    dims = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return gguf_string(name.encode()) + dims + struct.pack("<IQ", kind, offset)


GGUF_KEYS = {
    "general.architecture": (8, gguf_string(b"llama")),
    "llama.block_count": (4, struct.pack("<I", 2)),
    "llama.context_length": (4, struct.pack("<I", 512)),
    "llama.embedding_length": (4, struct.pack("<I", 32)),
    "llama.attention.head_count": (4, struct.pack("<I", 4)),
    "tokenizer.ggml.tokens": (9, gguf_strings([b"<|im_start|>", b"<|im_end|>", b"a", b"b"])),
}
GGUF_TENSORS = [("token_embd.weight", (32, 4), 0, 0), ("output_norm.weight", (32,), 0, 512)]


def gguf(
    keys: dict[str, tuple[int, bytes]] | None = None,
    tensors: list[tuple[str, tuple[int, ...], int, int]] | None = None,
    *,
    magic: bytes = b"GGUF",
    version: int = 3,
    counts: tuple[int, int] | None = None,
    data_bytes: int = 640,
    extra: bytes = b"",
) -> bytes:
    """A GGUF file of zeros; each argument breaks one thing."""
    keys = GGUF_KEYS if keys is None else keys
    tensors = GGUF_TENSORS if tensors is None else tensors
    count = counts or (len(tensors), len(keys))
    head = magic + struct.pack("<IQQ", version, *count)
    head += b"".join(gguf_key(key, *value) for key, value in keys.items()) + extra
    head += b"".join(gguf_tensor(*tensor) for tensor in tensors)
    return head + bytes(-len(head) % 32) + bytes(data_bytes)


def write_adapter(folder: Path, rank: int = 4, **changes: object) -> Path:
    """A LoRA adapter for ``CONFIG``'s model."""
    folder.mkdir()
    config = {
        "peft_type": "LORA",
        "r": rank,
        "lora_alpha": 8,
        "bias": "none",
        "target_modules": ["q_proj", "down_proj"],
        "base_model_name_or_path": "tiny-base",
    }
    (folder / "adapter_config.json").write_text(json.dumps(config | changes))
    (folder / "adapter_model.safetensors").write_bytes(safetensors(adapter_tensors(rank), "F32"))
    return folder


def adapter_tensors(rank: int, layer: int = 0) -> dict[str, tuple[int, ...]]:
    """Names and shapes of ``write_adapter``'s tensors."""
    prefix = f"base_model.model.model.layers.{layer}."
    return {
        f"{prefix}self_attn.q_proj.lora_A.weight": (rank, 16),
        f"{prefix}self_attn.q_proj.lora_B.weight": (16, rank),
        f"{prefix}mlp.down_proj.lora_A.weight": (rank, 24),
        f"{prefix}mlp.down_proj.lora_B.weight": (16, rank),
    }
