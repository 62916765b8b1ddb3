"""A test file as it is read: its tests, its fixtures, the sets of arguments of each test."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from algosmith.syntax.pythontree import expression
from algosmith.verify import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

MOST_TURNS = 50
"""Cases of a loop, or values of one parameter."""
_FOREIGN = ("pytest", "hypothesis", "unittest", "mock", "nose", "doctest")
_NO_EXAMPLES = {
    "skip": "it is marked as skipped", "skipif": "it is marked as skipped",
    "skipIf": "it is marked as skipped", "skipUnless": "it is marked as skipped",
    "xfail": "it is expected to fail", "expectedFailure": "it is expected to fail",
    "patch": "it patches something", "object": "it patches something",
    "dict": "it patches something", "usefixtures": "it uses fixtures by name",
    "given": "it is a property test",
}  # fmt: skip


class UnfollowedTest(Exception):
    """The test can't be made a session; the text says why."""


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file."""

    body: Sequence[ast.stmt]
    """What stands at its top level beside tests."""
    fixtures: Mapping[str, FunctionNode]
    constants: Mapping[str, ast.expr]


def test_file(tree: ast.Module) -> TestFile:
    """A test file, its tests left out."""
    body: list[ast.stmt] = []
    fixtures: dict[str, FunctionNode] = {}
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_fixture(node):
            fixtures[node.name] = node
        elif _is_context(node):
            body.append(node)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
    return TestFile(body, fixtures, constants)


def _is_fixture(node: FunctionNode) -> bool:
    return any(last_name(decorator) == "fixture" for decorator in node.decorator_list)


def _is_context(node: ast.stmt) -> bool:
    """Whether a statement of a test file is none of its tests."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return not name.startswith("test")
        case ast.ClassDef(bases=bases, name=name):
            cases = any(last_name(base).endswith("TestCase") for base in bases)
            return not (cases or name.startswith("Test"))
        case ast.Import(names=names):
            return not any(alias.name.split(".")[0] in _FOREIGN for alias in names)
        case ast.ImportFrom(module=module):
            return (module or "").split(".")[0] not in (*_FOREIGN, "__future__")
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Try():
            return True
        case _:
            return False


def tests_of(tree: ast.Module) -> Iterator[tuple[FunctionNode, ast.ClassDef | None]]:
    """The tests, each with its class."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(node):
            yield node, None
        elif isinstance(node, ast.ClassDef) and not _is_context(node):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(inner):
                    yield inner, node


def _is_test(node: FunctionNode) -> bool:
    return node.name.startswith("test") and not _is_fixture(node)


def check_marks(node: FunctionNode, owner: ast.ClassDef | None) -> None:
    """Raises UnfollowedTest for a test that says itself that it is no example."""
    if isinstance(node, ast.AsyncFunctionDef):
        raise UnfollowedTest("it is asynchronous")
    for decorator in (*node.decorator_list, *(owner.decorator_list if owner else ())):
        name = last_name(decorator)
        if name in _NO_EXAMPLES:
            raise UnfollowedTest(_NO_EXAMPLES[name])


def last_name(node: ast.expr) -> str:
    """``parametrize`` for ``pytest.mark.parametrize(…)``."""
    node = node.func if isinstance(node, ast.Call) else node
    return str(getattr(node, "attr", getattr(node, "id", "")))


def parameters(node: FunctionNode) -> list[str]:
    """The names of the parameters."""
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def rows(node: FunctionNode, module: TestFile) -> Iterator[dict[str, ast.expr]]:
    """The expressions that parametrize gives the parameters; one empty set without it."""
    tables: list[list[dict[str, ast.expr]]] = []
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator) == "parametrize":
            tables.append(_table(decorator, module))
    for combination in islice(product(*tables), 10_000):
        yield {name: value for row in combination for name, value in row.items()}


def _table(call: ast.Call, module: TestFile) -> list[dict[str, ast.expr]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [*call.args, *(named[k] for k in ("argnames", "argvalues") if k in named)]
    if len(given) < 2 or "indirect" in named:
        raise UnfollowedTest("its parametrize can't be followed")
    try:
        spelled = values.evaluate(given[0], {})
    except values.NotPlain:
        raise UnfollowedTest("its parametrize can't be followed") from None
    names = (
        [name.strip() for name in spelled.split(",") if name.strip()]
        if isinstance(spelled, str)
        else list(spelled)
    )
    return [row for item in items_of(given[1], module) for row in _row(item, names)]


def items_of(node: ast.expr, module: TestFile) -> list[ast.expr]:
    """The items of a collection that is spelled out, here or in a constant."""
    if isinstance(node, ast.Name) and node.id in module.constants:
        node = module.constants[node.id]
    if isinstance(node, ast.Call) and last_name(node) in ("list", "tuple") and node.args:
        return items_of(node.args[0], module)
    if isinstance(node, ast.Call) and last_name(node) == "items":
        inner = node.func.value if isinstance(node.func, ast.Attribute) else node
        inner = module.constants.get(getattr(inner, "id", ""), inner)
        if isinstance(inner, ast.Dict) and all(inner.keys):
            pairs = zip(inner.keys, inner.values, strict=True)
            return [ast.Tuple([key, value], ast.Load()) for key, value in pairs if key]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        if any(isinstance(item, ast.Starred) for item in node.elts):
            raise UnfollowedTest("its cases can't be told apart")
        return [*node.elts]
    try:
        found = values.evaluate(node, {})
        listed = [*islice(found, MOST_TURNS + 1)]
        return [expression(repr(item)) for item in listed]
    except (values.NotPlain, TypeError, SyntaxError):
        raise UnfollowedTest("its cases are computed") from None


def _row(item: ast.expr, names: Sequence[str]) -> list[dict[str, ast.expr]]:
    if isinstance(item, ast.Call) and last_name(item) == "param":
        marks = next((k.value for k in item.keywords if k.arg == "marks"), None)
        if marks and {last_name(n) for n in ast.walk(marks) if isinstance(n, ast.expr)} & {
            "skip", "skipif", "xfail",
        }:  # fmt: skip
            return []
        parts = item.args
    else:
        parts = [item] if len(names) == 1 else getattr(item, "elts", [])
    if len(parts) != len(names):
        raise UnfollowedTest("its cases can't be told apart")
    return [dict(zip(names, parts, strict=True))]


def set_up(owner: ast.ClassDef | None) -> list[ast.stmt]:
    """What runs before each test of a class."""
    found: list[ast.stmt] = []
    for node in owner.body if owner else ():
        if isinstance(node, ast.Assign):
            found.append(node)
        elif isinstance(node, ast.FunctionDef) and node.name in ("setUp", "setup_method"):
            found += node.body
    return found
