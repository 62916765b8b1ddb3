"""Makes a small LoRA adapter with random weights for a Llama-shaped model, in PEFT's format.

python tests/e2e/random_adapter.py MODEL_FOLDER ADAPTER_FOLDER

Its answers are nonsense and differ from the model's: enough to see which of the two was asked.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

RANK = 8


def main(model: Path, target: Path) -> None:
    """Write ``adapter_config.json`` and ``adapter_model.safetensors`` into ``target``."""
    shape = json.loads((model / "config.json").read_text("utf-8"))
    hidden, heads = shape["hidden_size"], shape["num_attention_heads"]
    head = shape.get("head_dim") or hidden // heads
    outputs = {"q_proj": heads * head, "v_proj": shape["num_key_value_heads"] * head}
    generator = torch.Generator().manual_seed(7)
    tensors: dict[str, torch.Tensor] = {}
    for layer in range(shape["num_hidden_layers"]):
        for name, size in outputs.items():
            prefix = f"base_model.model.model.layers.{layer}.self_attn.{name}"
            for part, rows, columns in (("lora_A", RANK, hidden), ("lora_B", size, RANK)):
                weight = torch.randn(rows, columns, generator=generator) * 0.05
                tensors[f"{prefix}.{part}.weight"] = weight.bfloat16()
    target.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": str(model),
        "r": RANK,
        "lora_alpha": 2 * RANK,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted(outputs),
    }
    (target / "adapter_config.json").write_text(json.dumps(config, indent=1), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
