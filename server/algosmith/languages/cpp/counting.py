"""A C or C++ program that counts its own work: units for calls and turns of loops, and charges.

The text is rewritten by its syntax tree; ``counting.hpp``, which stands in front of it, charges
what the library does. Templates there tell containers apart, so no type has to be known here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.languages.cpp.tree import function_in, is_macro
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rewriting import Rewriter
from algosmith.languages.types import CountedProgram
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

COUNTED = "counted_run"
"""The entry of a program that counts."""
_LARGEST_NUMBER = 1 << 30
_LOOPS = frozenset({"for_statement", "while_statement", "do_statement", "for_range_loop"})
_HEADER = Path(__file__).with_name("counting.hpp")
_MEMORY = {"malloc": "c_malloc", "calloc": "c_calloc", "realloc": "c_realloc", "free": "c_free"}
_TREES = frozenset({"push", "pop", "emplace", "emplace_hint", "insert", "erase", "find", "count",
                    "lower_bound", "upper_bound", "equal_range", "contains", "at", "extract",
                    "insert_or_assign", "try_emplace"})  # fmt: skip
_WHOLE = frozenset({"sort", "reverse", "unique", "remove", "remove_if", "assign", "fill"})
_PLACED = frozenset({"insert", "erase", "emplace"})
_SEARCHED = frozenset({"find", "rfind", "find_first_of", "find_last_of", "find_first_not_of",
                       "find_last_not_of"})  # fmt: skip
_SIDE_EFFECTS = frozenset({"call_expression", "update_expression", "assignment_expression",
                           "new_expression", "lambda_expression"})  # fmt: skip
_VALUES = frozenset({"identifier", "field_expression", "subscript_expression"})
_NAMES = frozenset({"identifier", "qualified_identifier"})
_MAPS = re.compile(r"(?<!unordered_)\b(?:multi)?map\s*<")


def counted(text: str, entry: str) -> CountedProgram | None:
    """The program that counts; None where its loops can't be seen."""
    told, source = head_of(text)
    function = function_in(source, entry)
    root = parse_text(source, "cpp").root_node
    if function is None or any(one.type == "goto_statement" for one in walk(root)):
        return None
    if "counted_" in source:
        return None
    try:
        made = _Rewriter(source, function).program()
    except RecursionError:
        return None
    lines = source.count("\n") + 2
    header = f"#define COUNTED_LINES {lines}\n{_HEADER.read_text(encoding='utf-8')}"
    kept = {key: value for key, value in told.items() if key in ("namespace", "c", "types")}
    whole = with_head(f"{header}{made}", **kept, entry=entry)
    first = function.start_point[0] + 1
    return CountedProgram(whole, whole, COUNTED, first, _LARGEST_NUMBER, _is_fresh(root))


def _is_fresh(root: tree_sitter.Node) -> bool:
    """Whether no variable outlives a call."""
    kept = (one.parent for one in walk(root) if text_of(one) in ("static", "thread_local"))
    if any(one is not None and one.type.endswith("declaration") and not _is_constant(one)
           for one in kept):  # fmt: skip
        return False
    waiting = [root]
    while waiting:
        for child in waiting.pop().named_children:
            if child.type in ("namespace_definition", "declaration_list", "linkage_specification"):
                waiting.append(child)
            elif child.type == "declaration" and not _is_constant(child):
                return False
    return True


def _is_constant(declaration: tree_sitter.Node) -> bool:
    text = text_of(declaration)
    if re.match(r"(?:(?:inline|static)\s+)*(?:const|constexpr)\b", text):
        return True
    return any(one.type == "function_declarator" for one in walk(declaration)) and "=" not in text


