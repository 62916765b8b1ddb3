"""Inputs for a program, made from its samples' layout and kept within the statement's bounds."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.inputs.bounds import LESS, NUMBER, number_of
from algosmith.programs import layout
from algosmith.programs.layout import Items, Repeat, Row, layout_of
from algosmith.programs.ranges import ranges_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.programs.layout import Part, Slot
    from algosmith.programs.types import Problem

_SMALL = (1, 2, 3, 1, 4, 5, 2, 7, 3, 9)
_LARGEST = 1 << 62
_OURS = re.compile(
    r"^(?:if TYPE_CHECKING:\n(?:(?:    .*)?\n)+|from (?:algosmith|__future__).*\n)", re.MULTILINE
)
"""Imports that the cage does not have."""


def inputs_for(problem: Problem, count: int, seed: int) -> tuple[str, ...]:
    """Inputs that are none of the samples', small ones first; the same seed gives the same ones."""
    given = [sample.input for sample in problem.samples if sample.input.strip()]
    parts = layout_of(given)
    if parts is None:
        return ()
    bounds, own = bounds_in(problem.text), ranges_of(problem.text, parts)
    known = {" ".join(text.split()) for text in given}
    made: dict[str, str] = {}
    for attempt in range(8 * count):
        size = _SMALL[attempt % len(_SMALL)]
        rng = random.Random(f"{seed}/{attempt}")  # noqa: S311 - test inputs
        # What one or two samples have in common, being sorted say, may be chance.
        strict = attempt % 2 == 0 or len(given) > 2
        text = build(parts, size, rng, bounds, own=own, strict=strict)
        key = " ".join(text.split())
        if key not in known and is_within(text, bounds):
            made.setdefault(key, text)
        if len(made) >= count:
            break
    return tuple(made.values())


def bounds_in(text: str) -> tuple[int, int] | None:
    """The lowest and the highest number that the statement's constraints allow anywhere."""
    found: list[tuple[int, int]] = []
    between = (
        rf"(?P<low>{NUMBER})\s*(?P<first>{LESS})\s*[^<≤\\\n]{{1,40}}?"
        rf"\s*(?P<second>{LESS})\s*(?P<high>{NUMBER})"
    )
    for match in re.finditer(between, text):
        low, high = number_of(match["low"]), number_of(match["high"])
        if low is not None and high is not None and low <= high:
            low += match["first"] == "<"
            high -= match["second"] == "<"
            found.append((low, high))
    if not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def is_within(text: str, bounds: tuple[int, int] | None) -> bool:
    """Whether every whole number of an input lies within the bounds."""
    if bounds is None:
        return True
    numbers = (int(token) for token in text.split() if re.fullmatch(r"-?\d{1,19}", token))
    return all(bounds[0] <= number <= bounds[1] for number in numbers)


def build(  # noqa: PLR0913  keyword-only and independent
    parts: Sequence[Part],
    size: int,
    rng: random.Random,
    bounds: tuple[int, int] | None = None,
    *,
    own: Mapping[int | None, tuple[int, int]] | None = None,
    strict: bool = True,
    spread: int | None = None,
) -> str:
    """One input whose counts are about ``size``.

    Args:
        parts: The layout.
        size: What the counts are to be.
        rng: Where chance comes from.
        bounds: The lowest and highest number allowed.
        own: The same of single variables, and of the items of a row (None).
        strict: With all that the samples share, being sorted for instance.
        spread: How far numbers may go beyond the samples'; by default further in larger inputs.
    """
    bounds = bounds or (-_LARGEST, _LARGEST)
    maker = _Maker(size, rng, bounds, own or {}, _counts(parts), strict, spread)
    for part in parts:
        maker.part(part)
    return "".join(line + "\n" for line in maker.lines)


def _counts(parts: Sequence[Part]) -> frozenset[int]:
    """The variables that say how many tokens, rows or letters follow."""
    found: set[int] = set()
    for part in parts:
        if isinstance(part, Repeat):
            found |= {part.count, *_counts(part.parts)}
        elif isinstance(part, Items):
            found |= {part.count} if part.count is not None else set()
        slots = part.slots if isinstance(part, Row) else ()
        found |= {slot.length for slot in slots if slot.length is not None}
    return frozenset(found)


