"""Small changes to a function's code: what its examples should notice; wrong pools to calibrate."""

from __future__ import annotations

import ast
import copy
import random
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from algosmith.verify import source

if TYPE_CHECKING:
    from algosmith.verify.source import Definition

Change = Callable[[ast.AST], ast.AST | None]
"""Gives another node for a copy of one, or None where it does not apply."""

_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add,),
    ast.FloorDiv: (ast.Div, ast.Mult), ast.Div: (ast.FloorDiv, ast.Mult),
    ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.BitXor: (ast.BitOr,),
    ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
}  # fmt: skip
_NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "sum": "len",
    "len": "sum", "append": "insert", "upper": "lower", "lower": "upper", "add": "discard",
    "abs": "int", "floor": "ceil", "ceil": "floor", "startswith": "endswith", "set": "list",
    "endswith": "startswith", "nlargest": "nsmallest", "nsmallest": "nlargest",
}  # fmt: skip


_SENTINEL = 1_000_000
"""Numbers from which on one more or less is no other program: they stand for "no limit"."""
_TABLE = 12
"""Nodes from which on a display counts as a table."""


def mutants(node: Definition, most: int, seed: int = 0) -> list[Definition]:
    """Up to ``most`` different one-change versions of a function, in a fixed order for a seed."""
    places = list(_places(node))
    random.Random(seed).shuffle(places)  # noqa: S311 - a sample, no secret
    buried = _in_tables(node)
    places.sort(key=lambda place: (place[0] in buried, place[1] is not _nothing))
    found: dict[str, Definition] = {}
    original = ast.unparse(node)
    for path, change in places:
        if len(found) >= most:
            break
        made = _changed(node, path, change)
        text = ast.unparse(made) if made else original
        if made is not None and text != original:
            found.setdefault(text, made)
    return list(found.values())


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
"""Lines as the parser counts them."""
_INDENT = 4


def changed_programs(text: str, entry: str, most: int) -> Iterator[str]:
    """The program with one small change in its function; where it has none, anywhere.

    Only the function is printed anew: all of a large module would take longer than its run.
    """
    tree = source.tree_of(text)
    node = source.definition(tree, entry) if tree else None
    if tree is None or node is None:
        return
    if not entry:  # a program is the module itself
        yield from (ast.unparse(ast.Module(mutant.body, [])) for mutant in mutants(node, most))
        return
    lines = _LINE.findall(text.removeprefix("\ufeff"))
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    before, behind = "".join(lines[:first]), "".join(lines[node.end_lineno or len(lines) :])
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    levels, rest = divmod(len(indent), _INDENT)
    if rest or indent.strip(" "):
        yield from changed_programs(ast.unparse(tree), entry, most)
        return
    for mutant in mutants(node, most):
        yield f"{before}{_printed(mutant, levels)}\n{behind}"


def _printed(node: Definition, levels: int) -> str:
    """The function as text that stands so many levels deep."""
    statement: ast.stmt = node
    for _ in range(levels):
        statement = ast.If(ast.Constant(1), [statement], [])
    text = ast.unparse(statement)
    return "".join(_LINE.findall(text)[levels:]).lstrip("\n")


def _places(node: Definition) -> Iterator[tuple[int, Change]]:
    """(position in ``ast.walk`` order, change) for everything that can be changed."""
    for position, part in enumerate(ast.walk(node)):
        for change in _changes(part):
            yield position, change


def _in_tables(node: Definition) -> set[int]:
    """Positions inside long displays: one of a hundred numbers of a table says little."""
    order = {id(part): position for position, part in enumerate(ast.walk(node))}
    return {
        order[id(part)]
        for display in ast.walk(node)
        if isinstance(display, ast.List | ast.Tuple | ast.Set | ast.Dict)
        and sum(1 for _ in ast.walk(display)) > _TABLE
        for part in ast.walk(display)
    }


def _changed(node: Definition, position: int, change: Change) -> Definition | None:
    made = copy.deepcopy(node)
    target = list(ast.walk(made))[position]
    new = change(target)
    if new is None:
        return None
    for parent in ast.walk(made):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(item is target for item in value):  # pyright: ignore[reportUnknownVariableType]  # ast fields
                value[:] = [new if item is target else item for item in value]  # pyright: ignore[reportUnknownVariableType]  # ast fields
    return ast.fix_missing_locations(made)