class _Rewriter(Rewriter):
    def __init__(self, source: str, entry: tree_sitter.Node) -> None:
        super().__init__(source, "cpp")
        self._entry = entry.start_byte
        self._maps = _MAPS.search(source) is not None
        self._own = {
            text_of(name)
            for node in walk(self._root)
            if node.type in ("function_declarator", "init_declarator", "preproc_function_def")
            and (name := node.child_by_field_name("declarator") or node.child_by_field_name("name"))
            is not None
        }

    def _text(self, node: tree_sitter.Node) -> str:
        match node.type:
            case "function_definition":
                return self._function(node)
            case "lambda_expression":
                return self._with_body(node, "counted_::Enter counted_enter_;")
            case "call_expression":
                return self._call(node)
            case "subscript_expression" if self._maps:
                return self._subscript(node)
            case "assignment_expression":
                return self._assigned(node)
            case "compound_statement":
                return self._block(node)
            case _ if node.type in _LOOPS:
                return self._with_body(node, "counted_::tick();")
            case "if_statement" if is_macro(node):
                return self._with_body(node, "counted_::tick();", "consequence")
            case _:
                return self._between(node, {})

    def _function(self, node: tree_sitter.Node) -> str:
        body = node.child_by_field_name("body")
        head = self._raw(node.start_byte, body.start_byte if body is not None else node.end_byte)
        if re.search(r"\b(?:constexpr|consteval)\b", head):
            return text_of(node)
        begin = "counted_::Begin counted_begin_;" if node.start_byte == self._entry else ""
        return self._with_body(node, f"{begin}counted_::Enter counted_enter_;")

    def _with_body(self, node: tree_sitter.Node, first: str, field: str = "body") -> str:
        body = node.child_by_field_name(field)
        if body is None or (body.type != "compound_statement" and node.type not in _LOOPS):
            return self._between(node, {})
        inner = self._text(body)
        if body.type == "compound_statement":
            return self._between(node, {body.id: f"{{{first}{inner[1:]}"})
        return self._between(node, {body.id: f"{{{first}{_mark(body)}{inner}}}"})

    def _block(self, node: tree_sitter.Node) -> str:
        if node.parent is not None and node.parent.type == "switch_statement":
            return self._between(node, {})
        marked = {
            child.id: f"{_mark(child)}{self._text(child)}"
            for child in node.named_children
            if child.type not in ("case_statement", "preproc_def", "comment")
            and not child.type.startswith("preproc")
        }
        return self._between(node, marked)

    def _call(self, node: tree_sitter.Node) -> str:
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if called is None or given is None:
            return self._between(node, {})
        if called.type == "field_expression":
            return self._member(node, called, given)
        name = text_of(called).removeprefix("std::")
        plain = called.type in _NAMES and "::" not in name
        if plain and (text_of(called).startswith("std::") or name not in self._own):
            if name in _MEMORY:
                return self._between(node, {called.id: f"counted_::{_MEMORY[name]}"})
            if name in LIBRARY:
                return self._between(node, {called.id: f"counted_::{name}"})
        return self._between(node, {})

    def _member(
        self, node: tree_sitter.Node, called: tree_sitter.Node, given: tree_sitter.Node
    ) -> str:
        owner, label = called.child_by_field_name("argument"), called.child_by_field_name("field")
        name = text_of(label) if label is not None else ""
        if owner is None or name not in _TREES | _WHOLE | _SEARCHED:
            return self._between(node, {})
        arrow = any(child.type == "->" for child in called.children)
        target = f"(*({self._text(owner)}))" if arrow else self._text(owner)
        steady = not any(one.type in _SIDE_EFFECTS for one in walk(owner))
        arguments = self._text(given)
        first = given.named_children[0] if given.named_children else None
        if name in _PLACED and steady and first is not None and first.type != "initializer_list":
            put = f"counted_::behind({target}, {self._text(first)})"
            arguments = self._between(given, {first.id: put})
        how = "all" if name in _WHOLE else "on"
        call = f"counted_::{how}({target}).{name}{arguments}"
        if name in _SEARCHED and steady:
            return f"counted_::found({target}, {call})"
        return call

    def _subscript(self, node: tree_sitter.Node) -> str:
        owner = node.child_by_field_name("argument")
        if owner is None:
            return self._between(node, {})
        return self._between(node, {owner.id: f"counted_::sub({self._text(owner)})"})

    def _assigned(self, node: tree_sitter.Node) -> str:
        """``a = b`` copies where they are containers."""
        right, operator = node.child_by_field_name("right"), node.child_by_field_name("operator")
        plain = operator is not None and text_of(operator) == "="
        if right is None or not plain or right.type not in _VALUES or text_of(right).isupper():
            return self._between(node, {})
        return self._between(node, {right.id: f"counted_::copied({self._text(right)})"})


def _mark(statement: tree_sitter.Node) -> str:
    return f"counted_::at({statement.start_point[0] + 1});"


def _library() -> frozenset[str]:
    """The functions that the header stands in for."""
    text = _HEADER.read_text(encoding="utf-8")
    result = r"(?:auto|void\*?|int|char\*|C\*|std::size_t)"
    plain = re.findall(rf"^(?:template.*?> |inline ){result} (\w+)\(", text, re.MULTILINE)
    listed = re.findall(r"COUNTED_(?:LINEAR|UNTIL|LOG)\((?!name)(\w+)\)", text)
    return frozenset([*plain, *listed]) - {"charge", "tick", "at", "taken", "given_back"}


LIBRARY = _library()
