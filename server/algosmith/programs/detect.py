"""Whether Python code is a program that reads standard input, and which functions it runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def reads_input(node: ast.AST) -> bool:
    """Whether code asks for standard input, itself or in a function inside it."""
    return any(_reads(part) for part in ast.walk(node))


def runs(tree: ast.Module, name: str) -> bool:
    """Whether the module, when it is started, comes to a function of its top level by names."""
    known = {n.name: n for n in tree.body if isinstance(n, _FUNCTIONS[:3])}
    waiting = [n for s in tree.body if not isinstance(s, _FUNCTIONS[:3]) for n in _names(s)]
    seen: set[str] = set()
    while waiting:
        called = waiting.pop()
        if called in seen:
            continue
        seen.add(called)
        if called == name:
            return True
        waiting += _names(known[called]) if called in known else []
    return False


def is_script(tree: ast.Module) -> bool:
    """Whether the module, when it is started, reads standard input."""
    functions = [n for n in tree.body if isinstance(n, _FUNCTIONS[:3])]
    own = [s for s in tree.body if s not in functions]
    return any(map(_reads_outside, own)) or any(
        reads_input(one) and runs(tree, one.name) for one in functions
    )


def takes_nothing(node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_method: bool) -> bool:
    """Whether a function can be called without arguments."""
    required = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
    return required <= int(is_method)


def _reads_outside(statement: ast.stmt) -> bool:
    return any(_reads(part) for part in _outside_functions(statement))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield from _outside_functions(child)


def _reads(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdin"):
            return True
        case ast.Call(func=ast.Name(id="input")):
            return True
        case ast.Name(id="input" | "raw_input", ctx=ast.Load()):
            return True
        case ast.Call(func=ast.Name(id="open"), args=[ast.Constant(value=0 | "/dev/stdin"), *_]):
            return True
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="os"), attr="read" | "fdopen"),
            args=[ast.Constant(value=0), *_],
        ):
            return True
        case ast.ImportFrom(module="sys", names=names):
            return any(alias.name == "stdin" for alias in names)
        case ast.Import(names=names) if any(alias.name == "fileinput" for alias in names):
            return True
        case _:
            return False


def _names(node: ast.AST) -> Sequence[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
