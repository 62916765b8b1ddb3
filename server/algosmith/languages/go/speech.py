"""How Go writes values: ``[]int{1, 2}``, ``"ab"``, ``2, nil``; and values as their types have them.

For people a list is ``[1, 2]``: which type it has says the signature.
"""

from __future__ import annotations

import re
from typing import Any, cast

from algosmith.languages import shapes
from algosmith.languages.go import literals, shown
from algosmith.languages.go.kinds import LETTERS
from algosmith.languages.go.literals import AnyError, NamedFields, Rune, Several, Unknown
from algosmith.languages.lines import Speech
from algosmith.languages.shapes import NotLiteral, OwnObject
from algosmith.languages.spelling import Spelling


class GoSpelling(Spelling):
    """The same, with structs and several results in brackets."""

    def spelled(self, value: Any) -> str:
        """The value's text."""
        if isinstance(value, tuple):
            items = cast("tuple[Any, ...]", value)
            return f"({', '.join(map(self.spelled, items))})"
        return super().spelled(value)


SPELLING = GoSpelling("nil", "NaN", "Inf", "[%s]", "map[%s]", "%s: %s")
_LETTER = re.compile(rf"\b(?:{'|'.join(LETTERS)})\b")


def shaped(value: Any, kind: str) -> Any:
    """The value as one of a kind (``shapes.shaped``); raises NotLiteral where it is none.

    Letters are numbers where the kind says ``byte`` or ``rune``; several results are a tuple, and
    a value alone is what comes with no error.
    """
    if isinstance(value, shown.Printed):
        value = shown.read(re.sub(r" +", " ", value.text), kind)
    if kind == "error":
        if value is None:
            return None
        return AnyError(value) if isinstance(value, str) else _refuse(value, kind)
    name, _, rest = kind.partition("[")
    parts = shapes.split(rest[:-1], "[]") if rest else []
    if name == "tuple":
        return _several(value, parts)
    if isinstance(value, Several | AnyError | Unknown):
        return _refuse(value, kind)
    made = _numbers(value, name, parts)
    return shapes.shaped(made, _LETTER.sub("int", kind))


def _refuse(value: Any, kind: str) -> Any:
    raise NotLiteral(f"{value!r} is no {kind}")


def _several(value: Any, parts: list[str]) -> tuple[Any, ...]:
    if isinstance(value, AnyError) and parts and parts[-1] == "error":
        return (
            *(shown.Unsaid() for _ in parts[1:]),
            value,
        )  # what else comes with an error is open
    if not isinstance(value, Several | tuple):
        if len(parts) == 2 and parts[1] == "error":
            return (shaped(value, parts[0]), None)
        return _refuse(value, "tuple")
    items = cast("tuple[Any, ...]", value)
    if len(items) != len(parts):
        return _refuse(value, "tuple")
    return tuple(shaped(item, part) for item, part in zip(items, parts, strict=True))


def _numbers(value: Any, name: str, parts: list[str]) -> Any:
    """The value with letters as numbers, where the kind says so, and as texts, where it does."""
    if isinstance(value, NamedFields):
        return _refuse(value, name)
    if isinstance(value, OwnObject):
        made = zip(value, parts, strict=False)
        return OwnObject.of(value.name, [_inner(item, part) for item, part in made])
    if name in LETTERS:
        return ord(value) if isinstance(value, str) and len(value) == 1 else _plain(value)
    if name == "str" and isinstance(value, Rune):
        return chr(value)
    return _gathered(value, name, parts) if name in ("list", "dict") else _plain(value)


def _gathered(value: Any, name: str, parts: list[str]) -> Any:
    """A list or map; one that is nil has no items, and is shown so."""
    if value is None:
        return [] if name == "list" else {}
    inner, item = (*parts, "", "")[:2]
    if isinstance(value, str) and inner in LETTERS:
        letters = value.encode("utf-8", "surrogateescape") if inner == "byte" else map(ord, value)
        return list(letters)
    if name == "list" and isinstance(value, list):
        return [_inner(one, inner) for one in cast("list[Any]", value)]
    if name == "dict" and isinstance(value, dict):
        pairs = cast("dict[Any, Any]", value).items()
        return {_inner(k, inner): _inner(v, item) for k, v in pairs}
    return _plain(value)


def _inner(value: Any, kind: str) -> Any:
    name, _, rest = kind.partition("[")
    return _numbers(value, name, shapes.split(rest[:-1], "[]") if rest else [])


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Rune) else value


def plain(text: str) -> str:
    """A comment's words without the indentation of its code."""
    return re.sub(r"^\t", "", text, flags=re.MULTILINE)


SPEECH = Speech(literals.parse, SPELLING.spelled, shaped, plain)
