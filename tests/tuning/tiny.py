"""A tiny random model as a folder and as the same model's GGUF file, and data to train it on."""

import json
from pathlib import Path
from typing import Any

import gguf
import torch
from safetensors.torch import load_file

from algosmith.tuning.gguf_adapter import _reordered
from tests.engine.torch_models import llama, tokenizer, write_folder

_PARTS = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_WHOLE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def write_base(folder: Path, **changes: object) -> Path:
    """A Llama of three layers, with random weights and ChatML's tokens.

    It says printable ASCII only: llama.cpp has no other way to tell bytes that are no UTF-8.
    """
    rope = {"rope_type": "default", "rope_theta": 10_000.0}
    model, _ = llama(rope_parameters=rope, **changes)
    head = model.get_parameter("lm_head.weight")
    with torch.no_grad():
        head[:32] = head[127:] = 0.0  # a token's number is its byte
    return write_folder(folder, model)


def write_gguf(base: Path, file: Path) -> Path:
    """The same model for llama.cpp."""
    config = json.loads((base / "config.json").read_text())
    writer: Any = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(config["vocab_size"])
    _write_vocabulary(writer, config["vocab_size"])
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for name, tensor in load_file(base / "model.safetensors").items():
        target, array = _name(name), tensor.float().numpy()
        part = target.split(".")[-2]
        writer.add_tensor(target, _reordered(array, heads[part]) if part in heads else array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _name(name: str) -> str:
    bare = name.removesuffix(".weight")
    if bare in _WHOLE:
        return f"{_WHOLE[bare]}.weight"
    _, _, layer, part = bare.split(".", 3)
    return f"blk.{layer}.{_PARTS[part]}.weight"


def _write_vocabulary(writer: Any, size: int) -> None:
    raw = tokenizer()
    words = [word for word, _ in sorted(raw["model"]["vocab"].items(), key=lambda pair: pair[1])]
    specials = [token["content"] for token in raw["added_tokens"]]
    # llama.cpp wants at least one merge; no text of the tests has two spaces in a row.
    tokens = [*words, *specials, "ĠĠ"]
    kinds = [1] * len(words) + [3, 3, 3, 4, 4] + [1]
    filled = size - len(tokens)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*tokens, *(f"<unused{n}>" for n in range(filled))])
    writer.add_token_types([*kinds, *[5] * filled])
    writer.add_token_merges(["Ġ Ġ"])
    writer.add_eos_token_id(len(words) + 1)


def write_data(file: Path, count: int = 40) -> Path:
    """Questions of one kind."""
    rows = [{"prompt": f"{n} plus {n * 7}?", "completion": f"it is {n * 8}"} for n in range(count)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file
