"""Turns a Signature into plain data for ``grow``, and ``grow``'s parts into one table.

The cage gets the same modules as source text; see ``algosmith.complexity.bundle``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.inputs import dress, sequences, structures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from algosmith.inputs.kinds import Kind, Parameter


def parameters_spec(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The specification that ``grow.Maker.make`` reads; JSON apart from its samples."""
    return {
        "params": [
            {"name": p.name, "role": p.role, "of": p.of, "kind": kind_spec(p.kind)}
            for p in parameters
        ]
    }


def kind_spec(kind: Kind) -> dict[str, Any]:
    """One kind as plain data."""
    return {
        "base": kind.base,
        "parts": [kind_spec(part) for part in kind.parts],
        "traits": sorted(kind.traits),
        "low": kind.low,
        "high": kind.high,
        "samples": list(kind.samples)
        if {"format", "fixed"} & kind.traits or kind.base == "member"
        else [],
        "class_name": kind.class_name,
        "fields": list(kind.fields),
    }


def parts(node: Callable[..., Any], build: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """What ``grow`` builds values with.

    ``node`` makes linked lists and trees of their items, ``build`` objects of the file's classes.
    """
    return {
        "list": sequences.make_list,
        "str": sequences.make_string,
        "set": sequences.make_set,
        "tuple": sequences.make_tuple,
        "bytes": sequences.make_bytes,
        "numbers": sequences.numbers,
        "matrix": structures.make_matrix,
        "graph": structures.make_graph,
        "linked": structures.make_linked,
        "tree": structures.make_tree,
        "dict": structures.make_dict,
        "vertex": structures.make_vertex,
        "number": structures.hard_number,
        "node": node,
        "object": build,
        "dress": dress.dressed,
    }
