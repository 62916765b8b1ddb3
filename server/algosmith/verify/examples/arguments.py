"""An expression that builds a strategy, and the arguments of the calls in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from algosmith.verify.examples.scope import Scope

_MODULE = "hypothesis.strategies."
_DEEPEST = 12
_LARGEST = 1_000
"""A larger least size is not drawn."""
_FUNCTIONS = frozenset({
    "sorted", "list", "tuple", "set", "frozenset", "str", "int", "float", "abs", "bool", "len",
})  # fmt: skip
_IGNORED = frozenset({"allow_nan", "allow_infinity", "allow_subnormal", "width"})
"""NaN and infinities are never drawn, and the floats that are fit 32 bits where bounds allow."""

Kind = Literal[
    "integers", "floats", "sampled", "text", "binary", "list", "set", "tuple", "dict", "record",
    "one_of", "permutations",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A ``.map`` or ``.filter`` whose function is an expression."""

    parameter: str
    body: ast.expr
    filters: bool


@dataclass(frozen=True, slots=True)
class Strategy:
    """The values that one strategy allows."""

    kind: Kind
    parts: tuple[Strategy, ...] = ()
    """Elements of a list, set or text, fields of a tuple or record, key and value, alternatives."""
    low: float | None = None
    high: float | None = None
    """Bounds of numbers, both included."""
    least: int = 0
    most: int | None = None
    """Bounds of a size."""
    options: tuple[Any, ...] = ()
    """What ``sampled_from`` picks from; a record's keys."""
    unique: bool = False
    steps: tuple[Step, ...] = ()


Builder: TypeAlias = "Callable[[Arguments], Strategy]"


@dataclass(frozen=True, slots=True)
class StrategyReader:
    """Reads the strategies of one module; raises NotPlain for what is not understood."""

    scope: Scope
    builders: Mapping[str, Builder]
    """For each function of ``hypothesis.strategies`` how its call is read."""

    def strategy(self, node: ast.expr, depth: int = 0) -> Strategy:
        """The strategy that an expression builds."""
        if depth > _DEEPEST:
            raise NotPlain("too deep")
        match node:
            case ast.Name(id=name) if name in self.scope.assigned:
                return self.strategy(self.scope.assigned[name], depth + 1)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                sides = (self.strategy(left, depth + 1), self.strategy(right, depth + 1))
                return Strategy("one_of", sides)
            case ast.Call(func=ast.Attribute(value=inner, attr="map" | "filter" as attr), args=[f]):
                made = self.strategy(inner, depth + 1)
                return replace(made, steps=(*made.steps, step(f, filters=attr == "filter")))
            case ast.Call(func=func):
                origin = self.scope.origin(func)
                builder = self.builders.get(origin.removeprefix(_MODULE))
                if builder is None or not origin.startswith(_MODULE):
                    raise NotPlain(origin)
                return builder(Arguments(node, self, depth))
            case _:
                raise NotPlain(type(node).__name__)


class Arguments:
    """The arguments of one call, taken one after the other; what is left was not understood."""

    def __init__(self, call: ast.Call, reading: StrategyReader, depth: int) -> None:
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        if starred or any(keyword.arg is None for keyword in call.keywords):
            raise NotPlain("unpacked arguments")
        self.args = list(call.args)
        self.named = {str(k.arg): k.value for k in call.keywords if k.arg not in _IGNORED}
        self.reading, self.depth = reading, depth

    def node(self, name: str) -> ast.expr | None:
        """The next argument by place, or the one of that name."""
        return self.args.pop(0) if self.args else self.named.pop(name, None)

    def value(self, name: str) -> Any:
        """The plain value of the next argument by place, or of that name; None without one."""
        node = self.node(name)
        return None if node is None else self.reading.scope.value(node)

    def option(self, name: str) -> Any:
        """The plain value of a keyword argument; None without one."""
        node = self.named.pop(name, None)
        return None if node is None else self.reading.scope.value(node)

    def strategy(self, name: str = "") -> Strategy:
        """The next argument, which has to be a strategy."""
        node = self.node(name)
        if node is None:
            raise NotPlain(f"no {name}")
        return self.inner(node)

    def inner(self, node: ast.expr) -> Strategy:
        """A strategy inside this one."""
        return self.reading.strategy(node, self.depth + 1)

    def sizes(self) -> tuple[int, int | None]:
        """``min_size`` and ``max_size``."""
        least, most = int(self.option("min_size") or 0), self.option("max_size")
        if least > _LARGEST or not (most is None or isinstance(most, int)) or _empty(least, most):
            raise NotPlain("size")
        return least, most

    def bounds(self) -> tuple[Any, Any]:
        """``min_value`` and ``max_value``."""
        low, high = self.value("min_value"), self.value("max_value")
        if _empty(low, high):
            raise NotPlain("no value")
        return low, high

    def over(self) -> None:
        """Nothing else may have been said."""
        if self.args or self.named:
            raise NotPlain("an argument that is not known")


def _empty(low: Any, high: Any) -> bool:
    return low is not None and high is not None and high < low


def step(function: ast.expr, *, filters: bool) -> Step:
    """What ``.map(sorted)`` or ``.filter(lambda n: n % 2)`` does with a value."""
    match function:
        case ast.Lambda(args=ast.arguments(args=[parameter], defaults=[]), body=body):
            return Step(parameter.arg, body, filters)
        case ast.Name(id=name) if name in _FUNCTIONS:
            call = ast.Call(ast.Name(name, ast.Load()), [ast.Name("_", ast.Load())], [])
            return Step("_", call, filters)
        case _:
            raise NotPlain("a function that is not known")
