"""Which backend serves a model: llama.cpp for GGUF, transformers for a folder with safetensors."""

import importlib
from pathlib import Path
from typing import cast

from algosmith.config import Settings
from algosmith.engine.backends.base import Backend, Loader, LoadReport
from algosmith.engine.connector import Connector
from algosmith.errors import ModelError

_MODULES = {
    "llamacpp": "algosmith.engine.backends.llamacpp",
    "transformers": "algosmith.engine.backends.transformers",
}


def name_of(path: Path, settings: Settings) -> str:
    """The backend that the settings name, or the one that fits the model's format."""
    if settings.engine.backend != "auto":
        return settings.engine.backend
    return "llamacpp" if path.is_file() or any(path.glob("*.gguf")) else "transformers"


def load(
    path: Path, settings: Settings, report: LoadReport, connector: Connector | None = None
) -> Backend:
    """Load a model with its backend."""
    name = name_of(path, settings)
    try:
        module = importlib.import_module(_MODULES[name])
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("algosmith"):
            raise
        extra = "gpu" if name == "transformers" else "llamacpp"
        raise ModelError(
            f"the {name} backend needs {error.name}: run `pip install 'algosmith[{extra}]'` in "
            "the environment that algosmith runs in"
        ) from error
    return cast("Loader", module.load)(path, settings, report, connector)
