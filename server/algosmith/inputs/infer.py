"""Signature of a function: what to call it with, from everything its text tells.

Evidence in this order: examples, annotations, use inside the function, names. Does not run
anything; whether values of a kind are accepted shows only when the function is called.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs import objects, shapes
from algosmith.inputs import source as source_module
from algosmith.inputs.annotations import kind_of_annotation, kind_of_value, merge_all
from algosmith.inputs.kinds import Kind, Parameter, Signature
from algosmith.inputs.names import kind_of_name, traits_of_name
from algosmith.inputs.readings import alternatives
from algosmith.inputs.roles import with_roles
from algosmith.inputs.sizes import sizes_of
from algosmith.inputs.typevars import resolve
from algosmith.inputs.usage import Usage
from algosmith.inputs.words import bounded, traits_in
from algosmith.syntax.pythontree import Unreadable, shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.source import FunctionSource
    from algosmith.inputs.typevars import Var
    from algosmith.sandbox.types import Call


def infer(source: str, entry: str, text: str = "", examples: Sequence[Call] = ()) -> Signature:
    """What ``entry`` (``f`` or ``Class.method``) takes.

    Args:
        source: The module's text; broken text gives a signature with a reason.
        entry: The function, or the method of a class that needs no arguments to construct.
        text: Words about it beyond its docstring: the TODO.
        examples: Calls known to be valid.
    """
    try:
        tree = shared(source)
    except Unreadable as error:
        return Signature(entry, (), reason=str(error))
    found = source_module.find(tree, entry)
    outer = entry.rpartition(".")[0]
    if found is None and outer and source_module.find(tree, outer) is not None:
        return Signature(entry, (), reason=f"stands inside {outer}, which can be called instead")
    if found is None:
        return Signature(entry, (), reason=f"there is no function {entry!r} in the file")
    reason = _missing_instance(found)
    if reason:
        return Signature(entry, (), reason=reason)
    return _signature(found, entry, text, tuple(examples))


def _signature(
    found: FunctionSource, entry: str, text: str, examples: tuple[Call, ...]
) -> Signature:
    words = f"{source_module.docstring_of(found)}\n{text}"
    owner = instance(found)
    if owner is not None:
        examples = ()  # their calls do not say which object they are made on
    usage = Usage(dict(found.functions))
    variables = usage.parameters[found.node.name]
    arguments = _filled(found, examples)
    parameters: list[Parameter] = []
    for position, argument in enumerate(arguments):
        var = variables[argument.arg]
        kind, guessed = _kind(found, argument, var, position, examples)
        kind = _with_traits(found, argument.arg, kind, words, var)
        keyword = argument in found.node.args.kwonlyargs
        parameters.append(Parameter(argument.arg, kind, guessed=guessed, keyword=keyword))
    parameters = shapes.refined(found, parameters)
    if owner is not None:
        parameters.insert(0, Parameter("self", owner))
    reason = _unfit(parameters, found)
    done = with_roles(parameters, found.node, _compared(parameters, variables))
    return Signature(
        entry,
        done,
        sizes=sizes_of(done),
        reason=reason,
        examples=examples,
        alternatives=() if examples else alternatives(found, done),
    )


def instance(found: FunctionSource) -> Kind | None:
    """The object that a method is called on, where its class takes arguments; None elsewhere."""
    if not source_module.needs_instance(found) or found.owner is None:
        return None
    kind = objects.kind_of_class(found.classes, found.owner.name)
    return kind if kind is not None and kind.parts else None


def _missing_instance(found: FunctionSource) -> str | None:
    """Why there is nothing to call the method on; None where there is."""
    reason = source_module.missing_instance(found)
    takes = source_module.needs_instance(found)
    return None if takes and instance(found) is not None else reason


def _compared(parameters: Sequence[Parameter], variables: dict[str, Var]) -> dict[str, str]:
    """Numbers that the function compares with the elements of a list: {number: list}."""
    roots = {
        id(var.children["element"].root()): name
        for name, each in variables.items()
        if "element" in (var := each.root()).children
    }
    return {
        p.name: roots[key]
        for p in parameters
        if p.kind.base in ("int", "float") and (key := id(variables[p.name].root())) in roots
    }


def _filled(found: FunctionSource, examples: tuple[Call, ...]) -> list[ast.arg]:
    """The parameters that calls fill: the required ones, and those that examples fill."""
    arguments = found.arguments
    shown = max((len(call.args) for call in examples), default=0)
    count = max(found.required, min(shown, len(arguments)))
    if count == 0 and arguments and found.node.args.defaults:
        first = found.node.args.defaults[0]
        count = 0 if isinstance(first, ast.Constant) and first.value is None else 1
    keyword_only = [
        argument
        for argument, default in zip(
            found.node.args.kwonlyargs, found.node.args.kw_defaults, strict=True
        )
        if default is None
    ]
    return arguments[:count] + keyword_only


def _kind(
    found: FunctionSource, argument: ast.arg, var: Var, position: int, examples: tuple[Call, ...]
) -> tuple[Kind, bool]:
    """The kind of one parameter, and whether it is only a guess."""
    seen = merge_all(
        kind_of_value(call.args[position]) for call in examples if position < len(call.args)
    )
    annotated = kind_of_annotation(argument.annotation) or _own_class(found, argument)
    used = resolve(var)
    named = kind_of_name(argument.arg)
    stated = next((kind for kind in (seen, annotated) if kind and kind.base != "none"), None)
    if stated is not None:
        return _completed(found, stated, used, named), False
    if used is not None and (used.base != "object" or named is None):
        clear = used.base not in ("list", "str") or bool(used.parts) or var.has("str", "list") > 1
        if not clear and named is not None:
            used = _prefer(used, named)
        return _completed(found, used, None, named), not clear
    return _completed(found, named or Kind("int"), None, None), True


def _own_class(found: FunctionSource, argument: ast.arg) -> Kind | None:
    """A class of the file that is called like a type variable: ``V``."""
    name = getattr(argument.annotation, "id", "")
    return Kind("object", class_name=name) if name in found.classes else None


def _prefer(used: Kind, named: Kind) -> Kind:
    """A loose sequence is read as its name says, when the name says a sequence."""
    return named if named.base in ("list", "str", "dict", "set", "tuple") else used


def _completed(found: FunctionSource, kind: Kind, used: Kind | None, named: Kind | None) -> Kind:
    """Fills what one source of evidence leaves open from the next ones."""
    if kind.base == "object":
        base = source_module.base_of_class(found, kind.class_name)
        if base is None and used is not None and used.base in ("linked", "tree"):
            base = used.base
        kind = replace(kind, base="tree" if base == "tree" else "linked") if base else kind
    kind = objects.completed(found.classes, kind)
    if kind.base in ("linked", "tree"):
        default = "TreeNode" if kind.base == "tree" else "ListNode"
        name = kind.class_name or (named.class_name if named else "") or default
        if name not in found.classes:
            name = kind.class_name or shapes.node_class(found, kind) or default
        kind = replace(kind, class_name=name)
        return replace(kind, fields=source_module.node_fields(found, kind, set()))
    for other in (used, named):
        if other is not None and other.base == kind.base:
            parts = kind.parts or other.parts
            kind = replace(kind, parts=parts, traits=kind.traits | other.traits)
    return kind


def _with_traits(found: FunctionSource, name: str, kind: Kind, words: str, var: Var) -> Kind:
    traits = traits_of_name(name) | traits_in(words, kind)
    if kind.base == "list" and shapes.is_binary_searched(found, name):
        traits |= {"sorted"}
    if kind.base == "str" and shapes.has_format(kind.samples):
        traits |= {"format"}
    elif kind.base == "str":
        traits |= shapes.string_traits(found, var)
    return bounded(name, replace(kind, traits=kind.traits | traits), words)


def _unfit(parameters: Sequence[Parameter], found: FunctionSource) -> str | None:
    for parameter in parameters:
        if parameter.kind.base == "callable":
            return f"needs a function as its argument {parameter.name!r}"
        if parameter.kind.base == "object":
            name = parameter.kind.class_name
            what = f"an instance of {name}" if name else "an object"
            return f"needs {what} as its argument {parameter.name!r}"
    if found.node.args.vararg is not None and not parameters:
        return "takes any number of arguments"
    return None
