"""Reading settings, files and places; shared by the commands."""

import argparse
import math
import sys

from algosmith import config
from algosmith.features.files import offset_of, parse_place, read_snapshot, source_files
from algosmith.sandbox.text import clean_lines

__all__ = [
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
