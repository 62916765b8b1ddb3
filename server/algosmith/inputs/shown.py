"""What the user's examples show of valid inputs: what they never show may not be meant.

Two right implementations often differ on an empty list, a negative number or a capital letter that
nobody thought of. An input is *inside* where each of its parts is like one of the examples' parts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.sandbox.types import Call, Value

Path = tuple[int | str, ...]

_ENOUGH = 2
"""Lists with several items that all are sorted, or all without repeats, before that is a rule."""


@dataclass(frozen=True, slots=True)
class ShownShapes:
    """What the parts at each place look like; empty where there are no examples."""

    traits: dict[Path, set[str]] = field(default_factory=lambda: defaultdict(set))
    rules: dict[Path, set[str]] = field(default_factory=lambda: defaultdict(set))

    def outside(self, call: Call) -> str:
        """What about the call no example shows, for people; empty where there is nothing."""
        if not self.traits:
            return ""
        for path, value in _parts(call):
            known = self.traits.get(path)
            if known is None:
                continue
            new = _traits(value) - known
            if _is_nested(call) and self._knows_zero():
                new -= {"zero"}  # the vertex 0 of a graph may stand anywhere
            if new:
                return min(new)
            broken = self.rules.get(path, set[str]()) - _rules(value)
            if broken:
                return f"no {min(broken)} list"
        return ""

    def _knows_zero(self) -> bool:
        return any("zero" in known for known in self.traits.values())


def _is_nested(call: Call) -> bool:
    return any(
        isinstance(value, dict)
        or (isinstance(value, list) and any(isinstance(i, list) for i in value))
        for value in call.args
    )


def shown_by(calls: Sequence[Call]) -> ShownShapes:
    """What these calls show."""
    shown = ShownShapes()
    several: dict[Path, list[set[str]]] = defaultdict(list)
    for call in calls:
        for path, value in _parts(call):
            shown.traits[path] |= _traits(value)
            if isinstance(value, list | tuple) and len(value) > 2:
                several[path].append(_rules(value))
    for path, found in several.items():
        if len(found) >= _ENOUGH:
            shown.rules[path] = set[str].intersection(*found)
    return shown


def _parts(call: Call) -> Iterator[tuple[Path, Value]]:
    stack: list[tuple[Path, Any]] = [((at,), value) for at, value in enumerate(call.args)]
    stack += [((name,), value) for name, value in call.kwargs.items()]
    while stack:
        path, value = stack.pop()
        yield path, value
        if isinstance(value, Node):
            stack += [((*path, "item"), one) for one in value.items]
        elif isinstance(value, dict):
            stack += [((*path, "key"), one) for one in value]  # pyright: ignore
            stack += [((*path, "value"), one) for one in value.values()]  # pyright: ignore
        elif isinstance(value, list | tuple | set | frozenset):
            stack += [((*path, "item"), one) for one in value]  # pyright: ignore


def _traits(value: Value) -> set[str]:
    if value is None:
        return {"None"}
    if isinstance(value, bool):
        return {"a bool"}
    if isinstance(value, int | float):
        kind = "a fraction" if isinstance(value, float) and value != value // 1 else "a number"
        sign = "a negative number" if value < 0 else "zero" if value == 0 else kind
        return {sign, kind}
    if isinstance(value, str):
        return {_letter(letter) for letter in value} | ({"a text"} if value else {"an empty text"})
    if isinstance(value, list | tuple | set | frozenset | dict):
        name = "list" if isinstance(value, list) else type(value).__name__
        return {f"a {name}"} if value else {f"an empty {name}"}
    return {type(value).__name__}


def _letter(letter: str) -> str:
    if letter.isspace():
        return "a space"
    if letter.isdigit():
        return "a digit"
    if letter.isalpha():
        return "a capital letter" if letter.isupper() else "a small letter"
    return "a sign"


def _rules(value: Value) -> set[str]:
    """Rules that a list keeps."""
    if not isinstance(value, list | tuple):
        return set()
    found: set[str] = set()
    keys = [repr(item) for item in value]
    if len(set(keys)) == len(keys):
        found.add("repeat-free")
    try:
        if list(value) == sorted(value):  # type: ignore[type-var]  # else TypeError
            found.add("sorted")
    except TypeError:
        pass
    lengths = {len(item) for item in value if isinstance(item, list | str)}
    if len(lengths) == 1 and value and isinstance(value[0], list):
        found.add("rectangular")
    return found
