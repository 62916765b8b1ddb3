"""Kinds from type annotations and from example values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from algosmith.inputs.kinds import Base, Kind
from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Node, Record
from algosmith.syntax.pythontree import expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from algosmith.sandbox.types import Value

_SCALARS: dict[str, Base] = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "bytes": "bytes",
    "Number": "int",
    "Real": "float",
    "None": "none",
}
_DRESSED: dict[str, Base] = {
    "complex": "float", "Decimal": "float", "Fraction": "float", "Complex": "float",
    "Rational": "float", "range": "int", "date": "int", "datetime": "int", "timedelta": "int",
    "bytearray": "bytes", "deque": "list", "Deque": "list", "array": "list", "Counter": "dict",
    "OrderedDict": "dict", "defaultdict": "dict", "DefaultDict": "dict", "frozenset": "set",
    "FrozenSet": "set",
}  # fmt: skip
"""Classes whose values are made of plain ones, by the trait of the same name (see ``dress.py``)."""
_TRAITS = {"Deque": "deque", "DefaultDict": "defaultdict", "Complex": "complex",
           "Rational": "Fraction", "FrozenSet": "frozenset"}  # fmt: skip
_LISTS = {
    "list", "List", "Sequence", "MutableSequence", "Iterable", "Collection", "Iterator",
    "Reversible", "Container", "Sized",
}  # fmt: skip
_SETS = {"set", "Set", "AbstractSet", "MutableSet"}
_DICTS = {"dict", "Dict", "Mapping", "MutableMapping"}
_TRANSPARENT = {"Optional", "Annotated", "Final", "ClassVar", "Required"}


def kind_of_annotation(node: ast.expr | None) -> Kind | None:
    """The kind an annotation names; None where it says nothing usable (``Any``, a variable)."""
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        return _of_constant(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _first_of((node.left, node.right))
    if isinstance(node, ast.Subscript):
        return _of_subscript(node)
    return _of_name(_name(node))


def _of_constant(value: object) -> Kind | None:
    if value is None:
        return Kind("none")
    if not isinstance(value, str):
        return None
    try:
        return kind_of_annotation(expression(value))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _first_of(nodes: Iterable[ast.expr]) -> Kind | None:
    kinds = [kind for kind in map(kind_of_annotation, nodes) if kind and kind.base != "none"]
    return kinds[0] if kinds else None


def _of_subscript(node: ast.Subscript) -> Kind | None:
    name = _name(node.value)
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name in _TRANSPARENT:
        return kind_of_annotation(arguments[0])
    if name == "Union":
        return _first_of(arguments)
    if name == "Literal":
        return _of_literals([a.value for a in arguments if isinstance(a, ast.Constant)])
    if name in ("tuple", "Tuple"):
        return _of_tuple(arguments)
    parts = tuple(kind_of_annotation(a) or Kind("int") for a in arguments)
    container = _of_name(name)
    if name == "Counter":
        parts = (*parts[:1], Kind("int", low=1))
    if container is None or container.base not in ("list", "set", "dict"):
        return container
    return Kind(container.base, parts, container.traits)


def _of_literals(values: Sequence[object]) -> Kind | None:
    """A fixed set of texts or numbers: no other value is tried."""
    known = [value for value in values if isinstance(value, int | str)]
    bases: list[Base] = [kind_of_value(value).base for value in known]
    if len(set(bases)) != 1:
        return kind_of_value(known[0]) if known else None
    return Kind(bases[0], (), frozenset({"format", "fixed"}), samples=tuple(known))


def _of_tuple(arguments: list[ast.expr]) -> Kind:
    last = arguments[-1]
    if isinstance(last, ast.Constant) and last.value is ...:
        part = kind_of_annotation(arguments[0]) or Kind("int")
        return Kind("list", (part,), frozenset({"tuple"}))
    return Kind("tuple", tuple(kind_of_annotation(a) or Kind("int") for a in arguments))


def _of_name(name: str) -> Kind | None:
    if name in _SCALARS:
        return Kind(_SCALARS[name])
    if name in _DRESSED:
        return Kind(_DRESSED[name], (), frozenset({_TRAITS.get(name, name)}))
    if name in _LISTS:
        return Kind("list")
    if name in _SETS:
        return Kind("set")
    if name in _DICTS:
        return Kind("dict")
    if name in ("tuple", "Tuple"):
        return Kind("list", (), frozenset({"tuple"}))
    if name == "Callable":
        return Kind("callable")
    if name in ("Any", "object", "") or (len(name) <= 2 and name.isupper()):
        return None
    return Kind("object", class_name=name)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def kind_of_value(value: Value) -> Kind:
    """The kind of one example value."""
    if isinstance(value, Node):
        base: Base = "tree" if "tree" in value.kind.lower() else "linked"
        return Kind(base, class_name=value.kind, samples=(value,))
    scalar = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes"}
    if value is None:
        return Kind("none")
    if isinstance(value, bool | int | float | str | bytes):
        base = next(b for b in _SCALARS.values() if b == scalar[type(value)])
        return Kind(base, samples=(value,))
    if type(value) is dict:
        keys = merge_all(kind_of_value(key) for key in value)
        values = merge_all(kind_of_value(item) for item in value.values())
        parts = (keys, values) if keys and values else ()
        return Kind("dict", parts, samples=(value,))
    if isinstance(value, tuple):
        return Kind("tuple", tuple(map(kind_of_value, value)), samples=(value,))
    if not isinstance(value, list | set | frozenset):
        return _of_other(value)
    part = merge_all(kind_of_value(item) for item in value)
    base = "list" if isinstance(value, list) else "set"
    return Kind(base, (part,) if part else (), samples=(value,))


def _of_other(value: Value) -> Kind:
    """Of a class of the standard library what it is made of; of others no more than the name."""
    if isinstance(value, Record):
        return Kind("object", class_name=value.kind, samples=(value,))
    name, parts = stdvalues.parts_of(value) or (type(value).__name__, [])
    if name not in _DRESSED:
        return Kind("object", class_name=name, samples=(value,))
    whole: list[Value] = [part for part in parts if type(part) in (list, dict)]
    inner = kind_of_value(whole[0]).parts if whole else ()
    return Kind(_DRESSED[name], inner, frozenset({name}), samples=(value,))


def merge_all(kinds: Iterable[Kind]) -> Kind | None:
    """One kind that fits all of them; None for none."""
    merged: Kind | None = None
    for kind in kinds:
        merged = kind if merged is None else merge(merged, kind)
    return merged


def merge(one: Kind, other: Kind) -> Kind:
    """The kind that fits both; on a conflict the first wins, but None yields and int widens."""
    if one.base == "none":
        return other
    if other.base == "none":
        return one
    samples = (one.samples + other.samples)[:8]
    if {one.base, other.base} == {"int", "float"}:
        return Kind("float", (), one.traits | other.traits, samples=samples)
    if one.base == "tuple" and other.base == "tuple" and len(one.parts) != len(other.parts):
        part = merge_all(one.parts + other.parts)
        return Kind("list", (part,) if part else (), frozenset({"tuple"}), samples=samples)
    if one.base != other.base:
        return one
    if not one.parts or not other.parts:
        parts = one.parts or other.parts
    else:
        parts = tuple(merge(a, b) for a, b in zip(one.parts, other.parts, strict=False))
    return Kind(
        one.base, parts, one.traits, class_name=one.class_name, fields=one.fields, samples=samples
    )
