"""The libraries of the extra ``tune``: whether they are there, and their talk kept low."""

import contextlib
import importlib.util
import io
import logging
import os
from collections.abc import Generator

from algosmith.errors import ConfigError

LIBRARIES = ("torch", "transformers", "peft", "accelerate", "safetensors", "gguf")
"""What a training needs."""


def require(*names: str) -> None:
    """ConfigError says what to install where one is missing."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"tuning needs {', '.join(missing)}: `pip install 'algosmith[tune]'` (torch is large)"
        )


def has(name: str) -> bool:
    """Whether a library is there."""
    return importlib.util.find_spec(name) is not None


@contextlib.contextmanager
def quiet() -> Generator[None]:
    """The libraries' warnings and bars are kept back: what matters we say ourselves."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing here is ever fetched
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging as library

    level = library.get_verbosity()
    library.set_verbosity(logging.ERROR)
    library.disable_progress_bar()
    try:
        yield
    finally:
        library.set_verbosity(level)
        library.enable_progress_bar()


@contextlib.contextmanager
def mute() -> Generator[None]:
    """The same, and nothing at all on stderr: some bars heed no setting."""
    with quiet(), contextlib.redirect_stderr(io.StringIO()):
        yield
