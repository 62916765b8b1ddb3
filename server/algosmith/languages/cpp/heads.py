"""What a C++ function takes, from its types.

The head is written down as a Python one, so that everything that is known about kinds of inputs,
roles and sizes serves all languages.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages.cpp.tree import declared_name, function_in, parameters_of, type_text
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import split
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tree_sitter

    from algosmith.inputs.kinds import Parameter
    from algosmith.sandbox.types import Call

_WHOLE = re.compile(r"(?:unsigned|signed|long|short|int|char|\s)+\Z")
_NAMED = {"bool": "bool", "string": "str", "string_view": "str", "char": "str",
          "double": "float", "float": "float", "size_t": "int", "auto": ""}  # fmt: skip
_LENGTH = re.compile(
    r"(?i)(?:size|len|length|count|num|elements|items)$|^n(?:_?\w{1,2})?$|^(?:len|size|num)"
)
_LISTS = ("vector", "deque", "list", "multiset")
_NODES = {"ListNode": ("val", "next"), "TreeNode": ("val", "left", "right")}


def signature(source: str, entry: str, words: str, examples: Sequence[Call]) -> Signature:
    """What to call a function with; ``source`` has its language in its first line."""
    text = source.partition("\n")[2]
    function = function_in(text, entry)
    if function is None:
        return Signature(entry, (), reason=f"there is no function {entry!r} in the file")
    head = head_of(function, aliases_in(text))
    made = infer(head, "head", words, examples)
    parameters = _tied(function, made.parameters)
    return Signature(
        entry, parameters, made.sizes, made.reason, made.examples, made.all_examples_sorted,
        made.alternatives,
    )  # fmt: skip


def _tied(function: tree_sitter.Node, made: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """The parameters with each length tied to the pointer it stands beside, and exact.

    One more would read what is not there.
    """
    found = list(made)
    given = parameters_of(function)
    for number, (parameter, declaration) in enumerate(zip(made, given, strict=False)):
        label = declared_name(declaration.child_by_field_name("declarator"))
        name = text_of(label) if label is not None else ""
        before = type_text(given[number - 1]).rstrip() if number else ""
        if (
            parameter.kind.base == "int"
            and _LENGTH.search(name)
            and before.endswith(("*", "[]"))
            and made[number - 1].kind.base in ("list", "str")
        ):
            parameter = replace(parameter, role="length", of=made[number - 1].name)
        if parameter.role == "length":
            traits = parameter.kind.traits | {"exact"}
            found[number] = replace(parameter, kind=replace(parameter.kind, traits=traits))
    return tuple(found)


def head_of(function: tree_sitter.Node, aliases: Mapping[str, str]) -> str:
    """The function's head as Python has it, with the classes of lists and trees that it names."""
    shown: list[str] = []
    named: list[str] = []
    pointer = False
    for number, parameter in enumerate(parameters_of(function)):
        label = declared_name(parameter.child_by_field_name("declarator"))
        name = text_of(label) if label is not None else ""
        name = name if name.isidentifier() and name != "head" else f"value{number}"
        name = f"{name}_" if keyword.iskeyword(name) else name
        text = type_text(parameter)
        kind = python_of(text, aliases)
        if kind == "int" and pointer and _LENGTH.search(name) and "n" not in named:
            name = "n"  # as which it is known to be the length
        named.append(name)
        pointer = text.rstrip().endswith(("*", "[]")) and kind.startswith("list")
        shown.append(f"{name}: {kind}" if kind else name)
    lines: list[str] = []
    for name, fields in _NODES.items():
        if any(re.search(rf"\b{name}\b", one) for one in shown):
            lines += [f"class {name}:", "    def __init__(self, x=0):"]
            lines += [f"        self.{field} = x" for field in fields]
    return "\n".join([*lines, f"def head({', '.join(shown)}):", "    pass", ""])


