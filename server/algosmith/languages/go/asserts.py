"""Tests and examples of Go files: calls, and what has to come of them. Nothing is run.

Statements are followed one by one: ``got := f(2)``, ``if got != 4 { t.Errorf(…) }``, tables of
rows with a loop over them, ``Example`` functions with what they print. What else touches a
variable makes it unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.languages.go import shown
from algosmith.languages.go.calls import (
    TargetFunction,
    asked_in,
    bare,
    given_by,
    is_fresh,
    literal,
)
from algosmith.languages.go.kinds import scope_of
from algosmith.languages.go.literals import AnyError, Unknown
from algosmith.languages.go.tree import (
    FUNCTIONS,
    arguments_of,
    called_name,
    name_of,
    parameters_of,
    statements_of,
)
from algosmith.languages.known import CallResult, ChangedArgument, Fresh, Known, LiteralValue
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral
from algosmith.languages.types import Claim
from algosmith.syntax.goimports import bound_in
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_MOST_ROWS = 60
_FAILS = re.compile(r"^(?:\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Fatalln)|panic)\(")
_EQUAL = re.compile(r"^(?:reflect\.DeepEqual|(?:slices|maps|bytes)\.Equal|cmp\.Equal)$")
_OUTPUT = re.compile(r"^//\s*(Unordered output|Output):\s?(.*)$", re.IGNORECASE)
_SHOWN = re.compile(r'^"%(?:\+?v|d|t|s|q)\\n"$')


@dataclass(slots=True)
class _Reading:
    """One function of a test, as it is read."""

    asking: TargetFunction
    name: str
    known: Known = field(default_factory=dict[str, Any])
    claims: list[Claim] = field(default_factory=list[Claim])
    printed: list[tuple[list[tree_sitter.Node], Known, str]] | None = None
    """What an example prints: values, what was known then, and how (``q`` quoted)."""
    own: frozenset[str] = frozenset()
    """The variables of the function that is read; the others are the package's."""
    changed: bool = False
    """A variable of the package may be another than at the start: what is claimed is not sure."""

    def inner(self) -> _Reading:
        """The same for a block in it, whose changes to what is known end with it."""
        return replace(self, known=dict(self.known))

    def note_change(self, node: tree_sitter.Node) -> None:
        """Remembers that a statement may have changed a variable of the package."""
        if not self.asking.stateful:
            return
        for one in walk(node):
            left = one.child_by_field_name("left") if one.type == "assignment_statement" else None
            left = one if one.type in ("inc_statement", "dec_statement") else left
            named = next((n for n in walk(left) if n.type == "identifier"), None) if left else None
            if named is not None and text_of(named) not in {*self.own, "_"}:
                self.changed = True
            owner, name = called_name(one)
            known = name in self.asking.target.names or name in self.own or name in _BUILTIN
            if name and owner in ("", self.asking.package) and not known:
                self.changed = True

    def place(self, node: tree_sitter.Node) -> str:
        """Where a node stands, for people."""
        return f"{self.name} line {node.start_point[0] + 1}"


_BUILTIN = frozenset({"append", "len", "cap", "make", "new", "panic", "print", "println", "copy",
                      "min", "max", "clear", "delete", "close", "string", "int", "float64", "byte",
                      "rune", "int64", "error", "any"})  # fmt: skip


def asserted(root: tree_sitter.Node, asking: TargetFunction, name: str) -> Iterator[Claim]:
    """What the tests and examples of a file say."""
    scope = scope_of(root)
    asking = replace(asking, scope=replace(scope, types={**asking.scope.types, **scope.types}))
    shared: Known = {}
    for node in root.named_children:
        if node.type == "var_declaration":
            _bind_all(node, _Reading(asking, name, shared))
    for node in root.named_children:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
        if body is None or name_of(node) in asking.target.names:
            continue
        reading = _Reading(asking, name, dict(shared), own=frozenset(bound_in(node)))
        for given, _ in parameters_of(node):
            reading.known.pop(given, None)
        if name_of(node).startswith("Example"):
            reading.printed = []
            _block(body, reading)
            _example(body, reading)
        else:
            _block(body, reading)
        yield from reading.claims


