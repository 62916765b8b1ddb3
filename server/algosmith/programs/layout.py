"""How a program's input is laid out, inferred from its samples: counts, rows, lists, repeats.

A number is taken for a count where, in every sample, as many tokens or rows follow as it says.
Nothing is certain: an input made from a layout may still break a rule that only the statement
tells, so candidates that refuse it are not blamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_MOST_ROWS = 2_000
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a token."""

    kind: Literal["int", "float", "word"]
    seen: tuple[str, ...]
    """What the samples have there."""
    name: int = -1
    """Number of the variable that it is, where it is one."""
    most: int | None = None
    """Variable that no value is above, in any sample: an index, perhaps."""
    length: int | None = None
    """Variable that is the length of the word."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with a fixed number of tokens."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A line with as many tokens as a variable says, or any number."""

    slot: Slot
    count: int | None
    is_sorted: bool = False
    is_distinct: bool = False
    is_permutation: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """Lines that come as often as a variable, less ``less``, says."""

    parts: tuple[Part, ...]
    count: int
    less: int = 0
    is_tree: bool = False
    """The lines are the edges of a tree."""


Part: TypeAlias = "Row | Items | Repeat"


@dataclass(slots=True)
class _Reader:
    """One sample while it is read."""

    rows: list[list[str]]
    at: int
    values: list[int]
    """Of the variables so far."""

    @property
    def left(self) -> int:
        """Rows not read yet."""
        return len(self.rows) - self.at


def layout_of(inputs: Sequence[str]) -> tuple[Part, ...] | None:
    """The layout that all inputs have; None where there is none in common."""
    readers = [
        _Reader([line.split() for line in text.splitlines() if line.strip()], 0, [])
        for text in inputs
    ]
    if not readers or any(not r.rows or len(r.rows) > _MOST_ROWS for r in readers):
        return None
    return _parts(readers, 0)


def _parts(readers: list[_Reader], depth: int) -> tuple[Part, ...] | None:
    parts: list[Part] = []
    while any(r.left for r in readers):
        if not all(r.left for r in readers):
            return None
        part = _repeat(readers, depth) or _items(readers, depth) or _row(readers)
        parts.append(part or _free(readers))
    return tuple(parts)


def _repeat(readers: list[_Reader], depth: int) -> Repeat | None:
    """As many rows, or groups of rows, to the end as a variable says."""
    if depth >= _DEEPEST:
        return None
    variables = range(len(readers[0].values))
    for less, count in product((0, 1), variables):
        times = [r.values[count] - less for r in readers]
        pairs = list(zip(times, readers, strict=True))
        if max(times) < 2 or any(t < 1 or r.left % t or (less and r.left != t) for t, r in pairs):
            continue
        found = _repeated(readers, times, count, less, depth)
        if found is not None:
            return found
    return None


def _repeated(
    readers: list[_Reader], times: list[int], count: int, less: int, depth: int
) -> Repeat | None:
    inner: list[_Reader] = []
    for reader, often in zip(readers, times, strict=True):
        height = reader.left // often
        rows = reader.rows[reader.at :]
        inner += [
            _Reader(rows[n * height : (n + 1) * height], 0, list(reader.values))
            for n in range(often)
        ]
    parts = _parts(inner, depth + 1)
    if parts is None or any(isinstance(p, Items) and p.count is None for p in parts):
        return None
    tree = bool(less) and all(_is_tree(r.rows[r.at :], r.values[count]) for r in readers)
    for reader in readers:
        reader.at = len(reader.rows)
    return Repeat(parts, count, less, tree)


def _items(readers: list[_Reader], depth: int) -> Items | None:
    """A row with as many tokens as a variable says; two in each of many rows are a pair."""
    rows = [r.rows[r.at] for r in readers]
    for count in reversed(range(len(readers[0].values))):
        wanted = [r.values[count] for r in readers]
        fits = all(len(row) == n for row, n in zip(rows, wanted, strict=True))
        if not fits or max(wanted) < 2 or (depth and set(wanted) == {2}):
            continue
        slot = _slot([token for row in rows for token in row], readers, [len(row) for row in rows])
        for reader in readers:
            reader.at += 1
        return _with_traits(Items(slot, count), rows)
    return None


def _with_traits(items: Items, rows: list[list[str]]) -> Items:
    if items.slot.kind != "int":
        return items
    numbers = [[int(token) for token in row] for row in rows]
    telling = max(map(len, rows)) >= 3
    ordered = telling and all(row == sorted(row) for row in numbers)
    distinct = telling and all(len(set(row)) == len(row) for row in numbers)
    permuted = telling and all(sorted(row) == [*range(1, len(row) + 1)] for row in numbers)
    return Items(items.slot, items.count, ordered, distinct, permuted)


def _row(readers: list[_Reader]) -> Row | None:
    rows = [r.rows[r.at] for r in readers]
    width = len(rows[0])
    if any(len(row) != width for row in rows) or width > 50:
        return None
    slots: list[Slot] = []
    fresh: list[list[int]] = [[] for _ in readers]
    known = len(readers[0].values)
    for column in range(width):
        slot = _slot([row[column] for row in rows], readers, [1] * len(rows))
        if slot.kind == "int":
            name = known + len(fresh[0])
            slot = Slot(slot.kind, slot.seen, name, slot.most)
            for values, row in zip(fresh, rows, strict=True):
                values.append(int(row[column]))
        slots.append(slot)
    for reader, values in zip(readers, fresh, strict=True):
        reader.values += values
        reader.at += 1
    return Row(tuple(slots))


def _free(readers: list[_Reader]) -> Items:
    """A row of any number of tokens."""
    rows = [r.rows[r.at] for r in readers]
    slot = _slot([token for row in rows for token in row], readers, [len(row) for row in rows])
    for reader in readers:
        reader.at += 1
    return _with_traits(Items(slot, None), rows)


def _slot(tokens: list[str], readers: list[_Reader], widths: list[int]) -> Slot:
    """A slot for the tokens: the first ``widths[0]`` of them are those of the first reader."""
    owners = [reader for reader, n in zip(readers, widths, strict=True) for _ in range(n)]
    seen = tuple(tokens)
    variables = range(len(readers[0].values))
    if all(_WHOLE.fullmatch(token) for token in tokens):
        pairs = [(int(token), owner) for token, owner in zip(tokens, owners, strict=True)]
        most = next(
            (v for v in variables if all(0 <= n <= owner.values[v] for n, owner in pairs)), None
        )
        return Slot("int", seen, most=most)
    if all(_DECIMAL.fullmatch(token) or _WHOLE.fullmatch(token) for token in tokens):
        return Slot("float", seen)
    words = list(zip(tokens, owners, strict=True))
    length = next(
        (v for v in variables if all(len(word) == owner.values[v] for word, owner in words)), None
    )
    return Slot("word", seen, length=length)


def _is_tree(rows: list[list[str]], nodes: int) -> bool:
    """Whether the rows' first two numbers are the edges of a tree of nodes 1 … n."""
    parent = {node: node for node in range(1, nodes + 1)}

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for row in rows:
        ends = [int(token) for token in row[:2] if _WHOLE.fullmatch(token)]
        if len(ends) < 2 or any(end not in parent for end in ends):
            return False
        one, other = root(ends[0]), root(ends[1])
        if one == other:
            return False
        parent[one] = other
    return True
