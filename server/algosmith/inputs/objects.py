"""Kinds of the file's own classes: what their constructors take, which members an enum has."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs.annotations import kind_of_annotation
from algosmith.inputs.kinds import Kind
from algosmith.inputs.names import kind_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST = 3
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum")
_UNMADE = ("object", "callable")


def kind_of_class(classes: Mapping[str, ast.ClassDef], name: str, depth: int = 0) -> Kind | None:
    """How an object of one of the file's classes is made; None where that can't be told."""
    node = classes.get(name)
    if node is None or depth > _DEEPEST:
        return None
    bases = {_last_name(base) for base in node.bases}
    if bases & set(_ENUMS):
        members = _members(node)
        return Kind("member", class_name=name, samples=members) if members else None
    if bases & {"Protocol", "ABC", "TypedDict"} or _abstract(node):
        return None
    parameters = _parameters(classes, node)
    if parameters is None:
        return None
    kinds = [_kind(classes, parameter, depth) for parameter in parameters]
    known = tuple(kind for kind in kinds if kind is not None and kind.base not in _UNMADE)
    if len(known) < len(parameters):
        return None
    return Kind("record", known, class_name=name, fields=("",) * len(known))


def completed(classes: Mapping[str, ast.ClassDef], kind: Kind, depth: int = 0) -> Kind:
    """The kind with objects of the file's classes, in it too, as what they are made of."""
    if kind.base == "object":
        return kind_of_class(classes, kind.class_name, depth + 1) or kind
    if not any(part.base in ("object", "list", "tuple", "dict", "set") for part in kind.parts):
        return kind
    return replace(kind, parts=tuple(completed(classes, part, depth) for part in kind.parts))


def _kind(classes: Mapping[str, ast.ClassDef], parameter: ast.arg, depth: int) -> Kind | None:
    stated = kind_of_annotation(parameter.annotation)
    if stated is None:
        return kind_of_name(parameter.arg) or Kind("int")
    return completed(classes, stated, depth)


def _parameters(classes: Mapping[str, ast.ClassDef], node: ast.ClassDef) -> list[ast.arg] | None:
    """The constructor's parameters without a default, in order; None where there are others too."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return _required(statement.args)
    inherited = [classes[name] for base in node.bases if (name := _last_name(base)) in classes]
    for owner in inherited:
        found = _parameters(classes, owner)
        if found:
            return None if _has_fields(node) else found
    return _fields(node) if _has_fields(node) else []


def _required(arguments: ast.arguments) -> list[ast.arg] | None:
    if any(default is None for default in arguments.kw_defaults):
        return None
    placed = [*arguments.posonlyargs, *arguments.args][1:]
    return placed[: max(len(placed) - len(arguments.defaults), 0)]


def _has_fields(node: ast.ClassDef) -> bool:
    """Whether the annotated names of its body are what it is made of."""
    decorators = {_last_name(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
    bases = {_last_name(base) for base in node.bases}
    return bool(decorators & {"dataclass", "define", "frozen"} or bases & {"NamedTuple"})


def _fields(node: ast.ClassDef) -> list[ast.arg]:
    return [
        ast.arg(statement.target.id, statement.annotation)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not _has_default(statement)
        and _last_name(statement.annotation) != "ClassVar"
    ]


def _has_default(field: ast.AnnAssign) -> bool:
    value = field.value
    if isinstance(value, ast.Call) and _last_name(value.func) == "field":
        return any(k.arg in ("default", "default_factory", "init") for k in value.keywords)
    return value is not None


def _members(node: ast.ClassDef) -> tuple[str, ...]:
    names = [
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    return tuple(name for name in names if not name.startswith("_"))


def _abstract(node: ast.ClassDef) -> bool:
    return any(
        _last_name(decorator) == "abstractmethod"
        for statement in node.body
        if isinstance(statement, ast.FunctionDef)
        for decorator in statement.decorator_list
    )


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return str(getattr(node, "attr", getattr(node, "id", "")))
