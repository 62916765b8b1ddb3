"""What a file's text says about a function: examples in comments and asserts. Nothing is run.

``f({1, 2}) == 3``, ``f(2) => 4``, ``f(2) // 4``, ``assert(f(2) == 4)``, ``EXPECT_EQ(f(2), 4)``,
``Input: nums = [1, 2], k = 3`` with ``Output: 5`` below it. Only whole literals count, since a
wrongly read example would refute right answers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.cpp import literals
from algosmith.languages.cpp.asserts import asserted
from algosmith.languages.cpp.calls import Target, call_of, calls_in, parts_of
from algosmith.languages.cpp.heads import aliases_in, python_of
from algosmith.languages.cpp.literals import NotLiteral
from algosmith.languages.cpp.shaping import shaped
from algosmith.languages.cpp.spelling import spelled
from algosmith.languages.cpp.tree import (
    declared_name,
    function_declarator,
    parameters_of,
    type_text,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Claim, Said
from algosmith.syntax.docstrings import leaves_a_choice
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.sandbox.types import Call
    from algosmith.syntax.document import Document

_GIVES = re.compile(
    r"\s*;?\s*(?://+\s*|/\*\s*)?(?:-{1,2}>|={1,2}>|→|⇒|==|=(?!=)|[:：]|\b(?:should\s+)?(?:returns?|equals?"
    r"|gives|is|outputs?|prints|yields|be|evaluates to)\b"
    r"|应该?返回|返回|等于|得到|输出|结果[是为])\s*:?\s*",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"\s*(?:<<\s*(?:std::)?endl|<<\s*\"\\n\"|<<\s*'\\n')?\s*;?\s*//+\s*(?:=>|->|→|==)?\s*"
)
_THROWS = re.compile(
    r"\s*;?\s*(?://+\s*)?(?:=>|->|→)?\s*(?:should\s+|must\s+)?(?:throws?|raises?|抛出)\b\s*(?:an?\s+)?"
    r"(?P<error>(?:std::)?\w+)?"
)
_WRONG = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|naive(?:ly)?|buggy|broken|instead of|rather than|unlike|"
    r"would (?:give|return|be|yield)|used to|previously|do(?:es)? not|is not|isn't|never|not)\b"
    r"|错误|而不是|不应|!=",
    re.IGNORECASE,
)
_INPUT = re.compile(
    r"^\s*(?:\*\*)?(?:Input|输入)\s*(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*(.+)$", re.IGNORECASE
)
_OUTPUT = re.compile(
    r"^\s*(?:\*\*)?(?:Output|输出)\s*(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*(.+)$", re.IGNORECASE
)
_IN_PLACE = re.compile(r"\bin[- ]?place\b|原地|就地", re.IGNORECASE)
_LONGEST = 8_000
_MARKS = re.compile(r"^\s*(?:/\*+|\*+/|\*(?!\*)|//[/!]*|#)?\s?", re.MULTILINE)
_ENDINGS = " .,;!。，；、！*/"


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> Said:
    """Everything that the file says."""
    document = open_document(snapshot)
    target = _target(document, task)
    docstring = (task.function.docstring if task.function else "") or ""
    if _IN_PLACE.search(f"{task.text}\n{docstring}"):
        target = replace(target, in_place=True)
    if not target.names:
        return Said()
    claims: list[Claim] = []
    words: list[tuple[str, str]] = []
    for text, place in (*_comments(document, task), (docstring, "the doc comment"),
                        (task.text, "the task")):  # fmt: skip
        found, rest = read(text[:_LONGEST], target, place)
        claims += found
        words.append((rest, place))
    name = snapshot.uri.rpartition("/")[2] or "this file"
    claims += asserted(document.tree.root_node, target, name)
    claims += _printed(document, target, name)
    wraps = tuple(kind if kind in ("ListNode", "TreeNode") else "" for kind in target.kinds)
    return Said(tuple(claims), tuple(words), target.names, target.parameters, wraps)


def _target(document: Document, task: Task) -> Target:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    if wanted is None or task.kind == "function":
        names = re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text)
        return Target(frozenset(names))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    bare = wanted.name.rpartition("::")[2]
    if one is None:
        return Target(frozenset({bare}))
    aliases = aliases_in(document.data.decode("utf-8", "replace"))
    given = parameters_of(one.node)
    labels = [declared_name(p.child_by_field_name("declarator")) for p in given]
    kinds = tuple(python_of(type_text(p), aliases) for p in given)
    defaults = [p.child_by_field_name("default_value") for p in given]
    return Target(
        frozenset({bare}), tuple(text_of(n) if n is not None else "" for n in labels), kinds,
        tuple(text_of(n) if n is not None else "" for n in defaults),
        _returned(one.node, aliases),
    )  # fmt: skip


def _returned(function: tree_sitter.Node, aliases: dict[str, str]) -> str:
    kind = function.child_by_field_name("type")
    declarator = function_declarator(function)
    if kind is None or declarator is None:
        return ""
    text = (function.text or b"")[: declarator.start_byte - function.start_byte].decode(
        "utf-8", "replace"
    )
    text = text[kind.start_byte - function.start_byte :] if text.isascii() else text_of(kind)
    return "None" if text.strip() == "void" else python_of(text, aliases)


def _comments(document: Document, task: Task) -> Iterator[tuple[str, str]]:
    """The comments above the function and inside it, as one text each."""
    function = task.function
    if function is None:
        return
    data = document.data
    lines: list[str] = []
    end = document.line_start(function.span.start)
    while end > 0:
        start = document.line_start(end - 1)
        line = data[start:end].decode("utf-8", "replace").strip()
        if line.startswith("template") and not lines:
            end = start
            continue
        if not line.startswith(("//", "*", "/*")) and not line.endswith("*/"):
            break
        lines.append(line)
        end = start
    above = _MARKS.sub("", "\n".join(reversed(lines)))
    if above.strip() and not (function.docstring and function.docstring.strip() in above):
        yield above, "the comment above"
    for node in walk(document.tree.root_node):
        if node.type == "comment" and function.body.start <= node.start_byte < function.body.end:
            yield _MARKS.sub("", text_of(node)), "a comment in the function"


def read(text: str, target: Target, place: str) -> tuple[list[Claim], str]:
    """The examples of a comment's words, and the lines that hold none."""
    found: list[Claim] = []
    rest: list[str] = []
    names = "|".join(re.escape(name) for name in sorted(target.names))
    called = re.compile(rf"(?<![\w~])(?:{names})\s*\(")
    given: Call | None = None
    for line in text.splitlines():
        asked, output = _INPUT.match(line), _OUTPUT.match(line)
        if asked:
            given = _arguments(asked[1], target)
        if output and given is not None:
            claim = _claim(target, given, output[1], place)
            if claim is not None:
                found.append(claim)
                if rest:
                    rest.pop()
            given = None
            continue
        new = list(_of_line(line, target, place))
        found += new
        # A call that was not understood here would be misread there: braces are sets in Python.
        if not new and not called.search(line) and "{" not in line:
            rest.append(line)
    if leaves_a_choice(text):
        found = [replace(one, sure=False) for one in found]
    return found, "\n".join(rest)


