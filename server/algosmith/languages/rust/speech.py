"""How Rust writes values: ``vec![1, 2]``, ``"ab"``, ``true``, ``Ok(1)``."""

from __future__ import annotations

import re
from typing import Any, cast

from algosmith.languages import shapes
from algosmith.languages.lines import Speech
from algosmith.languages.rust import literals
from algosmith.languages.spelling import Spelling

_PLAIN = Spelling("None", "f64::NAN", "f64::INFINITY", "[%s]", "{%s}", "%s: %s")
_ASSERTS = re.compile(r"^.*\b(?:debug_)?assert(?:_eq|_ne)?!.*$", re.MULTILINE)
_FENCE = re.compile(r"^\s*```.*$", re.MULTILINE)


class RustSpelling(Spelling):
    """The same, with tuples and results as Rust has them."""

    def spelled(self, value: Any) -> str:
        """The value's text."""
        if isinstance(value, tuple):
            items = cast("tuple[Any, ...]", value)
            if len(items) == 2 and items[0] in ("Ok", "Err"):
                return f"{items[0]}({self.spelled(items[1])})"
            return f"({', '.join(map(self.spelled, items))}{',' * (len(items) == 1)})"
        return _PLAIN.spelled(value) if not isinstance(value, list) else self._list(value)  # pyright: ignore[reportUnknownArgumentType]

    def _list(self, value: list[Any]) -> str:
        return f"[{', '.join(map(self.spelled, value))}]"


SPELLING = RustSpelling("None", "f64::NAN", "f64::INFINITY", "[%s]", "{%s}", "%s: %s")


def plain(text: str) -> str:
    """A comment's words without its asserts: these are read as code."""
    return _FENCE.sub("", _ASSERTS.sub("", text))


def shaped(value: Any, kind: str) -> Any:
    """The value as one of a kind (``shapes.shaped``); ``Option[int]`` may be none.

    ``Result[int, str]`` is ``("Ok", 1)`` or ``("Err", "no")``; a bare value is what went well.
    """
    if kind.startswith("Result["):
        right, wrong = shapes.split(kind[7:-1], "[]")
        pair = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else ()
        if len(pair) != 2 or pair[0] not in ("Ok", "Err"):
            return ("Ok", shaped(value, right))
        return (pair[0], shaped(pair[1], right if pair[0] == "Ok" else wrong))
    if kind.startswith("Option["):
        return None if value is None else shapes.shaped(value, kind[7:-1])
    return shapes.shaped(value, kind)


SPEECH = Speech(literals.parse, SPELLING.spelled, shaped, plain)
