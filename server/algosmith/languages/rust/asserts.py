"""Asserts of tests, of `main` and of doc tests: a call on one side, a literal on the other.

Statements are followed one by one, so that `sort(&mut v); assert_eq!(v, [1, 2]);` is understood;
what else touches a variable makes it unknown. Nothing is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.languages.lines import NotLiteral, Target, call_of, shaped
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust import literals
from algosmith.languages.rust.speech import SPEECH
from algosmith.languages.rust.tree import FUNCTION, attributes_above, macro_of, name_of
from algosmith.languages.types import Claim
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.sandbox.types import Call

_EQUAL = ("assert_eq", "debug_assert_eq")
_TRUE = ("assert", "debug_assert")
_MARKS = re.compile(r"^\s*(?:///?|//!|/\*+!?|\*(?!/))[/!]* ?", re.MULTILINE)
_HIDDEN = re.compile(r"^# ?", re.MULTILINE)
_ASSERT = re.compile(r"\bassert(?:_eq)?!")
_SAME = frozenset({"clone", "to_vec", "as_str", "to_string", "to_owned", "as_slice", "iter"})
_SURE = frozenset({"unwrap", "expect"})
_MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call of the function gave."""

    call: Call
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a call of the function left in one of its arguments."""

    call: Call
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Made:
    """A literal's value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new object of the function's own type."""


Known = dict[str, Asked | Changed | Made | Fresh]


@dataclass(frozen=True, slots=True)
class Asking:
    """The function, as its asserts call it."""

    target: Target
    owner: str = ""
    """The type that it belongs to."""
    fails: bool = False
    """It gives a ``Result``."""


def asserted(root: tree_sitter.Node, asking: Asking, name: str) -> Iterator[Claim]:
    """What the asserts of a file, or of a test beside it, say."""
    for node in walk(root):
        body = node.child_by_field_name("body") if node.type == FUNCTION else None
        if body is not None and name_of(node) not in asking.target.names:
            marks = " ".join(map(text_of, attributes_above(node)))
            if "ignore" not in marks:
                panics = "should_panic" in marks
                yield from _block(body, asking, name, {}, body.start_point[0], panics=panics)
    for start, text in comments_in(root):
        if _ASSERT.search(text):
            yield from _in_comment(text, asking, name, start)


def comments_in(root: tree_sitter.Node) -> Iterator[tuple[int, str]]:
    """(first line, words) of each comment; lines that follow one another are one comment."""
    words: list[str] = []
    first = last = -2
    for node in walk(root):
        if node.type not in COMMENTS:
            continue
        line, text = node.start_point[0], _MARKS.sub("", text_of(node).rstrip())
        if line != last + 1 and words:
            yield first, "\n".join(words)
            words = []
        first = line if not words else first
        words.append(text.removesuffix("*/"))
        last = node.start_point[0] + text.count("\n")
    if words:
        yield first, "\n".join(words)


def _in_comment(text: str, asking: Asking, name: str, start: int) -> Iterator[Claim]:
    fences = re.split(r"^\s*```(.*)$", text, flags=re.MULTILINE)
    pieces = fences[2::4] if len(fences) > 2 else []
    kinds = fences[1::4]
    for piece, kind in zip(pieces, kinds, strict=False):
        if re.search(r"ignore|compile_fail|text|no_run|python|json", kind):
            continue
        at = start + text[: text.find(piece)].count("\n")
        code = f"fn f() {{{_HIDDEN.sub('', piece)}\n}}"
        yield from _code(code, asking, name, at, panics="should_panic" in kind)
    if not pieces:
        for number, line in enumerate(text.split("\n")):
            if _ASSERT.match(line.strip()):
                code = f"fn f() {{{line.strip().rstrip(';')};}}"
                yield from _code(code, asking, name, start + number, panics=False)


def _code(text: str, asking: Asking, name: str, at: int, *, panics: bool) -> Iterator[Claim]:
    for node in walk(parse_text(text, "rust").root_node):
        body = node.child_by_field_name("body") if node.type == FUNCTION else None
        # A doc test may have a `main` of its own: the innermost one is it.
        if body is not None and not any(n.type == FUNCTION for n in walk(body)):
            yield from _block(body, asking, name, {}, -at, panics=panics)


def _block(
    block: tree_sitter.Node, asking: Asking, name: str, known: Known, line: int, *, panics: bool
) -> Iterator[Claim]:
    """The statements of a block, one after the other."""
    del line
    calls: list[Asked] = []
    found: list[Claim] = []
    for statement in block.named_children:
        if statement.type in COMMENTS:
            continue
        place = f"{name} line {statement.start_point[0] + 1}"
        found += _statement(statement, asking, place, known, calls)
    if not panics:
        yield from found
    elif len(calls) == 1 and not found:
        one = calls[0]
        yield Claim(min(asking.target.names), one.call, one.text, name, raises=True, kind="assert")


def _statement(
    node: tree_sitter.Node, asking: Asking, place: str, known: Known, calls: list[Asked]
) -> list[Claim]:
    inner = node.named_children[0] if node.type == "expression_statement" else node
    macro = macro_of(inner)
    if macro in (*_EQUAL, *_TRUE):
        return list(_assert(inner, macro, asking, place, known))
    if macro in ("println", "print", "eprintln", "dbg", "assert_ne"):
        return []
    if node.type == "let_declaration":
        _let(node, asking, known, calls)
        return []
    if inner.type == "for_expression":
        return list(_rows(inner, asking, place, known))
    asked = _asked(inner, asking, known)
    if asked is not None:
        calls.append(asked)
        _note(inner, asked, known)
        return []
    if node.type != "use_declaration":
        for one in walk(node):
            if one.type == "identifier":
                known.pop(text_of(one), None)
    return []


def _let(node: tree_sitter.Node, asking: Asking, known: Known, calls: list[Asked]) -> None:
    name, value = name_of(node), node.child_by_field_name("value")
    if value is None:
        return
    asked = _asked(value, asking, known)
    if asked is not None:
        calls.append(asked)
        _note(value, asked, known)
        if name:
            known[name] = asked
        return
    try:
        made: Asked | Changed | Made | Fresh = Made(_literal(value, known))
    except NotLiteral:
        for one in walk(value):
            if one.type == "identifier":
                known.pop(text_of(one), None)
        if not _is_fresh(value, asking):
            known.pop(name, None)
            return
        made = Fresh()
    if name:
        known[name] = made


def _note(call: tree_sitter.Node, asked: Asked, known: Known) -> None:
    """What a call changes is known as what it left."""
    given = call.child_by_field_name("arguments")
    for position, one in enumerate(given.named_children if given is not None else ()):
        value = one.child_by_field_name("value")
        if one.type == "reference_expression" and value is not None and value.type == "identifier":
            if any(child.type == "mutable_specifier" for child in one.children):
                known[text_of(value)] = Changed(asked.call, asked.text, position)


def _rows(node: tree_sitter.Node, asking: Asking, place: str, known: Known) -> Iterator[Claim]:
    """``for (n, wanted) in [(1, 2), (3, 4)] { assert_eq!(f(n), wanted); }``."""
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    body = node.child_by_field_name("body")
    names = re.findall(r"\w+", text_of(pattern)) if pattern is not None else []
    try:
        rows = _literal(value, known) if value is not None else []
    except NotLiteral:
        return
    if not isinstance(rows, list) or body is None or len(rows) > _MOST_ROWS:  # pyright: ignore[reportUnknownArgumentType]
        return
    items: list[Any] = rows
    for row in items:
        values = row if len(names) > 1 else (row,)
        if len(names) != len(values):
            return
        own: Known = {**known, **{n: Made(v) for n, v in zip(names, values, strict=True)}}
        for statement in body.named_children:
            if statement.type not in COMMENTS:
                yield from _statement(statement, asking, place, own, [])


# Asserts.


def _arguments(macro: tree_sitter.Node) -> list[tree_sitter.Node]:
    """A macro's arguments as expressions."""
    text = text_of(macro.named_children[-1])[1:-1]
    root = parse_text(f"fn f() {{ g({text}\n); }}", "rust").root_node
    if root.has_error:
        return []
    for node in walk(root):
        if node.type == "arguments":
            return [one for one in node.named_children if one.type not in COMMENTS]
    return []


