"""A Rust program that counts its own work: units for calls and turns of loops, and charges.

The text is rewritten by its syntax tree; ``counting.rs``, a module of what programs are linked
with, charges what the library does. Its traits tell types apart, so no type has to be known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rewriting import Rewriter
from algosmith.languages.rust.building import COUNTED
from algosmith.languages.rust.charged import (
    ALONE,
    CHANGING,
    DOWN,
    LOOKING,
    PASSED,
    PASSED_MADE,
    PIECES,
    PROBED,
    WEIGHED,
)
from algosmith.languages.rust.facts import Facts, facts_of
from algosmith.languages.rust.glue import COUNTING
from algosmith.languages.rust.places import (
    LITERALS,
    TEXTS,
    UNTOLD,
    UNWEIGHED,
    is_compared,
    is_place,
    is_pure,
    is_steady,
    open_start,
)
from algosmith.languages.rust.tree import function_in, macro_of, name_of
from algosmith.languages.types import CountedProgram
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

_LARGEST_NUMBER = 1 << 30
_MOST_LINES = 1 << 14
_LOOPS = frozenset({"for_expression", "while_expression", "loop_expression"})
_UNSEEN = re.compile(r"\b(?:macro_rules!?|thread|catch_unwind|async|asm|global_allocator)")
"""What has work that the rewritten text would not see, or would let go wrong."""
_OURS = re.compile(r"counted_|(?<!^/\*)algosmith", re.MULTILINE)
"""What names the counter, or what stands for it in the rewritten text."""
_VARIABLE = re.compile(
    r"\bstatic\s+mut\b|\bthread_local\b|\bstatic\b[^=;]*(?:Atomic|Cell|Mutex|Lock|Once|Lazy)"
)
_USED = f"use {COUNTING}::{{Unknown as _, UnknownThrough as _, UnknownPassed as _}};"
_AS_IT_STANDS = frozenset({
    "const_item", "static_item", "array_type", "attribute_item", "const_block", "enum_item",
    "inner_attribute_item", "use_declaration", "struct_item", "type_item", "type_arguments",
    "macro_definition",
})  # fmt: skip
"""Where only a constant, or a type, may stand."""
_UNMARKED = COMMENTS | frozenset({
    "attribute_item", "inner_attribute_item", "label", "use_declaration", "const_item",
    "static_item", "function_item", "struct_item", "enum_item", "impl_item", "trait_item",
    "mod_item", "type_item", "empty_statement", "macro_definition", "lifetime",
})  # fmt: skip
_ARGUMENTS = frozenset({
    "vec", "format", "println", "print", "eprintln", "eprint", "write", "writeln", "assert",
    "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "debug_assert_ne", "panic",
    "matches", "dbg", "unreachable",
})  # fmt: skip
"""Macros whose arguments are expressions; of ``matches!`` the first is."""


def counted(text: str, entry: str) -> CountedProgram | None:
    """The program that counts; None where its work can't be seen."""
    _, source = head_of(text)
    function = function_in(source, entry)
    if function is None or _OURS.search(source) or source.count("\n") + 2 > _MOST_LINES:
        return None
    root = parse_text(source, "rust").root_node
    if any(_UNSEEN.fullmatch(text_of(one)) for one in walk(root) if not one.child_count):
        return None
    try:
        made = _Rewriter(source).program()
    except RecursionError:
        return None
    whole = with_head(f"{made}\n{_USED}\n", entry=entry)
    first = function.start_point[0] + 1
    return CountedProgram(whole, whole, COUNTED, first, _LARGEST_NUMBER, _is_fresh(source))


def _is_fresh(source: str) -> bool:
    """Whether no variable outlives a call."""
    return _VARIABLE.search(source) is None


@dataclass(frozen=True, slots=True)
class _Method:
    """A call of a method, its arguments rewritten."""

    receiver: tree_sitter.Node
    name: str
    kinds: str
    """``::<i32>``, or nothing."""
    shown: str
    """The arguments in their brackets."""
    arguments: tuple[tree_sitter.Node, ...]

    def on(self, target: str) -> str:
        """The call on another receiver."""
        return f"{target}.{self.name}{self.kinds}{self.shown}"


