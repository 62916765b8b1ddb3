"""Reading settings, files and places; shared by the commands."""

import argparse
import math
import sys

from algosmith import config
from algosmith.errors import TaskError
from algosmith.features.files import offset_of, parse_place, read_snapshot, source_files
from algosmith.features.notebook_files import read_notebook
from algosmith.model import Function, Snapshot
from algosmith.sandbox.text import clean_lines
from algosmith.syntax import functions

__all__ = [
    "function_of",
    "load_settings",
    "offset_of",
    "parse_place",
    "read_snapshot",
    "safe",
    "seconds",
    "source_files",
]


def load_settings() -> config.Settings:
    """The user's settings; each problem is told on stderr and a default used."""
    settings, problems = config.load()
    for problem in problems:
        print(f"algosmith: {problem}", file=sys.stderr)
    return settings


def function_of(place: str, name: str | None = None) -> tuple[Snapshot, Function]:
    """The function at ``FILE:LINE``, or of that name, in a source file or a notebook."""
    file, line = parse_place(place)
    snapshot = read_notebook(file) if file.suffix == ".ipynb" else read_snapshot(file)
    found = functions.functions(snapshot)
    if name is not None:
        named = [one for one in found if name in (one.name, one.qualified_name)]
        if not named:
            raise TaskError(f"{file}: there is no function {name}.")
        return snapshot, named[-1]
    if file.suffix == ".ipynb" and len(found) != 1:
        raise TaskError(f"{file}: a notebook has no lines of its own; name one with --function.")
    if line is None and len(found) == 1:
        return snapshot, found[0]
    function = functions.function_at(snapshot, offset_of(snapshot, file, line)) if line else None
    if function is None:
        raise TaskError(f"{place}: no function there; give the line of one as FILE:LINE.")
    return snapshot, function


def safe(text: str) -> str:
    """Without what a terminal would act on: names of files may hold such signs, too."""
    return clean_lines(text, len(text))


def seconds(text: str) -> float:
    """An option's seconds: a number above 0, not endless."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: write seconds above 0, as in 2.5")
    return value