@dataclass(slots=True)
class _Maker:
    """The lines of one input while they are made."""

    size: int
    rng: random.Random
    bounds: tuple[int, int]
    own: Mapping[int | None, tuple[int, int]]
    counts: frozenset[int]
    strict: bool
    spread: int | None
    values: dict[int, int] = field(default_factory=dict[int, int])
    lines: list[str] = field(default_factory=list[str])

    def part(self, part: Part) -> None:
        if isinstance(part, Row):
            self.lines.append(" ".join(self.token(slot) for slot in part.slots))
        elif isinstance(part, Items):
            self.lines.append(" ".join(self.items(part)))
        elif part.is_tree:
            self.tree(part)
        else:
            times = self.values.get(part.count, self.size) - part.less
            for _ in range(times):
                for inner in part.parts:
                    self.part(inner)

    def items(self, part: Items) -> list[str]:
        count = self.values.get(part.count, self.size) if part.count is not None else self.size
        if part.is_permutation and self.strict:
            order = [*range(1, count + 1)]
            self.rng.shuffle(order)
            return [str(number) for number in order]
        if part.slot.kind != "int":
            return [self.token(part.slot) for _ in range(count)]
        numbers = [self.number(part.slot, spread=count) for _ in range(count)]
        if part.is_distinct and self.strict:
            low, high = self.range(part.slot, spread=4 * count)
            if high - low >= count - 1:  # else the bounds leave no room for it
                numbers = self.rng.sample(range(low, high + 1), count)
        if part.is_sorted and self.strict:
            numbers.sort()
        return [str(number) for number in numbers]

    def tree(self, part: Repeat) -> None:
        """The edges of a random tree; what else stands in its rows is made as anywhere."""
        for node in range(2, self.values.get(part.count, self.size) + 1):
            ends = [str(self.rng.randint(1, node - 1)), str(node)]
            row = part.parts[0]
            rest = row.slots[2:] if isinstance(row, Row) else ()
            self.lines.append(" ".join([*ends, *(self.token(slot) for slot in rest)]))

    def token(self, slot: Slot) -> str:
        if slot.kind == "word":
            letters = "".join(slot.seen) or "a"
            length = len(self.rng.choice(slot.seen))
            if slot.length is not None:
                length = self.values.get(slot.length, self.size)
            elif len(set(slot.seen)) > 1 or length > 1:
                length = max(1, min(length + self.rng.randint(-2, 2), self.size + 2))
            return "".join(self.rng.choice(letters) for _ in range(length))
        if slot.kind == "float":
            high = max(abs(float(token)) for token in slot.seen) or 1.0
            low = -high if any(token.startswith("-") for token in slot.seen) else 0.0
            return f"{self.rng.uniform(low, 2 * high):.3f}"
        value = self.size if slot.name in self.counts else self.number(slot, spread=self.size)
        low, high = self.own.get(slot.name, (value, value))
        value = max(low, min(value, high))
        if slot.name >= 0:
            self.values[slot.name] = value
        return str(value)

    def number(self, slot: Slot, *, spread: int) -> int:
        low, high = self.range(slot, spread=spread)
        return self.rng.randint(low, max(low, high))

    def range(self, slot: Slot, *, spread: int) -> tuple[int, int]:
        """Of values: what the samples have and a little more, no index above its count."""
        spread = spread if self.spread is None else self.spread
        seen = [int(token) for token in slot.seen]
        low, high = min(seen), max(seen)
        low = min(low, 1) if low > 0 else low
        high = max(high, high + spread) if high > 0 else high
        own = self.own.get(slot.name if slot.name >= 0 else None, self.bounds)
        low, high = max(low, self.bounds[0], own[0]), min(high, self.bounds[1], own[1])
        if slot.most is not None and slot.most in self.values:
            high = min(high, self.values[slot.most])
        return low, max(low, high)


def generator_source(problem: Problem) -> str | None:
    """Source of ``gen(n)``, an input whose counts are n; None where the samples show no layout.

    It is sent into the cage as text, with the modules it is made of: they import the standard
    library and each other only.
    """
    given = [sample.input for sample in problem.samples if sample.input.strip()]
    if layout_of(given) is None:
        return None
    files = (Path(layout.__file__), Path(__file__))
    texts = [_OURS.sub("", file.read_text("utf-8")) for file in files]
    # Numbers keep their size, so that only the counts grow.
    call = f"build(layout_of({given!r}), n, random.Random(n), strict=False, spread=9)"
    last = f"def gen(n):\n    return {call}\n"
    return "\n".join(["from __future__ import annotations", *texts, last])
