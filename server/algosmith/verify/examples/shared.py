"""What docstrings of one file share: values of the module that another's examples change.

``python -m doctest`` runs all docstrings of a file in one process, so an example may hang on what
those before it left behind. Such a one refutes nobody.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def left_behind(tree: ast.Module, name: str, docstring: str) -> tuple[tuple[str, str], ...]:
    """Names of the module on which the examples of ``name`` may hang, each with the reason."""
    of_module = _of_module(tree)
    found: dict[str, str] = {}
    for node in _functions(tree.body):
        tested = node.name != name and ">>>" in (ast.get_docstring(node, clean=False) or "")
        if tested and node.name not in docstring:
            for changed in sorted(of_module & _changed(node)):
                why = f"may need what the examples of {node.name} leave in {changed}"
                found.setdefault(changed, why)
    return tuple(found.items())


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, _FUNCTIONS):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _of_module(tree: ast.Module) -> set[str]:
    """Names that the module gives a value."""
    return {
        part.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _changed(node: ast.AST) -> set[str]:
    """Names of the module that a function may change: ``cache[key] = …``, ``seen.add(x)``."""
    found: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Global(names=names):
                found |= {*names}
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                found.add(name)
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                found.add(name)
            case _:
                pass
    return found
