"""Examples in tables: a header that names the arguments and the result, a row for each example.

Tables of Markdown (``| n | result |``), of reStructuredText, and columns with spaces between. One
whose header names all parameters, or just "input", is sure; of another only the number of columns
fits, so it becomes hints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Call
from algosmith.verify import values
from algosmith.verify.constructors import spelled
from algosmith.verify.examples.reading import Reader, Target, TargetCall, wrapped
from algosmith.verify.statements import ExampleSet
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RULE = re.compile(r"[\s|+:=-]*(?:--|==|-\s*\|)[\s|+:=-]*\Z")
"""The line below a header, or around a table."""
_RESULT = re.compile(
    r"(?:expected\s+)?(?:outputs?|results?|returns?|return value|expected|answer|value|gives)\Z"
    r"|输出|结果|返回值?|期望(?:输出|值)?|答案",
    re.IGNORECASE,
)
_INPUT = re.compile(r"(?:inputs?|arguments?|args|given|输入|参数)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    first: int
    """Its first and last line."""
    last: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read(text: str, target: Target, place: str) -> tuple[ExampleSet, str]:
    """Examples of the tables in a text, and the text without these tables."""
    lines = text.splitlines()
    sure, doubtful = Reader(target, place, "prose"), Reader(target, place, "prose")
    for table in _tables(lines):
        kind = _kind(table.header, target)
        if not kind:
            continue
        for row in table.rows:
            _add(sure if kind == "sure" else doubtful, row)
        lines[table.first : table.last + 1] = [""] * (table.last + 1 - table.first)
    return ExampleSet(tuple(sure.examples), hints=tuple(doubtful.examples)), "\n".join(lines)


def _kind(header: Sequence[str], target: Target) -> str:
    """``sure`` or ``doubtful``; empty for a table of something else."""
    *inputs, result = header
    called = re.match(r"`?(\w+)`?\s*(?:\(|\Z)", result)
    if not (_RESULT.match(result) or (called and called[1] in target.names)):
        return ""
    given = [name.strip("` ").casefold() for name in inputs]
    named = [name.casefold() for name in target.parameters]
    if given == named[: len(given)]:
        return "sure"
    if len(given) == 1 and _INPUT.match(given[0]):
        return "sure"
    return "doubtful" if len(given) == len(named) else ""


def _tables(lines: Sequence[str]) -> Iterator[_Table]:
    at = 0
    while at < len(lines):
        table = _table_at(lines, at)
        if table is None:
            at += 1
        else:
            yield table
            at = table.last + 1


def _table_at(lines: Sequence[str], at: int) -> _Table | None:
    header = _cells(lines[at])
    if len(header) < 2 or _RULE.match(lines[at]) or not re.search(r"[^\W\d]", header[0]):
        return None
    rows: list[tuple[str, ...]] = []
    end = at
    for number in range(at + 1, len(lines)):
        if not _RULE.match(lines[number]):
            cells = _cells(lines[number])
            if len(cells) != len(header):
                break
            rows.append(cells)
        end = number
    return _Table(at, end, header, tuple(rows)) if rows else None


def _cells(line: str) -> tuple[str, ...]:
    line = line.strip()
    if "|" in line:
        return tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
    return tuple(re.split(r"\s{2,}|\t", line)) if line else ()


def _add(reader: Reader, row: Sequence[str]) -> None:
    """One row, where all its cells are values."""
    try:
        given: list[Any] = [_value(cell) for cell in row]
    except NotPlain:
        return
    wanted = given.pop()
    target = reader.target
    name = min(target.names)
    inner = values.items_of(given[0])
    if len(given) == 1 and len(target.parameters) > 1 and type(given[0]) is tuple and inner:
        given = inner
    if target.parameters and len(given) > len(target.parameters):
        return
    kinds = (*target.wraps, *[""] * len(given))
    call = Call(tuple(wrapped(value, kind) for value, kind in zip(given, kinds, strict=False)))
    shown = ", ".join(map(repr, given))
    reader.add(TargetCall(call, f"{name}({shown})", name), f"_ == {spelled(wanted)}")


def _value(cell: str) -> Any:
    """The value that a cell spells; a bare word is none."""
    if re.fullmatch(r"[^\W\d]\w*", cell) and cell not in ("True", "False", "None"):
        raise NotPlain(cell)
    return values.parse(cell)
