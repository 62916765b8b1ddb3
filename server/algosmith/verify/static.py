"""What can be told without running: parse, signature, placeholder bodies, returns."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from algosmith.model import Check
from algosmith.verify import source

if TYPE_CHECKING:
    from algosmith.model import Task
    from algosmith.verify.source import Definition

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def parses(tree: ast.Module | None) -> Check:
    """Whether the file with the candidate in it is Python."""
    if tree is None:
        return Check("parse", "failed", "this code has a syntax error")
    return Check("parse", "passed")


def signature(tree: ast.Module, task: Task, code: str, entry: str) -> Check:
    """Whether the function is still there and takes what it took."""
    node = source.definition(tree, entry) if entry else None
    if node is None:
        wanted = f"no function {entry}" if entry else "no function or class is defined"
        return Check("signature", "failed", wanted)
    if task.function is None or task.kind == "function":
        return Check("signature", "passed")
    name = task.function.name
    own = _own_definition(code, name)
    if own is not None:
        asked = source.parameters_of(task.function)
        given = source.parameters(own, is_method=task.function.is_method)
        # A static method written without its decorator, which the file has.
        bare = source.parameters(own, is_method=False)
        static = not own.decorator_list and asked.names == bare.names
        if not (static or _fits(asked, given)):
            shown = f"{name}({', '.join(given.names)})"
            return Check(
                "signature", "failed", f"defines {shown}, not {name}({', '.join(asked.names)})"
            )
    return Check("signature", "passed")


def _own_definition(code: str, name: str) -> Definition | None:
    """The candidate's own definition of the function, where it wrote one."""
    tree = source.tree_of(code)
    found = [n for n in ast.walk(tree) if isinstance(n, _FUNCTIONS)] if tree else []
    return next((n for n in found if n.name == name), None)


def _fits(asked: source.Parameters, given: source.Parameters) -> bool:
    if asked.names == given.names or given.variadic or asked.variadic:
        return True
    return len(asked.names) == len(given.names)


def placeholder(tree: ast.Module, task: Task, entry: str) -> Check:
    """Whether anything was written: no ``pass``, ``...``, ``raise NotImplementedError``."""
    node = source.definition(tree, entry)
    if node is None:
        return Check("placeholder", "skipped", "no function")
    body = [s for s in node.body if not is_text(s)]
    if all(_is_empty(s) for s in body):
        return Check("placeholder", "failed", "the body does nothing")
    if all(isinstance(s, (*_FUNCTIONS, ast.ClassDef, ast.Pass)) for s in body):
        names = ", ".join(s.name for s in body if not isinstance(s, ast.Pass))  # type: ignore[union-attr]  # definitions only
        return Check("placeholder", "failed", f"defines {names} and does not use it")
    if _must_return(node, task) and not _returns(node):
        return Check("placeholder", "failed", f"returns nothing, {entry} has to return a value")
    return Check("placeholder", "passed")


def unread(node: Definition) -> tuple[str, ...]:
    """Parameters whose value the function never uses; ``_`` and ``self`` are no such."""
    asked = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    read = {
        n.id
        for s in node.body
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    missing = asked - read - {"self", "cls"}
    return tuple(sorted(name for name in missing if not name.startswith("_")))


def promised(node: Definition) -> str:
    """The builtin type that the signature promises, without its items' types."""
    returns = node.returns
    if returns is None or isinstance(node, ast.AsyncFunctionDef):
        return ""
    text = ast.unparse(returns).strip("'\"").split("[")[0]
    text = text.lower() if text in ("List", "Dict", "Set", "Tuple") else text
    return text if text in ("bool", "int", "str", "bytes", "list", "tuple", "dict", "set") else ""


def chances(tree: ast.Module, code: str) -> bool:
    """Whether the candidate's code uses what differs from run to run: chance, clock, addresses."""
    written = source.tree_of(code) or source.tree_of("def f():\n" + textwrap.indent(code, " "))
    modules = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).split(".")[0] in _CHANCE
    }
    for node in ast.walk(written or tree):
        if isinstance(node, ast.Name) and node.id in modules:
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
            return True
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Name) and function.id in ("id", "hash"):
            return True
    return False


_CHANCE = ("random", "secrets", "uuid", "time", "os", "platform", "tempfile", "threading")


def is_text(node: ast.stmt) -> bool:
    """A docstring or a bare ``...``."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and (isinstance(node.value.value, str) or node.value.value is ...)
    )


def does_nothing(statements: str) -> bool:
    """Whether no more stands there than ``pass``, ``...`` and the like; empty text is not asked."""
    tree = source.tree_of(textwrap.dedent(statements))
    return tree is not None and all(is_text(s) or _is_empty(s) for s in tree.body)


def _is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return "NotImplemented" in ast.unparse(node.exc)
    return isinstance(node, ast.Pass | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal)


def _must_return(node: Definition, task: Task) -> bool:
    """Whether the signature promises a value."""
    if node.returns is None or task.kind == "statements":
        return False
    return ast.unparse(node.returns) not in ("None", "NoReturn", "Never")


def _returns(node: Definition) -> bool:
    """Whether some path gives a value back, yields one or always raises."""
    for part in _own_nodes(node):
        if isinstance(part, ast.Return) and part.value is not None:
            return True
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
    return isinstance(node.body[-1], ast.Raise)


def _own_nodes(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        found.append(child)
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
            found += _own_nodes(child)
    return found
