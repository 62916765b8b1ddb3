"""What a file of a language with braces says about a function in comments, and behind its code."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.languages import lines
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import FileFacts
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import tree_sitter

    from algosmith.languages.lines import Speech, Target
    from algosmith.languages.types import Claim
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document

_IN_PLACE = re.compile(r"\bin[- ]?place\b|原地|就地", re.IGNORECASE)
_LONGEST = 8_000
_MARKS = re.compile(r"^\s*(?:/\*+|\*+/|\*(?!\*)|//[/!]*|#)?\s?", re.MULTILINE)


def said(  # noqa: PLR0913  what is said, of what, and where
    snapshot: Snapshot,
    task: Task,
    target: Target,
    speech: Speech,
    asserted: Callable[[tree_sitter.Node, Target, str], Iterable[Claim]],
    tests: Iterable[tuple[tree_sitter.Node, str]] = (),
    aside: Callable[[tree_sitter.Node], bool] | None = None,
) -> FileFacts:
    """Everything that the file, and tests beside it, say.

    Args:
        snapshot: The file.
        task: The task in it.
        target: Its function.
        speech: How the language writes values and words.
        asserted: The examples of the asserts below a node; it is given the place's name, too.
        tests: Trees of tests, and what they are called.
        aside: Whether what stands at a node is of another function of the same name.
    """
    document = open_document(snapshot)
    docstring = (task.function.docstring if task.function else "") or ""
    if _IN_PLACE.search(f"{task.text}\n{docstring}"):
        target = replace(target, in_place=True)
    if not target.names:
        return FileFacts()
    claims: list[Claim] = []
    words: list[tuple[str, str]] = []
    unread: list[str] = []
    for text, place in (*_comments(document, task), (docstring, "the doc comment"),
                        (task.text, "the task")):  # fmt: skip
        found, rest = lines.read(speech.plain(text[:_LONGEST]), target, place, speech)
        claims += found
        words.append((rest, place))
        unread += _left_out(speech.plain(text[:_LONGEST]), place, target, speech)
    name = snapshot.uri.rpartition("/")[2] or "this file"
    claims += asserted(document.tree.root_node, target, name)
    claims += _printed(document, target, name, speech, aside)
    for root, place in tests:
        claims += asserted(root, target, place)
    wraps = tuple(kind if kind in ("ListNode", "TreeNode") else "" for kind in target.kinds)
    return FileFacts(
        tuple(claims), tuple(words), target.names, target.parameters, wraps,
        tuple(dict.fromkeys(unread)),
    )  # fmt: skip


def _left_out(text: str, place: str, target: Target, speech: Speech) -> Iterator[str]:
    """What people would read as examples there, and why it is none here."""
    for line, why in lines.unread(text, target, speech):
        yield f"{place}: left out: {line}: {why}"


def _comments(document: Document, task: Task) -> Iterator[tuple[str, str]]:
    """The comments above the function and inside it, as one text each."""
    function = task.function
    if function is None:
        return
    above: list[str] = []
    end = document.line_start(function.span.start)
    while end > 0:
        start = document.line_start(end - 1)
        line = document.data[start:end].decode("utf-8", "replace").strip()
        end = start
        if line.startswith("template") and not above:  # C++: it stands between them
            continue
        if not line.startswith(("//", "*", "/*")) and not line.endswith("*/"):
            break
        above.append(line)
    text = _MARKS.sub("", "\n".join(reversed(above))).removesuffix("*/")
    if text.strip() and not (function.docstring and function.docstring.strip() in text):
        yield text, "the comment above"
    for node in walk(document.tree.root_node):
        if node.type in COMMENTS and function.span.start <= node.start_byte < function.body.end:
            yield _MARKS.sub("", text_of(node)), "a comment in the function"


_FORMATTED = re.compile(
    r"\{\w*:(?!#?\?\})[^{}]*\}|%[-+ #0]*\d*(?:\.\d+)?(?:hh?|ll?|z)?[xXoeEgG]|%[-+ #0]*\d"
    r"|\b(?:hex|oct|setprecision|scientific)\b"
)
"""It is printed as more, or as less, than the value: in another base, filled up, rounded."""


def _turned(code: str, target: Target) -> bool:
    """Whether what a line prints is not just what the function gives: ``-f(2)``, ``1 + f(2)``."""
    names = "|".join(map(re.escape, target.names))
    return _FORMATTED.search(code) is not None or bool(
        names and re.search(rf"(?:[-+/%!^~|]|[\w)\]]\s*\*)\s*(?:{names})\s*\(", code)
    )


def _printed(
    document: Document, target: Target, name: str, speech: Speech,
    aside: Callable[[tree_sitter.Node], bool] | None,
) -> Iterator[Claim]:  # fmt: skip
    """``cout << f(2) << endl; // 4``: code with what it gives behind it."""
    for node in walk(document.tree.root_node):
        if node.type not in COMMENTS or not text_of(node).startswith("//"):
            continue
        if aside is not None and aside(node):
            continue
        start = document.line_start(node.start_byte)
        before = document.data[start : node.start_byte].decode("utf-8", "replace")
        if before.strip() and not _turned(before, target):
            place = f"{name} line {node.start_point[0] + 1}"
            yield from lines.of_line(before + text_of(node), target, place, speech)
