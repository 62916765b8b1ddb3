"""Values that a strategy allows: the edges first, then some at random. The same seed, the same."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from algosmith.verify import values
from algosmith.verify.behaviour import plain_key
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from algosmith.verify.examples.arguments import Strategy

_TRIES = 50
"""Draws for one value that a filter lets through, or that is not there yet."""
_STEPS = 5_000
"""Evaluations of ``.map`` and ``.filter`` for one test; more is a strategy made to stall us."""
_USUAL = 100
"""Numbers without bounds are mostly not larger than this."""
_LARGE = 1_000
_LONGEST = 40
_MOST_EDGES = 8


def draw(strategy: Strategy, rng: Random, count: int) -> list[Any]:
    """``count`` values, every second one an edge while there are any. Raises NotPlain.

    NotPlain means that a step did not evaluate or that (almost) nothing passes a filter.
    """
    drawer = _Drawer(rng)
    edges = drawer.edges(strategy)
    found: list[Any] = []
    for index in range(count):
        edge = next(edges, None) if index % 2 == 0 else None
        found.append(drawer.value(strategy, 0) if edge is None else edge[0])
    return found


class _Drawer:
    """Draws for one test."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.left = _STEPS

    def edges(self, strategy: Strategy) -> Iterator[tuple[Any]]:
        """The least, the largest, one, equal ones; only those that every filter lets through."""
        for raw in islice(self._raw_edges(strategy), _MOST_EDGES):
            yield from self._stepped(strategy, raw)

    def value(self, strategy: Strategy, depth: int) -> Any:
        """One value at random; ``depth`` keeps nested collections small."""
        for _ in range(_TRIES):
            for value in self._stepped(strategy, self._raw(strategy, depth)):
                return value[0]
        raise NotPlain("almost nothing passes the filter")

    def _stepped(self, strategy: Strategy, value: Any) -> Iterator[tuple[Any]]:
        """The value after ``.map`` and ``.filter``: none or one."""
        for step in strategy.steps:
            self.left -= 1
            if self.left < 0:
                raise NotPlain("too many steps")
            result = values.evaluate(step.body, {step.parameter: value})
            if not step.filters:
                value = result
            elif not result:
                return
        yield (value,)

    def _raw(self, strategy: Strategy, depth: int) -> Any:
        match strategy.kind:
            case "integers":
                return self._integer(strategy)
            case "floats":
                return self._float(strategy)
            case "sampled":
                return self.rng.choice(strategy.options)
            case "one_of":
                return self.value(self.rng.choice(strategy.parts), depth)
            case "permutations":
                return self.rng.sample(strategy.options, len(strategy.options))
            case "tuple" | "record":
                return _fixed(strategy, [self.value(part, depth + 1) for part in strategy.parts])
            case "text" | "binary" | "list" | "set" | "dict":
                usual = max(2, 8 >> depth)
                most = strategy.least + usual
                most = most if strategy.most is None else min(most, strategy.most)
                return self._sized(strategy, self.rng.randint(strategy.least, most), depth)

    def _integer(self, strategy: Strategy) -> int:
        low, high = _bounds(strategy, self.rng.choice((_USUAL // 10, _USUAL, _LARGE)))
        near = max(low, min(0, high))
        if high - low > 2 * _LARGE and self.rng.random() < 0.7:
            low, high = max(low, near - _USUAL), min(high, near + _USUAL)
        return self.rng.randint(int(low), int(high))

    def _float(self, strategy: Strategy) -> float:
        low, high = _bounds(strategy, self.rng.choice((_USUAL // 10, _LARGE)))
        made = low + (high - low) * self.rng.random()
        short = math.floor(made * 4) / 4
        return float(short if low <= short <= high else made)

    def _sized(self, strategy: Strategy, size: int, depth: int) -> Any:
        """A collection of that many items, fewer where no more different ones are found."""
        part = strategy.parts[0]
        if strategy.kind == "text" and self.rng.random() < 0.5:
            few = self.rng.choices(part.options, k=2)  # repeated letters tell more
            return "".join(self.rng.choices(few, k=size))
        different = strategy.unique or strategy.kind == "dict"
        found: dict[object, Any] = {}
        for number in range(size * (_TRIES if different else 1)):
            if len(found) == size:
                break
            item = self.value(part, depth + 1)
            found.setdefault(plain_key(item) if different else number, item)
        if len(found) < strategy.least:
            raise NotPlain("not enough different values")
        return self._collected(strategy, list(found.values()), depth)

    def _collected(self, strategy: Strategy, items: list[Any], depth: int = 0) -> Any:
        match strategy.kind:
            case "text":
                return "".join(items)
            case "binary":
                return bytes(items)
            case "set":
                return set(items)
            case "dict":
                return {item: self.value(strategy.parts[1], depth + 1) for item in items}
            case _:
                return items

    def _raw_edges(self, strategy: Strategy) -> Iterator[Any]:
        match strategy.kind:
            case "integers" | "floats":
                yield from _numbers(strategy)
            case "sampled":
                yield from strategy.options
            case "one_of":
                for part in strategy.parts:
                    yield from (edge[0] for edge in islice(self.edges(part), 2))
            case "permutations":
                yield list(strategy.options)
                yield list(reversed(strategy.options))
            case "tuple" | "record":
                columns = [list(self.edges(part)) for part in strategy.parts]
                for row in zip(*columns, strict=False):
                    yield _fixed(strategy, [edge[0] for edge in row])
            case "text" | "binary" | "list" | "set" | "dict":
                yield from self._collections(strategy)

    def _collections(self, strategy: Strategy) -> Iterator[Any]:
        most = _LONGEST if strategy.most is None else min(strategy.most, _LONGEST)
        least = strategy.least
        yield self._sized(strategy, least, 0)
        inner = [edge[0] for edge in self.edges(strategy.parts[0])]
        if not inner:
            return
        if least <= 1 <= most:
            yield self._collected(strategy, inner[:1])
        if least <= len(inner) <= most:
            yield self._collected(strategy, inner)
        size = max(least, min(4, most))
        if not strategy.unique and strategy.kind != "dict" and size:
            yield self._collected(strategy, [inner[-1]] * size)
        yield self._sized(strategy, max(least, min(most, 2 * size)), 0)


def _bounds(strategy: Strategy, reach: int) -> tuple[float, float]:
    """Both bounds, an open one ``reach`` away from the other or from zero."""
    low, high = strategy.low, strategy.high
    if low is None and high is None:
        return -reach, reach
    if low is None:
        low = min(cast("float", high), 0) - reach
    return low, max(low, 0) + reach if high is None else high


def _numbers(strategy: Strategy) -> list[Any]:
    """Bounds, and the values around zero that lie between."""
    low, high = strategy.low, strategy.high
    kind = int if strategy.kind == "integers" else float
    wanted = [low, 0, 1, -1, high, 2, None if low is None else low + 1]
    found = [
        kind(number)
        for number in wanted
        if number is not None
        and (low is None or low <= number)
        and (high is None or number <= high)
    ]
    return list(dict.fromkeys(found))


def _fixed(strategy: Strategy, items: Sequence[Any]) -> Any:
    if strategy.kind == "tuple":
        return tuple(items)
    return dict(zip(strategy.options, items, strict=True))
