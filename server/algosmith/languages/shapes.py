"""A literal as a value of the type that is declared for it, and what is no literal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence


class NotLiteral(ValueError):
    """The expression is no literal."""


class OwnObject(tuple[Any, ...]):
    """An object of a class of the user's, as what its constructor takes."""

    name: str

    @classmethod
    def of(cls, name: str, values: Sequence[Any]) -> OwnObject:
        """``new Point(1, 2)``."""
        made = cls(values)
        made.name = name
        return made


class OwnConstant(str):
    """A value of an enum of the user's."""

    name: str
    """The enum's."""

    @classmethod
    def of(cls, name: str, value: str) -> OwnConstant:
        """``Color.RED``."""
        made = cls(value)
        made.name = name
        return made


def split(text: str, brackets: str = "<>") -> list[str]:
    """The parts between commas, those inside brackets left whole."""
    parts: list[str] = [""]
    depth = 0
    for char in text:
        depth += (char == brackets[0]) - (char == brackets[1])
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def shaped(value: Any, kind: str) -> Any:  # noqa: C901  one case for each kind
    """The value as one of the Python annotation ``kind``; raises NotLiteral where it is none.

    ``Point[int, int]`` is a class of the user's with its parts, ``Color['RED']`` an enum.
    """
    name, _, rest = kind.partition("[")
    parts = split(rest[:-1], "[]") if rest else []
    if name not in _HOLDERS and _is_own(value):
        return _own(value, name, parts)
    items = _items(value)
    match name:
        case "":
            return value
        case "int":
            return _whole(value)
        case "float" if type(value) in (int, float):
            number = cast("float", value)
            return float(number) if abs(number) < 1 << 900 else number
        case "bool" if isinstance(value, bool):
            return value
        case "str" if isinstance(value, str):
            return value
        case "list" if items is not None:
            return [shaped(item, parts[0] if parts else "") for item in items]
        case "tuple" if items is not None and len(items) == len(parts):
            return tuple(shaped(item, part) for item, part in zip(items, parts, strict=True))
        case "set" if items is not None:
            return {_key(shaped(item, parts[0] if parts else "")) for item in items}
        case "dict" if isinstance(value, dict):
            pairs = cast("dict[Any, Any]", value).items()
            key, item = (*parts, "", "")[:2]
            return {_key(shaped(k, key)): shaped(v, item) for k, v in pairs}
        case "dict" if items is not None and not items:
            return {}
        case "ListNode" | "TreeNode":
            return [] if value is None else value
        case _:
            if value is None and (name in ("list", "str", "set", "dict") or name[:1].isupper()):
                return None
            raise NotLiteral(f"{value!r} is no {kind}")


_HOLDERS = ("list", "tuple", "set", "dict")


def _own(value: Any, name: str, parts: list[str]) -> Any:
    """An object or an enum's value, where just this class is asked for."""
    if getattr(value, "name", "") != name:
        raise NotLiteral(f"{value!r} is no {name}")
    if isinstance(value, OwnConstant) and repr(str(value)) in parts:
        return str(value)
    if isinstance(value, OwnObject) and len(value) == len(parts):
        return tuple(shaped(item, part) for item, part in zip(value, parts, strict=True))
    raise NotLiteral(f"{value!r} is no {name}")


def _is_own(value: Any) -> bool:
    """Whether it is such a value, or holds one."""
    if isinstance(value, OwnObject | OwnConstant):
        return True
    if isinstance(value, dict):
        pairs = cast("dict[Any, Any]", value).items()
        return any(_is_own(one) for pair in pairs for one in pair)
    return any(map(_is_own, _items(value) or ()))


def _items(value: Any) -> list[Any] | None:
    found = cast("list[Any]", value)
    plain = not isinstance(value, OwnObject)
    return [*found] if plain and isinstance(value, list | tuple | set | frozenset) else None


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise NotLiteral(f"{value!r} is no whole number")


def _key(value: Any) -> Any:
    items: Any = value
    return tuple(items) if isinstance(value, list) else items
