"""Where algosmith keeps things. ``ALGOSMITH_HOME`` puts it all below one folder, as tests do."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Generator
from contextvars import ContextVar
from pathlib import Path

import platformdirs

from algosmith import __version__

ENGINE, THINKER = "engine", "thinker"
"""Names of a user's two engines: that of ``model``, and that of ``thinking_model``."""

_SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's limit for a Unix socket's path is 107, a suffix is added while binding."""


def _home() -> Path | None:
    value = os.environ.get("ALGOSMITH_HOME")
    return Path(value).expanduser().resolve() if value else None


def config_dir() -> Path:
    """The user's own settings and prompts."""
    home = _home()
    return (
        home / "config"
        if home
        else Path(platformdirs.user_config_dir("algosmith", appauthor=False))
    )


def data_dir() -> Path:
    """Models that algosmith fetched."""
    home = _home()
    return home / "data" if home else Path(platformdirs.user_data_dir("algosmith", appauthor=False))


def state_dir() -> Path:
    """Logs and caches that may be deleted at any time."""
    home = _home()
    return (
        home / "state" if home else Path(platformdirs.user_state_dir("algosmith", appauthor=False))
    )


def config_file() -> Path:
    """The user's settings file."""
    return config_dir() / "config.toml"


def models_dir() -> Path:
    """Folder of fetched models, one folder each."""
    return data_dir() / "models"


def adapters_dir() -> Path:
    """Folder of the adapters that were made or added here, one folder each."""
    return data_dir() / "adapters"


def log_file(name: str) -> Path:
    """Log of the process called ``name`` ("lsp", "engine")."""
    return state_dir() / "log" / f"{name}.log"


def runtime_dir() -> Path:
    """Folder of the engine's socket and lock; the caller creates it 0700 and checks its owner."""
    home = _home()
    system = os.environ.get("XDG_RUNTIME_DIR")
    if home:
        folder = home / "run"
    elif system and Path(system).is_dir():
        folder = Path(system) / "algosmith"
    else:
        folder = Path(platformdirs.user_cache_dir("algosmith", appauthor=False)) / "run"
    if len(os.fsencode(folder)) + len("/engine-00000000.sock") <= _SOCKET_PATH_LIMIT:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"algosmith-{digest}"


def engine_id() -> str:
    """Eight hex digits naming the build, so that unlike versions never share an engine."""
    source = Path(__file__).resolve().parent
    return hashlib.sha256(f"{__version__}\0{source}".encode()).hexdigest()[:8]


def engine_socket(name: str = ENGINE) -> Path:
    """The Unix socket of the engine called ``name``."""
    return runtime_dir() / f"{name}-{engine_id()}.sock"


def engine_state_dir() -> Path:
    """What engines keep for their next start; they may write nowhere else but to their log."""
    return state_dir() / "engine"


_tried_prompts: ContextVar[Path | None] = ContextVar("_tried_prompts", default=None)


@contextlib.contextmanager
def trying_prompts(folder: Path | None) -> Generator[None]:
    """Within it the prompts of this folder come first, in all that is begun from here."""
    token = _tried_prompts.set(folder)
    try:
        yield
    finally:
        _tried_prompts.reset(token)


def prompt_dirs() -> tuple[Path, ...]:
    """Folders to look for a prompt in, first hit wins.

    One that is being tried, the user's, the built-in one.
    """
    tried = _tried_prompts.get()
    package = Path(__file__).resolve().parent
    packaged = package / "_prompts"
    built_in = packaged if packaged.is_dir() else package.parents[1] / "prompts"
    return (*((tried,) if tried else ()), config_dir() / "prompts", built_in)