def _block(block: tree_sitter.Node, reading: _Reading) -> None:
    for statement in statements_of(block):
        before = len(reading.claims)
        if statement.type == "return_statement" or re.match(
            r"\w+\.Skip(?:f|Now)?\(", text_of(statement)
        ):
            reading.printed = None
            return
        _statement(statement, reading)
        if reading.changed:
            late = (replace(one, sure=False) for one in reading.claims[before:])
            reading.claims[before:] = list(late)
        reading.note_change(statement)
        if reading.asking.owner:
            for used in re.findall(r"\b(\w+)\s*\.", text_of(statement)):
                if isinstance(reading.known.get(used), Fresh):
                    reading.known.pop(used)


def _statement(node: tree_sitter.Node, reading: _Reading) -> None:
    match node.type:
        case "short_var_declaration" | "assignment_statement":
            _bind(node, reading)
        case "var_declaration":
            _bind_all(node, reading)
        case "if_statement":
            _if(node, reading)
        case "for_statement":
            _rows(node, reading)
        case "block":
            inner = reading.inner()
            _block(node, inner)
            _forget_changed(node, reading)
        case "expression_statement":
            _expression(node.named_children[0], reading)
        case "type_declaration" | "const_declaration":
            return
        case _:
            _forget_changed(node, reading)
            reading.printed = None if _prints(node) else reading.printed


# What variables hold.


def _bind_all(node: tree_sitter.Node, reading: _Reading) -> None:
    """``var x = 1``, ``var (a = 1)``."""
    for spec in walk(node):
        if spec.type == "var_spec":
            names = [text_of(label) for label in spec.children_by_field_name("name")]
            made = spec.child_by_field_name("value")
            values = made.named_children if made is not None else []
            _set(names, values, reading)


def _bind(node: tree_sitter.Node, reading: _Reading) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or (operator is not None and text_of(operator) != "="):
        _forget(node, reading.known)
        return
    if any(one.type != "identifier" for one in left.named_children):
        _forget(left, reading.known)
        return
    _set([text_of(one) for one in left.named_children], right.named_children, reading)


def _set(names: list[str], values: list[tree_sitter.Node], reading: _Reading) -> None:
    known = reading.known
    if len(values) == 1 and len(names) > 1:
        asked = asked_in(values[0], reading.asking, known)
        _note(values[0], asked, reading)
        for place, name in enumerate(names):
            known.pop(name, None)
            if asked is not None and len(names) == len(reading.asking.results):
                known[name] = replace(asked, place=place)
        return
    same = len(names) == len(values)
    made = [
        None if same and text_of(one) == name else _held(one, reading)
        for name, one in zip(names, values, strict=False)
    ]
    for name in names[len(values) :]:
        known.pop(name, None)
    texts = [text_of(one) for one in values]
    for name, held, text in zip(names, made, texts, strict=False):
        if name == text:
            continue  # `tt := tt`
        known.pop(name, None)
        if held is not None:
            known[name] = held


def _held(node: tree_sitter.Node, reading: _Reading) -> CallResult | LiteralValue | Fresh | None:
    """What a variable holds that is set to an expression."""
    asked = asked_in(node, reading.asking, reading.known)
    if asked is not None:
        _note(node, asked, reading)
        return asked
    if is_fresh(node, reading.asking):
        return Fresh()
    try:
        value = literal(node, reading.known, reading.asking.scope)
    except NotLiteral:
        _forget_changed(node, reading)
        return None
    if isinstance(value, list | dict) and bare(node).type in ("identifier", "selector_expression"):
        _forget(node, reading.known)  # two names for one list: a change of it is not followed
        return None
    return LiteralValue(value)


def _note(call: tree_sitter.Node, asked: CallResult | None, reading: _Reading) -> None:
    """A list that a call was given is known as what the call left of it."""
    if asked is None:
        _forget_changed(call, reading)
        return
    for position, one in enumerate(arguments_of(bare(call))):
        if one.type == "identifier" and isinstance(reading.known.get(text_of(one)), LiteralValue):
            held = cast("LiteralValue", reading.known[text_of(one)]).value
            if isinstance(held, list | dict):
                reading.known[text_of(one)] = ChangedArgument(asked.call, asked.text, position)


def _forget(node: tree_sitter.Node, known: Known) -> None:
    for one in walk(node):
        if one.type == "identifier":
            known.pop(text_of(one), None)


_LOOKS = frozenset({"Print", "Println", "Printf", "Sprintf", "Sprint", "Log", "Logf", "Error",
                    "Errorf", "Fatal", "Fatalf", "len", "DeepEqual", "Equal",
                    "Helper"})  # fmt: skip
"""Functions that only look at what they are given."""


