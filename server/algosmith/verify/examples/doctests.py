"""Examples from doctests: every ``>>>`` line with literal arguments."""

from __future__ import annotations

import ast
import doctest

from algosmith.verify import source as source_module
from algosmith.verify import values
from algosmith.verify.examples.reading import Reader, Target
from algosmith.verify.types import Found
from algosmith.verify.values import NotPlain


def read(docstring: str, target: Target, source: str) -> Found:
    """Examples of a docstring; lines that are not usable are named in the notes."""
    if ">>>" not in docstring:
        return Found()
    try:
        steps = doctest.DocTestParser().get_examples(docstring)
    except ValueError as error:
        return Found(notes=(f"{source}: doctest skipped: {error}",))
    reader = Reader(target, source, "doctest")
    notes: list[str] = []
    for step in steps:
        if step.options.get(doctest.SKIP):
            continue
        problem = _step(reader, step)
        if problem:
            notes.append(f"{source}: example skipped: {step.source.strip()[:80]!r}: {problem}")
    return Found(tuple(reader.examples), tuple(notes))


def _step(reader: Reader, step: doctest.Example) -> str:
    tree = source_module.tree_of(step.source)
    if tree is None:
        return "not valid Python"
    for node in tree.body:
        if isinstance(node, ast.Assert):
            reader.claim(node.test)
        elif isinstance(node, ast.Expr):
            problem = _expression(reader, node.value, step)
            if problem:
                return problem
        else:
            reader.assign(node)
    return ""


def _expression(reader: Reader, node: ast.expr, step: doctest.Example) -> str:
    made = reader.made(node)
    if step.exc_msg is not None:
        if made:
            reader.add(made, "", step.exc_msg.split(":")[0].strip().rsplit(".", 1)[-1])
        return ""
    want = step.want.strip()
    if not want:
        reader.last = made or reader.last
        if made is None and isinstance(node, ast.Call):
            reader.touched_by(node)
        return ""
    if made:
        reader.last = made
    printed = _printed(node)
    if printed is not None:
        node = printed
        want = _printed_want(want)
    if "..." in want:
        return "the expected output is abbreviated"
    try:
        values.parse(want)
    except NotPlain:
        return "the expected output is no plain value" if _mentions(reader, node) else ""
    if want == "True" and isinstance(node, ast.Compare | ast.BoolOp):
        reader.claim(node)
        return ""
    reader.claim(ast.Compare(node, [ast.Eq()], [ast.parse(want, mode="eval").body]))
    return ""


def _printed(node: ast.expr) -> ast.expr | None:
    """The argument of ``print(x)``."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and len(node.args) == 1
        and not node.keywords
    ):
        return node.args[0]
    return None


def _printed_want(want: str) -> str:
    """What was printed, as a value: a text that is no literal is taken as a string."""
    try:
        values.parse(want)
    except NotPlain:
        return repr(want)
    return want


def _mentions(reader: Reader, node: ast.expr) -> bool:
    return any(reader.made(n) for n in ast.walk(node) if isinstance(n, ast.Call))