def _arguments(text: str, target: Target) -> Call | None:
    """``nums = [1, 2], k = 3``: a value for each parameter."""
    given: dict[str, Any] = {}
    for part in parts_of(text):
        name, sign, value = part.partition("=")
        if not sign and len(target.parameters) == 1:
            name, value = target.parameters[0], part
        if name.strip() not in target.parameters:
            return None
        try:
            given[name.strip()] = literals.parse(value.strip().rstrip(".;"))
        except NotLiteral:
            return None
    for before, name, kind in zip(
        target.parameters, target.parameters[1:], target.kinds[1:], strict=False
    ):
        if name not in given and kind == "int" and isinstance(given.get(before), list):
            given[name] = len(given[before])  # C: a list's length is told apart
    if set(given) != set(target.parameters):
        return None
    return call_of([given[name] for name in target.parameters], target)


def _claim(
    target: Target, call: Call, text: str, place: str, call_text: str = "", *, sure: bool = True
) -> Claim | None:
    """What has to come of a call, where the text begins with a literal of its type."""
    value = _value(text, target)
    if value is None:
        return None
    name = min(target.names)
    shown = call_text or f"{name}({', '.join(map(spelled, call.args))})"
    if target.returns == "None" and not target.in_place:
        return Claim(
            name, call, shown, place, check=f"_0 == {value[0]!r}", expected_text=value[1], sure=sure
        )
    return Claim(name, call, shown, place, expected=value[0], expected_text=value[1], sure=sure)


def _value(text: str, target: Target) -> tuple[Any, str] | None:
    """The value that a text is, alone or before words that go on."""
    kind = target.returns
    if kind == "None":
        kind = target.kinds[0] if target.kinds else ""
    whole = text.strip().rstrip(_ENDINGS)
    for one in (whole, *_beginnings(whole)):
        try:
            return shaped(literals.parse(one), kind), one
        except (NotLiteral, TypeError):
            continue
    return None


def _beginnings(text: str) -> Iterator[str]:
    """Where a literal may end: before a remark in brackets, a dash, a comment, words."""
    for match in re.finditer(
        r"\s+(?:\(|//|--?|because|since|as|and|for|when|if|因为|#)|[,;](?:\s|$)|\.\s", text
    ):
        yield text[: match.start()]


def _of_line(line: str, target: Target, place: str) -> Iterator[Claim]:
    """The examples of one line."""
    for call, text, end in calls_in(line, target):
        behind = line[end:]
        throws = _THROWS.match(behind)
        if call is None:
            continue
        sure = not _WRONG.search(behind.partition('"')[0])
        if throws:
            error = (throws["error"] or "").removeprefix("std::")
            error = error if "_" in error or error[:1].isupper() else ""
            yield Claim(min(target.names), call, text, place, raises=True, sure=sure, error=error)
            continue
        gives = _GIVES.match(behind) or _COMMENT.match(behind)
        if gives is None:
            continue
        claim = _claim(target, call, behind[gives.end() :], place, text, sure=sure)
        if claim is not None:
            yield claim


def _printed(document: Document, target: Target, name: str) -> Iterator[Claim]:
    """``cout << f(2) << endl; // 4``: code with what it gives behind it."""
    for node in walk(document.tree.root_node):
        if node.type != "comment" or not text_of(node).startswith("//"):
            continue
        start = document.line_start(node.start_byte)
        before = document.data[start : node.start_byte].decode("utf-8", "replace")
        if before.strip():
            place = f"{name} line {node.start_point[0] + 1}"
            yield from _of_line(before + text_of(node), target, place)
