"""Other readings of the parameters, for functions that reject values of the likeliest one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs.kinds import Kind, Parameter
from algosmith.inputs.roles import with_roles

if TYPE_CHECKING:
    from algosmith.inputs.source import FunctionSource

_MOST = 12
_INT = Kind("int")
_NUMBERS = Kind("list", (_INT,))
_STRING = Kind("str")
_MATRIX = Kind("list", (_NUMBERS,))
_STRINGS = Kind("list", (_STRING,))
_EDGES = Kind("list", (_NUMBERS,), frozenset({"edges"}))
_ROWS = Kind("list", (Kind("list", (_INT, _INT)),), frozenset({"rows"}))
_GRAPH = Kind("dict", (_INT, _NUMBERS), frozenset({"graph"}))
_ADJACENCY = Kind("list", (_NUMBERS,), frozenset({"graph"}))
_DIGITS = Kind("str", (), frozenset({"digits"}))
_LINKED = Kind("linked", class_name="ListNode", fields=("val", "next"))


def alternatives(
    found: FunctionSource, parameters: tuple[Parameter, ...]
) -> tuple[tuple[Parameter, ...], ...]:
    """Signatures to try one after another when the first reading raises at every size."""
    choices = [[p.kind, *_others(p)] for p in parameters]
    ranked = sorted(
        itertools.islice(itertools.product(*(range(len(c)) for c in choices)), 4096), key=sum
    )
    readings: list[tuple[Parameter, ...]] = []
    for picks in ranked[1 : _MOST + 1]:
        kinds = [choice[pick] for choice, pick in zip(choices, picks, strict=True)]
        plain = [
            replace(p, kind=kind, role="free", of="")
            for p, kind in zip(parameters, kinds, strict=True)
        ]
        readings.append(with_roles(plain, found.node))
    return tuple(readings)


def _others(parameter: Parameter) -> list[Kind]:
    kind = parameter.kind
    if kind.base == "list" and kind.part.base in ("list", "tuple"):
        nested = [_MATRIX, _EDGES, _ROWS, _ADJACENCY]
        return [k for k in nested if k.traits != kind.traits]
    if kind.base == "str":
        extra = [k for k in (_DIGITS,) if not kind.traits]
        return [*extra, _STRINGS, _NUMBERS] if parameter.guessed else extra
    if not parameter.guessed:
        return []
    if kind.base == "list":
        return [k for k in (_STRING, _MATRIX, _STRINGS, _GRAPH, _INT, _ROWS) if k != kind]
    if kind.base == "int":
        return [_NUMBERS, _STRING, _MATRIX]
    if kind.base == "dict":
        return [_GRAPH, _NUMBERS]
    return [_NUMBERS, _STRING, _INT]
