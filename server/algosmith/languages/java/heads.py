"""What a Java method takes, from its types.

The head is written down as a Python one, so that everything that is known about kinds of inputs,
roles and sizes serves all languages.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages.java.objects import owned
from algosmith.languages.java.tree import (
    bounds_of,
    function_in,
    parameter_name,
    parameters_of,
    type_text,
)
from algosmith.languages.shapes import split
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tree_sitter

    from algosmith.languages.java.objects import Own
    from algosmith.sandbox.types import Call

_NAMED = {"int": "int", "long": "int", "short": "int", "byte": "int", "Integer": "int",
          "Long": "int", "Short": "int", "Byte": "int", "BigInteger": "int", "boolean": "bool",
          "Boolean": "bool", "double": "float", "float": "float", "Double": "float",
          "Float": "float", "String": "str", "CharSequence": "str", "char": "str",
          "Character": "str", "StringBuilder": "str", "Number": "int", "Object": ""}  # fmt: skip
_LISTS = ("List", "ArrayList", "LinkedList", "Collection", "Iterable", "Deque", "ArrayDeque",
          "Queue", "PriorityQueue", "Stack", "Vector")  # fmt: skip
_SETS = ("Set", "HashSet", "LinkedHashSet", "TreeSet", "SortedSet", "NavigableSet")
_MAPS = ("Map", "HashMap", "LinkedHashMap", "TreeMap", "SortedMap", "NavigableMap")
_NODES = {"ListNode": ("val", "next"), "TreeNode": ("val", "left", "right")}
_DEEPEST = 8
_OWN = re.compile(r"\b([A-Za-z_]\w*)\[")
_OPEN = {"list", "set", "dict", "tuple"}


def signature(source: str, entry: str, words: str, examples: Sequence[Call]) -> Signature:
    """What to call a method with; ``source`` has its language in its first line."""
    text = source.partition("\n")[2]
    function = function_in(text, entry)
    if function is None:
        return Signature(entry, (), reason=f"there is no method {entry!r} in the file")
    own = owned(parse_text(text, "java").root_node)
    made = infer(head_of(function, own), "head", words, examples)
    return Signature(
        entry, made.parameters, made.sizes, made.reason, made.examples, made.all_examples_sorted,
        made.alternatives,
    )  # fmt: skip


def head_of(function: tree_sitter.Node, own: Mapping[str, Own] | None = None) -> str:
    """The method's head as Python has it, with the classes of lists and trees that it names."""
    bounds = bounds_of(function)
    shown: list[str] = []
    for number, parameter in enumerate(parameters_of(function)):
        name = parameter_name(parameter)
        name = name if name.isidentifier() and name != "head" else f"value{number}"
        name = f"{name}_" if keyword.iskeyword(name) else name
        kind = _as_plain(python_of(type_text(parameter), bounds, own), own or {})
        shown.append(f"{name}: {kind}" if kind else name)
    lines: list[str] = []
    for name, fields in _NODES.items():
        if any(re.search(rf"\b{name}\b", one) for one in shown):
            lines += [f"class {name}:", "    def __init__(self, x=0):"]
            lines += [f"        self.{field} = x" for field in fields]
    return "\n".join([*lines, f"def head({', '.join(shown)}):", "    pass", ""])


def _as_plain(kind: str, own: Mapping[str, Own]) -> str:
    """The annotation with the user's classes as tuples, and enums as their values' names."""
    return _OWN.sub(
        lambda m: m[0] if m[1] not in own else "Literal[" if own[m[1]].members else "tuple[", kind
    )


def python_of(
    text: str,
    bounds: Mapping[str, str] | None = None,
    own: Mapping[str, Own] | None = None,
    depth: int = 0,
) -> str:
    """The Python annotation that says what a type says; empty where none does.

    A class of the user's is ``Point[int, int]``, what ``shapes.shaped`` knows.
    """
    bounds = bounds or {}
    text = re.sub(r"@\w+(?:\([^()]*\))?\s*|\bfinal\s+", "", text).strip()
    if depth > _DEEPEST:
        return ""
    if text.endswith("]"):
        inner = python_of(text[: text.rindex("[")], bounds, own, depth + 1)
        return f"list[{inner}]" if inner else "list"
    text = re.sub(r"^\?(?:\s+(?:extends|super)\s+)?", "", text) or "Object"
    name, _, rest = text.partition("<")
    name = name.strip().rpartition(".")[2]
    given = split(rest.rstrip()[:-1]) if rest else []
    if name in (own or {}) and name not in bounds:
        return _own_kind(name, given, bounds, own or {}, depth)
    parts = [python_of(part, bounds, own, depth + 1) for part in given]
    if name in bounds:
        return python_of(bounds[name].removeprefix("extends "), bounds, own, depth + 1) or "int"
    if name == "Comparable":
        return "int"
    if name in _NODES or name in _NAMED:
        return name if name in _NODES else _NAMED[name]
    return _generic(name, parts)


def _own_kind(
    name: str, given: list[str], bounds: Mapping[str, str], own: Mapping[str, Own], depth: int
) -> str:
    """``Point[int, int]``, ``Color['RED']``; empty where a part is not known."""
    one = own[name]
    if one.members:
        return f"{name}[{', '.join(map(repr, one.members))}]"
    told = dict(zip(one.variables, given, strict=False))
    kinds = [python_of(told.get(kind, kind), bounds, own, depth + 1) for _, kind in one.parts]
    return f"{name}[{', '.join(kinds)}]" if all(kinds) else ""


def _generic(name: str, parts: list[str]) -> str:
    one = (parts or [""])[0]
    if name in _LISTS:
        return f"list[{one}]" if one else "list"
    if name in _SETS:
        return f"set[{one}]" if one else "set"
    if name in _MAPS:
        return f"dict[{parts[0]}, {parts[1]}]" if len(parts) == 2 and all(parts) else "dict"
    if name in ("Entry", "Pair") and len(parts) == 2 and all(parts):
        return f"tuple[{parts[0]}, {parts[1]}]"
    return one if name == "Optional" else "int" if name == "OptionalInt" else ""
