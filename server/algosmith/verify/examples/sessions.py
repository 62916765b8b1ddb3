"""A session of statements as a script: what runs in the cage line by line, and what is wanted.

A line that holds the wanted value itself, as ``f(2) == 5`` does, is taken apart: the side with the
function runs, the other becomes a claim and is evaluated outside.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.verify import source, values
from algosmith.verify.examples.claims import flipped, inlined, unresolved
from algosmith.verify.examples.tracker import COMPARING, Tracker, free_names
from algosmith.verify.statements import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.verify.statements import Example

_TRUTHS = ("True", "False")


def set_apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that only lead up to what results are compared with don't run beside a candidate."""
    needed: set[str] = set()
    kept: list[Line] = []
    trees = [source.tree_of(line.source) for line in lines]
    assigned = {name for tree in trees if tree for name in _assigned(tree)}
    for line, tree in zip(reversed(lines), reversed(trees), strict=True):
        bound = _bound(tree, assigned) if tree and not line.tests else None
        if bound is not None and not bound & needed:
            kept.append(replace(line, apart=True))
            continue
        kept.append(line)
        needed |= free_names(tree) if tree else set()
    return tuple(reversed(kept))


def _assigned(tree: ast.Module) -> set[str]:
    """The names that plain assignments give a value."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _bound(tree: ast.Module, assigned: set[str]) -> set[str] | None:
    """The names that a line gives a value, or changes; None where it may do anything else."""
    found: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets):
                if not all(isinstance(target, ast.Name) for target in targets):
                    return None
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(alias.asname or alias.name).split(".")[0] for alias in names}
            case ast.For() | ast.Expr(value=ast.Call()) | ast.AugAssign():
                changed = _changed(node, assigned)
                if changed is None:
                    return None
                found |= changed
            case _:
                return None
    return found


def _changed(node: ast.stmt, assigned: set[str]) -> set[str] | None:
    """What a loop that fills lists of the session's own changes; None where it may do more."""
    found: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in _HARMLESS:
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in assigned:
                found.add(name)
            case ast.Call() | ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                return None
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case _:
                pass
    return found


_HARMLESS = frozenset(
    ("range", "len", "enumerate", "zip", "sorted", "sum", "min", "max", "abs", "str", "int")
)


def never_ends(node: ast.stmt) -> bool:
    """``while True`` without a way out."""
    if not isinstance(node, ast.While) or not isinstance(node.test, ast.Constant):
        return False
    ways = (ast.Break, ast.Return, ast.Raise, ast.Try, ast.With)
    return bool(node.test.value) and not any(
        isinstance(part, (*ways, ast.Call)) and not _is_plain_call(part) for part in ast.walk(node)
    )


def _is_plain_call(node: ast.AST) -> bool:
    """A call of a plain name: ``next(it)`` may raise, which ends a loop."""
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Name) and function.id not in ("next", "exit", "quit")


@dataclass(frozen=True, slots=True)
class SplitCondition:
    """A condition taken apart."""

    source: str
    """What runs: ``f(2)``."""
    claim: str
    """What has to be true of its value ``_``: ``_ == 5``."""
    asides: tuple[str, ...] = ()
    """Expressions that ``_aside0``, … stand for in the claim: worked out elsewhere."""


def holds_wanted(node: ast.AST) -> bool:
    """Whether an expression or line compares: then the wanted value may stand in it."""
    return any(
        isinstance(part, ast.Compare | ast.BoolOp | ast.Match)
        or (isinstance(part, ast.Call) and _compares(part.func))
        for part in ast.walk(node)
    )


def _compares(function: ast.expr) -> bool:
    name = str(getattr(function, "attr", getattr(function, "id", "")))
    return name in ("isclose", "allclose", "startswith", "endswith", "approx", "array_equal")


