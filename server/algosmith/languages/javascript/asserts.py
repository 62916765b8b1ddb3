"""Examples in code: asserts of ``node:assert``, Jest, Vitest and Chai, and printed results.

Calls are read, never run: only those with literals on both sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from algosmith.languages.javascript import literals
from algosmith.languages.javascript.calls import Target, matched, name_of
from algosmith.languages.javascript.literals import UNDEFINED, NotLiteral
from algosmith.languages.javascript.tree import FUNCTIONS
from algosmith.languages.nodes import text_of
from algosmith.languages.types import Claim
from algosmith.model import Snapshot
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.sandbox.types import Call

_EQUAL = frozenset({"equal", "strictEqual", "deepEqual", "deepStrictEqual", "eql", "eq", "equals",
                    "toBe", "toEqual", "toStrictEqual", "is", "same", "deepEquals",
                    "assertEquals", "strictEquals"})  # fmt: skip
_TRUE = frozenset({"assert", "ok", "isTrue", "toBeTruthy", "true"})
_FALSE = frozenset({"isFalse", "toBeFalsy", "false", "notOk"})
_FIXED: dict[str, Any] = {"toBeNull": None, "toBeUndefined": UNDEFINED, "toBeNaN": float("nan")}
_THROWS = frozenset(
    {"throws", "toThrow", "toThrowError", "throw", "rejects", "toThrowErrorMatchingSnapshot"}
)
_CHAIN = frozenset({"to", "be", "been", "is", "deep", "that", "have", "strict", "resolves",
                    "rejects", "assert", "t", "chai", "should"})  # fmt: skip
_MOST = 64


def read(document: Document, target: Target, place: str) -> list[Claim]:
    """The examples in a file's own code, outside the function itself."""
    return _read(document.tree.root_node, target, (f"{place}:", True), "assert")


def read_text(text: str, target: Target) -> list[Claim]:
    """The examples of a test's file; its first line is a comment with its name."""
    name, _, code = text.partition("\n")
    document = open_document(Snapshot(name, "typescript", code.encode("utf-8", "surrogatepass")))
    return _read(document.tree.root_node, target, (f"{name}:", True), "test")


def of_line(line: str, target: Target, place: str) -> list[Claim] | None:
    """The examples of one line of a comment where it is an assert; None where it is none."""
    if not re.match(r"\s*(?:await\s+)?(?:console\.assert|assert|expect|t\.|chai\.)", line):
        return None
    root = parse_text(line, "javascript").root_node
    if root.has_error:
        return None
    found = _read(root, target, (place, False), "prose")
    return found or None


