"""A program on standard input as a function of its input's text, so that it can be measured.

Definitions stay at the top; all other statements move into one function and keep their names
global. What reads and prints is replaced, since the measured code has neither in the cage.
"""

from __future__ import annotations

import ast

from algosmith.syntax.pythontree import is_future, module_of, parsed

ENTRY = "program_on"
_READER = """
class _Reader:
    def __init__(self, text):
        self.lines = text.splitlines(True)
        self.at = 0
        self.buffer = self
    def readline(self):
        self.at += 1
        return self.lines[self.at - 1] if self.at <= len(self.lines) else ""
    def readlines(self):
        rest = self.lines[self.at:]
        self.at = len(self.lines)
        return rest
    def read(self):
        return "".join(self.readlines())
    def __iter__(self):
        return self
    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line
def input(prompt=""):
    line = _reader.readline()
    if not line:
        raise EOFError
    return line.rstrip(chr(10))
def print(*values, **named):
    pass
"""
_KEPT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def as_function(source: str) -> str:
    """Source that defines ``program_on(text: str)``: a run of the program on that input.

    Raises:
        Unreadable: ``source`` does not parse, or is nested too deep.
    """
    tree = _Streams().visit(module_of(source))
    futures = [one for one in tree.body if is_future(one)]
    kept = [one for one in tree.body if isinstance(one, _KEPT) and one not in futures]
    moved = [part for one in tree.body if not isinstance(one, _KEPT) for part in _run(one)]
    found = (node for one in moved for node in ast.walk(one))
    given = {n.id for n in found if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names = ", ".join(sorted({"_reader", *given}))
    header = parsed(f"def {ENTRY}(text: str):\n global {names}\n _reader = _Reader(text)").body[0]
    if isinstance(header, ast.FunctionDef):
        header.body += moved
    body = [*futures, *parsed(_READER).body, *kept, header]
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))


def _run(statement: ast.stmt) -> list[ast.stmt]:
    """What runs when the program is started: of the main guard its inside."""
    if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
        return statement.body
    return [statement]


class _Streams(ast.NodeTransformer):
    """``sys.stdin`` and ``open(0)`` become the reader."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "sys" and node.attr == "stdin":
            return ast.Name("_reader", node.ctx)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="open"), args=[ast.Constant(value=0), *_]):
                return ast.Name("_reader", ast.Load())
            case _:
                return node
