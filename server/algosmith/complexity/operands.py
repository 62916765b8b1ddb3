"""What a rewritten operation's operands can be, as far as the syntax tells. For ``instrument``."""

from __future__ import annotations

import ast

CHARGED_METHODS = frozenset({
    "sort", "insert", "index", "remove", "count", "extend", "reverse", "copy", "join", "split",
    "rsplit", "splitlines", "replace", "lower", "upper", "strip", "lstrip", "rstrip", "find",
    "rfind", "rindex", "startswith", "endswith", "title", "capitalize", "swapcase", "translate",
    "isalnum", "isalpha", "isdigit", "isupper", "islower", "isnumeric", "isspace", "zfill",
    "ljust", "rjust", "center", "encode", "decode", "partition", "rpartition", "format",
    "casefold", "union", "intersection", "difference", "symmetric_difference", "issubset",
    "issuperset", "isdisjoint", "update", "intersection_update", "difference_update",
    "most_common", "elements", "subtract", "rotate", "clear", "extendleft", "fromkeys", "total",
})  # fmt: skip


def is_charged(name: str, node: ast.Call) -> bool:
    """A method whose name is expensive on some type."""
    return name in CHARGED_METHODS or (name == "pop" and bool(node.args))


def is_number(node: ast.expr) -> bool:
    """True when the value can only be a number (so that nothing needs charging)."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str | bytes)
    if isinstance(node, ast.BinOp):
        ops = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
        return isinstance(node.op, ops) and not is_display(node.left)
    if isinstance(node, ast.UnaryOp | ast.Compare):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        numbers = ("len", "abs", "ord", "int", "_algo_f_int", "_algo_power", "_algo_shift")
        return node.func.id in numbers
    return False


def is_display(node: ast.expr) -> bool:
    """Text or a list written out: repeated by ``*``."""
    text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return text or isinstance(node, ast.List | ast.Tuple | ast.ListComp | ast.JoinedStr)


def is_count(node: ast.expr, other: ast.Name) -> bool:
    """It may say how often ``other`` is repeated; ``a * a`` can only be a number."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id != other.id)


def is_short(node: ast.expr) -> bool:
    """Displays and constants written in the source have a constant length."""
    return isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Set | ast.Dict)


def may_be_long(node: ast.expr) -> bool:
    """Something whose comparison may read many elements."""
    if isinstance(node, ast.Name):
        return True
    return isinstance(node, ast.Call) and not is_number(node)


def appends(node: ast.Assign, target: ast.expr) -> bool:
    """``s = s + t``: CPython grows a string in place."""
    value = node.value
    return (
        isinstance(target, ast.Name)
        and isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "_algo_add"
        and isinstance(value.args[0], ast.Name)
        and value.args[0].id == target.id
    )
