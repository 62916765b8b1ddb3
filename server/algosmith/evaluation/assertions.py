"""Takes hidden asserts apart, so that what is expected never stands beside the answer.

``assert f(1, [2]) == [3]`` becomes a call and a claim ``_0 == [3]``. Only asserts that stand by
themselves, with plain calls that do not depend on one another, can be taken apart; for all others
``taken_apart`` gives None and the tests run whole.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from algosmith.evaluation.problems import Script
from algosmith.sandbox.types import Answer, Call
from algosmith.syntax.pythontree import parsed

CALLS = "_hidden_calls"
CLAIMS = "_hidden_claims"
_DEPENDENT = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Claims:
    """Hidden tests in two parts."""

    program: str
    """Defines ``CALLS()``, which gives the arguments of each call, and ``CLAIMS(results)``."""
    calls: tuple[Call, ...] = ()


def taken_apart(truth: Script, prelude: str) -> Claims | None:
    """The tests as calls and claims, the calls still to be evaluated."""
    setup, asserts = _parts(truth.source)
    if not asserts:
        return None
    taker = _Taker(truth.names)
    claims = [taker.visit(node.test) for node in asserts]
    if taker.dependent or not taker.calls or _mentions(claims, setup, truth.names):
        return None
    arguments = ast.List([_arguments(call) for call in taker.calls], ast.Load())
    program = ast.Module(
        [
            *parsed(prelude).body,
            *setup,
            _function(CALLS, [], arguments),
            _function(CLAIMS, ["_results"], ast.BoolOp(ast.And(), [*map(_truth, claims), *_two()])),
        ],
        [],
    )
    return Claims(ast.unparse(ast.fix_missing_locations(program)))


def with_calls(claims: Claims, answer: Answer) -> Claims | None:
    """The claims with what ``CALLS()`` answered; None where an argument is no plain value."""
    if answer.status != "value":
        return None
    pairs = cast("list[tuple[tuple[Any, ...], Mapping[str, Any]]]", answer.value)
    return replace(claims, calls=tuple(Call(tuple(args), kwargs) for args, kwargs in pairs))


def as_function(truth: Script, entry: str, name: str) -> str:
    """The tests whole, as a function ``name()`` that gives True when none of them raises."""
    setup = "" if entry.isidentifier() else _bound(entry)
    body = parsed(f"{setup}\n{truth.source}\nreturn True").body
    return ast.unparse(ast.fix_missing_locations(_definition(name, [], body)))


def _bound(entry: str) -> str:
    owner, _, method = entry.rpartition(".")
    return f"{method} = {owner}().{method}"


def _parts(source: str) -> tuple[list[ast.stmt], list[ast.Assert]]:
    """Statements that set up, and the asserts; no asserts where something else stands there."""
    body = list(parsed(source).body)
    if body and isinstance(body[-1], ast.Expr):  # HumanEval: def check(candidate), check(f)
        checks = [n for n in body if isinstance(n, ast.FunctionDef) and n.name == "check"]
        others = [n for n in body[:-1] if n not in checks]
        if len(checks) != 1:
            return [], []
        body = [*others, *checks[0].body]
    setup: list[ast.stmt] = []
    asserts: list[ast.Assert] = []
    for node in body:
        if isinstance(node, ast.Assert):
            asserts.append(node)
        elif asserts and not isinstance(node, ast.Expr | ast.Pass):
            return [], []  # set up again between asserts: order counts
        elif not isinstance(node, ast.Expr | ast.Pass):
            setup.append(node)
    return setup, [node for node in asserts if not isinstance(node.test, ast.Constant)]


class _Taker(ast.NodeTransformer):
    """Puts ``_results[i]`` in the place of each call of the function."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.calls: list[ast.Call] = []
        self.dependent = False

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not isinstance(node.func, ast.Name) or node.func.id not in self.names:
            return cast("ast.expr", self.generic_visit(node))
        starred = any(isinstance(arg, ast.Starred) for arg in node.args)
        named = all(keyword.arg for keyword in node.keywords)
        if starred or not named or any(self._calls_in(node)):
            self.dependent = True
        self.calls.append(node)
        place = ast.Constant(len(self.calls) - 1)
        return ast.Subscript(ast.Name("_results", ast.Load()), place, ast.Load())

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _DEPENDENT) and any(self._calls_in(node)):
            self.dependent = True
        return super().generic_visit(node)

    def _calls_in(self, node: ast.AST) -> Iterator[ast.AST]:
        for part in ast.iter_child_nodes(node):
            for inner in ast.walk(part):
                if isinstance(inner, ast.Name) and inner.id in self.names and inner is not node:
                    if isinstance(node, ast.Call) and inner is node.func:
                        continue
                    yield inner


def _mentions(claims: list[ast.expr], setup: list[ast.stmt], names: frozenset[str]) -> bool:
    """Whether the function itself is used other than by calling it."""
    return any(
        isinstance(inner, ast.Name) and inner.id in names
        for node in [*claims, *setup]
        for inner in ast.walk(node)
    )


def _arguments(call: ast.Call) -> ast.expr:
    keys: list[ast.expr | None] = [ast.Constant(keyword.arg) for keyword in call.keywords]
    named = ast.Dict(keys, [keyword.value for keyword in call.keywords])
    return ast.Tuple([ast.Tuple(call.args, ast.Load()), named], ast.Load())


def _truth(claim: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("bool", ast.Load()), [claim], [])


def _two() -> list[ast.expr]:
    """``and`` takes at least two operands."""
    return [ast.Constant(value=True)]


def _function(name: str, parameters: list[str], result: ast.expr) -> ast.FunctionDef:
    return _definition(name, parameters, [ast.Return(result)])


def _definition(name: str, parameters: list[str], body: list[ast.stmt]) -> ast.FunctionDef:
    arguments = ast.arguments([], [ast.arg(p) for p in parameters], None, [], [], None, [])
    return ast.FunctionDef(name, arguments, body, [], None, None, lineno=0)
