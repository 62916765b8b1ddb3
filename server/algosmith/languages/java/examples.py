"""What a file says about a method: examples in comments, asserts and tests. Nothing is run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.languages import lines
from algosmith.languages.java import literals
from algosmith.languages.java.asserts import asserted
from algosmith.languages.java.heads import python_of
from algosmith.languages.java.spelling import spelled
from algosmith.languages.java.tree import bounds_of, parameter_name, parameters_of, type_text
from algosmith.languages.lines import Speech, Target
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Claim, Said
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document

SPEECH = Speech(literals.parse, spelled)
_IN_PLACE = re.compile(r"\bin[- ]?place\b|原地|就地", re.IGNORECASE)
_LONGEST = 8_000
_MARKS = re.compile(r"^\s*(?:/\*+|\*+/|\*(?!\*)|//[/!]*)?\s?", re.MULTILINE)
_TAG = re.compile(r"</?(?:p|pre|code|b|i|ul|ol|li|strong|em|blockquote|br|tt)\s*/?>", re.IGNORECASE)
_CODE = re.compile(r"\{@(?:code|literal)\s")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#64;": "@"}


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> Said:
    """Everything that the file says, and the tests beside it."""
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
        found, rest = lines.read(plain_words(text[:_LONGEST]), target, place, SPEECH)
        claims += found
        words.append((rest, place))
    name = snapshot.uri.rpartition("/")[2] or "this file"
    claims += asserted(document.tree.root_node, target, name)
    claims += _printed(document, target, name)
    for test in tests:
        place, _, text = test.partition("\n")
        claims += asserted(parse_text(text, "java").root_node, target, place)
    wraps = tuple(kind if kind in ("ListNode", "TreeNode") else "" for kind in target.kinds)
    return Said(tuple(claims), tuple(words), target.names, target.parameters, wraps)


def plain_words(text: str) -> str:
    """A doc comment's words without its tags: ``{@code f(2)}`` is ``f(2)``."""
    text = _TAG.sub(" ", text)
    while (match := _CODE.search(text)) is not None:
        depth, at = 1, match.end()
        while at < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        inner = text[match.end() : at - 1] if not depth else text[match.end() :]
        text = text[: match.start()] + inner + text[at:]
    for entity, char in _ENTITIES.items():
        text = text.replace(entity, char)
    return text


def _target(document: Document, task: Task) -> Target:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    if wanted is None or task.kind == "function":
        return Target(frozenset(re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text)))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    if one is None:
        return Target(frozenset({wanted.name}))
    bounds = bounds_of(one.node)
    given = parameters_of(one.node)
    return Target(
        frozenset({wanted.name}), tuple(map(parameter_name, given)),
        tuple(python_of(type_text(p), bounds) for p in given), _returned(one.node, bounds),
        many=bool(given) and given[-1].type == "spread_parameter",
    )  # fmt: skip


def _returned(function: tree_sitter.Node, bounds: dict[str, str]) -> str:
    kind = function.child_by_field_name("type")
    if kind is None:
        return ""
    return "None" if kind.type == "void_type" else python_of(text_of(kind), bounds)


def _comments(document: Document, task: Task) -> Iterator[tuple[str, str]]:
    """The comments above the method and inside it, as one text each."""
    function = task.function
    if function is None:
        return
    data = document.data
    above: list[str] = []
    end = document.line_start(function.span.start)
    while end > 0:
        start = document.line_start(end - 1)
        line = data[start:end].decode("utf-8", "replace").strip()
        if not line.startswith(("//", "*", "/*")) and not line.endswith("*/"):
            break
        above.append(line)
        end = start
    text = _MARKS.sub("", "\n".join(reversed(above))).removesuffix("*/")
    if text.strip() and not (function.docstring and function.docstring.strip() in text):
        yield text, "the comment above"
    for node in walk(document.tree.root_node):
        if node.type in COMMENTS and function.span.start <= node.start_byte < function.body.end:
            yield _MARKS.sub("", text_of(node)), "a comment in the method"


def _printed(document: Document, target: Target, name: str) -> Iterator[Claim]:
    """``System.out.println(f(2)); // 4``: code with what it gives behind it."""
    for node in walk(document.tree.root_node):
        if node.type != "line_comment":
            continue
        start = document.line_start(node.start_byte)
        before = document.data[start : node.start_byte].decode("utf-8", "replace")
        if before.strip():
            place = f"{name} line {node.start_point[0] + 1}"
            yield from lines.of_line(before + text_of(node), target, place, SPEECH)
