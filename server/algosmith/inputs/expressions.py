"""Types of expressions, for ``usage``: what each operation tells about its operands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from algosmith.inputs.calls import call_type
from algosmith.inputs.typevars import Var, unify

if TYPE_CHECKING:
    from algosmith.inputs.usage import Usage

_LITERALS = {ast.List: "list", ast.Set: "set", ast.Dict: "dict", ast.Tuple: "list"}
_NUMERIC = (ast.FloorDiv, ast.Pow, ast.LShift, ast.RShift, ast.Mod, ast.MatMult)


class Expressions(ast.NodeVisitor):
    """Reads expressions; ``names`` maps variables to what is known of their current value."""

    def __init__(self, usage: Usage, names: dict[str, Var]) -> None:
        self.usage = usage
        self.names = names

    def bind(self, target: ast.expr, value: Var) -> None:
        """``target`` now holds ``value``."""
        raise NotImplementedError

    def iterate(self, node: ast.expr) -> Var:
        """The type of one element when ``node`` is iterated over."""
        source = self.type_of(node)
        source.vote("iterable")
        return source.part("element")

    def type_of(self, node: ast.expr) -> Var:
        """Reads an expression and gives its type."""
        method = getattr(self, f"_type_{type(node).__name__}", None)
        if method is not None:
            return method(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.type_of(child)
        return Var()

    def _type_Name(self, node: ast.Name) -> Var:  # noqa: N802 - ast's naming
        return self.names.setdefault(node.id, Var())

    def _type_NamedExpr(self, node: ast.NamedExpr) -> Var:  # noqa: N802 - ast's naming
        value = self.type_of(node.value)
        self.bind(node.target, value)
        return value

    def _type_Constant(self, node: ast.Constant) -> Var:  # noqa: N802 - ast's naming
        value = node.value
        if isinstance(value, str):
            var = Var(text=1)
            var.constants.add(value)
            return var
        tags: dict[type, str] = {bool: "bool", int: "int", float: "number"}
        return Var(**{tags[type(value)]: 1}) if type(value) in tags else Var()

    def _type_Lambda(self, node: ast.Lambda) -> Var:  # noqa: N802 - ast's naming
        self.visit_Lambda(node)
        return Var(callable=1)

    def _literal(self, node: ast.List | ast.Set | ast.Tuple) -> Var:
        var = Var(**{_LITERALS[type(node)]: 1})
        types = [self.type_of(element) for element in node.elts]
        for each in types:
            unify(var.part("element"), each)
        return var

    _type_List = _type_Set = _literal  # noqa: N815 - ast's naming

    def _type_Tuple(self, node: ast.Tuple) -> Var:  # noqa: N802 - ast's naming
        var = Var()
        for field, element in zip(var.fields(len(node.elts)), node.elts, strict=True):
            unify(field, self.type_of(element))
        return var

    def _type_BinOp(self, node: ast.BinOp) -> Var:  # noqa: N802 - ast's naming
        left, right = self.type_of(node.left), self.type_of(node.right)
        if isinstance(node.op, ast.Mod) and left.has("text", "str"):
            return Var(str=1)
        if isinstance(node.op, ast.Mult):
            return _product(left, right)
        if isinstance(node.op, _NUMERIC):
            left.vote("int")
            right.vote("int")
            return Var(int=1)
        if isinstance(node.op, ast.Div):
            left.vote("number")
            right.vote("number")
            return Var(number=1)
        weight = 0 if isinstance(node.op, ast.Add) or left.has("set") else 1
        left.vote("number", weight)
        unify(left, right) if isinstance(node.op, ast.Add) else right.vote("number", weight)
        result = Var()
        result.votes.update({t: c for t, c in left.root().votes.items() if t != "text"})
        unify(result.part("element"), left.root().children.get("element"))
        return result

    def _type_UnaryOp(self, node: ast.UnaryOp) -> Var:  # noqa: N802 - ast's naming
        operand = self.type_of(node.operand)
        if isinstance(node.op, ast.Not):
            return Var(bool=1)
        operand.vote("number")
        return operand

    def _type_BoolOp(self, node: ast.BoolOp) -> Var:  # noqa: N802 - ast's naming
        types = [self.type_of(value) for value in node.values]
        return types[-1]

    def _type_IfExp(self, node: ast.IfExp) -> Var:  # noqa: N802 - ast's naming
        self.type_of(node.test)
        result, other = self.type_of(node.body), self.type_of(node.orelse)
        return other if isinstance(node.body, ast.Constant) else result

    def _type_Compare(self, node: ast.Compare) -> Var:  # noqa: N802 - ast's naming
        left = self.type_of(node.left)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.type_of(comparator)
            if isinstance(operator, ast.In | ast.NotIn):
                right.vote("iterable")
                if right.has("text"):
                    left.vote("character")
                    left.vote("text")
                elif right.has("dict"):
                    unify(right.part("key"), left)
                else:
                    unify(right.part("element"), left)
            elif not isinstance(operator, ast.Is | ast.IsNot):
                unify(left, right)
            left = right
        return Var(bool=1)

    def _type_Subscript(self, node: ast.Subscript) -> Var:  # noqa: N802 - ast's naming
        base = self.type_of(node.value)
        if isinstance(node.slice, ast.Slice):
            for bound in (node.slice.lower, node.slice.upper, node.slice.step):
                if bound is not None:
                    self.type_of(bound).vote("int")
            base.vote("sequence")
            return base
        if isinstance(node.slice, ast.Tuple):
            base.vote("object")
            return Var()
        self.usage.indexed(base, self.type_of(node.slice))
        base.vote("indexed")
        return base.part("element")

    def _type_Attribute(self, node: ast.Attribute) -> Var:  # noqa: N802 - ast's naming
        base = self.type_of(node.value)
        if node.attr in ("next", "left", "right", "random", "prev"):
            base.root().attributes.add(node.attr)
            return base
        if isinstance(node.value, ast.Name) and node.value.id != "self":
            base.root().attributes.add(node.attr)
        return Var()

    def _type_Call(self, node: ast.Call) -> Var:  # noqa: N802 - ast's naming
        return call_type(self, node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Var:
        for generator in node.generators:
            self.bind(generator.target, self.iterate(generator.iter))
            for test in generator.ifs:
                self.type_of(test)
        var = Var(**{"set" if isinstance(node, ast.SetComp) else "list": 1})
        unify(var.part("element"), self.type_of(node.elt))
        return var

    _type_ListComp = _type_SetComp = _type_GeneratorExp = _comprehension  # noqa: N815

    def _type_DictComp(self, node: ast.DictComp) -> Var:  # noqa: N802 - ast's naming
        for generator in node.generators:
            self.bind(generator.target, self.iterate(generator.iter))
        var = Var(dict=1)
        unify(var.part("key"), self.type_of(node.key))
        unify(var.part("value"), self.type_of(node.value))
        return var

    def _type_Dict(self, node: ast.Dict) -> Var:  # noqa: N802 - ast's naming
        var = Var(dict=2)
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                unify(var.part("key"), self.type_of(key))
                unify(var.part("value"), self.type_of(value))
        return var


def _product(left: Var, right: Var) -> Var:
    for one, other in ((left, right), (right, left)):
        if one.has("text", "str", "list"):
            other.vote("int")
            return one
    left.vote("number")
    right.vote("number")
    return Var(number=1)
