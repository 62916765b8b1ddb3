"""Is an edit harmless: new syntax errors, bodies that are still placeholders. Runs nothing."""

from dataclasses import dataclass

import tree_sitter

from algosmith.model import Function, Snapshot, Span
from algosmith.syntax import compiling
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import changed_range, parse
from algosmith.syntax.placeholders import is_unwritten
from algosmith.syntax.positions import line_of

_MOST_ERRORS = 200


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One syntax error."""

    line: int
    """1-based."""
    message: str


@dataclass(frozen=True, slots=True)
class _Error:
    start: int
    end: int
    message: str


def new_syntax_errors(before: bytes, after: bytes, language: str) -> tuple[SyntaxProblem, ...]:
    """Errors of ``after`` that ``before`` has not; a file that is broken elsewhere stays so."""
    start, end_before, end_after = changed_range(before, after)
    old = _errors(_tree(before, language))
    new = _errors(_tree(after, language))
    known = {_moved(error, start, end_before, end_after - end_before) for error in old}
    fresh = [error for error in new if (error.start, error.message) not in known]
    if len(new) <= len(old):
        touched = any(error.start <= end_before and start <= error.end for error in old)
        fresh = [error for error in fresh if start <= error.start < end_after and not touched]
    problems = [SyntaxProblem(line_of(after, one.start) + 1, one.message) for one in fresh]
    if not problems and language == "python":
        problems = _python_problems(before, after, Span(start, end_after))
    return tuple(problems)


def is_placeholder(snapshot: Snapshot, function: Function) -> bool:
    """Whether a function's body is still nothing but ``pass``, ``return null`` or the like."""
    document = open_document(snapshot)
    for one in definitions(document, Span(function.span.start, function.span.end)):
        if one.outer == function.span and not one.is_class:
            return is_unwritten(document, one)
    return False


def _tree(data: bytes, language: str) -> tree_sitter.Tree:
    return parse(Snapshot("algosmith:check", language, data))


def _errors(tree: tree_sitter.Tree) -> list[_Error]:
    """ERROR and MISSING nodes, in the order they stand; parts without errors are not entered."""
    found: list[_Error] = []
    cursor = tree.walk()
    entering = True
    while len(found) < _MOST_ERRORS:
        node = cursor.node
        if entering and node is not None and (node.is_error or node.is_missing):
            message = f"{node.type} is missing" if node.is_missing else "this does not parse"
            found.append(_Error(node.start_byte, node.end_byte, message))
        deeper = entering and node is not None and node.has_error and not node.is_error
        if deeper and cursor.goto_first_child():
            continue
        entering = cursor.goto_next_sibling()
        if not entering and not cursor.goto_parent():
            break
    return found


def _moved(error: _Error, start: int, end: int, shift: int) -> tuple[int, str]:
    return (error.start + shift if error.start >= end > start else error.start), error.message


def _python_problems(before: bytes, after: bytes, edit: Span) -> list[SyntaxProblem]:
    """What Python's own compiler says; its grammar is stricter than the tree's."""
    refused = compiling.failure(after, _tree(after, "python"))
    if refused is None:
        return []
    first, last = line_of(after, edit.start) + 1, line_of(after, edit.end) + 1
    if first <= refused.line <= last or compiling.failure(before, _tree(before, "python")) is None:
        return [SyntaxProblem(refused.line, refused.message)]
    return []
