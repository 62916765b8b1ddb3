"""Turns the demo model's GGUF into a folder with safetensors, for servers that want one.

python tests/e2e/gguf_to_safetensors.py FOLDER
"""

import sys
from pathlib import Path

from algosmith import catalogue
from algosmith.tuning import bases

if __name__ == "__main__":
    bases.write_base(catalogue.resolve("smollm2-135m"), Path(sys.argv[1]))
