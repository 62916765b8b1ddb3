"""Python text as a syntax tree, also where a TODO leaves a body empty; never raises."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.syntax import pythontree
from algosmith.syntax.parse import parse_text
from algosmith.syntax.pythontree import TooMuch, Unreadable

if TYPE_CHECKING:
    from algosmith.model import Function, Snapshot, Task

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_LONGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Parameters:
    """A function's parameters as its text gives them, ``self`` and ``cls`` left out."""

    names: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    """Source of each annotation, empty where there is none."""
    required: int = 0
    returns: str = ""
    variadic: bool = False


def tree_of(text: str) -> ast.Module | None:
    """The module; None where the text is no Python of this interpreter, or no tree to work with.

    All who read the text get the same tree: whoever changes it takes ``own_tree_of``.
    """
    try:
        return None if _is_long(text) else pythontree.shared(text)
    except Unreadable:
        return None


def own_tree_of(text: str) -> ast.Module | None:
    """The same, to be changed."""
    try:
        return None if _is_long(text) else pythontree.module_of(text)
    except Unreadable:
        return None


def _is_long(text: str) -> bool:
    """Blanks cost next to nothing: a narrowed file is full of them."""
    return len(text) - text.count(" ") > _LONGEST


def too_much(text: str) -> str:
    """Why a text that Python may accept can't be worked on; empty where that is not the reason."""
    if _is_long(text):
        return f"the file is longer than {_LONGEST // 1_000_000} million characters"
    try:
        pythontree.shared(text)
    except Unreadable as error:
        return str(error) if isinstance(error, TooMuch) else ""
    return ""


def expression_of(text: str) -> ast.expr | None:
    """The one expression that a text is, or None."""
    tree = tree_of(text.strip())
    only = tree.body[0] if tree and len(tree.body) == 1 else None
    return only.value if isinstance(only, ast.Expr) else None


def salvaged(text: str) -> ast.Module | None:
    """What parses of a file that is broken somewhere: its sound top-level statements."""
    if _is_long(text):
        return None
    body: list[ast.stmt] = []
    for node in parse_text(text, "python").root_node.children:
        if not node.has_error and not node.is_missing:
            tree = tree_of((node.text or b"").decode("utf-8", "replace"))
            body += tree.body if tree else []
    return ast.Module(body, []) if body else None


def module_of(snapshot: Snapshot, task: Task) -> ast.Module | None:
    """The file's module with the task still open: a missing body counts as ``pass``."""
    tree = tree_of(snapshot.text)
    if tree is not None:
        return tree
    text = filled(snapshot, task)
    return tree_of(text) or salvaged(text)


def filled(snapshot: Snapshot, task: Task) -> str:
    """The file's text with ``pass`` where the task is open."""
    data = snapshot.data
    whole = data[: task.target.start] + b"pass" + data[task.target.end :]
    return whole.decode("utf-8", "surrogatepass")


def definition(tree: ast.Module, qualified_name: str) -> Definition | None:
    """The function called ``qualified_name``; the last one where several share the name.

    A program has no name: it is the module itself, as a function.
    """
    if not qualified_name:
        return as_function(tree)
    body: list[ast.stmt] = tree.body
    *outer, name = qualified_name.split(".")
    for part in outer:
        scopes = [n for n in _flat(body) if isinstance(n, (ast.ClassDef, *_FUNCTIONS))]
        scope = next((n for n in reversed(scopes) if n.name == part), None)
        if scope is None:
            return None
        body = scope.body
    found = [n for n in _flat(body) if isinstance(n, _FUNCTIONS) and n.name == name]
    return found[-1] if found else None


def as_function(tree: ast.Module) -> ast.FunctionDef:
    """A module's statements as the body of a function without parameters."""
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.FunctionDef("program", nothing, tree.body or [ast.Pass()], [], lineno=1)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements, those under ``if`` and ``try`` included."""
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        for name in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                found += _flat(getattr(node, name, []))
    return found


def parameters_of(function: Function | None) -> Parameters:
    """Parameters by the signature's own text, so that the rest of the file need not parse."""
    if function is None:
        return Parameters()
    header = re.sub(r"\s*(#.*)?\Z", "", function.signature)
    header = header if header.endswith(":") else f"{header}:"
    tree = tree_of(f"{header}\n    pass")
    node = tree.body[0] if tree and tree.body else None
    if not isinstance(node, _FUNCTIONS):
        return Parameters()
    return parameters(node, is_method=function.is_method)


def parameters(node: Definition, *, is_method: bool) -> Parameters:
    """Parameters of a definition."""
    args = [*node.args.posonlyargs, *node.args.args]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    if is_method and not static and args:
        args = args[1:]
    return Parameters(
        tuple(a.arg for a in args),
        tuple(ast.unparse(a.annotation) if a.annotation else "" for a in args),
        max(len(args) - len(node.args.defaults), 0),
        ast.unparse(node.returns) if node.returns else "",
        node.args.vararg is not None,
    )