def _assert(
    macro: tree_sitter.Node, name: str, asking: Asking, place: str, known: Known
) -> Iterator[Claim]:
    sides = _arguments(macro)
    if name in _TRUE and sides:
        yield from _truth(sides[0], asking, place, known, wanted=True)
    elif len(sides) >= 2:
        yield from _pair(sides[0], sides[1], asking, place, known)


def _truth(
    node: tree_sitter.Node, asking: Asking, place: str, known: Known, *, wanted: bool
) -> Iterator[Claim]:
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type == "binary_expression" and left is not None and right is not None:
        operator = node.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if sign == "&&" and wanted:
            yield from _truth(left, asking, place, known, wanted=True)
            yield from _truth(right, asking, place, known, wanted=True)
        elif sign == "==" and wanted:
            yield from _pair(left, right, asking, place, known)
        return
    if node.type == "unary_expression" and text_of(node).startswith("!"):
        yield from _truth(node.named_children[-1], asking, place, known, wanted=not wanted)
        return
    owner, method = _method(node)
    if owner is not None and method in ("is_none", "is_err", "is_empty") and wanted:
        asked = _given(owner, asking, known)
        if isinstance(asked, Asked):
            yield from _state(asked, method, asking, place)
        return
    if asking.target.returns == "bool":
        asked = _given(node, asking, known)
        if isinstance(asked, Asked):
            yield from _claim(asked, wanted, str(wanted).lower(), asking, place)


def _state(asked: Asked, method: str, asking: Asking, place: str) -> Iterator[Claim]:
    """``f(0).is_none()``."""
    name = min(asking.target.names)
    if method == "is_err" and asking.fails:
        yield Claim(name, asked.call, asked.text, place, check="_[0] == 'Err'",
                    expected_text="Err(…)", kind="assert")  # fmt: skip
    elif method == "is_none" and not asking.fails:
        yield Claim(name, asked.call, asked.text, place, expected=None, expected_text="None",
                    kind="assert")  # fmt: skip
    elif method == "is_empty":
        kind = asking.target.returns.partition("[")[0]
        empty: dict[str, Any] = {"list": [], "str": "", "set": set(), "dict": {}}
        if kind in empty:
            yield from _claim(asked, empty[kind], "[]" if kind == "list" else '""', asking, place)