def taken_apart(
    condition: ast.expr, tracker: Tracker, plain: Mapping[str, Any], *, truth: bool = True
) -> tuple[SplitCondition, ...]:
    """What has to run and what has to be true of it; empty where they can't be told apart."""
    if _reads_last(condition):
        return ()
    condition = _Counters().visit(copy.deepcopy(condition))
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        return taken_apart(condition.operand, tracker, plain, truth=not truth)
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And) and truth:
        parts = [taken_apart(part, tracker, plain) for part in condition.values]
        return tuple(one for part in parts for one in part) if all(parts) else ()
    for hole in (_calls_of(condition, tracker), _side_of(condition, tracker)):
        made = _taken(condition, hole, tracker, dict(plain), truth=truth) if hole else None
        if made:
            return (made,)
    both = _compared_outside(condition, tracker, truth=truth)
    return (both,) if both else ()


def _reads_last(node: ast.expr) -> bool:
    """Whether it reads ``_``, what a session displayed last: in a claim that is another thing."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == "_"]
    stored = any(isinstance(name.ctx, ast.Store) for name in names)
    taken = any(isinstance(part, ast.arg) and part.arg == "_" for part in ast.walk(node))
    return bool(names) and not stored and not taken


class _Counters(ast.NodeTransformer):
    """Another name for the user's own ``_``: ``[0 for _ in range(3)]``."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("_each", node.ctx) if node.id == "_" else node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg("_each") if node.arg == "_" else node


_COMPARES = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _compared_outside(
    condition: ast.expr, tracker: Tracker, *, truth: bool
) -> SplitCondition | None:
    """``f(2) == f(-2)``: both sides run, and their values are compared outside of the cage.

    There no class of the candidate's has a say in what it equals.
    """
    if not isinstance(condition, ast.Compare) or not all(
        isinstance(op, _COMPARES) for op in condition.ops
    ):
        return None
    sides = [condition.left, *condition.comparators]
    if not all(tracker.touches(side) and not holds_wanted(side) for side in sides):
        return None
    values_of = [ast.Subscript(ast.Name("_", ast.Load()), ast.Constant(i), ast.Load())
                 for i in range(len(sides))]  # fmt: skip
    claim: ast.expr = ast.Compare(values_of[0], condition.ops, [*values_of[1:]])
    claim = claim if truth else ast.UnaryOp(ast.Not(), claim)
    text = ast.unparse(ast.Tuple(sides, ast.Load()))
    return SplitCondition(f"{text}\n", ast.unparse(ast.fix_missing_locations(claim)))


def _calls_of(condition: ast.expr, tracker: Tracker) -> ast.expr | None:
    """The only call of the function, or the only name that hangs on it."""
    found: list[ast.expr] = []

    def look(node: ast.AST) -> None:
        called = isinstance(node, ast.Call) and tracker.touches(node.func)
        if called or (isinstance(node, ast.Name) and node.id in tracker.names):
            found.append(cast("ast.expr", node))
        else:
            for child in ast.iter_child_nodes(node):
                look(child)

    look(condition)
    texts = {ast.unparse(node) for node in found}
    return found[0] if len(texts) == 1 else None


def _side_of(condition: ast.expr, tracker: Tracker) -> ast.expr | None:
    """The side of a comparison that hangs on the function, where the other does not."""
    if not isinstance(condition, ast.Compare) or len(condition.ops) != 1:
        return None
    sides = [condition.left, condition.comparators[0]]
    hanging = [side for side in sides if tracker.touches(side)]
    if len(hanging) != 1 or holds_wanted(hanging[0]):
        return None
    return hanging[0]


def _taken(
    condition: ast.expr, hole: ast.expr, tracker: Tracker, plain: dict[str, Any], *, truth: bool
) -> SplitCondition | None:
    text = ast.unparse(hole)
    rest = _Replacer(text).visit(copy.deepcopy(condition))
    if tracker.touches(rest) or (not tracker.calls(hole) and tracker.reads_module(rest)):
        return None
    apart = _Apart(plain)
    body: ast.expr = flipped(inlined(apart.visit(_equal_members(rest)), plain))
    if not values.is_closed(body):
        return None
    if not truth:
        body = ast.UnaryOp(ast.Not(), body)
    claim = ast.unparse(ast.fix_missing_locations(body))
    return SplitCondition(f"{text}\n", claim, tuple(apart.asides))


