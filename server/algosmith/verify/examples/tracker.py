"""Which names of a session hang on the function: what it made, and what it was given."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from dataclasses import dataclass, field

_BUILTINS = frozenset(dir(builtins))
COMPARING = {
    "__contains__": (ast.In, ast.NotIn), "__eq__": (ast.Eq, ast.NotEq), "__ne__": (ast.NotEq,),
    "__lt__": (ast.Lt,), "__le__": (ast.LtE,), "__gt__": (ast.Gt,), "__ge__": (ast.GtE,),
}  # fmt: skip
_OPERATORS = {
    "__add__": ast.Add, "__sub__": ast.Sub, "__mul__": ast.Mult, "__truediv__": ast.Div,
    "__floordiv__": ast.FloorDiv, "__mod__": ast.Mod, "__pow__": ast.Pow, "__and__": ast.BitAnd,
    "__or__": ast.BitOr, "__xor__": ast.BitXor, "__matmul__": ast.MatMult, "__neg__": ast.USub,
    "__invert__": ast.Invert, "__lshift__": ast.LShift, "__rshift__": ast.RShift,
}  # fmt: skip
_PLAIN_MODULES = frozenset((
    "bisect", "cmath", "collections", "copy", "decimal", "fractions", "functools", "heapq",
    "itertools", "math", "operator", "random", "re", "statistics", "string",
))  # fmt: skip
"""Modules of the library that people import whole: loading one here does nothing else."""
_CALLED_BY = ("len", "hash", "abs", "reversed", "round", "iter", "next")


def _is_use_of(method: str, node: ast.AST) -> bool:
    """Whether an operator or builtin calls the method: a factory may have made the object."""
    match node:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op) | ast.AugAssign(op=op):
            return isinstance(op, _OPERATORS.get(method, ()))
        case ast.Compare(ops=ops):
            return any(isinstance(op, COMPARING.get(method, ())) for op in ops)
        case ast.Subscript(ctx=ctx):
            used = {"__getitem__": ast.Load, "__setitem__": ast.Store, "__delitem__": ast.Del}
            return isinstance(ctx, used.get(method, ()))
        case ast.Call(func=ast.Name(id=name)):
            return name in _CALLED_BY and method == f"__{name}__"
        case _:
            return False


@dataclass(slots=True)
class Tracker:
    """Which names hang on the function: its own, what it made, what it was given."""

    functions: frozenset[str]
    """Names that call it, as ``f(…)`` or ``x.f(…)``."""
    owners: frozenset[str] = frozenset()
    """Classes whose every use counts, where the function is a ``__method__`` of it."""
    fixed: frozenset[str] = frozenset()
    """Names of the file that no line changes."""
    module: str = ""
    """The name by which others import the file."""
    names: set[str] = field(default_factory=set[str])
    _imported: set[str] = field(default_factory=set[str])
    _library: set[str] = field(default_factory=set[str])
    """Modules of the library, whose functions may be called like ours: ``math.gcd``."""
    _others: set[str] = field(default_factory=set[str])
    """Names of the function that a line gave to something else."""
    _inside: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """What functions of the session name: who is given one may change that."""

    def of_a_test(self) -> Tracker:
        """For one test of a file, knowing what the file imports."""
        return Tracker(
            self.functions, module=self.module, _library={*self._library}, _others={*self._others}
        )

    def touches(self, node: ast.AST) -> bool:
        """Whether something in ``node`` hangs on the function."""
        return any(map(self._is_touched, ast.walk(node)))

    def calls(self, node: ast.AST) -> bool:
        """Whether the function itself is called in ``node``."""
        return any(isinstance(p, ast.Call) and self.touches(p.func) for p in ast.walk(node))

    def names_another(self, node: ast.AST) -> str:
        """A name in ``node`` that is the function's own but means something else by now."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self._others:
                return part.id
            if isinstance(part, ast.Attribute) and self._is_of_library(part):
                return ast.unparse(part)
        return ""

    def reads_module(self, node: ast.AST) -> bool:
        """Whether ``node`` reads a value of a module, which an earlier call may have changed."""
        return any(
            isinstance(part, ast.Attribute)
            and isinstance(part.value, ast.Name)
            and part.value.id in self._imported
            for part in ast.walk(node)
        )

    def _is_touched(self, part: ast.AST) -> bool:
        if isinstance(part, ast.Name):
            ours = part.id in self.functions and part.id not in self._others
            given = isinstance(part.ctx, ast.Store)  # ``f = math.gcd`` calls nothing of ours
            return (ours and not given) or part.id in self.names | self.owners
        if self.owners and any(_is_use_of(name, part) for name in self.functions):
            return True
        return (
            isinstance(part, ast.Attribute)
            and part.attr in self.functions
            and not self._is_of_library(part)
        )

    def _is_of_library(self, part: ast.Attribute) -> bool:
        owner = part.value
        return (
            part.attr in self.functions
            and isinstance(owner, ast.Name)
            and owner.id in self._library
        )

    def follow(self, tree: ast.Module) -> bool:
        """Notes what a line changes; whether it hangs on the function."""
        touched = False
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
                continue
            hangs = self.touches(node)
            touched = touched or hangs
            if isinstance(node, ast.FunctionDef):
                self._inside[node.name] = free_names(ast.Module([node], []))
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                if hangs:
                    self.names.add(node.name)
                self._rename(node.name, ours=hangs)
            compared = self._only_compared(node)
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and id(part) not in compared:
                    self._note(part, hangs=hangs)
        return touched

    def _only_compared(self, node: ast.stmt) -> set[int]:
        """Names on the side of a comparison that does not hang on the function: it can't change
        them.
        """
        found: set[int] = set()
        if isinstance(node, ast.Expr | ast.Assert):
            whole = node.value if isinstance(node, ast.Expr) else node.test
            sides = [whole.left, *whole.comparators] if isinstance(whole, ast.Compare) else []
            for side in sides:
                if not self.touches(side):
                    found |= {id(part) for part in ast.walk(side)}
        return found

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        """``from shop import f as g`` gives the function another name, ``from math import f``
        its name to another.
        """
        module = "" if isinstance(node, ast.Import) else "." * node.level + (node.module or "")
        for alias in node.names:
            name = (alias.asname or alias.name).split(".")[0]
            self._imported.add(name)
            self._library.discard(name)
            if isinstance(node, ast.Import):
                if self._is_library(alias.name):
                    self._library.add(name)
                self._rename(name, ours=False)
            elif alias.name == "*":
                for known in self.functions if self._is_library(module) else ():
                    self._rename(known, ours=not _has(module, known))
            else:
                ours = alias.name in self.functions and not self._is_library(module)
                if ours and alias.asname:
                    self.functions |= {alias.asname}
                self._rename(name, ours=ours)

    def _is_library(self, module: str) -> bool:
        """Whether a module comes with Python and is not the file itself."""
        return module != self.module and module.partition(".")[0] in sys.stdlib_module_names

    def _rename(self, name: str, *, ours: bool) -> None:
        if ours:
            self._others.discard(name)
        elif name in self.functions:
            self._others.add(name)

    def _note(self, name: ast.Name, *, hangs: bool) -> None:
        stored = isinstance(name.ctx, ast.Store)
        if stored:
            self._rename(name.id, ours=hangs)
            self._library.discard(name.id)
        if hangs and name.id not in _BUILTINS | self._imported | self.fixed | self.functions:
            inside = self._inside.get(name.id, frozenset())
            self.names |= {name.id, *(inside - self.fixed - self._imported - self.functions)}
        elif stored:
            self.names.discard(name.id)


def _has(module: str, name: str) -> bool:
    """Whether ``from module import *`` brings a name; where it can't be told it does not."""
    return module in _PLAIN_MODULES and hasattr(importlib.import_module(module), name)


def free_names(tree: ast.Module) -> frozenset[str]:
    """Names that a line reads and does not give a value itself."""
    bound: set[str] = set()
    read: set[str] = set()
    for part in ast.walk(tree):
        match part:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add((other or name).split(".")[0])
            case _:
                pass
    return frozenset(read - bound - _BUILTINS - {"_", "__name__", "__doc__"})
