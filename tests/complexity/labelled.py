"""The labelled functions: one section each, headed by its time and space."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from algosmith.model import Function, Snapshot
from algosmith.syntax.functions import functions

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


@dataclass(frozen=True)
class Other:
    """A function of another language: its file holds nothing else that is called from outside."""

    snapshot: Snapshot
    function: Function
    time: str


def other(language: str, half: str) -> list[Other]:
    """The functions of a half in another language; the last of each section counts."""
    suffix = {"javascript": "js", "cpp": "cpp", "rust": "rs"}[language]
    text = (FOLDER / language / f"{half}.{suffix}").read_text(encoding="utf-8")
    found: list[Other] = []
    for section in text.split("//: ")[1:]:
        label, _, source = section.partition("\n")
        snapshot = Snapshot(f"file:///labelled.{suffix}", language, source.encode())
        outer = [one for one in functions(snapshot) if "." not in one.qualified_name]
        found.append(Other(snapshot, (outer or functions(snapshot))[-1], label.strip()))
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
