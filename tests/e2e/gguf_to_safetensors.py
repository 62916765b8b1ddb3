"""Turns the demo model's GGUF into a folder with safetensors, for servers that want one.

python tests/e2e/gguf_to_safetensors.py FOLDER
"""

import sys
from pathlib import Path
from typing import Any

from algosmith import catalogue


def main(target: Path) -> None:
    """Convert the demo model into ``target``."""
    import transformers

    source = catalogue.resolve("smollm2-135m")
    loader: Any = transformers
    where = {"pretrained_model_name_or_path": str(source.parent), "gguf_file": source.name}
    tokenizer = loader.AutoTokenizer.from_pretrained(**where)
    loaded = loader.AutoModelForCausalLM.from_pretrained(**where)
    config = loader.LlamaConfig(
        **{k: v for k, v in loaded.config.to_dict().items() if k != "quantization_config"}
    )
    fresh = loader.LlamaForCausalLM(config)
    fresh.load_state_dict(loaded.state_dict())
    fresh.bfloat16()
    fresh.generation_config.do_sample = True  # else `transformers serve` ignores the temperature
    target.mkdir(parents=True, exist_ok=True)
    fresh.save_pretrained(target)
    tokenizer.save_pretrained(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
