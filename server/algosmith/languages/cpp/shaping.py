"""Gives literals the shape that a declared type asks for: ``{1, 2}`` is a pair where one is due."""

from __future__ import annotations

from typing import Any

from algosmith.languages.shapes import NotLiteral, split


def shaped(value: Any, kind: str) -> Any:  # noqa: C901  one case for each kind
    """The value as one of the Python annotation ``kind``; raises NotLiteral where it is none."""
    name, _, rest = kind.partition("[")
    parts = split(rest[:-1], "[]") if rest else []
    items = _items(value)
    match name:
        case "":
            return value
        case "int":
            return _whole(value)
        case "float" if type(value) in (int, float):
            return float(value) if abs(value) < 1 << 900 else value
        case "bool" if isinstance(value, bool) or value in (0, 1):
            return bool(value)
        case "str" if isinstance(value, str):
            return value
        case "list" if items is not None:
            return [shaped(item, parts[0] if parts else "") for item in items]
        case "tuple" if items is not None and len(items) == len(parts):
            return tuple(shaped(item, part) for item, part in zip(items, parts, strict=True))
        case "set" if items is not None:
            return {shaped(item, parts[0]) for item in items}
        case "dict":
            return _mapped(value, parts)
        case "ListNode" | "TreeNode":
            return [] if value is None else value
        case _:
            raise NotLiteral(f"{value!r} is no {kind}")


def _items(value: Any) -> Any:
    items: Any = value
    return items if isinstance(value, list | tuple | set) else None


def _whole(value: Any) -> int:
    if isinstance(value, str) and len(value) == 1:
        return ord(value)
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise NotLiteral(f"{value!r} is no whole number")


def _mapped(value: Any, parts: list[str]) -> Any:
    pairs: Any = [*value.items()] if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not all(_is_pair(pair) for pair in pairs):
        raise NotLiteral(f"{value!r} is no map")
    key, item = (*parts, "", "")[:2]
    return {shaped(_key(k), key): shaped(v, item) for k, v in pairs}


def _is_pair(value: Any) -> bool:
    items: Any = value
    return isinstance(value, list | tuple) and len(items) == 2


def _key(value: Any) -> Any:
    items: Any = value
    return tuple(items) if isinstance(value, list) else items
