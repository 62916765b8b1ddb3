"""Docstrings around a function: its class's and its module's doctests are examples of it, too."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from algosmith.syntax.pythontree import nodes
from algosmith.verify.examples import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.model import Snapshot, Task

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_OPEN = re.compile(r"\b(?:TODO|FIXME)\b|YOUR CODE HERE")


def sessions_of(
    snapshot: Snapshot, task: Task, tree: ast.Module | None
) -> Iterator[tuple[str, str, str]]:
    """Docstrings with doctests, where each stands, and why its examples may mean something else.

    The last is empty where they are sure. What reads like an example in words is none here: it may
    speak of any function of the file.
    """
    function = task.function
    if tree is None or function is None or task.kind == "function":
        return
    name, owner = function.name, function.qualified_name.rpartition(".")[0]
    named = [node for node in nodes(tree) if isinstance(node, _FUNCTIONS)]
    alike = [node for node in named if node.name == name]
    doubt = f"the file has {len(alike)} functions called {name}" if len(alike) > 1 else ""
    around = [(tree, "docstring of the file")] if not spelling.is_alone(tree) else []
    around += [
        (node, f"docstring of {node.name}")
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef) and node.name == owner and function.is_method
    ]
    others = [node for node in named if node not in alike]
    lines = snapshot.text.split("\n")
    for node, place in around:
        text = ast.get_docstring(node) or ""
        if ">>>" in text:
            yield (
                text,
                place,
                doubt or _unwritten(text, others, lines),
            )


def _unwritten(
    text: str, others: list[ast.FunctionDef | ast.AsyncFunctionDef], lines: list[str]
) -> str:
    """Why the doctests can't hold yet: they call another function that is still to be written."""
    for node in others:
        called = re.search(rf"\b{re.escape(node.name)}\b", text) or node.name.startswith("__")
        if called and _is_open(node, lines):
            return f"{node.name} is not written yet"
    return ""


def _is_open(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> bool:
    if _OPEN.search("\n".join(lines[node.lineno - 1 : node.end_lineno])):
        return True
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return all(isinstance(part, ast.Pass | ast.Raise) or _is_dots(part) for part in body)


def _is_dots(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and value.value is ...
