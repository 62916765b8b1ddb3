"""The tasks of a compiled language's tests: a file with a TODO, one right answer and wrong ones."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Written:
    """A file with a TODO, one right answer and wrong ones."""

    name: str
    file: str
    right: str
    wrong: tuple[str, ...]


def written(language: str) -> list[Written]:
    """All tasks of a language's data file."""
    file = Path(__file__).with_name(language) / "tasks.toml"
    return [
        Written(one["name"], one["file"].lstrip("\n"), one["right"], tuple(one["wrong"]))
        for one in tomllib.loads(file.read_text("utf-8"))["task"]
    ]
