"""The tasks of the languages' tests, and the one way they are judged."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "tasks"
SUFFIXES = {"javascript": "js", "typescript": "ts"}


@dataclass(frozen=True)
class Task:
    """A file with a TODO, one right answer and wrong ones."""

    name: str
    language: str
    file: str
    right: str
    wrong: tuple[str, ...]

    @property
    def uri(self) -> str:
        """Where the file would stand."""
        return f"file:///{self.name}.{SUFFIXES[self.language]}"


def tasks() -> list[Task]:
    """All of them."""
    return [
        Task(one["name"], file.stem, one["file"].lstrip("\n"), one["right"], tuple(one["wrong"]))
        for file in sorted(FOLDER.glob("*.toml"))
        for one in tomllib.loads(file.read_text("utf-8"))["task"]
    ]
