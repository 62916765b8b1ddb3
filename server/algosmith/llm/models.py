"""Where models are: resolving a name to a file or folder, listing, and fetching the demo model.

Nothing here opens a model's contents beyond its first bytes; the engine checks them before loading.
"""

from dataclasses import dataclass
from pathlib import Path

from algosmith import paths
from algosmith.errors import ModelError
from algosmith.llm.fetch import DEMO, fetch_demo

__all__ = ["DEMO", "GGUF_MAGIC", "Installed", "fetch_demo", "installed", "resolve"]

GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that ``model`` may name."""

    name: str
    path: Path
    """A GGUF file, or a folder with safetensors."""
    bytes: int


def resolve(name: str) -> Path:
    """The GGUF file or model folder that the setting ``model`` means.

    Raises:
        ModelError: there is none; the message names the command or setting that mends it.
    """
    known = {model.name: model.path for model in installed()}
    if name in known:
        return known[name]
    if name == DEMO:
        raise ModelError("no model yet: run `algosmith models get demo` (89 MiB, once)")
    path = Path(name).expanduser()
    if not path.is_absolute() and not path.exists():
        raise ModelError(
            f"no model is called {name!r}: `algosmith models list` shows those that are there; "
            "or set `model` to the path of a folder with safetensors or of a GGUF file"
        )
    return _usable(path)


def installed() -> tuple[Installed, ...]:
    """The models below ``paths.models_dir()``, by name."""
    try:
        folders = sorted(folder for folder in paths.models_dir().iterdir() if folder.is_dir())
    except OSError:
        return ()
    found: list[Installed] = []
    for folder in folders:
        path = _content(folder)
        if path is not None and not folder.name.startswith("."):
            found.append(Installed(folder.name, path, _size(path)))
    return tuple(found)


def _content(folder: Path) -> Path | None:
    ggufs = sorted(folder.glob("*.gguf"))
    if len(ggufs) == 1:
        return ggufs[0]
    return folder if any(folder.glob("*.safetensors")) else None


def _usable(path: Path) -> Path:
    """The path made absolute, when there is something there that could be a model."""
    path = path.absolute()
    if not path.exists():
        raise ModelError(f"{path}: no such file or folder; mend the setting `model`")
    if path.is_dir():
        content = _content(path)
        if content is None:
            raise ModelError(
                f"{path}: neither *.safetensors nor exactly one *.gguf in this folder; "
                "those two formats are accepted, pickle (.bin, .pt, .pth) is not"
            )
        return content
    if path.suffix != ".gguf":
        raise ModelError(
            f"{path}: not a GGUF file; name a .gguf file, or a folder that holds safetensors"
        )
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"{path}: can't be read: {error.strerror}") from error
    if magic != GGUF_MAGIC:
        raise ModelError(f"{path}: has a GGUF name but not its contents; fetch the file again")
    return path


def _size(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
