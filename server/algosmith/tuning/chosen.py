"""Which adapter is used: written into the user's own settings file, all else in it kept."""

import importlib
from pathlib import Path
from typing import Any

from algosmith import config, paths
from algosmith.errors import ConfigError
from algosmith.tuning.libraries import has


def use(name: str, folder: Path) -> Path:
    """Makes requests go to the adapter; gives the file that was changed.

    Raises:
        ConfigError: The file can't be changed; the message has the lines to write into it.
    """
    lines = f'adapter = "{name}"\nadapters = [{{name = "{name}", folder = "{folder}"}}]'
    document = _read(lines)
    entry = {"name": name, "folder": str(folder)}
    others = [one for one in document.get("adapters", []) if one.get("name") != name]
    document["adapter"], document["adapters"] = name, [*others, entry]
    return _write(document)


def forget(name: str | None) -> Path | None:
    """Goes back to the base model; ``name`` is taken out of the list, too. None: nothing to do."""
    settings, _ = config.load()
    known = [one.name for one in settings.adapters]
    if settings.adapter is None and name not in known:
        return None
    document = _read("adapter and adapters: take these lines out")
    if name is None or document.get("adapter") == name:
        document.pop("adapter", None)
    if name in known:
        document["adapters"] = [one for one in document["adapters"] if one.get("name") != name]
    return _write(document)


def _read(lines: str) -> Any:
    file = paths.config_file()
    if not has("tomlkit"):
        raise ConfigError(
            f"write this into {file} yourself (or `pip install tomlkit`, and it is done):\n{lines}"
        )
    library: Any = importlib.import_module("tomlkit")
    try:
        return library.parse(file.read_text("utf-8") if file.exists() else "")
    except Exception as error:
        raise ConfigError(f"{file} can't be read: {error}; mend it first") from error


def _write(document: Any) -> Path:
    library: Any = importlib.import_module("tomlkit")
    file = paths.config_file()
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(library.dumps(document), "utf-8")
        part.replace(file)
    except OSError as error:
        raise ConfigError(f"{file} can't be written: {error.strerror or error}") from error
    return file
