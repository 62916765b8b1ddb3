"""The ``.scm`` files below ``queries/``: loading, ``; inherits:``, running on part of a tree."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import tree_sitter

from algosmith.syntax.languages import grammar_of

CAPTURES = frozenset(
    {
        "todo.comment",
        "todo.anywhere",
        "todo.string",
        "function.around",
        "function.name",
        "function.parameters",
        "function.body",
        "class.around",
        "class.name",
        "class.body",
        "placeholder",
        "placeholder.open",
        "statement.docstring",
        "context.import",
        "context.type",
        "context.constant",
        "name.used",
        "text.verbatim",
    }
)
"""Every capture name a query may use; ``queries/README.md`` says what each means."""

PURPOSES = ("todos", "functions", "placeholders", "context", "text")
_FOLDER = Path(__file__).resolve().parent / "queries"
_INHERITS = "; inherits:"


def source_of(language: str, purpose: str) -> str:
    """A query's text, the queries it inherits first."""
    text = (_FOLDER / language / f"{purpose}.scm").read_text("utf-8")
    first, _, rest = text.partition("\n")
    if not first.startswith(_INHERITS):
        return text
    parents = [name.strip() for name in first.removeprefix(_INHERITS).split(",")]
    return "\n".join([*(source_of(name, purpose) for name in parents), rest])


@cache
def query_of(language: str, purpose: str) -> tree_sitter.Query:
    """A compiled query."""
    return tree_sitter.Query(grammar_of(language), source_of(language, purpose))


_OPEN_MATCHES = 512
"""Matches begun at a time; without a bound, megabytes of open brackets take minutes."""

Match = dict[str, tree_sitter.Node]


def matches(
    tree: tree_sitter.Tree, language: str, purpose: str, start: int = 0, end: int | None = None
) -> Iterator[Match]:
    """Each match that touches ``start..end``: capture name to its first node."""
    cursor = tree_sitter.QueryCursor(query_of(language, purpose), match_limit=_OPEN_MATCHES)
    cursor.set_byte_range(start, (1 << 32) - 1 if end is None else max(end, start + 1))
    for _, captured in cursor.matches(tree.root_node):
        yield {name: nodes[0] for name, nodes in captured.items()}


def nodes(
    tree: tree_sitter.Tree, language: str, purpose: str, start: int = 0, end: int | None = None
) -> dict[str, list[tree_sitter.Node]]:
    """All nodes for each capture that touch ``start..end``, in the order they stand."""
    cursor = tree_sitter.QueryCursor(query_of(language, purpose), match_limit=_OPEN_MATCHES)
    cursor.set_byte_range(start, (1 << 32) - 1 if end is None else max(end, start + 1))
    captured = cursor.captures(tree.root_node)
    return {
        name: sorted(found, key=lambda node: node.start_byte) for name, found in captured.items()
    }
