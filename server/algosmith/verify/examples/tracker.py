"""Which names of a session hang on the function: what it made, and what it was given."""

from __future__ import annotations

import ast
import builtins
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
    names: set[str] = field(default_factory=set[str])
    _imported: set[str] = field(default_factory=set[str])
    _inside: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """What functions of the session name: who is given one may change that."""

    def touches(self, node: ast.AST) -> bool:
        """Whether something in ``node`` hangs on the function."""
        return any(map(self._is_touched, ast.walk(node)))

    def calls(self, node: ast.AST) -> bool:
        """Whether the function itself is called in ``node``."""
        return any(isinstance(p, ast.Call) and self.touches(p.func) for p in ast.walk(node))

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
            return part.id in self.names | self.functions | self.owners
        if self.owners and any(_is_use_of(name, part) for name in self.functions):
            return True
        return isinstance(part, ast.Attribute) and part.attr in self.functions

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
            if hangs and isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.names.add(node.name)
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
        """``from shop import f as g`` gives the function another name."""
        for alias in node.names:
            name = (alias.asname or alias.name).split(".")[0]
            self._imported.add(name)
            if isinstance(node, ast.ImportFrom) and alias.asname and alias.name in self.functions:
                self.functions |= {alias.asname}

    def _note(self, name: ast.Name, *, hangs: bool) -> None:
        stored = isinstance(name.ctx, ast.Store)
        if hangs and name.id not in _BUILTINS | self._imported | self.fixed | self.functions:
            inside = self._inside.get(name.id, frozenset())
            self.names |= {name.id, *(inside - self.fixed - self._imported - self.functions)}
        elif stored:
            self.names.discard(name.id)


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
