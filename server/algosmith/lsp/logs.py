"""The server's log: stderr, which editors show, and a file that ``algosmith doctor`` can name."""

import logging
from pathlib import Path

from algosmith import paths

_LARGEST_BYTES = 2 << 20
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def start(level: str) -> None:
    """Sends the log to stderr and to the file; call once."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    file = paths.log_file("lsp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _keep_small(file)
        handlers.append(logging.FileHandler(file, encoding="utf-8"))
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
    logging.basicConfig(format=_FORMAT, handlers=handlers, level=logging.WARNING)
    set_level(level)


def set_level(level: str) -> None:
    """Changes how much is logged; pygls logs whole messages, so it stays at warnings."""
    logging.getLogger("algosmith").setLevel(level.upper())


def _keep_small(file: Path) -> None:
    if file.exists() and file.stat().st_size > _LARGEST_BYTES:
        file.replace(file.with_suffix(".old.log"))
