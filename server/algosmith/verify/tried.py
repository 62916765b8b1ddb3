"""Which parts of a candidate's code the inputs tried: what never ran was never checked.

Every condition has to come out both ways and every handler has to run. ``if len(xs) > 1000`` that
was never true, or an ``except`` that was never reached, may hide anything.
"""

from __future__ import annotations

import ast
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.sandbox.types import Call
from algosmith.syntax.pythontree import parsed
from algosmith.verify import source, values
from algosmith.verify.running import call_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.running import Runner
    from algosmith.verify.types import Observation

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


async def untried(runner: Runner, one: Observation, calls: Sequence[Call]) -> bool:
    """Whether some part of the candidate's own code did not run on any of the calls.

    Calls with named arguments are left out, and those that did not come back.
    """
    if not one.placed.entry:
        return await _untried_program(runner, one, calls)
    made = _told(one) if languages.running(one.placed.language) else _instrumented(one)
    if made is None:
        return False
    text, entry, wanted = made
    record = runner.record(one.placed.text, one.placed.entry)
    pairs = zip(calls, one.behaviour.answers, strict=False)
    back = [c for c, a in pairs if a and a.status in ("value", "raised") and not c.kwargs]
    fresh = {name: c.args for c in back if (name := call_text(c)) not in record.traced}
    if fresh and not wanted <= record.outcomes:
        once = replace(runner, records={})  # under its secret name it is never asked again
        seen = await once.behave(text, entry, [Call(([*fresh.values()],))])  # pyright: ignore[reportArgumentType]  # a list of tuples of values
        answer = seen.answers[0] if seen.answers else None
        found = values.items_of(answer.value) if answer and answer.status == "value" else None
        if found is not None:
            record.traced |= fresh.keys()
            record.outcomes |= {number for number in found if type(number) is int}
    return not wanted <= record.outcomes


async def _untried_program(runner: Runner, one: Observation, calls: Sequence[Call]) -> bool:
    """The same for a program, which tells what it saw in its last line of output."""
    mark = f"seen_{secrets.token_hex(8)}"
    made = _marked_program(one, mark)
    if made is None:
        return False
    text, wanted = made
    pairs = zip(calls, one.behaviour.answers, strict=False)
    back = [call for call, answer in pairs if answer and answer.status == "value"]
    seen = await replace(runner, records={}).behave(text, "", back, len(back))
    outcomes: set[int] = set()
    for answer in seen.answers:
        output = answer.value if answer and isinstance(answer.value, str) else ""
        last = output.rpartition(mark)[2].split() if mark in output else []
        outcomes |= {int(number) for number in last if number.isdecimal()}
    return not wanted <= outcomes


def _marked_program(one: Observation, mark: str) -> tuple[str, set[int]] | None:
    """The program whose conditions tell, and all outcomes there are."""
    running = languages.running(one.placed.language)
    if running is not None:
        told = running.marked(one.placed.text, "", one.placed.candidate.code, mark)
        return (told.text, set(told.wanted)) if told is not None else None
    tree = source.own_tree_of(one.placed.text)
    if tree is None:
        return None
    marker = _Marker(mark)
    futures = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    body = [marker.mark_statement(s) for s in tree.body if s not in futures]
    header = parsed(_PROGRAM_REPORT.format(mark=mark)).body
    text = ast.unparse(ast.fix_missing_locations(ast.Module([*futures, *header, *body], [])))
    return text, marker.wanted


_PROGRAM_REPORT = """
import atexit as _atexit_{mark}, sys as _sys_{mark}
_{mark} = set()
def {mark}(number, value):
    _{mark}.add(2 * number + bool(value))
    return value
def all_{mark}():
    print('\\n' + '{mark}', *sorted(_{mark}), file=_sys_{mark}.__stdout__, flush=True)
_atexit_{mark}.register(all_{mark})
"""


def _told(one: Observation) -> tuple[str, str, set[int]] | None:
    """The same, as the language's own tree has it."""
    running = languages.running(one.placed.language)
    mark = f"seen_{secrets.token_hex(8)}"
    code = one.placed.candidate.code
    made = running.marked(one.placed.text, one.placed.entry, code, mark) if running else None
    return (made.text, made.entry, set(made.wanted)) if made else None


