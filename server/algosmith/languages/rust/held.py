"""What a statement may change of the variables around it, so that what they held is forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.known import Fresh
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import macro_of

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.languages.known import Known

HARMLESS = ("println", "print", "eprintln", "dbg", "assert_ne", "debug_assert_ne")
"""Macros that only look at values, but for what is called in their arguments."""
_LOOKING = (*HARMLESS, "assert", "assert_eq", "debug_assert", "debug_assert_eq", "vec", "format")
_READS = frozenset({
    "len", "is_empty", "clone", "cloned", "copied", "iter", "to_string", "to_owned", "to_vec",
    "as_str", "as_slice", "as_bytes", "as_ref", "bytes", "chars", "first", "last", "get",
    "contains", "contains_key", "join", "concat", "unwrap", "expect", "is_none", "is_some",
    "is_ok", "is_err", "into_iter", "starts_with", "ends_with",
})  # fmt: skip
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*(?:\.\s*\w+\s*)?\.\s*(\w+)\s*(?:::\s*<[^()]*>\s*)?\(")
_LENT = re.compile(r"&\s*mut\s+\(?\s*\*?\s*([A-Za-z_]\w*)")
_ASSIGNED = re.compile(r"\b([A-Za-z_]\w*)[\w.\[\]\s]*(?<![=!<>])(?:[-+*/%&|^]|<<|>>)?=(?![=>])")


def forget(node: tree_sitter.Node, known: Known) -> None:
    """Forgets every variable that is named in a node."""
    for one in walk(node):
        if one.type == "identifier":
            known.pop(text_of(one), None)


def lends(value: tree_sitter.Node) -> bool:
    """Whether what a variable gets may change another one later."""
    return _LENT.search(text_of(value)) is not None


def forget_changed(node: tree_sitter.Node, known: Known) -> None:
    """Forgets the variables that a loop or a macro's arguments may change."""
    for one in walk(node):
        if macro_of(one) and macro_of(one) not in _LOOKING:
            forget(one, known)
    text = text_of(node)
    changed = {m[1] for m in _CALLED.finditer(text) if m[2] not in _READS}
    changed |= {m[1] for pattern in (_LENT, _ASSIGNED) for m in pattern.finditer(text)}
    for name in changed:
        if not isinstance(known.get(name), Fresh):  # what such an object holds is asked elsewhere
            known.pop(name, None)