def _forget_changed(node: tree_sitter.Node, reading: _Reading) -> None:
    """Forgets the variables that a node sets, or gives to what may change them."""
    for one in walk(node):
        if one.type in ("assignment_statement", "short_var_declaration", "range_clause"):
            left = one.child_by_field_name("left")
            if left is not None:
                _forget(left, reading.known)
        elif one.type in ("inc_statement", "dec_statement"):
            _forget(one, reading.known)
        elif one.type == "call_expression" and called_name(one)[1] not in _LOOKS:
            for given in arguments_of(one):
                _forget(given, reading.known)
        elif one.type == "unary_expression" and text_of(one).startswith("&"):
            _forget(one, reading.known)


# Checks.


def _if(node: tree_sitter.Node, reading: _Reading) -> None:
    inner = reading.inner()
    before, test = (node.child_by_field_name(n) for n in ("initializer", "condition"))
    then = node.child_by_field_name("consequence")
    if before is not None:
        _statement(before, inner)
    if test is not None and then is not None and _only_fails(then):
        inner.claims += _refuted(test, inner)
    else:
        _forget_changed(node, reading)
        reading.printed = None if _prints(node) else reading.printed
    other = node.child_by_field_name("alternative")
    if other is not None and then is not None and _only_fails(then):
        branch = inner.inner()
        _statement(other, branch)
        _forget_changed(other, reading)
    if before is not None:
        _forget_changed(before, reading)


def _only_fails(block: tree_sitter.Node) -> bool:
    """Whether a block makes the test fail; what it prints and that it ends does not count."""
    texts = [text_of(one) for one in statements_of(block)]
    return any(_FAILS.match(one) for one in texts) and all(
        _FAILS.match(one) or re.match(r"return\b|\w+\.Logf?\(|fmt\.Print|continue\b", one)
        for one in texts
    )


def _refuted(test: tree_sitter.Node, reading: _Reading) -> Iterator[Claim]:
    """What a condition says that must not hold."""
    test = bare(test)
    left, right = test.child_by_field_name("left"), test.child_by_field_name("right")
    if test.type == "binary_expression" and left is not None and right is not None:
        operator = test.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if sign == "||":
            yield from _refuted(left, reading)
            yield from _refuted(right, reading)
        elif sign == "!=":
            yield from _presence(left, right, reading)
            yield from _equal(left, right, reading)
        elif sign == "==":
            yield from _unequal(left, right, reading)
        elif sign in (">", ">="):
            yield from _near(left, right, sign, reading)
        return
    wanted = False
    if test.type == "unary_expression" and text_of(test).startswith("!"):
        operand = test.child_by_field_name("operand")
        if operand is None:
            return
        test, wanted = bare(operand), True
        owner, name = called_name(test)
        given = arguments_of(test) if test.type == "call_expression" else []
        if _EQUAL.match(f"{owner}.{name}") and len(given) == 2:
            yield from _equal(given[0], given[1], reading)
            return
    asked = given_by(test, reading.asking, reading.known)
    if isinstance(asked, CallResult):
        yield from _claim(asked, wanted, str(wanted).lower(), test, reading)


def _presence(
    left: tree_sitter.Node, right: tree_sitter.Node, reading: _Reading
) -> Iterator[Claim]:
    """``(err != nil) != tt.wantErr``."""
    inner = bare(left)
    sides = [inner.child_by_field_name(name) for name in ("left", "right")]
    if inner.type != "binary_expression" or sides[0] is None or sides[1] is None:
        return
    if not re.search(r"!=\s*nil\)?$", text_of(left)) or text_of(sides[1]) != "nil":
        return
    try:
        wanted = literal(right, reading.known, reading.asking.scope)
    except NotLiteral:
        return
    asked = given_by(sides[0], reading.asking, reading.known)
    if isinstance(wanted, bool) and isinstance(asked, CallResult):
        yield from _claim(asked, AnyError() if wanted else None, text_of(right), left, reading)


