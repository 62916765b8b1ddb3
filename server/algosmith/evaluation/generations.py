"""What a model wrote for ``algosmith eval``, kept line by line, so that a stop loses nothing."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from algosmith.features.advice import Written


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model wrote for one problem; a line of the file."""

    id: str
    texts: tuple[str, ...]
    greedy: str
    temperature: float
    """Of ``greedy``."""


@dataclass(slots=True)
class Kept:
    """The file, and what it holds by the problems' ids."""

    file: Path
    answers: dict[str, Generation] = field(default_factory=dict[str, Generation])
    advice: dict[str, Written] = field(default_factory=dict[str, Written])

    def add_answers(self, made: Generation) -> None:
        """One more problem's answers, on disk at once."""
        self.answers[made.id] = made
        self._append({"id": made.id, "texts": made.texts, "greedy": made.greedy,
                      "temperature": made.temperature})  # fmt: skip

    def add_advice(self, id_: str, made: Written) -> None:
        """One more problem's tests and inputs, on disk at once."""
        self.advice[id_] = made
        self._append({"id": id_, "tests": made.tests, "inputs": made.inputs})

    def _append(self, row: dict[str, Any]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        cut = self.file.exists() and self.file.read_bytes()[-1:] not in (b"", b"\n")
        with self.file.open("a", encoding="utf-8") as out:
            out.write(("\n" if cut else "") + json.dumps(row) + "\n")
            out.flush()
            os.fsync(out.fileno())


def read(file: Path) -> Kept:
    """What was generated before; a line that a stop cut off is left out."""
    kept = Kept(file)
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return kept
    for line in lines:
        try:
            row = cast("dict[str, Any]", json.loads(line))
            id_ = row["id"]
            if "tests" in row:
                kept.advice[id_] = Written(tuple(row["tests"]), tuple(row["inputs"]))
                continue
            texts = tuple(row["texts"])
            kept.answers[id_] = Generation(id_, texts, row["greedy"], row["temperature"])
        except (ValueError, KeyError, TypeError):
            continue
    return kept