def aliases_in(text: str) -> dict[str, str]:
    """Names that a file gives to types, by ``using``, ``typedef`` or ``#define``."""
    found: dict[str, str] = {}
    for node in walk(parse_text(text, "cpp").root_node):
        if node.type == "alias_declaration":
            name, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
        elif node.type == "type_definition":
            name, kind = node.child_by_field_name("declarator"), node.child_by_field_name("type")
        elif node.type == "template_declaration":
            types = template_types(node, text)
            found |= {name: found.get(name, kind) for name, kind in types.items()}
            continue
        elif node.type == "struct_specifier":
            found |= _as_tuple(node)
            continue
        elif node.type == "preproc_def":
            name, kind = node.child_by_field_name("name"), node.child_by_field_name("value")
        else:
            continue
        if name is not None and kind is not None:
            found.setdefault(text_of(name), text_of(kind).strip())
    return found


def template_types(template: tree_sitter.Node, text: str) -> dict[str, str]:
    """Types to run a function template with, as the calls in its file look; whole numbers else.

    Empty where it has parameters that are no types.
    """
    given = template.child_by_field_name("parameters")
    inner = template.named_children[-1]
    label = declared_name(inner.child_by_field_name("declarator"))
    if given is None or label is None or inner.type != "function_definition":
        return {}
    called = rf"\b{re.escape(text_of(label))}\s*\(\s*(?:\w*\s*\{{\s*)*"
    kind = "int"
    if re.search(rf"{called}\"", text):
        kind = "std::string"
    elif re.search(rf"{called}-?\d+\.\d", text):
        kind = "double"
    names = [
        text_of(one.named_children[0]) for one in given.named_children
        if one.type == "type_parameter_declaration" and one.named_children
    ]  # fmt: skip
    return dict.fromkeys(names, kind) if len(names) == given.named_child_count else {}


def _as_tuple(struct: tree_sitter.Node) -> dict[str, str]:
    """A struct's name with the tuple of its fields; nothing where it is made by a constructor."""
    label, body = struct.child_by_field_name("name"), struct.child_by_field_name("body")
    if label is None or body is None or text_of(label) in _NODES:
        return {}
    types: list[str] = []
    for member in body.named_children:
        kind = member.child_by_field_name("type")
        if member.type == "function_definition" and kind is None:
            return {}  # a constructor
        declared = member.children_by_field_name("declarator")
        if member.type != "field_declaration" or kind is None or not declared:
            continue
        if any(one.type != "field_identifier" for one in declared):
            if all(one.type == "function_declarator" for one in declared):
                continue
            return {}  # pointers, arrays
        types += [text_of(kind)] * len(declared)
    return {text_of(label): f"tuple<{', '.join(types)}>"} if types else {}


def python_of(text: str, aliases: Mapping[str, str], depth: int = 0) -> str:
    """The Python annotation that says what a type says; empty where none does."""
    if depth > 8:
        return ""
    text = re.sub(r"\b(?:const|volatile|struct|class|std::|typename)\b\s*|std::", "", text).strip()
    pointer = text.endswith(("*", "[]"))
    text = text.rstrip("&*[] \t\n")
    if text in aliases:
        made = python_of(aliases[text], aliases, depth + 1)
        return f"list[{made}]" if pointer and made in ("int", "float") else made
    if text in _NODES:
        return text
    if text == "char":
        return "str"
    if text in _NAMED or _WHOLE.match(text) or re.fullmatch(r"u?int\d+_t", text):
        kind = _NAMED.get(text, "int")
        return f"list[{kind}]" if pointer else kind
    name, _, rest = text.partition("<")
    if not rest.endswith(">"):
        return ""
    parts = [python_of(part, aliases, depth + 1) or "int" for part in split(rest[:-1])]
    return _generic(name.strip(), parts)


def _generic(name: str, parts: list[str]) -> str:
    if name in _LISTS:
        return f"list[{parts[0]}]"
    if name in ("set", "unordered_set"):
        return f"set[{parts[0]}]"
    if name in ("map", "unordered_map") and len(parts) >= 2:
        return f"dict[{parts[0]}, {parts[1]}]"
    if name in ("pair", "tuple"):
        return f"tuple[{', '.join(parts)}]"
    if name == "optional":
        return parts[0]
    return f"list[{parts[0]}]" if name == "array" else ""
