"""Names of models on this machine, and the files they stand for.

Nothing here opens a model's contents beyond its first bytes; the engine checks them before loading.
"""

from dataclasses import dataclass
from pathlib import Path

from algosmith import paths
from algosmith.catalogue.records import AUTO, entries, entry
from algosmith.errors import ModelError

GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that ``model`` may name."""

    name: str
    path: Path
    """A GGUF file, or a folder with safetensors."""
    bytes: int


def name_of(name: str) -> str:
    """The model's own name: aliases and "auto" are followed, anything else stays as it is.

    "auto" is the first catalogue model that is installed, else any other that lies in the models
    folder, else the catalogue's first, which is the one to fetch.
    """
    if name != AUTO:
        known = entry(name)
        return known.name if known else name
    there = [model.name for model in installed()]
    usable = [e.name for e in entries() if e.auto and e.name in there]
    return next(iter([*usable, *there]), entries()[0].name)


def folder_name(name: str) -> str:
    """The folder below ``paths.models_dir()`` for a model's name, also for ``org/name:file``."""
    return name.replace("/", "--").replace(":", "--")


def resolve(name: str) -> Path:
    """The GGUF file or model folder that the setting ``model`` means.

    A name of the catalogue is never taken for a path: write ``./name`` for a folder called so.

    Raises:
        ModelError: there is none; the message names the command or setting that mends it.
    """
    own = name_of(name)
    known = {model.name: model.path for model in installed()}
    if own in known or folder_name(own) in known:
        return known.get(own) or known[folder_name(own)]
    fetchable = entry(own)
    if fetchable is not None:
        size = f"{fetchable.bytes / 2**20:,.0f} MiB"
        absent = "no model yet" if name == AUTO else f"{own} is not on this machine"
        raise ModelError(f"{absent}: run `algosmith models get {own}` ({size}, once)")
    path = Path(name).expanduser()
    if not path.is_absolute() and not path.exists():
        raise ModelError(
            f"no model is called {name!r}: `algosmith models list --available` shows those that "
            "are there or can be fetched; or set `model` to the path of a folder with safetensors "
            "or of a GGUF file"
        )
    return _usable(path)


def could_lie_at(name: str, path: Path) -> bool:
    """Whether a model called so would be this file or folder, if it were there."""
    own = name_of(name)
    folders = [paths.models_dir() / each for each in (own, folder_name(own))]
    return path in (Path(name).expanduser().absolute(), *folders) or path.parent in folders


def installed() -> tuple[InstalledModel, ...]:
    """The models below ``paths.models_dir()``, by name."""
    try:
        folders = sorted(folder for folder in paths.models_dir().iterdir() if folder.is_dir())
    except OSError:
        return ()
    found: dict[str, InstalledModel] = {}
    for folder in folders:
        path = _content(folder)
        if path is not None and not folder.name.startswith("."):
            known = entry(folder.name)
            name = known.name if known else folder.name
            if name not in found or name == folder.name:  # an alias is an older version's folder
                found[name] = InstalledModel(name, path, _size(path))
    return tuple(found[name] for name in sorted(found))


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
