"""Results as a notebook shows them: HTML where it can, the same words as text elsewhere."""

from __future__ import annotations

import difflib
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from algosmith.complexity.plot import svg
from algosmith.features import words
from algosmith.sandbox.text import clean_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.code_run import CodeRun
    from algosmith.model import Measurement

_TELLING = ("examples", "agreement")
"""Checks that say something when they pass; the others only when they do not."""
_ADDED, _REMOVED = "background:#2da44e33", "background:#cf222e33"


@dataclass(frozen=True, slots=True)
class RichResult:
    """One result in both forms; what came from a model or a file is escaped."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def card(title: str, lines: Sequence[str] = (), below: str = "") -> RichResult:
    """A bold line, lines below it, and HTML below these."""
    title, lines = words.clean(title), [words.clean(line) for line in lines]
    rows = "".join(f"<div>{escape(line)}</div>" for line in lines)
    html = f"<div><strong>{escape(title)}</strong>{rows}{below}</div>"
    return RichResult("\n".join([title, *(f"  {line}" for line in lines)]), html)


def answered(text: str, lines: Sequence[str]) -> RichResult:
    """A model's words as they are (formulas and code as text), and what was checked."""
    text = clean_lines(text, len(text))
    body = f'<pre style="white-space:pre-wrap">{escape(text)}</pre>'
    below = card(lines[0] if lines else "", lines[1:])
    return RichResult(f"{text}\n{below.text}", body + below.html)


def difference(before: str, after: str) -> str:
    """HTML of what a solved cell has beside the one that was asked about."""
    rows: list[str] = []
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line.startswith("?"):
            continue
        style = _ADDED if line.startswith("+") else _REMOVED if line.startswith("-") else ""
        rows.append(f'<div style="{style}">{escape(line) or "&nbsp;"}</div>')
    return f'<pre style="line-height:1.3">{"".join(rows)}</pre>'


def judged(run: CodeRun) -> RichResult:
    """A verdict: examples, and what the checks found."""
    lines = [f"example: {text}" for text in run.examples]
    lines += [
        f"{one.name}: {one.detail or one.status}"
        for one in run.verdict.checks
        if one.status != "passed" or one.name in _TELLING
    ]
    lines += [f"note: {note}" for note in run.notes]
    return card(f"{run.function}: {run.verdict.summary}", lines)


def measured(measurement: Measurement) -> RichResult:
    """The figures, and the plot where there are points."""
    first, *others = words.measurement_text(measurement).splitlines()
    return card(f"{measurement.function}: {first}", others, plot(measurement))


def plot(measurement: Measurement | None) -> str:
    """The plot as an image that needs nothing from elsewhere; empty where nothing was measured."""
    if measurement is None or measurement.basis != "measured" or not measurement.time.points:
        return ""
    picture = b64encode(svg(measurement).encode()).decode()
    return f'<img width="480" alt="measured work" src="data:image/svg+xml;base64,{picture}">'
