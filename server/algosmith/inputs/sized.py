"""Calls at any size, for whoever wants them outside the cage, and the families they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.inputs.grow import Maker
from algosmith.inputs.spec import parameters_spec, parts
from algosmith.sandbox.types import MEMBER, Call, Node, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.inputs.kinds import Parameter, Signature

_LISTS = (
    "random", "ascending", "descending", "equal", "signed", "small", "shuffled", "shuffled1",
    "binary", "mountain", "cycle", "few", "even", "alternating", "disjoint",
)  # fmt: skip
_SORTED_LISTS = ("ascending", "random", "equal", "few")
_STRINGS = ("random", "equal", "two", "needle", "last", "alternate", "digits", "binary", "words")
_TWO_STRINGS = ("copy", "anagram", "needle", "random", "equal", "mirror", "two")
_FORMATTED = ("random", "equal", "ascending", "descending")
_MATRICES = ("random", "binary", "equal", "ascending", "diagonal", "zeros", "shuffled")
_GRAPHS = ("random", "ascending", "equal", "few")
_TREES = ("balanced", "ascending", "random", "descending")
_NUMBERS = ("plain", "prime", "fibonacci", "power", "ones", "half", "small")
_SCALARS = ("middle", "absent", "full", "low", "plain", "sum", "below")


def families(signature: Signature) -> tuple[str, ...]:
    """The families that ``sized_call`` knows for a signature, the plainest first."""
    return families_of(signature.parameters)


def families_of(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """``containers/scalars`` for all kinds of containers and scalars among the parameters."""
    containers: list[str] = []
    strings = sum(p.kind.base == "str" for p in parameters)
    for parameter in parameters:
        containers += [f for f in _containers(parameter, strings) if f not in containers]
    numbers = [p for p in parameters if p.kind.base in ("int", "float")]
    loose = [p for p in numbers if p.role in ("free", "value", "count", "index", "last", "vertex")]
    if any(p.role == "size" for p in numbers):
        scalars: tuple[str, ...] = _NUMBERS if len(numbers) > 1 else _NUMBERS[:5]
    else:
        scalars = _SCALARS if loose else ("middle",)
    return tuple(f"{c}/{s}" for s in scalars for c in containers or ["random"])


def _containers(parameter: Parameter, strings: int) -> tuple[str, ...]:
    kind = parameter.kind
    if kind.traits & {"edges", "graph"}:
        return _GRAPHS
    if kind.base == "str":
        if kind.traits - {"nonempty"}:
            return _FORMATTED
        return _TWO_STRINGS if strings > 1 else _STRINGS
    if kind.base == "tree":
        return _TREES
    if kind.base == "list" and kind.part.base == "list" and "rows" not in kind.traits:
        return _MATRICES
    if kind.base in ("list", "linked", "dict", "tuple"):
        return _SORTED_LISTS if "sorted" in kind.traits else _LISTS
    return ()


def sized_call(
    signature: Signature, sizes: Mapping[str, int] | int, family: str, seed: int
) -> Call:
    """One call at a size.

    Args:
        signature: What to call.
        sizes: One number for all sizes, or a number by the expression of each ``Size``.
        family: One of ``families(signature)``.
        seed: The same seed gives the same call.
    """
    table = {"*": sizes} if isinstance(sizes, int) else {"*": max(sizes.values(), default=1)}
    if not isinstance(sizes, int):
        for size in signature.sizes:
            if size.expression in sizes:
                table[f"{size.parameter}:{size.axis}"] = sizes[size.expression]
    return make_call(signature.parameters, table, family, seed)


def make_call(
    parameters: Sequence[Parameter], table: dict[str, int], family: str, seed: int
) -> Call:
    """One call from ``{"parameter:axis": size, "*": all others}``."""
    values = make_values(parameters_spec(parameters)["params"], table, family, seed)
    named = dict(zip((p.name for p in parameters), values, strict=True))
    positional = tuple(named[p.name] for p in parameters if not p.keyword)
    return Call(positional, {p.name: named[p.name] for p in parameters if p.keyword})


def make_values(specs: Any, table: dict[str, int], family: str, seed: int) -> list[Any]:
    """The values of ``parameters_spec``'s parameters, in their order."""
    return Maker(table, family, seed, parts(_node, built)).make({"params": specs})


def built(kind: dict[str, Any], items: list[Any]) -> Record:
    """An object of one of the file's classes: what it is made of, or which member it is."""
    if kind["base"] == "member":
        return Record(kind["class_name"], (MEMBER,), tuple(items))
    return Record(kind["class_name"], tuple(kind["fields"]), tuple(items))


def _node(kind: dict[str, Any], items: list[Any]) -> Node:
    return Node(kind["class_name"], tuple(items))
