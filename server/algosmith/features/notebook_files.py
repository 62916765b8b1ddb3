"""An ``.ipynb`` file as one Python file: its code cells one below the other, magics taken out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.errors import TaskError
from algosmith.model import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = re.compile(r"^([ \t]*)([%!].*|.*\?\??)$", re.MULTILINE)
_MOST_BYTES = 16 << 20
_MOST_PROSE = 2_000


def read_notebook(file: Path) -> Snapshot:
    """The notebook's code; words right above a cell become comments above it.

    Raises TaskError where it can't be read or is none.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise TaskError(f"{file}: larger than {_MOST_BYTES >> 20} MiB, not opened.")
        cells = cast("list[dict[str, Any]]", json.loads(file.read_bytes())["cells"])
        parts = [_part(cell) for cell in cells]
    except OSError as error:
        raise TaskError(f"{file}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TaskError(f"{file} is no notebook of version 4; save it anew in Jupyter.") from error
    text = "\n\n".join(part for part in parts if part.strip()) + "\n"
    return Snapshot(file.resolve().as_uri(), "python", text.encode("utf-8", "surrogatepass"))


def _part(cell: dict[str, Any]) -> str:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    if cell["cell_type"] == "code":
        if text.lstrip().startswith("%%") and not text.lstrip().startswith(("%%time", "%%capture")):
            return ""  # another language
        return _MAGIC.sub(r"\1pass  # \2", text)
    if cell["cell_type"] == "markdown":
        return "".join(f"# {line}\n" for line in text[:_MOST_PROSE].splitlines()).rstrip("\n")
    return ""