def _equal_members(node: ast.expr) -> ast.expr:
    """``_ is Color.RED`` as ``_ == Color.RED``: a member of an enum comes out by its name."""
    match node:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[right]) if any(
            isinstance(side, ast.Attribute) for side in (left, right)
        ):
            return ast.Compare(left, [ast.Eq()], [right])
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[right]) if any(
            isinstance(side, ast.Attribute) for side in (left, right)
        ):
            return ast.Compare(left, [ast.NotEq()], [right])
        case _:
            return node


class _Apart(ast.NodeTransformer):
    """Puts names in place of the expressions that the closed evaluator can't work out."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._plain = dict(plain)
        self.asides: list[str] = []

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, ast.expr) or isinstance(node, ast.Slice):
            return super().visit(node)
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if "_" in names or _is_approx(node):
            return self._inside(node)
        if values.is_closed(node) and not unresolved(node, self._plain):
            return node
        self.asides.append(ast.unparse(node))
        return ast.Name(f"_aside{len(self.asides) - 1}", ast.Load())

    def _inside(self, node: ast.expr) -> ast.expr:
        """What a method or function is called stays, its arguments are looked at."""
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and not _is_approx(node):
                node.func.value = self.visit(node.func.value)
            node.args = [self.visit(argument) for argument in node.args]
            for keyword in node.keywords:
                keyword.value = self.visit(keyword.value)
            return node
        return super().generic_visit(node)  # type: ignore[return-value]


def _is_approx(node: ast.expr) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return getattr(func, "attr", getattr(func, "id", "")) in ("approx", "isclose")


class _Replacer(ast.NodeTransformer):
    """Puts ``_`` in place of an expression."""

    def __init__(self, text: str) -> None:
        self._text = text

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.expr) and ast.unparse(node) == self._text:
            return ast.Name("_", ast.Load())
        return super().visit(node)


def lines_of(
    text: str, want: str, flags: int, tracker: Tracker, plain: Mapping[str, Any]
) -> tuple[tuple[Line, ...], bool]:
    """The lines that one expression runs as, and whether the candidate may read what is wanted."""
    node = source.expression_of(text)
    truth = want.strip()
    if node is None or truth not in _TRUTHS or not holds_wanted(node) or _runs_whole(node, tracker):
        return (Line(text, want, flags=flags, tests=True),), False
    taken = taken_apart(node, tracker, plain, truth=truth == "True")
    if not taken:
        return (Line(text, want, flags=flags, tests=True),), True
    return tuple(line_of(one, text) for one in taken), False


def _runs_whole(node: ast.expr, tracker: Tracker) -> bool:
    """``x is f(x)``: no wanted value stands in it, and no class decides on what it is.

    ``3 in box`` is itself a call of the method ``__contains__``.
    """
    if not isinstance(node, ast.Compare):
        return False
    called = [op for name in tracker.functions for op in COMPARING.get(name, ())]
    if tracker.owners and any(isinstance(op, tuple(called)) for op in node.ops):
        return True
    sides = [node.left, *node.comparators]
    return all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops) and all(
        tracker.touches(side) and not holds_wanted(side) for side in sides
    )


def described(example: Example) -> Example:
    """The example with its claim where a reader, and who weighs it, looks for it."""
    line = example.script.lines[example.last] if example.script else None
    if line is None or line.asides or not line.claim.startswith("_ == ") or example.claim:
        return example
    wanted = values.shown(line.claim.removeprefix("_ == "))
    return replace(example, claim=line.claim, call_text=line.source.strip(), expected=wanted)


def line_of(taken: SplitCondition, whole: str) -> Line:
    """The line that a condition taken apart runs as; ``whole`` is what the user wrote."""
    return Line(taken.source, claim=taken.claim, tests=True, asides=taken.asides, whole=whole)
