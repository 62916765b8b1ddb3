"""The program around a cut function: what the compiler is given, and how it is then started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.languages.go.kinds import parameters_in
from algosmith.languages.go.tree import (
    function_in,
    functions_in,
    name_of,
    parameters_of,
    results_of,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.versions import changed_name, head_of
from algosmith.syntax.goimports import receiver_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

SEEN = "seen_"
"""An entry that begins with it takes all calls at once and lists the marks that were met."""
GLUE = "// algosmith: what calls it\n"
"""Between a program and what is ours behind it."""
_DRIVER = "algosmithdriver"
_IMPORT = f'import {_DRIVER} "algosmith_driver"\n'
_PACKAGE = re.compile(r"^package\s+\w+[^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Build:
    """What is compiled, and how it is then started."""

    text: str
    switch: int = 0
    """Which of the small changes in the text is in force; 0 for none."""
    marked: bool = False
    """Its one call holds many, and its answer is the outcomes that were seen."""
    whole: bool = False
    """It is a program that reads standard input."""


def build_of(source: str, entry: str) -> Build | None:
    """The whole program; the same text for all small changes of one. None: no such function."""
    head, rest = head_of(source)
    switch, copies = int(str(head.get("switch", 0))), int(str(head.get("copies", 0)))
    if not entry and "entry" not in head:
        return Build(_whole(rest, copies), switch, whole=True)
    name = str(head.get("entry", entry))
    if not entry:  # several changed programs, whose functions stand beside each other
        return Build(_whole(rest, copies), switch, whole=True)
    marked = entry.startswith(SEEN)
    function = function_in(rest, name)
    if function is None:
        return None
    seen = entry if marked else 'func() string { return "" }'
    glue = (
        f"func algosmithEntry() {_DRIVER}.Entry {{\n{_choice(rest, function, copies)}}}\n"
        f"func main() {{\n\t{_DRIVER}.Serve(algosmithEntry(), {seen})\n}}\n"
    )
    return Build(f"{_with_driver(rest)}\n{GLUE}{glue}", switch, marked)


def _with_driver(text: str) -> str:
    """A program that imports what talks to us, on the line on which it says of what package it is;
    its lines stay where they are.
    """
    if not (match := _PACKAGE.search(text)):
        return f"package main; {_IMPORT}{text}"
    return f"{text[: match.start()]}package main; {_IMPORT}{text[match.end() :]}"


def _choice(text: str, function: tree_sitter.Node, copies: int) -> str:
    """The statements that give the version that is asked for."""
    cases = "".join(
        f"/*<{n}*/\n\tcase {n}:\n\t\treturn {_entry(text, function, n)}\n/*{n}>*/\n"
        for n in range(1, copies + 1)
    )
    own = _entry(text, function, 0)
    if not copies:
        return f"\treturn {own}\n"
    return (
        f"\tswitch {_DRIVER}.Chosen() {{\n\tcase 0:\n\t\treturn {own}\n{cases}"
        f"\t}}\n\treturn {_DRIVER}.Left()\n"
    )


def _entry(text: str, function: tree_sitter.Node, number: int) -> str:
    """The function, or a changed version of it, as what is called."""
    known = parameters_in(function, text)
    name, owner = name_of(function), receiver_of(function)[1]
    name = changed_name(name, number) if number else name
    if not owner:
        given = function.child_by_field_name("type_parameters")
        types = [
            known.get(text_of(label), "int")
            for one in (given.named_children if given is not None else ())
            for label in one.children_by_field_name("name")
        ]
        kinds = f"[{', '.join(types)}]" if types else ""
        return f"{_DRIVER}.Entry{{Function: {name}{kinds}}}"
    kind = owner + (f"[{', '.join(known.values())}]" if known else "")
    root = parse_text(text, "go").root_node
    pointed = is_pointed(function)
    method = f"(*{kind}).{name}" if pointed else f"{kind}.{name}"
    made = object_of(root, owner, kind, pointed=pointed) or f"return {'&' * pointed}{kind}{{}}"
    return f"{_DRIVER}.Entry{{Function: {method}, Object: func() any {{ {made} }}}}"


def is_pointed(function: tree_sitter.Node) -> bool:
    """Whether a method is called on a pointer."""
    given = function.child_by_field_name("receiver")
    return given is not None and "*" in text_of(given)


def object_of(root: tree_sitter.Node, owner: str, kind: str, *, pointed: bool) -> str:
    """Statements that give an object of a type out of nothing; empty where none is known.

    A function without parameters that makes one is taken first, then a type's own zero value:
    where nothing in it is a map, a channel or a function, which have to be made.
    """
    whole = kind.partition("[")[2]
    arguments = f"[{whole}" if whole else ""
    makers = makers_of(root, owner)
    for one in makers:
        if not parameters_of(one):
            called = f"{name_of(one)}{arguments}()"
            gives = text_of(results_of(one)[0]).startswith("*")
            if gives == pointed:
                return f"return {called}"
            return f"return *{called}" if gives else f"made := {called}; return &made"
    if makers:
        return ""
    for node in walk(root):
        if node.type in ("type_spec", "type_alias") and name_of(node) == owner:
            if any(n.type in ("map_type", "channel_type", "function_type") for n in walk(node)):
                return ""
            return f"made := new({kind}); return {'made' if pointed else '*made'}"
    return ""


def makers_of(root: tree_sitter.Node, owner: str) -> list[tree_sitter.Node]:
    """The functions that make an object of a type: by their name, or out of nothing."""
    return [
        one
        for one in functions_in(root)
        if _gives(one, owner) and (not parameters_of(one) or _MAKES.match(name_of(one)))
    ]


_MAKES = re.compile(r"(?:[Nn]ew|[Mm]ake|[Cc]reate|[Mm]ust|[Oo]pen|Constructor)")


def _gives(function: tree_sitter.Node, owner: str) -> bool:
    made = results_of(function)
    if not owner or receiver_of(function)[1] or len(made) != 1:
        return False
    return re.fullmatch(rf"\*?{owner}(?:\[.*\])?", text_of(made[0])) is not None


def _whole(rest: str, copies: int) -> str:
    """A program as it stands, or one that is any of several changed programs."""
    if not copies:
        return rest if _PACKAGE.search(rest) else f"package main\n{rest}"
    cases = "".join(
        f"/*<{n}*/\n\tcase {n}:\n\t\t{changed_name('main', n)}()\n\t\treturn\n/*{n}>*/\n"
        for n in range(1, copies + 1)
    )
    glue = (
        f"func main() {{\n\tswitch {_DRIVER}.Chosen() {{\n\tcase 0:\n\t\tmain_change0()\n"
        f"\t\treturn\n{cases}\t}}\n\t{_DRIVER}.Left()\n}}\n"
    )
    return f"{_with_driver(rest)}\n{GLUE}{glue}"
