"""The parameter sets of ``pytest.mark.parametrize``."""

from __future__ import annotations

import ast
from itertools import islice, product
from typing import Any

from algosmith.verify import values
from algosmith.verify.values import NotPlain

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

MOST_ROWS = 50


def rows(node: FunctionNode) -> list[dict[str, Any]]:
    """Names and values for each run of a test; one empty set where it has no parameters."""
    tables = [t for d in node.decorator_list if (t := _table(d)) is not None]
    rows: list[dict[str, Any]] = []
    for combination in islice(product(*tables), MOST_ROWS):
        rows.append({k: v for row in combination for k, v in row.items()})
    return rows


def _table(decorator: ast.expr) -> list[dict[str, Any]] | None:
    if not isinstance(decorator, ast.Call) or _name(decorator.func) != "parametrize":
        return None
    if len(decorator.args) < 2 or not isinstance(decorator.args[1], ast.List | ast.Tuple):
        return []
    try:
        spelled = values.evaluate(decorator.args[0], {})
    except NotPlain:
        return []
    names = [n.strip() for n in spelled.split(",")] if isinstance(spelled, str) else list(spelled)
    rows: list[dict[str, Any]] = []
    for element in decorator.args[1].elts:
        try:
            values_of = _row(element, len(names))
        except NotPlain:
            continue
        if len(values_of) == len(names):
            rows.append(dict(zip(names, values_of, strict=True)))
    return rows


def _row(element: ast.expr, width: int) -> list[Any]:
    if isinstance(element, ast.Call) and _name(element.func) == "param":
        return [values.evaluate(a, {}) for a in element.args]
    value = values.evaluate(element, {})
    return [value] if width == 1 else values.items_of(value) or []


def _name(node: ast.expr) -> str:
    return str(getattr(node, "attr", ""))