def _near(
    left: tree_sitter.Node, right: tree_sitter.Node, sign: str, reading: _Reading
) -> Iterator[Claim]:
    """``math.Abs(got-1.5) > 1e-9`` must not hold."""
    given = arguments_of(left) if called_name(left) == ("math", "Abs") else []
    sides = [given[0].child_by_field_name(name) for name in ("left", "right")] if given else []
    operator = given[0].child_by_field_name("operator") if given else None
    if operator is None or text_of(operator) != "-" or not all(sides):
        return
    for one, other in (sides, sides[::-1]):
        asked = given_by(one, reading.asking, reading.known) if one is not None else None
        if not isinstance(asked, CallResult) or other is None:
            continue
        try:
            value = literal(other, reading.known, reading.asking.scope)
            most = literal(right, reading.known, reading.asking.scope)
        except NotLiteral:
            return
        if type(value) in (int, float) and type(most) in (int, float):
            it = f"_[{asked.place}]" if asked.place >= 0 else "_"
            less = "<=" if sign == ">" else "<"
            check = f"abs({it} - {float(value)!r}) {less} {float(most)!r}"
            name = min(reading.asking.target.names)
            yield Claim(name, asked.call, asked.text, reading.place(left), check=check,
                        expected_text=text_of(other), kind="assert")  # fmt: skip
        return


def _unequal(left: tree_sitter.Node, right: tree_sitter.Node, reading: _Reading) -> Iterator[Claim]:
    """``err == nil`` must not hold."""
    for one, other in ((left, right), (right, left)):
        asked = given_by(one, reading.asking, reading.known)
        if asked is not None and text_of(bare(other)) == "nil" and isinstance(asked, CallResult):
            if _kind_of(asked, reading.asking) == "error":
                yield from _claim(asked, AnyError(), "an error", one, reading)
            return


def _equal(left: tree_sitter.Node, right: tree_sitter.Node, reading: _Reading) -> Iterator[Claim]:
    for one, other in ((left, right), (right, left)):
        asked = given_by(one, reading.asking, reading.known)
        if asked is None:
            continue
        try:
            value = literal(other, reading.known, reading.asking.scope)
        except NotLiteral:
            return
        yield from _claim(asked, value, text_of(other), one, reading)
        return


def _kind_of(asked: CallResult | ChangedArgument, asking: TargetFunction) -> str:
    if isinstance(asked, ChangedArgument):
        kinds = asking.target.kinds
        return kinds[asked.position] if asked.position < len(kinds) else ""
    if asked.place >= 0:
        return asking.results[asked.place] if asked.place < len(asking.results) else ""
    return asking.target.returns


def _claim(
    asked: CallResult | ChangedArgument, value: Any, text: str, at: tree_sitter.Node,
    reading: _Reading,
) -> Iterator[Claim]:  # fmt: skip
    target = reading.asking.target
    kind = _kind_of(asked, reading.asking)
    if not kind:
        return
    try:
        expected = reading.asking.speech.shaped(value, kind)
    except (NotLiteral, TypeError):
        return
    it = "_"
    if isinstance(asked, ChangedArgument):
        it = f"_{asked.position}"
        if target.in_place and target.returns == "None" and not asked.position:
            it = "_"
    elif asked.place >= 0:
        it = f"_[{asked.place}]"
    yield made(min(target.names), asked, expected, text, reading.place(at), it)


def made(
    name: str, asked: CallResult | ChangedArgument, expected: Any, text: str, place: str, it: str
) -> Claim:
    """The claim that ``it`` is a value; of an error only whether there is one."""
    check = checked(expected, it)
    if it == "_" and check == f"_ == {expected!r}":
        return Claim(name, asked.call, asked.text, place, expected=expected, expected_text=text,
                     kind="assert")  # fmt: skip
    return Claim(name, asked.call, asked.text, place, check=check, expected_text=text,
                 kind="assert")  # fmt: skip


def checked(expected: Any, it: str) -> str:
    """The claim in the checks' own language."""
    if isinstance(expected, AnyError):
        return f"{it} is not None"
    items = cast("tuple[Any, ...]", expected)
    if isinstance(expected, tuple) and any(isinstance(one, AnyError) for one in items):
        return " and ".join(checked(one, f"{it}[{n}]") for n, one in enumerate(items))
    return f"{it} == {expected!r}"


# Tables.


