"""Plain values from the user's text, and claims about them: a closed evaluator, never ``eval``.

Only literals, a few pure builtins and comparisons are understood; everything else is NotPlain.
It runs outside the cage on plain data, so every operation is bounded.
"""

from __future__ import annotations

import ast
import cmath
import math
import operator
from array import array
from collections import deque
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox.types import Node, Record
from algosmith.syntax.pythontree import expression
from algosmith.verify.constructors import CONSTRUCTORS, MADE, construct
from algosmith.verify.equality import Approx, equal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_ITEMS = 100_000
_MOST_BITS = 20_000
_WORDS: dict[str, Any] = {
    "true": True, "false": False, "null": None, "nil": None, "undefined": None,
    "inf": math.inf, "nan": math.nan, "Infinity": math.inf, "NaN": math.nan,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_ANYWHERE = frozenset({"approx", "isclose", *CONSTRUCTORS})
"""Functions known by their last name: ``pytest.approx``, ``math.isclose``, ``datetime.date``."""
_CLOSED = ("approx", "isclose", "Counter", MADE)
"""Those whose calls are understood whatever the file defines; the others are worked out in a cage,
where the file's own names hold."""
_METHODS = frozenset({
    "startswith", "endswith", "lower", "upper", "strip", "lstrip", "rstrip", "split", "splitlines",
    "count", "index", "find", "isdigit", "isalpha", "isupper", "islower", "keys", "values", "items",
    "get", "issubset", "issuperset", "isdisjoint", "is_integer", "bit_length",
})  # fmt: skip
"""Methods of plain values that make little of little, and change nothing."""
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.Pow, ast.Div, ast.FloorDiv, ast.Mod, ast.BitOr, ast.BitAnd,
    ast.BitXor,
)  # fmt: skip
_DIRECT: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.BitOr: lambda a, b: a | b,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitXor: lambda a, b: a ^ b,
}
"""Operators that make nothing larger than their two sides together."""
_FAILURES = (
    TypeError, ValueError, KeyError, IndexError, OverflowError, ZeroDivisionError, RecursionError,
    AttributeError, MemoryError, ArithmeticError,
)  # fmt: skip


_CONSUMERS = frozenset(
    {"set", "frozenset", "list", "tuple", "dict", "len", "sorted", "sum", "min", "max", "all",
     "any", "reversed"}
)  # fmt: skip
"""Functions that take what is walked through, and give something else."""


class _Walked(list[Any]):
    """An iterator: no list, so it stands only where it is walked through."""


class NotPlain(Exception):
    """The expression is none that is understood, or does not evaluate."""


class Fails(NotPlain):
    """It is understood, and working it out raises: Python would, too."""


def parse(text: str) -> Any:
    """The value that a piece of text spells: Python or JSON literals. Raises NotPlain."""
    try:
        return evaluate(expression(text), {})
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotPlain(text) from error


def shown(text: str) -> str:
    """The text of a value for people: objects as Python writes them."""
    if MADE not in text:
        return text
    try:
        return repr(parse(text))
    except (NotPlain, ValueError):
        return text


