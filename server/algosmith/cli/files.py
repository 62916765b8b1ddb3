"""Reading settings, files and places; shared by the commands."""

import sys

from algosmith import config
from algosmith.features.files import offset_of, parse_place, read_snapshot, source_files

__all__ = ["load_settings", "offset_of", "parse_place", "read_snapshot", "source_files"]


def load_settings() -> config.Settings:
    """The user's settings; each problem is told on stderr and a default used."""
    settings, problems = config.load()
    for problem in problems:
        print(f"algosmith: {problem}", file=sys.stderr)
    return settings
