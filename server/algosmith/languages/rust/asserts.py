"""Asserts of tests, of `main` and of doc tests: a call on one side, a literal on the other.

Statements are followed one by one, so that `sort(&mut v); assert_eq!(v, [1, 2]);` is understood;
what else touches a variable makes it unknown. Nothing is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.languages.known import CallResult, ChangedArgument, Fresh, Known, LiteralValue
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.calls import (
    TargetFunction,
    asked_in,
    given_by,
    is_fresh,
    literal,
    method_of,
    unwrapped,
)
from algosmith.languages.rust.held import HARMLESS, forget, forget_changed, lends
from algosmith.languages.rust.speech import shaped
from algosmith.languages.rust.tree import FUNCTION, attributes_above, macro_of, name_of
from algosmith.languages.rust.visible import modules_of
from algosmith.languages.shapes import NotLiteral
from algosmith.languages.types import Claim
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter


_EQUAL = ("assert_eq", "debug_assert_eq")
_TRUE = ("assert", "debug_assert")
_MARKS = re.compile(r"^\s*(?:///?|//!|/\*+!?|\*(?!/))[/!]* ?", re.MULTILINE)
_HIDDEN = re.compile(r"^# ?", re.MULTILINE)
_ASSERT = re.compile(r"\bassert(?:_eq)?!")
_MOST_ROWS = 60


def asserted(root: tree_sitter.Node, asking: TargetFunction, name: str) -> Iterator[Claim]:
    """What the asserts of a file, or of a test beside it, say."""
    for node in walk(root):
        body = node.child_by_field_name("body") if node.type == FUNCTION else None
        if body is not None and name_of(node) not in asking.target.names:
            marks = " ".join(map(text_of, attributes_above(node)))
            if "ignore" not in marks and not _left_out(node):
                panics = "should_panic" in marks
                yield from _block(body, asking.within(body), name, 0, panics=panics)
    for first, text in _commented(root):
        if _ASSERT.search(text):
            here = asking.home.is_at(modules_of(first))
            yield from _in_comment(text, asking, name, first.start_point[0], here=here)


def _left_out(node: tree_sitter.Node | None) -> bool:
    """Whether an item, or what it stands in, is only there on some machines or with features."""
    while node is not None:
        marks = (re.sub(r"\s", "", text_of(one)) for one in attributes_above(node))
        if any(mark.startswith("#[cfg(") and mark != "#[cfg(test)]" for mark in marks):
            return True
        node = node.parent
    return False


def comments_in(root: tree_sitter.Node) -> Iterator[tuple[int, str]]:
    """(first line, words) of each comment; lines that follow one another are one comment."""
    return ((first.start_point[0], text) for first, text in _commented(root))


def _commented(root: tree_sitter.Node) -> Iterator[tuple[tree_sitter.Node, str]]:
    words: list[str] = []
    first, last = root, -2
    for node in walk(root):
        if node.type not in COMMENTS:
            continue
        line, text = node.start_point[0], _MARKS.sub("", text_of(node).rstrip())
        if line != last + 1 and words:
            yield first, "\n".join(words)
            words = []
        first = node if not words else first
        words.append(text.removesuffix("*/"))
        last = node.start_point[0] + text.count("\n")
    if words:
        yield first, "\n".join(words)


def _in_comment(
    text: str, asking: TargetFunction, name: str, start: int, *, here: bool
) -> Iterator[Claim]:
    fences = re.split(r"^\s*```(.*)$", text, flags=re.MULTILINE)
    pieces = fences[2::4] if len(fences) > 2 else []
    kinds = fences[1::4]
    for piece, kind in zip(pieces, kinds, strict=False):
        if re.search(r"ignore|compile_fail|text|no_run|python|json", kind):
            continue
        at = start + text[: text.find(piece)].count("\n")
        code = f"fn f() {{{_HIDDEN.sub('', piece)}\n}}"
        if here or "use " in code:
            yield from _code(code, asking, name, at, panics="should_panic" in kind)
    if not pieces and here:
        for number, line in enumerate(text.split("\n")):
            if _ASSERT.match(line.strip()):
                code = f"fn f() {{{line.strip().rstrip(';')};}}"
                yield from _code(code, asking, name, start + number, panics=False)


def _code(
    text: str, asking: TargetFunction, name: str, at: int, *, panics: bool
) -> Iterator[Claim]:
    for node in walk(parse_text(text, "rust").root_node):
        body = node.child_by_field_name("body") if node.type == FUNCTION else None
        # A doc test may have a `main` of its own: the innermost one is it.
        if body is not None and not any(n.type == FUNCTION for n in walk(body)):
            yield from _block(body, asking.within(body), name, at, panics=panics)


def _block(
    block: tree_sitter.Node, asking: TargetFunction, name: str, first: int, *, panics: bool
) -> Iterator[Claim]:
    """The statements of a block, one after the other; ``first`` is the line that it counts from."""
    known: Known = {}
    calls: list[CallResult] = []
    found: list[Claim] = []
    for statement in block.named_children:
        if statement.type in (*COMMENTS, "attribute_item"):
            continue
        if _left_out(statement):
            forget(statement, known)
            continue
        place = f"{name} line {first + statement.start_point[0] + 1}"
        found += _statement(statement, asking, place, known, calls)
        if asking.remembers:
            for used in re.findall(r"\b(\w+)\s*\.", text_of(statement)):
                if isinstance(known.get(used), Fresh):
                    known.pop(used)
    if not panics:
        yield from found
    elif len(calls) == 1 and not found:
        one = calls[0]
        yield Claim(min(asking.target.names), one.call, one.text, name, raises=True, kind="assert")


def _statement(
    node: tree_sitter.Node,
    asking: TargetFunction,
    place: str,
    known: Known,
    calls: list[CallResult],
) -> list[Claim]:
    inner = node.named_children[0] if node.type == "expression_statement" else node
    macro = macro_of(inner)
    if macro in (*_EQUAL, *_TRUE):
        found = list(_assert(inner, macro, asking, place, known))
        forget_changed(inner, known)
        return found
    if macro in HARMLESS:
        forget_changed(inner, known)
        return []
    if node.type == "let_declaration":
        _let(node, asking, known, calls)
        return []
    if inner.type == "for_expression":
        forget_changed(inner, known)
        return list(_rows(inner, asking, place, known))
    asked = asked_in(inner, asking, known)
    if asked is not None:
        calls.append(asked)
        _note(inner, asked, known)
        return []
    if node.type != "use_declaration":
        forget(node, known)
    return []


def _let(
    node: tree_sitter.Node, asking: TargetFunction, known: Known, calls: list[CallResult]
) -> None:
    name, value = name_of(node), node.child_by_field_name("value")
    if value is None or not name:
        forget(node, known)
        return
    asked = asked_in(value, asking, known)
    if asked is not None:
        calls.append(asked)
        _note(value, asked, known)
        known[name] = asked
        return
    if lends(value):
        forget(node, known)
        return
    try:
        made: CallResult | ChangedArgument | LiteralValue | Fresh = LiteralValue(
            literal(value, known)
        )
    except NotLiteral:
        forget(value, known)
        if not is_fresh(value, asking):
            known.pop(name, None)
            return
        made = Fresh()
    known[name] = made


def _note(call: tree_sitter.Node, asked: CallResult, known: Known) -> None:
    """What a call changes is known as what it left."""
    given = call.child_by_field_name("arguments")
    for position, one in enumerate(given.named_children if given is not None else ()):
        value = one.child_by_field_name("value")
        lent = any(child.type == "mutable_specifier" for child in one.children)
        if one.type == "reference_expression" and lent and value is not None:
            forget(value, known)
            known[text_of(value)] = ChangedArgument(asked.call, asked.text, position)


def _rows(
    node: tree_sitter.Node, asking: TargetFunction, place: str, known: Known
) -> Iterator[Claim]:
    """``for (n, wanted) in [(1, 2), (3, 4)] { assert_eq!(f(n), wanted); }``."""
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    body = node.child_by_field_name("body")
    names = re.findall(r"\w+", text_of(pattern)) if pattern is not None else []
    try:
        rows: Any = literal(value, known) if value is not None else []
    except NotLiteral:
        return
    if not isinstance(rows, list) or body is None:
        return
    items = cast("list[Any]", rows)[:_MOST_ROWS]
    for row in items:
        values = cast("tuple[Any, ...]", row if len(names) > 1 else (row,))
        if type(row if len(names) > 1 else ()) is not tuple or len(names) != len(values):
            return
        own: Known = {**known, **{n: LiteralValue(v) for n, v in zip(names, values, strict=True)}}
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
    macro: tree_sitter.Node, name: str, asking: TargetFunction, place: str, known: Known
) -> Iterator[Claim]:
    sides = _arguments(macro)
    if name in _TRUE and sides:
        yield from _truth(sides[0], asking, place, known, wanted=True)
    elif len(sides) >= 2:
        yield from _pair(sides[0], sides[1], asking, place, known)


def _truth(
    node: tree_sitter.Node, asking: TargetFunction, place: str, known: Known, *, wanted: bool
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
    owner, method = method_of(node)
    if owner is not None and method in ("is_none", "is_err", "is_empty") and wanted:
        asked = given_by(owner, asking, known)
        if isinstance(asked, CallResult):
            yield from _state(asked, method, asking, place)
        return
    if asking.target.returns == "bool":
        asked = given_by(node, asking, known)
        if isinstance(asked, CallResult):
            yield from _claim(asked, wanted, str(wanted).lower(), asking, place)


def _state(asked: CallResult, method: str, asking: TargetFunction, place: str) -> Iterator[Claim]:
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
    left: tree_sitter.Node,
    right: tree_sitter.Node,
    asking: TargetFunction,
    place: str,
    known: Known,
) -> Iterator[Claim]:
    for one, other in ((left, right), (right, left)):
        sure, inner = unwrapped(one)
        asked = given_by(inner, asking, known)
        if asked is None:
            continue
        try:
            value = literal(other, known)
        except NotLiteral:
            return
        if sure and asking.fails:
            value = ("Ok", value)
        elif sure and value is None:
            return
        yield from _claim(asked, value, text_of(other), asking, place)
        return


def _claim(
    asked: CallResult | ChangedArgument, value: Any, text: str, asking: TargetFunction, place: str
) -> Iterator[Claim]:
    target = asking.target
    name = min(target.names)
    changed = isinstance(asked, ChangedArgument)
    kinds = target.kinds
    kind = target.returns
    if changed:
        kind = kinds[asked.position] if asked.position < len(kinds) else ""
    try:
        expected = shaped(value, kind)
    except (NotLiteral, TypeError):
        return
    if changed and not (target.in_place and target.returns == "None" and not asked.position):
        yield Claim(name, asked.call, asked.text, place, expected_text=text, kind="assert",
                    check=f"_{asked.position} == {expected!r}")  # fmt: skip
    else:
        yield Claim(name, asked.call, asked.text, place, expected=expected, expected_text=text,
                    kind="assert")  # fmt: skip