class _Rewriter(Rewriter):
    def __init__(self, source: str, above: int = 0, facts: Facts | None = None) -> None:
        super().__init__(source, "rust")
        self._above = above
        self._facts = facts or facts_of(source, self._root)
        self._by_type: dict[str, Callable[[tree_sitter.Node], str]] = {
            **dict.fromkeys(_AS_IT_STANDS, text_of),
            **dict.fromkeys(_LOOPS, self._loop),
            "function_item": self._function,
            "closure_expression": self._closure,
            "call_expression": self._call,
            "binary_expression": self._binary,
            "compound_assignment_expr": self._added,
            "index_expression": self._index,
            "macro_invocation": self._macro,
            "mod_item": self._module,
            "block": self._block,
        }

    def expression(self) -> str | None:
        """The text as one expression; None where it is none."""
        if self._root.has_error or len(self._root.named_children) != 1:
            return None
        value = self._root.named_children[0].child_by_field_name("value")
        return self._text(value) if value is not None else None

    def _text(self, node: tree_sitter.Node) -> str:
        made = self._by_type.get(node.type)
        return made(node) if made is not None else self._between(node, {})

    def _module(self, node: tree_sitter.Node) -> str:
        return self._with_body(node, _USED)

    def _loop(self, node: tree_sitter.Node) -> str:
        return self._with_body(node, f"{COUNTING}::tick();")

    def _with_body(self, node: tree_sitter.Node, first: str) -> str:
        body = node.child_by_field_name("body")
        if body is None:
            return self._between(node, {})
        return self._between(node, {body.id: f"{{{first}{self._text(body)[1:]}"})

    def _function(self, node: tree_sitter.Node) -> str:
        """A function for constants can't count: it is left as it is where it has no loops."""
        enter = f"let counted_enter = {COUNTING}::Enter::new();"
        made = self._with_body(node, enter)
        head = next((c for c in node.children if c.type == "function_modifiers"), None)
        if head is None or "const" not in text_of(head).split():
            return made
        name = name_of(node)
        busy = any(one.type in _LOOPS or text_of(one) == name for one in walk(node)
                   if one != node.child_by_field_name("name"))  # fmt: skip
        if name in self._facts.constant and not busy:
            return text_of(node)
        before, _, rest = made.partition("const ")
        return f"{before}{rest}"

    def _closure(self, node: tree_sitter.Node) -> str:
        body = node.child_by_field_name("body")
        if body is None:
            return self._between(node, {})
        if body.type == "block":
            return self._with_body(node, f"{COUNTING}::tick();")
        return self._between(node, {body.id: f"{{{COUNTING}::tick(); {self._text(body)}}}"})

    def _block(self, node: tree_sitter.Node) -> str:
        marked: dict[int, str] = {}
        before: tree_sitter.Node | None = None
        for child in node.named_children:
            bare = before is None or before.type != "attribute_item"
            if child.type not in _UNMARKED and bare:
                line = child.start_point[0] + 1 + self._above
                marked[child.id] = f"{COUNTING}::at({line});{self._text(child)}"
            before = child
        return self._between(node, marked)

    def _macro(self, node: tree_sitter.Node) -> str:
        tokens = next((c for c in node.children if c.type == "token_tree"), None)
        if tokens is None or macro_of(node) not in _ARGUMENTS:
            return text_of(node)
        inner = tokens.children[1:-1]
        pieces: list[list[tree_sitter.Node]] = [[]]
        for one in inner:
            if text_of(one) in (",", ";"):
                pieces.append([])
            else:
                pieces[-1].append(one)
        if macro_of(node) == "matches":
            pieces = pieces[:1]
        made: list[str] = []
        at = node.start_byte
        for piece in filter(None, pieces):
            start, end = piece[0].start_byte, piece[-1].end_byte
            made += [self._raw(at, start), self._piece(piece[0], self._raw(start, end))]
            at = end
        return "".join([*made, self._raw(at, node.end_byte)])

    def _piece(self, first: tree_sitter.Node, text: str) -> str:
        """An argument of a macro, which the grammar leaves as it stands."""
        if not re.search(r"[(|.=]", text):
            return text
        sub = _Rewriter(f"let counted = {text};", first.start_point[0] + self._above, self._facts)
        return sub.expression() or text

    def _call(self, node: tree_sitter.Node) -> str:
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if called is None or given is None:
            return self._between(node, {})
        kinds = ""
        if called.type == "generic_function":
            types, inner = (called.child_by_field_name(f) for f in ("type_arguments", "function"))
            if inner is not None and inner.type == "field_expression" and types is not None:
                called, kinds = inner, f"::{text_of(types)}"
        if called.type == "field_expression":
            return self._method(called, kinds, given)
        if text_of(called).endswith("::from_iter") and len(given.named_children) == 1:
            passed = f"({_passed(self._text(given.named_children[0]))}.given())"
            return f"{COUNTING}::built({self._text(called)}{passed})"
        return self._between(node, {})

    def _method(self, called: tree_sitter.Node, kinds: str, given: tree_sitter.Node) -> str:
        receiver, label = (called.child_by_field_name(f) for f in ("value", "field"))
        if receiver is None or label is None:
            return f"{self._text(called)}{kinds}{self._text(given)}"
        name, facts = text_of(label), self._facts
        arguments = tuple(one for one in given.named_children if one.type not in COMMENTS)
        shown = self._arguments(name, given, arguments)
        method = _Method(receiver, name, kinds, shown, arguments)
        owner = self._text(receiver)
        if name in PIECES and facts.cuts:
            return f"{_passed(method.on(owner))}.pieces()"
        passed = PASSED if is_place(receiver) else PASSED_MADE
        if name in passed and name not in facts.own and not (name in ALONE and arguments):
            owner = f"{_passed(owner)}.elements()"
        if name == "collect" and facts.tables:
            return f"{COUNTING}::built({method.on(owner)})"
        if name == "append" and len(arguments) == 1:
            return self._appended(arguments[0], method.on(owner))
        how = PROBED.get(name) or ("charge_down" if name in DOWN and facts.trees else "")
        if not how or receiver.type in UNWEIGHED:
            return method.on(owner)
        if name in LOOKING and _is_made(receiver):  # what it gives lives as long as what it is in
            return method.on(f"{_probe(owner)}.through()")
        return _around(method, owner, lambda target: self._probed(method, how, target))

    def _probed(self, method: _Method, how: str, target: str) -> str:
        """The call, and what is charged for it by a look at what it is called on."""
        probe, call = _probe(target), method.on(target)
        first = method.arguments[0] if method.arguments else None
        match how:
            case "charge_extended":
                return f"{call}; {probe}.{how}();"
            case "charge_found":
                spot = f"{_probe('counted_made')}.spot()"
                return f"let counted_made = {call}; {probe}.{how}({spot}); counted_made"
            case "charge_behind" | "charge_prefix":
                return self._placed(method, how, target)
            case _ if method.name == "drain" and first is not None and (start := open_start(first)):
                return f"{probe}.charge_behind({_probe(self._text(start))}.place()); {call}"
            case _:
                return f"{probe}.{how}(); {call}"

    def _placed(self, method: _Method, how: str, target: str) -> str:
        """A call that costs by its first argument, too."""
        probe, call = _probe(target), method.on(target)
        first = method.arguments[0] if method.arguments else None
        asked = "place" if how == "charge_behind" else "size"
        if first is None or first.type in ("closure_expression", *LITERALS, *TEXTS):
            place = text_of(first) if first is not None and text_of(first).isdigit() else "0"
            return f"{probe}.{how}({'1' if asked == 'size' else place}); {call}"
        if UNTOLD.search(text_of(first)):
            return f"{probe}.{how}({'1' if asked == 'size' else '0'}); {call}"
        if is_pure(first) and (is_place(first) or first.type == "reference_expression"):
            return f"{probe}.{how}({_probe(self._text(first))}.{asked}()); {call}"
        rest = "".join(f", {self._text(one)}" for one in method.arguments[1:])
        charged = f"{probe}.{how}({_probe('counted_first')}.{asked}())"
        call = f"{target}.{method.name}{method.kinds}(counted_first{rest})"
        return f"let counted_first = {self._text(first)}; {charged}; {call}"

    def _arguments(
        self, name: str, given: tree_sitter.Node, arguments: tuple[tree_sitter.Node, ...]
    ) -> str:
        """The arguments in their brackets; those that are copied from tell how long they are."""
        if len(arguments) == 1 and name in ("extend", *WEIGHED):
            how = "given" if name == "extend" else "weighed"
            one = arguments[0]
            return self._between(given, {one.id: f"{_passed(self._text(one))}.{how}()"})
        return self._text(given)

    def _appended(self, given: tree_sitter.Node, call: str) -> str:
        lent = given.child_by_field_name("value") if given.type == "reference_expression" else given
        if lent is None or not is_steady(lent):
            return call
        return f"({{ {_probe(self._text(lent))}.charge_all(); {call} }})"

    def _binary(self, node: tree_sitter.Node) -> str:
        left, right = (node.child_by_field_name(f) for f in ("left", "right"))
        operator = node.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if left is None or right is None:
            return self._between(node, {})
        if sign == "+":
            return self._added(node)
        if sign not in ("==", "!=") or not (is_compared(left) and is_compared(right)):
            return self._between(node, {})
        same = f"{_probe('*counted_left')}.charge_same({_probe('*counted_right')}.size())"
        return (f"(match (&({self._text(left)}), &({self._text(right)})) "
                f"{{ (counted_left, counted_right) => {{ {same}; "
                f"*counted_left {sign} *counted_right }} }})")  # fmt: skip

    def _added(self, node: tree_sitter.Node) -> str:
        """``a + &b`` and ``a += &b`` copy where they are texts."""
        right, operator = (node.child_by_field_name(f) for f in ("right", "operator"))
        sign = text_of(operator) if operator is not None else ""
        if right is None or sign not in ("+", "+="):
            return self._between(node, {})
        lends = right.type == "reference_expression" or text_of(right).endswith(".as_str()")
        if not lends and (right.type != "identifier" or sign == "+"):
            return self._between(node, {})
        return self._between(node, {right.id: f"{_passed(self._text(right))}.weighed()"})

    def _index(self, node: tree_sitter.Node) -> str:
        """``map[&key]``: only maps are asked by what is lent."""
        base, *rest = node.named_children
        if not self._facts.trees or not rest or rest[-1].type != "reference_expression":
            return self._between(node, {})
        return self._between(node, {base.id: f"{_probe(self._text(base))}.through()"})


def _is_made(node: tree_sitter.Node) -> bool:
    """Whether a call makes a collection: ``x.collect::<Vec<_>>()``, ``x.to_vec()``."""
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    name = re.split(r"::|<|\.", text_of(called)) if called is not None else []
    return any(one in ("collect", "to_vec", "clone") for one in name[-4:])


def _passed(text: str) -> str:
    return f"{COUNTING}::Passed({text})"


def _probe(text: str) -> str:
    return f"{COUNTING}::Probe(&({text}))"


def _around(method: _Method, owner: str, probed: Callable[[str], str]) -> str:
    """A call with what is charged in front; what it is called on is worked out once.

    A place that can be named twice stays one: what is borrowed from it lives on.
    """
    if is_steady(method.receiver):
        return f"({{ {probed(owner)} }})"
    if is_place(method.receiver):
        lent = "&mut " if method.name in CHANGING else "&"
        return f"(match {lent}({owner}) {{ counted_it => {{ {probed('counted_it')} }} }})"
    return f"(match {owner} {{ mut counted_it => {{ {probed('counted_it')} }} }})"
