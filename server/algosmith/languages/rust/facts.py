"""What a whole Rust program tells that its parts are rewritten by, where it is to count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import functions_in, name_of

if TYPE_CHECKING:
    import tree_sitter

_NAMED_TYPES = re.compile(r"\b(?:Split\w*|RSplit\w*|Lines)\b\s*<")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a whole program tells, which its parts are rewritten by."""

    trees: bool
    """It has trees or heaps."""
    tables: bool
    """It has trees or hash tables."""
    cuts: bool
    """What cuts texts has no type that is named."""
    own: frozenset[str]
    """Methods that come before those of iterators."""
    constant: frozenset[str]
    """Names that constants speak of."""


def facts_of(source: str, root: tree_sitter.Node) -> Facts:
    """The facts of a program."""
    return Facts(
        re.search(r"\b(?:BTree|BinaryHeap)", source) is not None,
        re.search(r"\b(?:BTree|Hash)", source) is not None,
        _NAMED_TYPES.search(source) is None,
        _iterator_methods(root),
        _in_constants(root),
    )


def _iterator_methods(root: tree_sitter.Node) -> frozenset[str]:
    """The methods of a program that has iterators of its own: theirs come first."""
    if re.search(r"\bIterator\s+for\b", text_of(root)) is None:
        return frozenset()
    taking = (one for one in functions_in(root) if "self" in text_of(one).partition("{")[0])
    return frozenset(map(name_of, taking))


def _in_constants(root: tree_sitter.Node) -> frozenset[str]:
    """The names that constants and lengths of arrays speak of."""
    places = (one for one in walk(root) if one.type in ("const_item", "static_item", "array_type"))
    return frozenset(
        text_of(name) for one in places for name in walk(one) if name.type == "identifier"
    )
