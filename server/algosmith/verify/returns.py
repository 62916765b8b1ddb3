"""Whether a JavaScript or TypeScript body keeps what the signature promises, by syntax alone.

Only what a type checker would refuse for certain is a problem: types of names are not worked out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.syntax.written import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.model import Function
    from algosmith.syntax.document import Document
    from algosmith.syntax.functions import Definition

_NOTHING = re.compile(r"(?:asserts\b.*|void|undefined|never|null|any|unknown)", re.DOTALL)
_VALUELESS = re.compile(r"(?:void|never)")
_YIELDS = re.compile(r"(?:Async)?(?:Generator|IterableIterator|Iterator|Iterable)\b.*", re.DOTALL)
_PROMISE = re.compile(r"Promise<\s*(.*?)\s*>", re.DOTALL)
_PLAIN = frozenset({"number", "string", "boolean", "bigint", "symbol", "void"})
_OPEN = re.compile(r"implement|todo|fixme", re.IGNORECASE)
_FUNCTIONS = frozenset(
    {"arrow_function", "function_declaration", "function_expression", "method_definition",
     "function", "generator_function", "generator_function_declaration", "class_declaration",
     "class"}
)  # fmt: skip
_VALUES = frozenset(
    {"number", "string", "template_string", "array", "object", "true", "false", "regex",
     "new_expression", "arrow_function", "function_expression", "binary_expression", "jsx_element",
     "jsx_self_closing_element"}
)  # fmt: skip
"""Expressions that have a value whatever the names in them are."""
_CHOICES = frozenset({"&&", "||", "??"})


def problem_of(document: Document, one: Definition) -> str:
    """What speaks against the body; empty where nothing does."""
    promised = _promised(document, one.node)
    if not promised:
        return ""
    inner = _inner(promised)
    if _VALUELESS.fullmatch(inner):
        given = next((n for n in _returned(one.body) if _is_value(document, one, n, inner)), None)
        text = "" if given is None else document.node_text(given)[:40]
        return f"returns `{text}`, {promised} is promised" if text else ""
    kinds = {node.type for node in _own_nodes(one.body)}
    if "*" in {child.type for child in one.node.children}:
        idle = _YIELDS.fullmatch(promised) and not kinds & {"yield_expression", "throw_statement"}
        return f"yields nothing, {promised} is promised" if idle else ""
    if _NOTHING.fullmatch(inner) or "throw_statement" in kinds or _gives(one.body):
        return ""
    return f"returns nothing, {promised} is promised"


def throws_on_purpose(document: Document, one: Definition) -> bool:
    """Whether a body that only throws is meant so: it never returns, or uses a parameter."""
    thrown = [node for node in one.body.named_children if node.type == "throw_statement"]
    if not thrown or _OPEN.search(document.node_text(thrown[0])):
        return False
    names = {document.node_text(n) for n in _own_nodes(thrown[0]) if n.type == "identifier"}
    return _inner(_promised(document, one.node)) == "never" or bool(
        names & set(_typed(document, one))
    )


def other_type(code: str, function: Function, language: str) -> str:
    """That the candidate's own signature returns another plain type than the user's; or empty."""
    try:
        theirs = read(code, language)
        ours = read(function.signature + " {}", language)
    except EditError:
        return ""
    wanted = next(
        (_promised(ours.document, o.node) for o in ours.found if o.name == function.name), ""
    )
    for one in theirs.found:
        given = _promised(theirs.document, one.node) if one.name == function.name else ""
        pair = {_inner(given), _inner(wanted)}
        if len(pair) == 2 and pair <= _PLAIN:
            return f"returns {given}, {wanted} is promised"
    return ""


def _promised(document: Document, node: tree_sitter.Node) -> str:
    annotation = node.child_by_field_name("return_type")
    return document.node_text(annotation).lstrip(": \n\t") if annotation else ""


def _inner(promised: str) -> str:
    """``string`` of ``Promise<string>``."""
    match = _PROMISE.fullmatch(promised)
    return match[1] if match else promised


def _own_nodes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The nodes inside, those of functions in it left out."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node.named_children if child.type not in _FUNCTIONS]


def _returned(body: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Every expression that is returned; an arrow's expression is."""
    if body.type != "statement_block":
        yield body
        return
    for node in _own_nodes(body):
        if node.type == "return_statement" and node.named_child_count:
            yield node.named_children[0]


def _gives(body: tree_sitter.Node) -> bool:
    return next(_returned(body), None) is not None


def _is_value(document: Document, one: Definition, node: tree_sitter.Node, promised: str) -> bool:
    """Whether the expression has a value for certain, where none may be returned."""
    if one.body == node and promised == "void":
        return False  # ``(x): void => log(x)`` is how one writes it
    operator = node.child_by_field_name("operator")
    if operator is not None and document.node_text(operator) in _CHOICES:
        return False
    if node.type == "identifier":
        return _typed(document, one).get(document.node_text(node), "") in _PLAIN - {"void"}
    return node.type in _VALUES


def _typed(document: Document, one: Definition) -> dict[str, str]:
    """The parameters' names with the text of their types."""
    found: dict[str, str] = {}
    for child in one.parameters.named_children if one.parameters is not None else ():
        name = child.child_by_field_name("pattern") or child
        annotation = child.child_by_field_name("type")
        text = document.node_text(annotation).lstrip(": ") if annotation else ""
        found[document.node_text(name)] = text
    return found
