"""Which of a statement's bounds belongs to which number of an input.

``1 ≤ n ≤ 100, 0 ≤ k ≤ 9`` names the numbers in the order in which the input has them, mostly;
where there are as many names as numbers that is believed. Items of a row have an index: ``a_i``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.inputs.bounds import all_bounds_in
from algosmith.programs.layout import Items, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.programs.layout import Part

_INDEXED = re.compile(r"_\{?\w+\}?$")
_WIDE = 1 << 62


def ranges_of(text: str, parts: Sequence[Part]) -> Mapping[int | None, tuple[int, int]]:
    """From the number of a variable, or None for the items of the one row of many, to its range."""
    text = re.sub(r"_\{(\w)\}", r"_\1", text.replace("$", ""))
    found: dict[str, tuple[int, int]] = {}
    items: dict[str, tuple[int, int]] = {}
    for one in all_bounds_in(text):
        if one.of != "length":
            into = items if one.of == "items" or _INDEXED.search(one.name) else found
            low, high = into.get(one.name, (-_WIDE, _WIDE))
            low = low if one.low is None else max(low, one.low)
            into[one.name] = (low, high if one.high is None else min(high, one.high))
    slots = [s.name for part in parts if isinstance(part, Row) for s in part.slots if s.name >= 0]
    ranges: dict[int | None, tuple[int, int]] = {}
    if len(slots) == len(found):
        names = sorted(found, key=lambda name: _first(name, text))
        ranges |= {slot: found[name] for slot, name in zip(slots, names, strict=True)}
    rows = [part for part in parts if isinstance(part, Items) and part.slot.kind == "int"]
    if len(rows) == len(items) == 1:
        ranges[None] = next(iter(items.values()))
    return {name: (low, high) for name, (low, high) in ranges.items() if low <= high}


def _first(name: str, text: str) -> int:
    """Where a name stands first; ``a`` is no name before another word."""
    is_word = r"(?!\s+[a-z]{2})" if name in ("a", "A", "I") else ""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w){is_word}", text)
    return found.start() if found else len(text)
