"""An example written into a docstring, and only where it then says exactly what it should."""

from __future__ import annotations

import ast
import doctest
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.syntax.annotate import docstring_edit
from algosmith.verify.source import tree_of

if TYPE_CHECKING:
    from algosmith.model import Edit, Function, Snapshot


def doctest_edit(snapshot: Snapshot, function: Function, line: str, value: str) -> Edit:
    """The edit that adds ``>>> line`` and ``value``; EditError where they would not stand."""
    edit = docstring_edit(snapshot, function, [f">>> {line}", value])
    data = edit.apply(snapshot.data)
    if not _stands(data.decode("utf-8", "replace"), line, value):
        raise EditError("this docstring can't hold its quotes or backslashes; make a test of it")
    return edit


def _stands(text: str, line: str, value: str) -> bool:
    """Whether a docstring of the text shows the example exactly: no escape has changed it."""
    tree = tree_of(text)
    if tree is None:
        return False
    wanted = (f"{line}\n", f"{value}\n")
    nodes = (
        one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    for docstring in filter(None, map(ast.get_docstring, nodes)):
        try:
            examples = doctest.DocTestParser().get_examples(docstring)
        except ValueError:  # other lines of it are no doctests
            continue
        if wanted in ((one.source, one.want) for one in examples):
            return True
    return False
