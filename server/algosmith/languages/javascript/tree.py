"""Small questions about JavaScript's syntax trees, asked by all that reads its code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    import tree_sitter

FUNCTIONS = frozenset({
    "function_declaration", "generator_function_declaration", "function_expression",
    "generator_function", "arrow_function", "method_definition",
})  # fmt: skip
NAMES = frozenset({"identifier", "shorthand_property_identifier",
                   "shorthand_property_identifier_pattern"})  # fmt: skip


def names_in(node: tree_sitter.Node) -> frozenset[str]:
    """All names that stand in a node, those of properties left out."""
    return frozenset(text_of(one) for one in walk(node) if one.type in NAMES)


def bound_in(pattern: tree_sitter.Node) -> frozenset[str]:
    """The names that a declaration's left side or a parameter binds."""
    found: set[str] = set()
    waiting = [pattern]
    while waiting:
        one = waiting.pop()
        if one.type in NAMES:
            found.add(text_of(one))
        elif one.type in ("assignment_pattern", "object_assignment_pattern"):
            left = one.child_by_field_name("left")
            waiting += [left] if left is not None else []
        elif one.type == "pair_pattern":
            value = one.child_by_field_name("value")
            waiting += [value] if value is not None else []
        elif one.type in ("required_parameter", "optional_parameter"):
            inner = one.child_by_field_name("pattern")
            waiting += [inner] if inner is not None else []
        elif one.type not in ("type_annotation",):
            waiting += one.named_children
    return frozenset(found)


def parameters_of(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The parameters' nodes, a ``this`` that only a type checker reads left out."""
    alone = function.child_by_field_name("parameter")
    if alone is not None:
        return [alone]
    whole = function.child_by_field_name("parameters")
    found = [] if whole is None else [n for n in whole.named_children if n.type != "comment"]
    return [one for one in found if _pattern(one).type != "this"]


def _pattern(parameter: tree_sitter.Node) -> tree_sitter.Node:
    return parameter.child_by_field_name("pattern") or parameter


def pattern_of(parameter: tree_sitter.Node) -> tree_sitter.Node:
    """What a parameter binds: a name, a rest pattern, an object pattern."""
    one = _pattern(parameter)
    if one.type == "assignment_pattern":
        return one.child_by_field_name("left") or one
    return one


def is_required(parameter: tree_sitter.Node) -> bool:
    """Whether a call has to give it."""
    if parameter.type == "optional_parameter" or parameter.child_by_field_name("value") is not None:
        return False
    return _pattern(parameter).type not in ("assignment_pattern", "rest_pattern")


def string_of(node: tree_sitter.Node) -> str | None:
    """The value of a string's or plain template's node; None where it is another one."""
    if node.type not in ("string", "template_string"):
        return None
    if any(child.type == "template_substitution" for child in node.named_children):
        return None
    return unescaped(text_of(node)[1:-1])


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def unescaped(text: str) -> str:
    """The text that a string literal's inside stands for."""
    if "\\" not in text:
        return text
    pieces: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char != "\\" or at >= len(text):
            pieces.append(char)
            continue
        char = text[at]
        at += 1
        if char == "\n":
            continue
        size = {"x": 2, "u": 4}.get(char)
        if size is None:
            pieces.append(_ESCAPES.get(char, char))
            continue
        if text[at : at + 1] == "{":
            end = text.find("}", at)
            digits, at = text[at + 1 : end], end + 1
        else:
            digits, at = text[at : at + size], at + size
        try:
            pieces.append(chr(int(digits, 16)))
        except (ValueError, OverflowError):
            pieces.append(digits)
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_promised(function: tree_sitter.Node, name: str, words: str, data: bytes) -> bool:
    """Whether a function may give a promise: its file says so, in code or in words."""
    if any(child.type == "async" for child in function.children):
        return True
    called = rb"\bawait\s+(?:[\w$]+\.)*" + re.escape(name.encode()) + rb"\s*\("
    if re.search(called, data):
        return True
    return re.search(r"\bpromise|\basync|\bresolves?\b", words, re.IGNORECASE) is not None
