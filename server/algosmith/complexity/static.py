"""A second opinion from the syntax tree: loops, halvings, recurrences, costs of builtins.

Never runs anything. Right for roughly four of five textbook functions: it over-estimates amortised
loops (``while`` inside ``for``) and does not see through unusual measures of progress.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import TYPE_CHECKING

from algosmith.complexity.loops import halves, is_constant_range, moves_to_a_stop
from algosmith.complexity.notation import Rate
from algosmith.inputs.source import FunctionSource, find
from algosmith.syntax.pythontree import Unreadable, module_of

if TYPE_CHECKING:
    from algosmith.inputs.usage import FunctionNode

_ONE, _LOG, _N = Rate(), Rate(0, Fraction(0), Fraction(1)), Rate(0, Fraction(1))
_N_LOG = Rate(0, Fraction(1), Fraction(1))
_EXPONENTIAL, _FACTORIAL = Rate(1), Rate(2)
_BUILTINS = {
    "sorted": _N_LOG, "sum": _N, "min": _N, "max": _N, "any": _N, "all": _N, "list": _N,
    "set": _N, "tuple": _N, "dict": _N, "Counter": _N, "deque": _N, "heapify": _N,
    "heappush": _LOG, "heappop": _LOG, "heapreplace": _LOG, "heappushpop": _LOG, "bisect": _LOG,
    "bisect_left": _LOG, "bisect_right": _LOG, "insort": _N, "deepcopy": _N, "reduce": _N,
    "nlargest": _N_LOG, "nsmallest": _N_LOG, "gcd": _LOG, "permutations": _FACTORIAL,
    "combinations": _EXPONENTIAL, "product": _EXPONENTIAL, "factorial": _N, "frozenset": _N,
}  # fmt: skip
_METHODS = {
    "sort": _N_LOG, "index": _N, "remove": _N, "count": _N, "insert": _N, "reverse": _N,
    "copy": _N, "join": _N, "split": _N, "replace": _N, "find": _N, "lower": _N, "upper": _N,
    "strip": _N, "extend": _N,
}  # fmt: skip


def estimate_rate(source: str, entry: str) -> Rate | None:
    """Growth of time by reading the code; None where the code can't be read."""
    try:
        tree = module_of(source)
    except Unreadable:
        return None
    found = find(tree, entry)
    if found is None:
        return None
    return _Estimator(found).function(found.node)