def _changes(node: ast.AST) -> list[Change]:
    match node:
        case ast.Compare():
            return _operators(node)
        case ast.BinOp(op=op):
            return [_binary(new) for new in _BINARY.get(type(op), ())]
        case ast.AugAssign(op=op):
            return [_augmented(new) for new in _BINARY.get(type(op), ())]
        case ast.Constant(value=value):
            return _constants(value)
        case ast.BoolOp():
            return [_flip_bool, _drop_last]
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return [_operand]
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
            return [_renamed]
        case ast.Attribute(attr=name) if name in _NAMES and name not in ("append", "add"):
            return [_renamed]
        case _:
            return _structural(node)


def _structural(node: ast.AST) -> list[Change]:
    match node:
        case ast.If() | ast.IfExp():
            return [_negated]
        case ast.Slice():
            return [_shifted]
        case ast.Return(value=value) if value is not None:
            return [_nothing]
        case ast.Break() | ast.Continue():
            return [_passed]
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            return [_passed]
        case ast.comprehension(ifs=[_, *_]):
            return [_unfiltered]
        case ast.Call(func=ast.Name(id="range"), args=[_, _, *_]):
            return [_from_next]
        case ast.Call(args=[_, _, *_]):
            return [_shortened]
        case _:
            return []


def _operators(node: ast.Compare) -> list[Change]:
    return [_compared(new) for new in _COMPARE.get(type(node.ops[0]), ())]


def _compared(new: type[ast.cmpop]) -> Change:
    def change(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Compare):
            return None
        return ast.Compare(node.left, [new(), *node.ops[1:]], node.comparators)

    return change


def _binary(new: type[ast.operator]) -> Change:
    def change(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.BinOp):
            return None
        return ast.BinOp(node.left, new(), node.right)

    return change


def _augmented(new: type[ast.operator]) -> Change:
    def change(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.AugAssign):
            return None
        return ast.AugAssign(node.target, new(), node.value)

    return change


def _constants(value: object) -> list[Change]:
    if isinstance(value, bool):
        return [lambda _: ast.Constant(not value)]
    if isinstance(value, int | float) and abs(value) >= _SENTINEL:
        return [lambda _: ast.Constant(0)]
    if isinstance(value, int | float):
        return [lambda _: ast.Constant(value + 1), lambda _: ast.Constant(value - 1)]
    if isinstance(value, str) and value:
        return [lambda _: ast.Constant(""), lambda _: ast.Constant(value[:-1])]
    return []


def _flip_bool(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.BoolOp):
        return None
    return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _drop_last(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.BoolOp):
        return None
    rest = node.values[:-1]
    return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _operand(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.UnaryOp):
        return None
    return node.operand


def _renamed(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Name):
        return ast.Name(_NAMES[node.id], ast.Load())
    if not isinstance(node, ast.Attribute):
        return None
    return ast.Attribute(node.value, _NAMES[node.attr], ast.Load())


def _negated(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.If | ast.IfExp):
        return None
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return copy.copy(node)


def _shifted(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.Slice):
        return None
    if node.lower is None:
        return ast.Slice(ast.Constant(1), node.upper, node.step)
    return ast.Slice(ast.BinOp(node.lower, ast.Add(), ast.Constant(1)), node.upper, node.step)


def _nothing(node: ast.AST) -> ast.AST | None:
    return ast.Return(ast.Constant(None))


def _passed(node: ast.AST) -> ast.AST | None:
    return ast.Pass()


def _unfiltered(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.comprehension):
        return None
    return ast.comprehension(node.target, node.iter, [], node.is_async)


def _shortened(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.Call):
        return None
    return ast.Call(node.func, node.args[:-1], node.keywords)


def _from_next(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, ast.Call):
        return None
    first = ast.BinOp(node.args[0], ast.Add(), ast.Constant(1))
    return ast.Call(node.func, [first, *node.args[1:]], [])
