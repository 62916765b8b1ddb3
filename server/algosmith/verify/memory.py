"""Whether a candidate's code holds the examples' own inputs and results: a table, no algorithm."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING, Any

from algosmith import languages
from algosmith.verify import checking, source, values
from algosmith.verify.behaviour import plain_key

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from algosmith.verify.statements import Example
    from algosmith.verify.types import Placement

_TELLING, _TELLING_TEXT = 4, 12
"""Items and characters from which on finding a value in the code is no coincidence."""

_LISTED = 3
"""Items of one result that the code names one by one."""


def holds(placed: Placement, examples: Sequence[Example]) -> bool:
    """Whether half of the examples, or more, can be read off the code."""
    literals = _literals(placed)
    if not literals or not examples:
        return False
    found = sum(any(_loose(v) in literals for v in _values(example)) for example in examples)
    return 2 * found >= len(examples) or _holds_items(literals, examples)


def _holds_items(literals: set[Hashable], examples: Sequence[Example]) -> bool:
    """Whether the code names three or more items of a listed result: ``n === 2 || n === 3 || …``.

    A rule that makes them needs no list of its own; what lies beyond the list is then a guess.
    """
    numbers = {key for value in range(2, 100) if (key := _loose(value)) in literals}
    if len(numbers) < _LISTED:
        return False
    for example in examples:
        with contextlib.suppress(values.NotPlain):
            expected = checking.expected_value(example)
            items = values.items_of(expected) if isinstance(expected, list | set) else None
            if len(numbers & {_loose(item) for item in items or ()}) >= _LISTED:
                return True
    return False


def _values(example: Example) -> list[Any]:
    """What of an example would not stand in code by accident."""
    arguments = example.call.args if example.call else ()
    given: list[Any] = [list(arguments), *arguments]
    with contextlib.suppress(values.NotPlain):
        given.append(checking.expected_value(example))
    return [value for value in given if _is_telling(value)]


def _is_telling(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return len(value) >= _TELLING_TEXT
    if isinstance(value, list | tuple | set | dict):
        return len(value) >= _TELLING  # pyright: ignore[reportUnknownArgumentType]  # plain values
    return isinstance(value, int) and abs(value) >= 1000


def _literals(placed: Placement) -> set[Hashable]:
    running = languages.running(placed.language)
    if running is not None:
        return {_loose(value) for value in running.literals(placed.text, placed.entry)}
    tree = source.tree_of(placed.text)
    node = source.definition(tree, placed.entry) if tree else None
    return set() if node is None else _literals_in(node)


def _literals_in(node: ast.AST) -> set[Hashable]:
    found: set[Hashable] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict):
            try:
                found.add(_loose(values.evaluate(part, {})))
            except values.NotPlain:
                continue
    return found


def _loose(value: Any) -> Hashable:
    """A list and a tuple of the same items are the same table."""
    items = values.items_of(value)
    return plain_key(value) if items is None else ("items", *map(_loose, items))
