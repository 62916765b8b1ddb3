"""Small trees and graphs of any shape: those of the growing families are all alike."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from algosmith.inputs.small import small_calls
from algosmith.sandbox.types import Call, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.inputs.kinds import Kind, Signature
    from algosmith.sandbox.types import Value


def shaped(signature: Signature, seed: int, count: int) -> Iterator[Call]:
    """Calls with random trees and graphs; none where the function takes neither."""
    if not any(_is_shape(p.kind) for p in signature.parameters):
        return
    rng = random.Random(seed)  # noqa: S311  test inputs
    base = next(iter(small_calls(signature, seed, 8)[3:]), None)
    for number in range(count if base else 0):
        vertices = rng.randint(1, 7)
        args: list[Value] = []
        for parameter, value in zip(signature.parameters, base.args if base else (), strict=False):
            kind = parameter.kind
            if kind.base == "tree":
                args.append(_tree(kind.class_name, rng, number % 3))
            elif "edges" in kind.traits and kind.base == "list":
                args.append(_edges(rng, vertices))
            elif kind.base == "dict" and "graph" in kind.traits:
                args.append(_neighbours(rng, vertices))
            elif parameter.role == "vertices":
                args.append(vertices)
            elif parameter.role == "vertex":
                args.append(rng.randrange(vertices))
            else:
                args.append(value)
        yield Call(tuple(args))


def _is_shape(kind: Kind) -> bool:
    return kind.base == "tree" or bool(kind.traits & {"edges", "graph"})


def _edges(rng: random.Random, vertices: int) -> list[Value]:
    made: list[Value] = []
    for _ in range(rng.randint(0, 2 * vertices)):
        a, b = rng.randrange(vertices), rng.randrange(vertices)
        if a != b and [a, b] not in made and [b, a] not in made:
            made.append([a, b])
    return made


def _neighbours(rng: random.Random, vertices: int) -> Value:
    share = rng.choice((0.2, 0.4))
    return {
        a: [b for b in range(vertices) if b != a and rng.random() < share] for a in range(vertices)
    }


def _tree(name: str, rng: random.Random, order: int) -> Node:
    size = rng.randint(1, 9)
    children: list[list[int | None]] = [[None, None]]
    while len(children) < size:  # a new leaf at any free place
        at, side = rng.randrange(len(children)), rng.randrange(2)
        if children[at][side] is None:
            children[at][side] = len(children)
            children.append([None, None])
    values = [rng.randint(0, 9) for _ in children]
    if order:
        for rank, at in enumerate(_in_order(children, 0)):
            values[at] = rank + 1
    if order == 2:
        values[rng.randrange(size)] = rng.randint(0, size + 1)
    level: list[int | None] = [0]
    items: list[Value] = []
    for at in level:
        items.append(None if at is None else values[at])
        level += [] if at is None else children[at]
    while items and items[-1] is None:
        items.pop()
    return Node(name, tuple(items))


def _in_order(children: list[list[int | None]], at: int | None) -> Iterator[int]:
    if at is not None:
        left, right = children[at]
        yield from _in_order(children, left)
        yield at
        yield from _in_order(children, right)
