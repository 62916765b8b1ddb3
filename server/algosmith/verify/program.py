"""The part of a file that a function needs, as a program for the cage.

The function, what it uses and what that uses, in the file's order. Asserts, prints, ``main()``
calls and unused imports stay out, docstrings are emptied, comments vanish: what the candidate's
process gets holds no expected value, and a numpy import that the function does not use stops
nothing.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from algosmith.sandbox.source import uses_package, without_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEPT_CALLS = ("setrecursionlimit", "set_int_max_str_digits", "seed", "setcontext")

_LINKED = {
    "ListNode": "class ListNode:\n def __init__(self, val=0, next=None):\n  self.val = val\n"
    "  self.next = next",
    "TreeNode": "class TreeNode:\n def __init__(self, val=0, left=None, right=None):\n"
    "  self.val = val\n  self.left = left\n  self.right = right",
}


def slice_for(tree: ast.Module, entry: str, used: frozenset[str] = frozenset()) -> str:
    """Source that defines ``entry``, the names ``used`` beside it, and what these need."""
    wanted = _closure(tree.body, (entry.split(".")[0], *sorted(used)))
    body = [node for i, node in enumerate(tree.body) if i in wanted]
    needed = {n.id for node in body for n in ast.walk(node) if isinstance(n, ast.Name)}
    needed |= _annotated(body)
    defined = {name for node in body for name in _binds(node)}
    extra = [t for name, t in _LINKED.items() if name in needed and name not in defined]
    module = ast.Module([stripped(node) for node in body if not _is_future(node)], [])
    parts = ["from __future__ import annotations", *extra, ast.unparse(module)]
    return "\n".join(parts) + "\n"


def texts_for(
    tree: ast.Module, whole: str, entry: str, used: frozenset[str], package: str
) -> tuple[str, str]:
    """What runs for ``entry``; and where that is all of the module, the part that it needs.

    A module that imports its own package is taken whole: the package, or what the examples
    import, asks for other parts of it. ``package`` is empty outside of packages. ``whole``
    is all of the module without its own checks, where the tree is only a part of it.
    """
    part = slice_for(tree, entry, used)
    if not package or not (package.partition(".")[0] in used or uses_package(part, package)):
        return part, ""
    if whole:
        return without_words(whole), part
    body = [stripped(node) for node in tree.body if not _is_check(node)]
    return ast.unparse(ast.Module(body, [])) + "\n", part


def _closure(body: list[ast.stmt], roots: Sequence[str]) -> set[int]:
    """Indices of the statements that the roots reach by names."""
    alters = {name: what for name, what in _alters(body).items() if name != roots[0]}
    imported = {
        name for one in body if isinstance(one, ast.Import | ast.ImportFrom) for name in _binds(one)
    }
    effects = [
        _binds(node) | _changes(node) | _through(node, alters) | (_extends(node) - imported)
        for node in body
    ]
    wanted: set[int] = {i for i, node in enumerate(body) if _is_set_up(node)}
    known: set[str] = set()
    queue = [*roots, *(n for i in wanted for n in _uses(body[i]))]
    while queue:
        name = queue.pop()
        if name in known:
            continue
        known.add(name)
        for i, names in enumerate(effects):
            if name in names and i not in wanted and not _is_check(body[i]):
                wanted.add(i)
                queue += _uses(body[i])
    return wanted


def _uses(node: ast.stmt) -> set[str]:
    """Names that a statement reads, annotations left out (they are never evaluated)."""
    bare = _Bare().visit(copy.deepcopy(node))
    return {n.id for n in ast.walk(bare) if isinstance(n, ast.Name)}


def _annotated(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for node in body:
        for part in ast.walk(node):
            if isinstance(part, ast.arg) and part.annotation is not None:
                text = ast.unparse(part.annotation)
                found |= {name for name in _LINKED if name in text}
    return found


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)


def _binds(node: ast.stmt) -> set[str]:
    """Names that a module-level statement gives a value."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    found: set[str] = set()
    for part in _outside_functions(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.alias):
            found.add((part.asname or part.name).split(".")[0])
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
    return found


def _changes(node: ast.stmt) -> set[str]:
    """Names whose value a module-level statement alters: ``table[0] = 1``, ``primes.append(2)``."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import):
        return set()
    found: set[str] = set()
    for part in _outside_functions(node):
        if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            found |= _base(part)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            found |= _base(part.value.func) if isinstance(part.value.func, ast.Attribute) else set()
    return found


def _alters(body: list[ast.stmt]) -> dict[str, set[str]]:
    """What of the module each function of it alters when it is called: a registry, a counter."""
    values = {
        part.id
        for node in body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return {
        node.name: altered & values
        for node in body
        if isinstance(node, ast.FunctionDef) and (altered := _altered(node)) & values
    }


def _altered(function: ast.FunctionDef) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(function):
        if isinstance(part, ast.Global):
            found |= {*part.names}
        elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            found |= _base(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            found |= _base(part.func)
    return found


def _through(node: ast.stmt, alters: dict[str, set[str]]) -> set[str]:
    """What a statement alters as a plain call of such a function, or by such a decorator.

    ``print(solve(3))`` tries the code out and sets nothing up.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        called = node.decorator_list
    elif isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) and node.value is not None:
        called = [node.value]
    else:
        return set()
    functions = [one.func if isinstance(one, ast.Call) else one for one in called]
    names = {one.id for one in functions if isinstance(one, ast.Name)}
    return {name for one in names & alters.keys() for name in alters[one]}


def _extends(node: ast.stmt) -> set[str]:
    """What a definition adds itself to by a decorator: ``@area.register(Circle)``."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    called = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return {name for one in called if isinstance(one, ast.Attribute) for name in _base(one)}


def _base(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The statement's nodes; bodies of functions and classes in it stay out."""
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _is_check(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        return "__name__" in ast.unparse(node.test)
    looped = isinstance(node, ast.For | ast.While | ast.With)
    return any(isinstance(part, ast.Assert) for part in (ast.walk(node) if looped else (node,)))


def _is_set_up(node: ast.stmt) -> bool:
    """``sys.setrecursionlimit(…)`` and the like count although nothing names them."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "attr", "") in _KEPT_CALLS


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def stripped(node: ast.stmt) -> ast.stmt:
    """The statement with every docstring emptied."""
    node = copy.deepcopy(node)
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = part.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                text = isinstance(first.value.value, str)
                first.value = ast.Constant("") if text else first.value
    return node