def calls_of(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """All calls of a tree."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "call_expression":
            yield node
        waiting += reversed(node.named_children)


def _read(
    root: tree_sitter.Node, target: Target, place: tuple[str, bool], kind: str
) -> list[Claim]:
    """``place`` is where it stands, and whether a line's number is put behind that."""
    names = _constants(root)
    found: list[Claim] = []
    for node in calls_of(root):
        if len(found) >= _MOST:
            break
        if not _is_statement(node) or _is_in_function(node, target):
            continue
        where = f"{place[0]}{node.start_point[0] + 1}" if place[1] else place[0]
        claim = _claim(node, target, names, where, kind)
        if claim is not None:
            found.append(claim)
    return found


def _is_statement(node: tree_sitter.Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type == "await_expression":
        parent = parent.parent
    # ``() => expect(f(2)).toBe(4)`` is the whole of a test, too.
    return parent is not None and parent.type in ("expression_statement", "arrow_function",
                                                  "return_statement")  # fmt: skip


def _is_in_function(node: tree_sitter.Node, target: Target) -> bool:
    """Whether the call stands in the target's own code, or in another function's with a name."""
    parent = node.parent
    while parent is not None:
        if parent.type in FUNCTIONS:
            label = parent.child_by_field_name("name")
            if label is not None and text_of(label) in target.names:
                return True
        parent = parent.parent
    return False


def _constants(root: tree_sitter.Node) -> dict[str, Any]:
    """``const nums = [1, 2]``: names that stand for one literal in the whole file."""
    found: dict[str, Any] = {}
    twice: set[str] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.named_children
        if node.type != "lexical_declaration" or not text_of(node).startswith("const"):
            continue
        for one in node.named_children:
            label, value = one.child_by_field_name("name"), one.child_by_field_name("value")
            if label is None or value is None or label.type != "identifier":
                continue
            name = text_of(label)
            twice |= {name} & found.keys()
            try:
                made = literals.value_of(value, {})
            except NotLiteral:
                twice.add(name)
                continue
            # A list may have been changed before it is given to the function.
            if not isinstance(made, list | dict | set) or text_of(root).count(name) <= 2:
                found[name] = made
    return {name: value for name, value in found.items() if name not in twice}


def _claim(
    node: tree_sitter.Node, target: Target, names: dict[str, Any], place: str, kind: str
) -> Claim | None:
    """What one assert says about the target; None where it says nothing plain."""
    verb, negated, subject, wanted = _parts(node)
    if subject is None:
        return None
    if verb in _THROWS:
        call = None if negated else _thrower(subject, target, names)
        return None if call is None else _TargetCall(call[0], call[1], place, kind).throws(wanted)
    if verb in _TRUE | _FALSE and subject.type in ("binary_expression", "unary_expression"):
        return None if negated else _compared(subject, target, names, place, kind)
    call = matched(subject, target, names)
    if call is None and wanted and verb in _EQUAL:
        call = matched(wanted[0], target, names)
        subject, wanted = wanted[0], [subject, *wanted[1:]]
    if call is None:
        return None
    made = _TargetCall(call, text_of(subject), place, kind)
    if verb in _EQUAL and wanted:
        return made.equals(wanted[0], names, negated=negated)
    if verb in _FIXED and not negated:
        return made.is_(_FIXED[verb], text_of(subject))
    if verb == "toBeCloseTo" and wanted and not negated:
        return made.near(wanted, names)
    if verb in _TRUE | _FALSE:
        return made.truth((verb in _TRUE) is not negated)
    return None


def _compared(
    node: tree_sitter.Node, target: Target, names: dict[str, Any], place: str, kind: str
) -> Claim | None:
    """``assert(f(2) === 4)``, ``assert(!f(3))``."""
    if node.type == "unary_expression":
        operand = node.child_by_field_name("argument")
        call = matched(operand, target, names) if operand is not None else None
        if call is None or operand is None or not text_of(node).startswith("!"):
            return None
        return _TargetCall(call, text_of(operand), place, kind).truth(False)
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None or text_of(operator) not in ("===", "=="):
        return None
    for one, other in ((left, right), (right, left)):
        call = matched(one, target, names)
        if call is not None:
            return _TargetCall(call, text_of(one), place, kind).equals(other, names, negated=False)
    return None


def _thrower(
    subject: tree_sitter.Node, target: Target, names: dict[str, Any]
) -> tuple[Call, str] | None:
    """The call, and its text, in ``() => f(-1)``."""
    body = subject.child_by_field_name("body") if subject.type in FUNCTIONS else None
    if body is not None and body.type == "statement_block" and body.named_child_count == 1:
        body = body.named_children[0]
        body = body.named_children[0] if body.named_child_count else body
    call = matched(body, target, names) if body is not None else None
    return None if call is None or body is None else (call, text_of(body))


def _parts(
    node: tree_sitter.Node,
) -> tuple[str, bool, tree_sitter.Node | None, list[tree_sitter.Node]]:
    """(verb, negated, what is looked at, what is wanted) of an assert's call."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or given is None:
        return "", False, None, []
    arguments = [child for child in given.named_children if child.type != "comment"]
    if function.type == "identifier":
        verb = text_of(function)
        if verb not in _TRUE | _EQUAL or not arguments:
            return "", False, None, []
        return verb, False, arguments[0], arguments[1:]
    chain: list[str] = []
    one: tree_sitter.Node | None = function
    while one is not None and one.type == "member_expression":
        label = one.child_by_field_name("property")
        chain.insert(0, text_of(label) if label is not None else "")
        one = one.child_by_field_name("object")
    if not chain or one is None:
        return "", False, None, []
    verb, negated = chain[-1], "not" in chain[:-1]
    rest = {word for word in chain[:-1] if word != "not"}
    if not rest <= _CHAIN:
        return "", False, None, []
    if one.type == "call_expression" and name_of(one) == "expect":
        inner = one.child_by_field_name("arguments")
        subject = inner.named_children[0] if inner is not None and inner.named_children else None
        return verb, negated, subject, arguments
    if one.type == "identifier" and text_of(one) in ("assert", "t", "chai", "console"):
        return verb, negated, (arguments[0] if arguments else None), arguments[1:]
    return "", False, None, []


class _TargetCall:
    """A call of the target that an assert is about."""

    def __init__(self, call: Call, text: str, place: str, kind: str) -> None:
        self.call, self.text, self.place, self.kind = call, _bare(text), place, kind
        self.name = self.text.partition("(")[0]

    def equals(
        self, node: tree_sitter.Node, names: dict[str, Any], *, negated: bool
    ) -> Claim | None:
        """The result is a literal's value, or is not."""
        try:
            value = literals.value_of(node, names, result=True)
        except NotLiteral:
            return None
        return None if negated else self.is_(value, text_of(node))

    def is_(self, value: Any, text: str) -> Claim:
        """The result is a value."""
        return Claim(self.name, self.call, self.text, self.place, expected=value,
                     expected_text=text, kind=self.kind)  # fmt: skip

    def near(self, wanted: list[tree_sitter.Node], names: dict[str, Any]) -> Claim | None:
        """Within Jest's ``10 ** -digits / 2``."""
        try:
            value, *rest = (literals.value_of(one, names) for one in wanted)
        except NotLiteral:
            return None
        digits = rest[0] if rest else 2
        if type(value) not in (int, float) or type(digits) is not int:
            return None
        check = f"abs(_ - {value!r}) < {10.0**-digits / 2!r}"
        return Claim(self.name, self.call, self.text, self.place, check=check,
                     expected_text=f"close to {value}", kind=self.kind)  # fmt: skip

    def throws(self, wanted: list[tree_sitter.Node]) -> Claim:
        """It throws, an error of a class where one is named."""
        error = text_of(wanted[0]) if wanted and wanted[0].type == "identifier" else ""
        return Claim(self.name, self.call, self.text, self.place, raises=True, error=error,
                     kind=self.kind)  # fmt: skip

    def truth(self, wanted: bool) -> Claim:
        """The result counts as true, or as false."""
        false = "[False, None, '', _value_of('object', 'undefined', ('()',), ('undefined',))]"
        check = f"_ not in {false}" if wanted else f"_ in {false}"
        return Claim(self.name, self.call, self.text, self.place, check=check,
                     expected_text="a true value" if wanted else "a false value",
                     kind=self.kind)  # fmt: skip


def _bare(text: str) -> str:
    """``await new Solution().twoSum([1])`` as ``twoSum([1])``."""
    return re.sub(
        r"^\s*(?:await\s+)?(?:\(?\s*new\s+[\w$]+\s*\(\s*\)\s*\)?\s*\.|[\w$]+\.)?", "", text
    )