def _pair(
    left: tree_sitter.Node, right: tree_sitter.Node, asking: Asking, place: str, known: Known
) -> Iterator[Claim]:
    for one, other in ((left, right), (right, left)):
        sure, inner = _unwrapped(one)
        asked = _given(inner, asking, known)
        if asked is None:
            continue
        try:
            value = _literal(other, known)
        except NotLiteral:
            return
        if sure and asking.fails:
            value = ("Ok", value)
        elif sure and value is None:
            return
        yield from _claim(asked, value, text_of(other), asking, place)
        return


def _claim(
    asked: Asked | Changed, value: Any, text: str, asking: Asking, place: str
) -> Iterator[Claim]:
    target = asking.target
    name = min(target.names)
    changed = isinstance(asked, Changed)
    kinds = target.kinds
    kind = target.returns
    if changed:
        kind = kinds[asked.position] if asked.position < len(kinds) else ""
    try:
        expected = shaped(value, kind)
    except (NotLiteral, TypeError):
        return
    if changed:
        yield Claim(name, asked.call, asked.text, place, expected_text=text, kind="assert",
                    check=f"_{asked.position} == {expected!r}")  # fmt: skip
    else:
        yield Claim(name, asked.call, asked.text, place, expected=expected, expected_text=text,
                    kind="assert")  # fmt: skip


# Calls and values.


def _method(node: tree_sitter.Node) -> tuple[tree_sitter.Node | None, str]:
    """(what a method is called of, its name)."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None or function.type != "field_expression":
        return None, ""
    label = function.child_by_field_name("field")
    return function.child_by_field_name("value"), text_of(label) if label is not None else ""


def _unwrapped(node: tree_sitter.Node) -> tuple[bool, tree_sitter.Node]:
    """Whether a value is taken out of an option or result, and that."""
    node = _bare(node)
    owner, method = _method(node)
    if owner is not None and method in _SURE:
        return True, _bare(owner)
    if node.type == "try_expression" and node.named_children:
        return True, _bare(node.named_children[0])
    return False, node


def _bare(node: tree_sitter.Node) -> tree_sitter.Node:
    """A value without what only lends or copies it."""
    while True:
        owner, method = _method(node)
        value = node.child_by_field_name("value")
        if owner is not None and method in _SAME:
            node = owner
        elif node.type == "reference_expression" and value is not None:
            node = value
        elif node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        else:
            return node


def _given(node: tree_sitter.Node, asking: Asking, known: Known) -> Asked | Changed | None:
    """The call that a value comes of."""
    node = _bare(node)
    if node.type == "identifier":
        found = known.get(text_of(node))
        return found if isinstance(found, Asked | Changed) else None
    return _asked(node, asking, known)


def _asked(node: tree_sitter.Node, asking: Asking, known: Known) -> Asked | None:
    """The call of the function that a node is, with literal arguments."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    given = node.child_by_field_name("arguments")
    if function is None or given is None:
        return None
    if function.type == "generic_function":
        function = function.child_by_field_name("function") or function
    label = function.child_by_field_name("field") or function.child_by_field_name("name")
    name = text_of(label if label is not None else function)
    if name not in asking.target.names or not _fits(function, asking, known):
        return None
    try:
        values = [_literal(c, known) for c in given.named_children if c.type not in COMMENTS]
    except NotLiteral:
        return None
    call = call_of(values, asking.target, SPEECH)
    return Asked(call, text_of(node)) if call is not None else None


def _fits(function: tree_sitter.Node, asking: Asking, known: Known) -> bool:
    """Whether it is the function that is called: of its type, on a new object."""
    if function.type == "field_expression":
        owner = function.child_by_field_name("value")
        if owner is None or not asking.owner:
            return False
        held = known.get(text_of(owner)) if owner.type == "identifier" else None
        return isinstance(held, Fresh) or _is_fresh(owner, asking)
    path = function.child_by_field_name("path")
    last = text_of(path).rpartition("::")[2] if path is not None else ""
    return last in (asking.owner, "Self") if asking.owner else not last[:1].isupper()


def _is_fresh(node: tree_sitter.Node, asking: Asking) -> bool:
    text = re.sub(r"\s+", "", text_of(node))
    owner = asking.owner
    return bool(owner) and text in (owner, f"{owner}::new()", f"{owner}::default()", f"{owner}{{}}")


def _literal(node: tree_sitter.Node, known: Known) -> Any:
    """The value of a literal, or of a local that was set to one."""
    inner = _bare(node)
    if inner.type == "identifier" and text_of(inner) in known:
        held = known[text_of(inner)]
        if isinstance(held, Made):
            return held.value
        raise NotLiteral(text_of(inner))
    return literals.value_of(node)
