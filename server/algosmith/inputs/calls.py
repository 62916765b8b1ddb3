"""What calls tell about the types of their arguments, for ``usage``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

from algosmith.inputs.typevars import Var, unify
from algosmith.inputs.vocabulary import (
    CONTAINERS,
    DICT_METHODS,
    INTEGERS,
    LIBRARY,
    LIST_METHODS,
    NUMBERS,
    SET_METHODS,
    STR_METHODS,
)

if TYPE_CHECKING:
    from algosmith.inputs.usage import Usage


class Reader(Protocol):
    """What this module needs of the reader of a function body."""

    usage: Usage
    names: dict[str, Var]

    def type_of(self, node: ast.expr) -> Var:
        """Reads an expression and gives its type."""
        ...

    def iterate(self, node: ast.expr) -> Var:
        """The type of one element when ``node`` is iterated over."""
        ...


def call_type(reader: Reader, node: ast.Call) -> Var:
    """Reads a call: evidence about its arguments, and the type of its result."""
    for keyword in node.keywords:
        reader.type_of(keyword.value)
    name = called_name(node.func)
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        if name in reader.usage.parameters and _is_self(node.func.value):
            return _local(reader, name, node)
        return _method(reader, node.func, node)
    if name in reader.usage.parameters:
        return _local(reader, name, node)
    return _builtin(reader, name, node)


def called_name(function: ast.expr) -> str:
    """The last name of what is called."""
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and (node.id in ("self", "cls") or node.id[:1].isupper())


def _is_module(node: ast.expr) -> bool:
    modules = {"math", "heapq", "bisect", "collections", "itertools", "functools", "operator"}
    return isinstance(node, ast.Name) and node.id in modules


def _local(reader: Reader, name: str, node: ast.Call) -> Var:
    parameters = [v for k, v in reader.usage.parameters[name].items() if k not in ("self", "cls")]
    for argument, parameter in zip(node.args, parameters, strict=False):
        if not isinstance(argument, ast.Starred):
            unify(parameter, reader.type_of(argument))
    return reader.usage.returns[name]


def _method(reader: Reader, function: ast.Attribute, node: ast.Call) -> Var:
    base = reader.type_of(function.value)
    name = function.attr
    arguments = [reader.type_of(argument) for argument in node.args]
    if name == "join":
        base.vote("str", 2)
        for argument in arguments:
            argument.vote("iterable")
            argument.part("element").vote("str")
        return Var(str=1)
    if name in STR_METHODS:
        return _text_method(base, name, arguments)
    if name in LIST_METHODS:
        return _list_method(base, name, arguments)
    if name in DICT_METHODS:
        return _dict_method(base, name, arguments)
    if name in SET_METHODS:
        base.vote("set", 2)
        return base
    if name in ("pop", "index", "count", "remove", "copy"):
        base.vote("iterable", 2)
        return base.part("element") if name == "pop" else base if name == "copy" else Var(int=1)
    if isinstance(function.value, ast.Name):
        base.vote("object")
    return Var()


def _list_method(base: Var, name: str, arguments: list[Var]) -> Var:
    base.vote("list", 3)
    if name in ("popleft", "appendleft"):
        base.vote("deque")
    if name in ("append", "appendleft") and arguments:
        unify(base.part("element"), arguments[0])
    return base.part("element") if name == "popleft" else Var()


def _text_method(base: Var, name: str, arguments: list[Var]) -> Var:
    base.vote("str", 3)
    if name == "find" and arguments:
        arguments[0].vote("str")
        return Var(int=1)
    if name in ("startswith", "endswith") and arguments:
        arguments[0].vote("str")
    if name in ("split", "splitlines", "rsplit", "partition"):
        result = Var(list=1)
        result.part("element").vote("str")
        return result
    if name.startswith("is") or name.endswith("with"):
        base.vote("character")
        return Var(bool=1)
    result = Var(str=1)
    unify(result.part("element"), base.part("element"))
    return result


def _dict_method(base: Var, name: str, arguments: list[Var]) -> Var:
    base.vote("dict", 3)
    if name in ("get", "setdefault"):
        if arguments:
            unify(base.part("key"), arguments[0])
        return base.part("value")
    result = Var(list=1)
    if name == "items":
        key, value = result.part("element").fields(2)
        unify(base.part("key"), key)
        unify(base.part("value"), value)
    else:
        unify(result.part("element"), base.part("key" if name == "keys" else "value"))
    return result


def _builtin(reader: Reader, name: str, node: ast.Call) -> Var:
    arguments = [reader.type_of(a) for a in node.args if not isinstance(a, ast.Starred)]
    first = arguments[0] if arguments else Var()
    if name == "len":
        first.vote("sized", 2)
        return Var(int=1)
    if name == "range":
        for argument in arguments:
            argument.vote("int", 2)
        result = Var(list=1)
        result.part("element").vote("int")
        return result
    if name in NUMBERS:
        for argument in arguments:
            argument.vote("int" if name in INTEGERS else "number")
        return Var(str=1) if name in ("chr", "bin", "hex", "oct") else Var(number=1)
    if name in ("sorted", "reversed", "enumerate", "zip", "min", "max", "sum", "any", "all"):
        return _over(name, first, arguments)
    if name in CONTAINERS or name in ("Counter", "iter", "heapify"):
        return _container(name, first)
    return _scalar(reader, name, first, arguments, node)


def _over(name: str, first: Var, arguments: list[Var]) -> Var:
    if name in ("min", "max") and len(arguments) > 1:
        for argument in arguments[1:]:
            unify(first, argument)
        return first
    for argument in arguments if name == "zip" else [first]:
        argument.vote("iterable")
    element = first.part("element")
    if name == "sum":
        element.vote("number")
        return Var(number=1)
    if name in ("min", "max"):
        return element
    if name in ("any", "all"):
        return Var(bool=1)
    result = Var(list=1)
    if name == "enumerate":
        position, item = result.part("element").fields(2)
        position.vote("int")
        unify(item, element)
    elif name == "zip":
        for field, argument in zip(
            result.part("element").fields(len(arguments)), arguments, strict=True
        ):
            unify(field, argument.part("element"))
    else:
        unify(result.part("element"), element)
    return result


def _container(name: str, first: Var) -> Var:
    first.vote("iterable")
    if name == "heapify":
        first.vote("list", 2)
    result = Var(**{"dict" if name == "Counter" else CONTAINERS.get(name, "list"): 1})
    unify(result.part("key" if name == "Counter" else "element"), first.part("element"))
    if name == "Counter":
        result.part("value").vote("int")
    return result


def _scalar(reader: Reader, name: str, first: Var, arguments: list[Var], node: ast.Call) -> Var:
    if name == "ord":
        first.vote("character", 2)
        first.vote("str")
        return Var(int=1)
    if name == "str":
        if not first.has("str", "text", "character"):
            first.vote("int")
        return Var(str=1)
    if name in ("int", "float"):
        if name == "int" and isinstance(node.args[0] if node.args else None, ast.Name):
            first.vote("parsed")
        return Var(int=1)
    if name in ("map", "filter") and len(arguments) > 1:
        arguments[1].vote("iterable")
        if isinstance(node.args[0], ast.Name) and node.args[0].id == "ord":
            arguments[1].part("element").vote("character")
        return Var(list=1)
    if name in LIBRARY:
        return _library(name, first, arguments)
    if isinstance(node.func, ast.Name) and node.func.id in reader.names:
        reader.names[node.func.id].vote("callable", 2)
    return Var()


def _library(name: str, first: Var, arguments: list[Var]) -> Var:
    first.vote("list", 2)
    if len(arguments) > 1:
        unify(first.part("element"), arguments[1])
    return first.part("element") if name.startswith("heap") else Var(int=1)
