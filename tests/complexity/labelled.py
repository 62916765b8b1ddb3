"""The labelled functions: one section each, headed by its time and space."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "complexity"
EXPONENTIAL = {"O(2^n)", "O(n!)"}


@dataclass(frozen=True)
class Labelled:
    """A function, self-contained, with its growth."""

    entry: str
    source: str
    time: str
    space: str


def load(half: str) -> list[Labelled]:
    """All functions of a half (``look`` or ``held``)."""
    found: list[Labelled] = []
    for path in sorted((FOLDER / half).glob("*.py")):
        for section in path.read_text(encoding="utf-8").split("#: ")[1:]:
            head, _, source = section.partition("\n")
            time, space = (part.strip() for part in head.split("|"))
            found.append(Labelled(entry_of(source), source, time, space))
    return found


def entry_of(source: str) -> str:
    """The last function of the module, or the first public method of its last class."""
    last = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)][-1]
    if isinstance(last, ast.FunctionDef):
        return last.name
    methods = [n.name for n in last.body if isinstance(n, ast.FunctionDef)]
    return f"{last.name}.{next(name for name in methods if not name.startswith('_'))}"


def same(label: str, found: str | None) -> bool:
    """Both are the same of the seven classes."""
    return found == label or (label in EXPONENTIAL and found in EXPONENTIAL)
