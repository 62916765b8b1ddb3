"""The notebook as a module: what its cells defined so far, and the cell that is asked about."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions
from algosmith.syntax.pythontree import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from algosmith.model import Edit, Function

_SEAM = "# The cell:"
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_URI = "notebook.py"


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell below the definitions that it may use, as one Python file."""

    above: str
    """Ends with the seam; empty where nothing is defined yet."""
    cell: str

    @property
    def snapshot(self) -> Snapshot:
        """The file."""
        return Snapshot(_URI, "python", (self.above + self.cell).encode("utf-8", "surrogatepass"))

    def after(self, edit: Edit) -> str:
        """The cell as the edit leaves it; imports that the edit adds to the file come on top."""
        text = edit.apply(self.snapshot.data).decode("utf-8", "surrogatepass")
        if not self.above:
            return text
        above, _, cell = text.partition(f"{_SEAM}\n")
        known = set(self.above.splitlines())
        added = [line for line in above.splitlines() if line.strip() and line not in known]
        return "".join(f"{line}\n" for line in added) + cell


def cell_text(cells: Sequence[str], cell: str) -> CellText:
    """The cell, and what the cells that ran before it define."""
    above = module_text(cells)
    return CellText(f"{above}\n\n{_SEAM}\n" if above else "", cell)


def module_text(cells: Iterable[str]) -> str:
    """Imports, functions, classes and plain constants of the cells; of two by one name the last.

    What a cell does beside that (reading files, drawing) stays out: it is no part of a function.
    """
    kept: dict[str, str] = {}
    for cell in cells:
        for name, text in _definitions(cell):
            kept.pop(name, None)  # the last definition stands where it was made
            kept[name] = text
    return "\n\n".join(kept.values())


def function_named(snapshot: Snapshot, name: str) -> Function:
    """The last function of that name; TaskError where there is none."""
    found = [one for one in functions(snapshot) if name in (one.name, one.qualified_name)]
    if not found:
        raise TaskError(f"no cell that ran defines a function {name}")
    return found[-1]


def _definitions(cell: str) -> Iterable[tuple[str, str]]:
    try:
        body = parsed(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # a cell in another language, or one that never ran
    lines = cell.splitlines(keepends=True)
    for node in body:
        first = node.lineno
        if isinstance(node, _DEFINING) and node.decorator_list:
            first = min(decorator.lineno for decorator in node.decorator_list)
        name = _name(node)
        if name:
            yield name, "".join(lines[first - 1 : node.end_lineno]).rstrip("\n")


def _name(node: ast.stmt) -> str:
    """By what a later definition replaces this one; empty where the statement is none."""
    if isinstance(node, _DEFINING):
        return node.name
    if isinstance(node, ast.Import | ast.ImportFrom):
        return ast.unparse(node)
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if all(isinstance(target, ast.Name) for target in targets) and _is_plain(node.value):
            return ast.unparse(targets[0])
    return ""


def _is_plain(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True
