"""What ``fmt`` prints, read back: the lines under ``// Output:`` of an example."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from algosmith.languages import shapes
from algosmith.languages.go.literals import AnyError, Several
from algosmith.languages.shapes import NotLiteral

_PLAIN = ("int", "float", "bool", "byte", "rune", "error")


class Unsaid:
    """In place of a result of which an example says nothing."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A value as ``fmt`` prints it: what it is says its kind only."""

    text: str


def read(text: str, kind: str) -> Any:
    """The value that ``%v`` shows so, of a kind; raises NotLiteral where that is not certain."""
    text = text.strip()
    name, _, rest = kind.partition("[")
    parts = shapes.split(rest[:-1], "[]") if rest else []
    match name:
        case "str":
            return text
        case "int" | "byte" | "rune" if re.fullmatch(r"[-+]?\d+", text):
            return int(text)
        case "float" if re.fullmatch(r"[-+]?(?:\d+(?:\.\d+)?(?:e[-+]\d+)?|Inf)|NaN", text):
            return float(text)
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "error":
            return None if text == "<nil>" else AnyError(text)
        case "list" if text.startswith("[") and text.endswith("]") and parts:
            return [read(one, parts[0]) for one in _items(text[1:-1], parts[0])]
        case "dict" if text.startswith("map[") and text.endswith("]") and len(parts) == 2:
            return _map(text[4:-1], parts)
        case "tuple" if parts and all(one in _PLAIN for one in parts[:-1]):
            items = text.split(" ", len(parts) - 1)
            if len(items) == len(parts):
                return Several(read(one, part) for one, part in zip(items, parts, strict=True))
            raise NotLiteral(text[:40])
        case _:
            raise NotLiteral(text[:40])


def _items(text: str, kind: str) -> list[str]:
    """The parts between blanks, those in brackets left whole."""
    if kind.partition("[")[0] not in (*_PLAIN, "list"):
        raise NotLiteral("texts in a list may hold blanks themselves")
    parts: list[str] = []
    depth = 0
    for char in text:
        if char == " " and not depth:
            parts.append("")
            continue
        parts = parts or [""]
        depth += (char == "[") - (char == "]")
        parts[-1] += char
    return parts


def _map(text: str, parts: list[str]) -> dict[Any, Any]:
    key, value = parts
    if key not in _PLAIN or value.partition("[")[0] not in (*_PLAIN, "list"):
        raise NotLiteral("texts in a map may hold blanks themselves")
    found: dict[Any, Any] = {}
    for one in _items(text, "list"):
        left, sign, right = one.partition(":")
        if not sign:
            raise NotLiteral(text[:40])
        found[read(left, key)] = read(right, value)
    return found
