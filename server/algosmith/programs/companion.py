"""Problems as other tools write them: JSON of Competitive Companion and of cph (``.prob``)."""

from __future__ import annotations

import json
from typing import cast

from algosmith.errors import ConfigError
from algosmith.programs.statement import MOST_SAMPLES
from algosmith.programs.types import Problem, Sample

_FORM = 'expected an object with `name` and `tests`: {"tests": [{"input": "…", "output": "…"}]}'


def read_problem(text: str, source: str) -> Problem:
    """The problem that a JSON text describes.

    Raises:
        ConfigError: it is none; the message says what was expected.
    """
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{source}: is no JSON ({error}).") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{source}: {_FORM}.")
    fields = cast("dict[str, object]", data)
    tests = fields.get("tests")
    if not isinstance(tests, list):
        raise ConfigError(f"{source}: {_FORM}.")
    items = cast("list[object]", tests)
    samples = tuple(_sample(one, n, source) for n, one in enumerate(items[:MOST_SAMPLES], 1))
    notes: list[str] = []
    if len(items) > MOST_SAMPLES:
        notes.append(f"{source}: {len(items)} samples, the first {MOST_SAMPLES} are used")
    name = fields.get("name")
    limit = fields.get("timeLimit")
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool) and 0 < limit < 1e9
    return Problem(
        samples,
        interactive=fields.get("interactive") is True,
        seconds=cast("float", limit) / 1000 if is_number else None,
        notes=tuple(notes),
        name=name.strip() if isinstance(name, str) else "",
    )


def _sample(one: object, number: int, source: str) -> Sample:
    fields = cast("dict[str, object]", one) if isinstance(one, dict) else {}
    given, wanted = fields.get("input"), fields.get("output")
    if not isinstance(given, str) or not isinstance(wanted, str):
        raise ConfigError(f"{source}: test {number} has no texts `input` and `output`.")
    return Sample(as_lines(given), as_lines(wanted), f"{source}, test {number}")


def as_lines(text: str) -> str:
    """A file's text with line feeds at the ends of its lines, the last one included."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"
