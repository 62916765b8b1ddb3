"""A whole function was written for a TODO among other code: what stands in the TODO's place?

Decided by tokens: the answer must hold the user's code before and after the TODO unchanged, in
order; what is between is the answer. Anything else is refused, never guessed.
"""

from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.parse import COMMENTS
from algosmith.syntax.site import Place, site_of
from algosmith.syntax.written import ParsedCode, check_parameters

if TYPE_CHECKING:
    import tree_sitter


Shape = list[tuple[str, int]]
"""Each token of a body and how many blocks it is in."""


def replaced_in(
    user: Document, place: Place, written: ParsedCode
) -> tuple[Span, Definition] | None:
    """The stretch of the answer in the TODO's place and the whole function it was written in.

    None when the answer is no whole function.
    """
    function = place.function
    if function is None:
        return None
    same = [
        one
        for one in written.found
        if one.name == function.name and not one.is_class and _is_top(written, one)
    ]
    if not same:
        return None
    one = same[-1]
    check_parameters(user, function, written, one)
    target = site_of(place).target
    ours = _tokens(user, function)
    before = [text for _, end, text in ours if end <= target.start]
    after = [text for start, _, text in ours if start >= target.end]
    theirs = _tokens(written.document, one)
    texts = [text for _, _, text in theirs]
    rest = len(texts) - len(after)
    fits = texts[: len(before)] == before and texts[rest:] == after
    if not fits or rest <= len(before):
        raise EditError(
            f"The answer rewrites other code of `{function.name}`; try another candidate, or ask "
            "for the whole function."
        )
    return Span(theirs[len(before)][0], theirs[rest - 1][1]), one


def shape_of(document: Document, one: Definition) -> Shape:
    """What of a body matters: comments, docstring and white space do not."""
    return [
        (text, sum(node.type in _BLOCKS for node in document.path(start)))
        for start, _, text in _tokens(document, one)
    ]


def same_shape(one: Shape, other: Shape) -> bool:
    """Whether two bodies are the same code, however deep each stands."""
    first = one[0][1] if one else 0
    second = other[0][1] if other else 0
    return [(text, depth - first) for text, depth in one] == [
        (text, depth - second) for text, depth in other
    ]


_BLOCKS = ("block", "statement_block", "compound_statement")


def _is_top(written: ParsedCode, one: Definition) -> bool:
    return any(
        part.definition is not None
        and (
            part.definition is one
            or (part.definition.is_class and one in written.members(part.definition))
        )
        for part in written.parts
    )


def _tokens(document: Document, one: Definition) -> list[tuple[int, int, str]]:
    """(start, end, text) of the body's leaves, comments and docstring left out."""
    skipped = docstring_node(one.body) if document.language.blocks == "indent" else None
    found: list[tuple[int, int, str]] = []
    waiting: list[tree_sitter.Node] = [one.body]
    while waiting:
        node = waiting.pop()
        if node.type in COMMENTS or (skipped is not None and node == skipped):
            continue
        if node.child_count:
            waiting.extend(reversed(node.children))
        elif document.node_text(node).strip():  # Go's grammar has ends of lines as tokens
            found.append((node.start_byte, node.end_byte, document.node_text(node)))
    return found
