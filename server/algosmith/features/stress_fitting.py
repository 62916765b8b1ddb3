"""Which calls the words about a function exclude: not sorted, empty, below or above a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.features.review_pace import limits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from algosmith.features.review_pace import Limit
    from algosmith.inputs.kinds import Kind, Parameter
    from algosmith.sandbox.types import Call, Value


def _never(_: float) -> bool:
    return False


_OF: dict[str, Callable[[float], bool]] = {
    "zero": lambda value: value == 0,
    "a negative number": lambda value: value < 0,
}


class Words:
    """What is said about the arguments, in words and bounds."""

    def __init__(self, parameters: Sequence[Parameter], text: str) -> None:
        self._parameters = tuple(parameters)
        self._limits: Mapping[str, Limit] = limits_of(text)

    def allow(self, call: Call) -> bool:
        """Whether nothing that is said excludes the call."""
        pairs = zip(self._parameters, call.args, strict=False)
        return all(
            _fits(one.kind, value) and self._is_in_size(one.name, value) for one, value in pairs
        )

    def mean(self, call: Call, outside: str) -> bool:
        """Whether the words name what no example shows: ``n >= 0`` means zero, too."""
        return any(
            limit is not None and limit.low <= value and _OF.get(outside, _never)(value)
            for one, value in zip(self._parameters, call.args, strict=False)
            if isinstance(value, int | float)
            for limit in (self._limits.get(one.name),)
        )

    def _is_in_size(self, name: str, value: Value) -> bool:
        limit = self._limits.get(name)
        if limit is None:
            return True
        if isinstance(value, str | list | tuple | dict | set):
            return limit.low <= len(value) <= limit.high
        return not isinstance(value, int | float) or limit.low <= value <= limit.high


def _fits(kind: Kind, value: Value) -> bool:
    traits = kind.traits
    if isinstance(value, str | list | tuple | dict | set) and not value:
        return "nonempty" not in traits
    if isinstance(value, list):
        return _list_fits(kind, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        above = kind.low is None or value >= kind.low
        below = kind.high is None or value <= kind.high
        return above and below and not ("positive" in traits and value <= 0)
    return True


def _list_fits(kind: Kind, items: list[Value]) -> bool:
    plain = [i for i in items if isinstance(i, int | float | str) and not isinstance(i, bool)]
    if len(plain) == len(items) and len({isinstance(i, str) for i in plain}) <= 1:
        if "sorted" in kind.traits and plain != sorted(plain):  # type: ignore[type-var]
            return False
        if "distinct" in kind.traits and len(set(plain)) < len(plain):
            return False
    numbers = [i for i in plain if not isinstance(i, str)]
    if "positive" in kind.traits and any(i <= 0 for i in numbers):
        return False
    if "nonnegative" in kind.traits and any(i < 0 for i in numbers):
        return False
    return all(_fits(kind.part, item) for item in items) if kind.parts else True