def _rows(node: tree_sitter.Node, reading: _Reading) -> None:
    """``for _, tt := range tests { … }``, ``for in, want := range map[int]int{1: 2} { … }``."""
    clause = next((one for one in node.named_children if one.type == "range_clause"), None)
    body = node.child_by_field_name("body")
    left = clause.child_by_field_name("left") if clause is not None else None
    right = clause.child_by_field_name("right") if clause is not None else None
    reading.printed = None if _prints(node) else reading.printed
    if left is None or right is None or body is None:
        _forget_changed(node, reading)
        return
    names = [text_of(one) for one in left.named_children]
    try:
        rows = literal(right, reading.known, reading.asking.scope)
    except NotLiteral:
        rows = []
    pairs: list[tuple[Any, Any]] = []
    if isinstance(rows, list):
        pairs = list(enumerate(cast("list[Any]", rows)))
    elif isinstance(rows, dict):
        pairs = list(cast("dict[Any, Any]", rows).items())
    held = dict(reading.known)
    for pair in pairs[:_MOST_ROWS]:
        inner = replace(reading, known=dict(held), printed=None)
        for name, value in zip(names, pair, strict=False):
            inner.known.pop(name, None)
            if not isinstance(value, Unknown):
                inner.known[name] = LiteralValue(value)
        _block(body, inner)
    _forget_changed(node, reading)


def _expression(node: tree_sitter.Node, reading: _Reading) -> None:
    """A call that stands alone."""
    owner, name = called_name(node)
    given = arguments_of(node) if node.type == "call_expression" else []
    if name == "Run" and len(given) == 2 and given[1].type == "func_literal":
        body = given[1].child_by_field_name("body")
        if body is not None:
            inner = reading.inner()
            _block(body, inner)
            _forget_changed(body, reading)
        return
    if owner == "fmt" and name in ("Print", "Println", "Printf"):
        _print(name, given, reading)
        return
    if owner in ("assert", "require") and len(given) >= 2:
        reading.claims += _testify(name, given[1:], node, reading)
        return
    asked = asked_in(node, reading.asking, reading.known)
    _note(node, asked, reading)


def _testify(
    name: str, given: list[tree_sitter.Node], at: tree_sitter.Node, reading: _Reading
) -> Iterator[Claim]:
    if name in ("Equal", "ElementsMatch") and len(given) >= 2 and name == "Equal":
        yield from _equal(given[1], given[0], reading)
        return
    wanted: dict[str, Any] = {"True": True, "False": False, "Nil": None, "NoError": None,
                              "Error": AnyError()}  # fmt: skip
    asked = given_by(given[0], reading.asking, reading.known)
    if name in wanted and isinstance(asked, CallResult):
        yield from _claim(asked, wanted[name], name.lower(), at, reading)


# Examples that print.


def _prints(node: tree_sitter.Node) -> bool:
    return re.search(r"\bfmt\.Print|\bprintln?\(|os\.Stdout", text_of(node)) is not None


def _print(name: str, given: list[tree_sitter.Node], reading: _Reading) -> None:
    if reading.printed is None:
        return
    values, how = given, ""
    if name == "Printf":
        if len(given) != 2 or not _SHOWN.match(text_of(given[0])):
            reading.printed = None
            return
        values, how = given[1:], text_of(given[0])[-4]
    elif name == "Print":
        reading.printed = None
        return
    reading.printed.append((values, dict(reading.known), how))


def _example(body: tree_sitter.Node, reading: _Reading) -> None:
    """The values under ``// Output:``, one line for each that is printed."""
    lines = _output(body)
    printed = reading.printed
    if lines is None or printed is None or len(lines) != len(printed):
        return
    for line, (values, known, how) in zip(lines, printed, strict=True):
        if len(values) != 1:
            continue
        own = replace(reading, known=known)
        asked = given_by(values[0], reading.asking, known)
        if asked is None:
            continue
        kind = _kind_of(asked, reading.asking)
        try:
            if how == "q":
                value: Any = reading.asking.speech.parse(_commas(line))
            else:
                value = shown.read(line, kind)
        except NotLiteral:
            continue
        found = _claim(asked, value, line, values[0], own)
        reading.claims += (replace(one, sure=not reading.changed) for one in found)


def _commas(text: str) -> str:
    """``["a" "b"]`` with commas."""
    return re.sub(r'("(?:[^"\\]|\\.)*") (?=")', r"\1, ", text)


def _output(body: tree_sitter.Node) -> list[str] | None:
    """The lines that an example has to print; None where it says none, or any order."""
    comments = [one for one in walk(body) if one.type in COMMENTS]
    texts = [line for one in comments for line in text_of(one).splitlines()]
    for number, text in enumerate(texts):
        match = _OUTPUT.match(text)
        if match is None:
            continue
        rest = [re.sub(r"^//\s?", "", line).rstrip() for line in texts[number + 1 :]]
        lines = "\n".join([match[2], *rest]).strip("\n").strip().split("\n")
        lines = [line.strip() for line in lines]
        return None if match[1].lower().startswith("un") and len(lines) > 1 else lines
    return None
