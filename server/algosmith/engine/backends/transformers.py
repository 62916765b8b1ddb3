"""The transformers backend: folders of safetensors, on CUDA, another torch device, or the CPU.

Importing this module imports no model library; ``load`` does, once it is known to be installed.
"""

from importlib.util import find_spec
from pathlib import Path

from algosmith.config import Settings
from algosmith.engine.backends.base import Backend, LoadReport
from algosmith.engine.connector import Connector
from algosmith.errors import ModelError

_NEEDED = ("torch", "transformers", "tokenizers")


def available() -> bool:
    """Whether the libraries it needs are installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def load(path: Path, settings: Settings, report: LoadReport, _: Connector | None = None) -> Backend:
    """See ``base.Loader``."""
    if not available():
        raise ModelError(
            "folders with safetensors need torch and transformers: run "
            "`pip install 'algosmith[gpu]'` in the environment that algosmith runs in, "
            "or use a GGUF file"
        )
    report("starting torch", None)
    from algosmith.engine.backends.torch_decode import assemble

    return assemble.load(path, settings, report)
