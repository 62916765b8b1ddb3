"""Objects of classes that the file or the candidate defines, as they stand in results."""

from __future__ import annotations

import ast
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox.types import Node, Record
from algosmith.syntax.pythontree import expression
from algosmith.verify import values
from algosmith.verify.constructors import MADE

if TYPE_CHECKING:
    from collections.abc import Iterator


def holds_object(value: Any) -> bool:
    """Whether there is an object in it whose class decides itself what it equals."""
    return any(isinstance(part, Record) and part.decides for part in objects_in(value))


def objects_in(value: Any) -> Iterator[Record | Node]:
    """The objects in a value: of the file's classes, or of the candidate's own."""
    match value:
        case Record(items=items) | Node(items=items):
            yield value
        case dict():
            pairs = cast("dict[Any, Any]", value).items()
            items = [part for pair in pairs for part in pair]
        case list() | tuple() | set() | frozenset() | deque():
            items = cast("list[Any]", value)
        case _:
            return
    for item in items:
        yield from objects_in(item)


def stands_in(claim: str) -> bool:
    """Whether a claim compares with an object whose class decides itself what it equals."""
    if MADE not in claim:
        return False
    made = (
        node
        for node in ast.walk(expression(claim))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == MADE
    )
    return any(holds_object(values.evaluate(node, {})) for node in made)
