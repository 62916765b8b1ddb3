"""The arguments a test is run with: parametrized, stated by ``@example``, drawn for ``@given``."""

from __future__ import annotations

import ast
import contextlib
import random
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from algosmith.verify.examples import drawing, parametrize, strategies
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from algosmith.verify.examples.scope import Scope

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

DRAWS = 16
"""Inputs drawn for one property test."""


@dataclass(frozen=True, slots=True)
class Row:
    """One set of arguments of a test."""

    arguments: dict[str, Any]
    of_property: bool = False
    """Whether the test is a property: hypothesis fills its parameters."""
    drawn: bool = False
    """Whether we made the arguments up, within what the test calls valid."""


def rows(node: FunctionNode, scope: Scope, targets: frozenset[str]) -> Iterator[Row]:
    """The arguments that a test is run with; a single empty set where it has no parameters.

    A parameter whose strategy is not understood is missing, so calls with it are not read.
    """
    table = parametrize.rows(node)
    if not is_property(node, scope):
        yield from map(Row, table)
    elif any(getattr(n, "id", getattr(n, "attr", "")) in targets for n in ast.walk(node)):
        filled = [*_stated(node, scope), *_drawn(node, scope)]
        for row, fixed in islice(product(filled, table), parametrize.MOST_ROWS):
            yield replace(row, arguments={**fixed, **row.arguments})


def is_property(node: FunctionNode, scope: Scope) -> bool:
    """Whether hypothesis fills the test's parameters."""
    return any(_is_call_of(d, "hypothesis.given", scope) for d in node.decorator_list)


def parameters(node: FunctionNode) -> list[str]:
    """The names of a test's parameters."""
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def _stated(node: FunctionNode, scope: Scope) -> Iterator[Row]:
    for expressions in _calls_of("hypothesis.example", node, scope):
        found: dict[str, Any] = {}
        for name, expression in expressions.items():
            with contextlib.suppress(NotPlain):
                found[name] = scope.value(expression)
        yield Row(found, of_property=True)


def _drawn(node: FunctionNode, scope: Scope) -> Iterator[Row]:
    rng = random.Random(node.name)  # noqa: S311 - test inputs
    columns: dict[str, list[Any]] = {}
    for expressions in _calls_of("hypothesis.given", node, scope):
        for name, expression in expressions.items():
            strategy = strategies.read(expression, scope)
            with contextlib.suppress(NotPlain, TypeError, ValueError, OverflowError):
                columns[name] = drawing.draw(strategy, rng, DRAWS) if strategy else []
    columns = {name: drawn for name, drawn in columns.items() if drawn}
    for values in zip(*columns.values(), strict=True):
        yield Row(dict(zip(columns, values, strict=True)), of_property=True, drawn=True)


def _calls_of(origin: str, node: FunctionNode, scope: Scope) -> Iterator[Mapping[str, ast.expr]]:
    """The arguments of the decorators of that name, by the parameter they fill."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _is_call_of(decorator, origin, scope):
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            last = names[max(0, len(names) - len(decorator.args)) :]
            named = {k.arg: k.value for k in decorator.keywords if k.arg}
            yield {**dict(zip(last, decorator.args, strict=False)), **named}


def _is_call_of(node: ast.expr, origin: str, scope: Scope) -> bool:
    return isinstance(node, ast.Call) and scope.origin(node.func) == origin
