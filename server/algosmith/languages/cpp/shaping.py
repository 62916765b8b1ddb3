"""Gives literals the shape that a declared type asks for: ``{1, 2}`` is a pair where one is due."""

from __future__ import annotations

import re
from typing import Any

from algosmith.languages.cpp.heads import split
from algosmith.languages.cpp.literals import NotLiteral


def shaped(value: Any, kind: str) -> Any:
    """The value as a value of the Python annotation ``kind``; raises NotLiteral where it is none."""
    name, _, rest = kind.partition("[")
    parts = split(rest[:-1], "[]") if rest else []
    match name:
        case "int":
            return _whole(value)
        case "float" if type(value) in (int, float):
            return float(value) if abs(value) < 1 << 900 else value
        case "bool" if isinstance(value, bool) or value in (0, 1):
            return bool(value)
        case "str" if isinstance(value, str):
            return value
        case "list" if isinstance(value, list | tuple | set):
            return [shaped(item, parts[0] if parts else "") for item in value]  # pyright: ignore[reportUnknownVariableType]  # plain values
        case "tuple" if isinstance(value, list | tuple) and len(value) == len(parts):  # pyright: ignore[reportUnknownArgumentType]  # plain values
            return tuple(shaped(item, part) for item, part in zip(value, parts, strict=True))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # plain values
        case "set" if isinstance(value, list | tuple | set):
            return {shaped(item, parts[0]) for item in value}  # pyright: ignore[reportUnknownVariableType]  # plain values
        case "dict":
            return _mapped(value, parts)
        case "ListNode" | "TreeNode":
            return [] if value is None else value
        case "":
            return value
        case _:
            raise NotLiteral(f"{value!r} is no {kind}")


def _whole(value: Any) -> int:
    if isinstance(value, str) and len(value) == 1:
        return ord(value)
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise NotLiteral(f"{value!r} is no whole number")


def _mapped(value: Any, parts: list[str]) -> Any:
    if isinstance(value, dict):
        pairs: Any = value.items()
    elif isinstance(value, list) and all(
        isinstance(p, list | tuple) and len(p) == 2 for p in value
    ):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values
        pairs = value
    else:
        raise NotLiteral(f"{value!r} is no map")
    key, item = (*parts, "", "")[:2]
    return {shaped(_key(k), key): shaped(v, item) for k, v in pairs}


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values


def is_whole(text: str) -> bool:
    """Whether a text has as many closing brackets as opening ones."""
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}")) and bool(
        re.search(r"\S", text)
    )
