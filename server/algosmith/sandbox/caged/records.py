"""Objects of the program's own classes as fields, and back, inside the cage.

A record on the wire: class, whether its own ``__eq__`` decides, names of the fields, what it equals
as an instance of a builtin class (a list of one, or of none), then the values of the fields.
"""

from __future__ import annotations

import enum
from typing import Any

MEMBER, WRITTEN = ".", "()"
"""As in ``algosmith.sandbox.types``."""
_BUILTIN: Any = (int, str, float, tuple, list, dict, set, frozenset, bytes)
_OWN: Any = {int: "__int__", str: "__str__", float: "__float__"}

_type: Any = type
_getattr: Any = getattr
_dict: Any = dict
_isinstance, _issubclass, _sorted, _str, _repr = isinstance, issubclass, sorted, str, repr
_mro: Any = type.mro
_next: Any = next
_len: Any = len
_items: Any = getattr(tuple, "__iter__")  # noqa: B009  its own type says nothing of the items
_missing = object()
_default_repr = object.__repr__
_get = object.__getattribute__


class NoRecord(Exception):
    """The object has no fields that can be read."""


def fields_of(value: Any, kind: Any) -> tuple[dict[str, Any], Any, bool]:
    """(fields, what it equals as a builtin, whether its own ``__eq__`` decides).

    The second is a list of one value or none, or True for the tuple of the fields.
    """
    if _issubclass(kind, enum.Enum):
        return {MEMBER: value._name_}, _like(value), _is_written(kind)
    names: Any = _getattr(kind, "_fields", None)
    if _issubclass(kind, tuple) and _type(names) is tuple:
        # Its items themselves: a class of the program's own may say others of it.
        items: Any = [*_items(value)]
        if _len(items) == _len(names):
            pairs: Any = zip(names, items)  # noqa: B905  Python 3.9
            return _dict(pairs), True, _is_written(kind)
    declared: Any = _getattr(kind, "__dataclass_fields__", None)
    if declared is not None and _eq_file(kind) == "<string>":
        kept = [name for name, field in declared.items() if field.compare]
        found = {name: _getattr(value, name, _missing) for name in kept}
        return {n: v for n, v in found.items() if v is not _missing}, [], False
    return _attributes(value, kind), _like(value), True


def _like(value: Any) -> list[Any]:
    """The value of the builtin class that it is an instance of, in a list."""
    # Of the class itself: an object may say that it is of another one.
    mro: Any = _mro(_type(value))
    base = _next((base for base in mro if base in _BUILTIN), None)
    return [] if base is None else [_plain(base, value)]


def _plain(base: Any, value: Any) -> Any:
    """What an object is to a builtin class above its own, whose methods may lie."""
    if base in _OWN:
        return _getattr(base, _OWN[base])(value)
    if base is _dict:
        return _dict(_dict.items(value))
    return base(base.__iter__(value))


def _attributes(value: Any, kind: Any) -> dict[str, Any]:
    """All attributes of the object, in the order of their names."""
    try:
        found: dict[str, Any] = _dict(_get(value, "__dict__"))
    except AttributeError:
        found = _dict()
    for owner in kind.__mro__:
        slots = owner.__dict__.get("__slots__", ())
        for name in (slots,) if _type(slots) is _str else slots:
            item = _getattr(value, name, _missing)
            if item is not _missing and name not in ("__dict__", "__weakref__"):
                found[name] = item
    return {name: found[name] for name in _sorted(found)}


def own_text(value: Any, kind: Any) -> str:
    """What the class's own ``__repr__`` says; raises NoRecord where it has none."""
    if kind.__repr__ is _default_repr:
        raise NoRecord
    try:
        text = _repr(value)
    except BaseException:  # noqa: BLE001  the candidate's own code
        raise NoRecord from None
    if _type(text) is not _str:
        raise NoRecord
    return text


def _eq_file(kind: Any) -> str:
    """Where the code of its ``__eq__`` stands: the dataclass decorator's in ``<string>``."""
    code = _getattr(_getattr(kind, "__eq__", None), "__code__", None)
    return _getattr(code, "co_filename", "")


def _is_written(kind: Any) -> bool:
    """Whether the program itself says when two of them are equal."""
    return _eq_file(kind) in ("<candidate>", "<session>")


def build(kind: Any, names: list[str], items: list[Any]) -> Any:
    """An object of a class by what its constructor is given; fields without a name go by place."""
    if _isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind[items[0]]
    placed = [item for name, item in zip(names, items) if not name]  # noqa: B905  Python 3.9
    named = {name: item for name, item in zip(names, items) if name}  # noqa: B905
    return kind(*placed, **named)