class _Estimator:
    def __init__(self, found: FunctionSource) -> None:
        self.functions = dict(found.functions)
        for node in ast.walk(found.node):
            if isinstance(node, ast.FunctionDef) and node is not found.node:
                self.functions[node.name] = node
        self.open: list[str] = []
        self.known: dict[str, Rate] = {}

    def function(self, node: FunctionNode) -> Rate:
        """Growth of a call of the function."""
        if node.name in self.known:
            return self.known[node.name]
        if node.name in self.open:
            return _ONE
        self.open.append(node.name)
        body = self.block(node.body)
        self.open.pop()
        result = self.recurrence(node, body)
        self.known[node.name] = result
        return result

    def recurrence(self, node: FunctionNode, body: Rate) -> Rate:
        """What recursion makes of the work of one call."""
        calls = [c for c in _own_calls(node) if _called(c) == node.name]
        if not calls:
            return body
        if _memoised(node):
            keys = max(1, sum(not isinstance(a, ast.Constant) for a in calls[0].args))
            return _times(Rate(0, Fraction(min(keys, 3))), body)
        in_loop = _in_loop(node)
        if in_loop:
            return _times(_N, Rate()) if _visits(node) else _EXPONENTIAL
        several = _together(node)
        if any(halves(argument, node) for c in calls for argument in c.args):
            if several < 2:
                return _times(_LOG, body) if body == _ONE else body
            return _times(_LOG, body) if body >= _N else _N
        if _follows_links(calls):
            return max(_N, _times(_N, body))
        return _EXPONENTIAL if several > 1 else _times(_N, body)

    def block(self, statements: list[ast.stmt]) -> Rate:
        """Growth of statements one after another."""
        return max((self.statement(s) for s in statements), default=_ONE)

    def statement(self, node: ast.stmt) -> Rate:
        """Growth of one statement."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _ONE
        if isinstance(node, ast.For | ast.AsyncFor):
            turns = _ONE if is_constant_range(node.iter) else _N
            if isinstance(node.iter, ast.Call) and _called(node.iter) in (
                "permutations",
                "product",
            ):
                turns = _BUILTINS[_called(node.iter)]
            return max(self.expression(node.iter), _times(turns, self.block(node.body)))
        if isinstance(node, ast.While):
            turns = _LOG if moves_to_a_stop(node) else _N
            inner = max(self.block(node.body), self.expression(node.test))
            return _times(turns, inner)
        return self.parts(node)

    def parts(self, node: ast.AST) -> Rate:
        """The worst of a statement's blocks and expressions."""
        worst = _ONE
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                worst = max(worst, self.statement(child))
            elif isinstance(child, ast.expr):
                worst = max(worst, self.expression(child))
            else:
                worst = max(worst, self.parts(child))
        return worst

    def expression(self, node: ast.expr) -> Rate:
        """Growth of evaluating an expression once."""
        if isinstance(node, ast.Lambda):
            return _ONE
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            return self.comprehension(node)
        worst = _ONE
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                worst = max(worst, self.expression(child))
            elif isinstance(child, ast.keyword):
                worst = max(worst, self.expression(child.value))
        return max(worst, self.own(node))

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Rate:
        """Nested loops in one expression."""
        inner = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        result = max(self.expression(each) for each in inner)
        for generator in reversed(node.generators):
            turns = _ONE if is_constant_range(generator.iter) else _N
            tests = max((self.expression(test) for test in generator.ifs), default=_ONE)
            result = max(_times(turns, max(result, tests)), self.expression(generator.iter))
        return result

    def own(self, node: ast.expr) -> Rate:
        """What the node itself costs, its parts aside."""
        if isinstance(node, ast.Call):
            name = _called(node)
            if name in self.functions and name not in self.open:
                return self.function(self.functions[name])
            if isinstance(node.func, ast.Attribute) and name in _METHODS:
                return _METHODS[name]
            if name == "pop" and node.args and not isinstance(node.args[0], ast.UnaryOp):
                return _N
            if name in ("min", "max") and len(node.args) > 1:
                return _ONE
            return _BUILTINS.get(name, _ONE)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return _N
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return _N if isinstance(node.left, ast.List) else _ONE
        return _ONE


def _times(one: Rate, other: Rate) -> Rate:
    if one.level or other.level:
        return Rate(max(one.level, other.level))
    return Rate(0, one.power + other.power, one.logs + other.logs)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _own_calls(node: ast.AST) -> list[ast.Call]:
    return [child for child in ast.walk(node) if isinstance(child, ast.Call)]


def _memoised(node: FunctionNode) -> bool:
    text = " ".join(ast.unparse(d) for d in node.decorator_list)
    if "cache" in text:
        return True
    names = {n.id.lower() for n in ast.walk(node) if isinstance(n, ast.Name)}
    return any(part in name for name in names for part in ("memo", "cache", "dp"))


def _visits(node: FunctionNode) -> bool:
    names = {n.id.lower() for n in ast.walk(node) if isinstance(n, ast.Name)}
    marks = ("visited", "seen", "color", "state")
    return any(mark in name for name in names for mark in marks)


def _in_loop(node: FunctionNode) -> bool:
    for child in ast.walk(node):
        loops = isinstance(child, ast.For | ast.While | ast.ListComp | ast.GeneratorExp)
        if loops and any(_called(c) == node.name for c in _own_calls(child)):
            return True
    return False


def _together(node: FunctionNode) -> int:
    """Most recursive calls that one run through the body can make."""

    def count(statements: list[ast.stmt]) -> int:
        total = 0
        for statement in statements:
            if isinstance(statement, ast.If):
                test = _count_calls(statement.test, node.name)
                branches = [count(statement.body), count(statement.orelse)]
                total += test + max(branches)
                if _ends(statement.body) and not statement.orelse:
                    total -= branches[0]
            else:
                total += _count_calls(statement, node.name)
        return total

    return max(count(node.body), 1)


def _ends(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise)


def _count_calls(node: ast.AST, name: str) -> int:
    if isinstance(node, ast.IfExp):
        branches = [_count_calls(node.body, name), _count_calls(node.orelse, name)]
        return _count_calls(node.test, name) + max(branches)
    own = int(isinstance(node, ast.Call) and _called(node) == name)
    return own + sum(_count_calls(child, name) for child in ast.iter_child_nodes(node))


def _follows_links(calls: list[ast.Call]) -> bool:
    links = {"left", "right", "next"}
    return any(isinstance(a, ast.Attribute) and a.attr in links for c in calls for a in c.args)