def evaluate(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression of the closed set. Raises NotPlain."""
    try:
        return _value(node, names)
    except (RecursionError, MemoryError) as error:  # our limits, not Python's
        raise NotPlain(str(error)) from error
    except _FAILURES as error:
        raise Fails(str(error)) from error


def is_closed(node: ast.AST) -> bool:
    """Whether an expression is made of what is understood only, whatever its names stand for."""
    return all(map(_is_understood, ast.walk(node)))


def _is_understood(part: ast.AST) -> bool:
    match part:
        case ast.Constant(value=value):
            return value is not ...
        case ast.Call(func=ast.Name(id=name), keywords=options):
            known = name in _BUILTINS or name in _CLOSED
            return known and all(option.arg for option in options)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _METHODS or name in _CLOSED
        case ast.BinOp(left=ast.Constant(value=str() | bytes()), op=ast.Mod()):
            return False
        case ast.BinOp(op=op):
            return isinstance(op, _OPERATORS)
        case ast.Compare(ops=operators, comparators=others):
            return all(
                not isinstance(op, ast.Is | ast.IsNot) or _is_single(other)
                for op, other in zip(operators, others, strict=True)
            )
        case ast.Attribute(attr=name):
            return name in _METHODS or name in _CLOSED or name in ("inf", "nan", "pi", "e")
        case ast.expr():
            return isinstance(part, ast.Name | ast.List | ast.Tuple | ast.Set | ast.Dict
                              | ast.UnaryOp | ast.BoolOp | ast.Subscript | ast.Slice)  # fmt: skip
        case _:
            return True


def _is_single(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def holds(claim: str, names: Mapping[str, Any]) -> bool:
    """Whether a claim is true; one that does not evaluate on these values is not."""
    try:
        return bool(evaluate(expression(claim), names))
    except (NotPlain, SyntaxError, RecursionError):
        return False


def is_undecided(claim: str, names: Mapping[str, Any]) -> bool:
    """Whether a claim can't be worked out on these values: it neither holds nor fails."""
    try:
        evaluate(expression(claim), names)
    except Fails:
        return False
    except (NotPlain, SyntaxError, RecursionError, MemoryError):
        return True
    return False


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    value = _walkable(node, names)
    if isinstance(value, _Walked):  # it equals no list, and is shown as none
        raise NotPlain("an iterator")
    return value


def _walkable(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression that is walked through: an iterator may be one."""
    match node:
        case ast.Constant(value=value):
            if value is ...:
                raise NotPlain(str(value))
            return value
        case ast.Name(id=name):
            return _name(name, names)
        case ast.List(elts=items):
            return [_value(item, names) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, names) for item in items)
        case ast.Set(elts=items):
            return {_value(item, names) for item in items}
        case ast.Dict(keys=keys, values=items):
            pairs = zip(keys, items, strict=True)
            return {_value(_key(k), names): _value(v, names) for k, v in pairs}
        case _:
            return _operation(node, names)


def _name(name: str, names: Mapping[str, Any]) -> Any:
    if name in names:
        return names[name]
    if name in _WORDS:
        return _WORDS[name]
    raise NotPlain(name)


def _key(node: ast.expr | None) -> ast.expr:
    if node is None:
        raise NotPlain("** in a dict")
    return node


def _operation(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            return _unary(op, _value(operand, names))
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, _value(left, names), _value(right, names))
        case ast.BoolOp(op=op, values=parts):
            truths = (bool(_value(part, names)) for part in parts)
            return all(truths) if isinstance(op, ast.And) else any(truths)
        case ast.Compare():
            return _compare(node, names)
        case ast.Subscript(value=value, slice=index):
            return _item(_value(value, names), _index(index, names))
        case ast.Call():
            return _call(node, names)
        case ast.Attribute(value=ast.Name(id="math"), attr="inf" | "nan" | "pi" | "e" as attr):
            return getattr(math, attr)
        case _:
            raise NotPlain(ast.dump(node)[:80])


def _item(owner: Any, index: Any) -> Any:
    """``owner[index]``, which must not change the owner: a defaultdict would keep what it makes."""
    factory: Any = getattr(owner, "default_factory", None)
    return factory() if factory and index not in owner else owner[index]


def _index(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Slice):
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else _value(part, names) for part in parts))
    return _value(node, names)


def _unary(op: ast.unaryop, value: Any) -> Any:
    if isinstance(op, ast.Not):
        return not value
    if not isinstance(value, Number | Decimal | timedelta):
        raise NotPlain("sign of no number")
    return -value if isinstance(op, ast.USub) else ~value if isinstance(op, ast.Invert) else +value  # type: ignore[operator]  # ~float is a TypeError, contained by evaluate


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    direct = _DIRECT.get(type(op))
    if direct is not None:
        return _bounded(direct(left, right))
    match op:
        case ast.Mult():
            return _product(left, right)
        case ast.Pow() if isinstance(left, int | float) and isinstance(right, int | float):
            if isinstance(left, int) and left.bit_length() * abs(right) > _MOST_BITS:
                raise NotPlain("too large")
            return left**right
        case ast.Mod() if isinstance(left, Number | Decimal | timedelta):
            return left % right  # type: ignore[operator]  # contained by evaluate
        case _:
            raise NotPlain("operator")


def _product(left: Any, right: Any) -> Any:
    for sized, count in ((left, right), (right, left)):
        if hasattr(sized, "__len__") and isinstance(count, int):
            if _weight(sized) * max(count, 0) > MOST_ITEMS:
                raise NotPlain("too large")
            return cast("list[Any]", sized) * count
    both = isinstance(left, int) and isinstance(right, int)
    if both and left.bit_length() + right.bit_length() > _MOST_BITS:
        raise NotPlain("too large")
    return _bounded(left * right)


def _bounded(value: Any) -> Any:
    """A number that the next operation takes no time for."""
    if isinstance(value, int | Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits > 2 * _MOST_BITS:
            raise NotPlain("too large")
    return value


def _weight(value: Any) -> int:
    """Its items, and those of its items: what a walk through all of it takes."""
    if isinstance(value, list | tuple | deque):
        return sum(max(_weight(item), 1) for item in cast("list[Any]", value))
    return len(value) if hasattr(value, "__len__") else 1


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    left = _value(node.left, names)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        is_walked = isinstance(op, ast.In | ast.NotIn)
        right = (_walkable if is_walked else _value)(comparator, names)
        if not _related(op, left, right):
            return False
        left = right
    return True


def _related(op: ast.cmpop, left: Any, right: Any) -> bool:
    match op:
        case ast.Eq():
            return equal(left, right)
        case ast.NotEq():
            return not equal(left, right)
        case ast.Is() | ast.IsNot():
            if not (right is None or isinstance(right, bool)):
                raise NotPlain("identity of values")
            return (left is right) == isinstance(op, ast.Is)
        case _:
            return bool(_COMPARE[type(op)](left, right))


def _sized(value: Any) -> Any:
    if isinstance(value, range) and len(value) > MOST_ITEMS:
        raise NotPlain("too large")
    return value


def _range(*bounds: int) -> range:
    return cast("range", _sized(range(*bounds)))


def _reversed(value: Any) -> _Walked:
    return _Walked(reversed(value))


_BUILTINS: dict[str, Callable[..., Any]] = {
    "set": set, "frozenset": frozenset, "list": list, "tuple": tuple, "dict": dict, "len": len,
    "sorted": sorted, "sum": sum, "min": min, "max": max, "abs": abs, "round": round,
    "float": float, "int": int, "str": str, "bool": bool, "repr": repr, "range": _range,
    "all": all, "any": any, "bytes": bytes,
    "reversed": _reversed,
}  # fmt: skip


def _call(node: ast.Call, names: Mapping[str, Any]) -> Any:
    if isinstance(node.func, ast.Attribute) and node.func.attr in _ANYWHERE:
        name = node.func.attr
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        return _method(_value(node.func.value, names), node.func.attr, node, names)
    elif isinstance(node.func, ast.Name):
        name = node.func.id
    else:
        raise NotPlain("call")
    taken = _walkable if name in _CONSUMERS else _value
    args = [taken(arg, names) for arg in node.args]
    options = {str(k.arg): _value(k.value, names) for k in node.keywords if k.arg}
    if name == "approx":
        tolerance = options.get("abs", 1e-12)
        relative = options.get("rel", 0.0 if "abs" in options else 1e-6)
        return Approx(args[0], float(relative or 0.0), float(tolerance or 0.0))
    if name == "isclose":
        both = (*args, *options.values())
        close = cmath.isclose if any(isinstance(one, complex) for one in both) else math.isclose
        return close(*args, **options)
    if name in CONSTRUCTORS or name == MADE:
        return construct(name, args, options)
    if name not in _BUILTINS or not set(options) <= {"reverse", "ndigits"}:
        raise NotPlain(name)
    if name == "bytes" and args and isinstance(args[0], int):
        raise NotPlain("too large")
    return _BUILTINS[name](*args, **options)


def _method(owner: Any, name: str, node: ast.Call, names: Mapping[str, Any]) -> Any:
    if isinstance(owner, Record | Node):
        raise NotPlain(name)
    return getattr(owner, name)(*(_value(arg, names) for arg in node.args))


def may_change(value: Any) -> bool:
    """Whether a call that is given the value may leave it another one."""
    return isinstance(value, list | set | dict | deque | array | bytearray)


def items_of(value: Any) -> list[Any] | None:
    """The items of a list or tuple; None for anything else."""
    return list(cast("list[Any]", value)) if isinstance(value, list | tuple) else None


def known_names() -> frozenset[str]:
    """Names that may stand in a claim without being values of ours."""
    modules = {"math", "cmath", "pytest"}
    return frozenset(_BUILTINS) | frozenset(_WORDS) | frozenset(_CLOSED) | modules