def _instrumented(one: Observation) -> tuple[str, str, set[int]] | None:
    """A program that tells which outcomes it saw, the function that does, and all outcomes."""
    tree = source.own_tree_of(one.placed.text)
    if tree is None or source.definition(tree, one.placed.entry) is None:
        return None
    written = source.tree_of(one.placed.candidate.code)
    own = {one.placed.entry.rsplit(".", 1)[-1]}
    own |= {n.name for n in ast.walk(written or tree) if isinstance(n, _FUNCTIONS)}
    # A name that the candidate can't have written: it could else claim anything.
    mark = f"seen_{secrets.token_hex(8)}"
    marker = _Marker(mark)
    for node in tree.body:
        for part in ast.walk(node):
            if isinstance(part, _FUNCTIONS) and part.name in own:
                marker.mark_body(part)
    *owner, last = one.placed.entry.split(".")
    call = f"{owner[0]}().{last}" if owner else last
    text = ast.unparse(ast.fix_missing_locations(tree))
    return f"{text}\n{_REPORT.format(mark=mark, call=call)}", f"all_{mark}", marker.wanted


_REPORT = """
_{mark} = set()
def {mark}(number, value):
    _{mark}.add(2 * number + bool(value))
    return value
def all_{mark}(calls):
    for args in calls:
        try:
            result = {call}(*args)
            if hasattr(result, '__next__'):
                for _ in zip(range(10000), result):
                    pass
            elif hasattr(result, 'send'):
                result.send(None)
        except BaseException:
            pass
    return sorted(_{mark})
"""


class _Marker(ast.NodeTransformer):
    """Wraps conditions so that each tells how it came out."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._count = 0
        self._done: set[int] = set()
        self.wanted: set[int] = set()

    def mark_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Wraps what stands in a function, once."""
        if id(node) not in self._done:
            self._done.add(id(node))
            node.body = [self.visit(statement) for statement in node.body]

    def mark_statement(self, statement: ast.stmt) -> ast.stmt:
        """Wraps what stands in a statement of a program; the main guard only ever goes one way."""
        if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
            statement.body = [self.visit(one) for one in statement.body]
            return statement
        return self.visit(statement)

    def _seen(self, test: ast.expr, outcomes: tuple[bool, ...] = (True, False)) -> ast.expr:
        """The test, telling how it came out; ``outcomes`` have to be seen."""
        if isinstance(test, ast.Constant) or self._is_marked(test):
            return test
        self._count += 1
        self.wanted |= {2 * self._count + outcome for outcome in outcomes}
        number = ast.Constant(self._count)
        return ast.Call(ast.Name(self._mark, ast.Load()), [number, test], [])

    def _is_marked(self, test: ast.expr) -> bool:
        name = test.func if isinstance(test, ast.Call) else None
        return isinstance(name, ast.Name) and name.id == self._mark

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.mark_body(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.mark_body(node)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        refuses = _only_raises(node.body)
        if refuses and not node.orelse:
            return node  # a guard: what it turns away gets no value in any case
        test = node.test if refuses else self.visit(node.test)
        node.body = [self.visit(statement) for statement in node.body]
        node.orelse = [self.visit(statement) for statement in node.orelse]
        last = bool(node.orelse) and _only_raises(node.orelse)
        node.test = self._seen(test, (True,) if last else (False,) if refuses else (True, False))
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        node.test = self._seen(node.test, (True,))
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = self._seen(node.test)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs = [self._seen(test) for test in node.ifs]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        # The last one may be the value, as in ``found or "none"``.
        node.values[:-1] = [self._seen(value) for value in node.values[:-1]]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return self._seen(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if not _only_raises(node.body):
            self.generic_visit(node)
            node.body.insert(0, self._reached())
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        if not _only_raises(node.body):
            self.generic_visit(node)
            node.body.insert(0, self._reached())
        return node

    def _reached(self) -> ast.stmt:
        return ast.Expr(self._seen(ast.List([ast.Constant(1)], ast.Load()), (True,)))


def _only_raises(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, ast.Raise) for statement in body)
