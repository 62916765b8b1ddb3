"""What a file's text says about a function: examples in comments and asserts, read by the tree.

``f(2) // => 4``, ``console.log(f(2)) // 4``, ``assert.deepStrictEqual(f(2), 4)``,
``expect(f(2)).toEqual(4)``, ``> f(2)`` with the value below it. Nothing is run. A wrongly read
example would refute right answers, so only whole literals count, and what may mean something else
is only a hint. Words without a call (``Input: … Output: …``) are left to the reader all languages
share.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.javascript import asserts, literals
from algosmith.languages.javascript.calls import SpottedCall, Target, call_in
from algosmith.languages.javascript.cutting import NODES, nodes_in, return_text, top_level
from algosmith.languages.javascript.heads import head_of
from algosmith.languages.javascript.literals import NotLiteral
from algosmith.languages.javascript.spelling import spelled
from algosmith.languages.nodes import text_of
from algosmith.languages.types import Claim, FileFacts
from algosmith.syntax.docstrings import leaves_a_choice
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document
    from algosmith.syntax.functions import Definition

_ARROW = r"(?:-{1,2}>|={1,2}>|→|⇒|➞|⟶|⟹)"
_GIVES = re.compile(
    rf"\s*;?\s*(?://+\s*|#\s*|/\*\s*)?(?P<by>{_ARROW}|={{2,3}}|=(?!=)|[:：]|\b(?:should\s+)?(?:returns?|equals?|gives|is"
    r"|outputs?|prints|yields|be|evaluates to)\b|应该?返回|返回|等于|得到|输出|结果[是为])\s*:?\s*",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\s*;?\s*//+\s*")
_THROWS = re.compile(
    r"\s*;?\s*(?://+\s*)?(?:=>|->|→)?\s*(?:should\s+|must\s+)?(?:throws?|raises?|抛出)\b\s*(?:an?\s+)?"
    r"(?:new\s+)?(?P<error>[A-Z]\w*)?",
)
_WRONG = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|naive(?:ly)?|buggy|broken|instead of|rather than|unlike|"
    r"would (?:give|return|be|yield)|used to|previously|do(?:es)? not|is not|isn't|never|not)\b"
    r"|错误|而不是|不应",
    re.IGNORECASE,
)
"""Words by which a line may tell what a wrong version does."""
_QUOTED = re.compile(r"""(["'`])(?:\\.|(?!\1).)*\1""")
_GOES_ON = re.compile(r"\s*(?:[-+*/%<>|&^=.?\[(]|if\b)")
_WORDS_FOLLOW = re.compile(r"\s+[^\W\d_]")
_ENDINGS = " .,;!。，；、！"
_PROMPT = re.compile(r"^\s*(?:>{1,3}|node>)\s+")
_LONGEST = 8_000
_LONGEST_CALL = 500
_LONGEST_VALUE = 1_500
_ABOVE = re.compile(
    r"\s*//+\s*(?:=+>|-+>|→|(?:it\s+)?(?:returns?|gives|should return)\b:?)\s*(\S.*)$", re.I
)
"""``// returns 6`` on a line of its own."""
_BELOW = re.compile(rf"\s*(?://+\s*)?{_ARROW}\s*")
"""``// => 5`` on a line of its own, below the call."""
_EXAMPLE_TAG = re.compile(r"^\s*@example\b", re.MULTILINE)
_TAG = re.compile(r"^\s*@(?!example\b)\w+.*$")


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> FileFacts:
    """Everything that the file, and the texts of the workspace's tests, say."""
    document = open_document(snapshot)
    one = _definition(document, task)
    target = _target(document, task, one)
    if not target.names:
        return FileFacts()
    claims: list[Claim] = []
    words: list[tuple[str, str]] = []
    for text, place, own in _texts(task, one):
        found, rest = read(text[:_LONGEST], target, place)
        claims += found
        # Words without a call above a class may be about any of its methods.
        words += [(rest, place)] if own else []
    name = snapshot.uri.rpartition("/")[2] or "this file"
    claims += asserts.read(document, target, name)
    claims += _printed(document, target, name)
    for text in tests:
        claims += asserts.read_text(text, target)
    parameters = tuple(p.name for p in target.head.parameters) if target.head else ()
    wraps = (
        tuple(_wrap(p.kind, target.nodes) for p in target.head.parameters) if target.head else ()
    )
    return FileFacts(tuple(claims), tuple(words), target.names, parameters, wraps)


def read(text: str, target: Target, place: str) -> tuple[list[Claim], str]:
    """The examples of a comment's words, and the lines that hold none."""
    found: list[Claim] = []
    rest: list[str] = []
    lines = _joined(list(map(_without_code_marks, text.splitlines())))
    lines = _told_above(lines, target)
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        following = lines[at] if at < len(lines) else ""
        new, used = _line(line, following, target, place)
        if new is None:
            rest.append("" if _TAG.match(line) else _EXAMPLE_TAG.sub("", line))
            continue
        at += used
        if _WRONG.search(_QUOTED.sub("", line)):
            new = [replace(one, sure=False) for one in new]
        found += new
    if leaves_a_choice(text):
        found = [replace(one, sure=False) for one in found]
    return found, "\n".join(rest)


def _without_code_marks(line: str) -> str:
    """Words without the quotes that mark code; those of a template stay."""
    return line if "(`" in line or "${" in line else line.replace("`", "")


def _joined(lines: list[str]) -> list[str]:
    """Lines with what a bracket leaves open joined to it, so that a call may take several."""
    made: list[str] = []
    for line in lines:
        if made and len(made[-1]) < _LONGEST_CALL and _is_open(made[-1]):
            made[-1] = f"{made[-1]} {line.strip()}"
        else:
            made.append(line)
    return made


def _told_above(lines: list[str], target: Target) -> list[str]:
    """Lines with ``// returns 6`` put behind the call that stands below it.

    Only where the remark comes first: below a call it is about that one.
    """
    made = list(lines)
    for number, line in enumerate(lines[:-1]):
        told = _ABOVE.match(line)
        before = lines[number - 1] if number else ""
        below = lines[number + 1]
        call = call_in(below, target, 0) if told and not call_in(before, target, 0) else None
        if told is None or call is None or below[call.outer_end :].strip(" ;"):
            continue
        if _value(told[1], target) is not None:
            made[number], made[number + 1] = "", f"{below.rstrip(' ;')} // => {told[1]}"
    return made


def _is_open(line: str) -> bool:
    """Whether the line ends inside a call: behind a comma, a colon or an opening bracket."""
    return line.count("(") > line.count(")") and line.rstrip()[-1:] in tuple(",([{:")


def _line(line: str, following: str, target: Target, place: str) -> tuple[list[Claim] | None, int]:
    """The examples of a line, None where it has no call of the target; lines used behind it."""
    whole = _PROMPT.sub("", line)
    prompted = whole != line
    by_assert = asserts.of_line(whole, target, place)
    if by_assert is not None:
        return by_assert, 0
    found: list[Claim] = []
    met = False
    at = 0
    while (call := call_in(whole, target, at)) is not None:
        met = True
        at = call.end
        made = _claimed(whole, call, target, place)
        below = _BELOW.match(following) if not whole[call.outer_end :].strip(" ;") else None
        if made is None and (below or (prompted and following.strip())):
            value = _value(following[below.end() :] if below else following, target)
            if value is not None:
                return [*found, _claim(call, place, value[0], value[1])], 1
        if made is not None:
            found.append(made)
    return (found, 0) if met else (None, 0)


def _claimed(line: str, call: SpottedCall, target: Target, place: str) -> Claim | None:
    """What stands behind a call: its value, or what it throws."""
    if not call.is_plain:
        return None
    behind = line[call.outer_end :]
    throws = _THROWS.match(behind)
    if throws:
        return Claim(call.name, call.call, call.text, place, raises=True,
                     error=throws["error"] or "")  # fmt: skip
    gives = _GIVES.match(behind)
    comment = _COMMENT.match(behind) if gives is None else None
    if gives is None and comment is None:
        return None
    text = behind[gives.end() if gives else comment.end() if comment else 0 :]
    value = _value(text, target)
    if value is None:
        return _shown(text, call, target, place) if call.logged else None
    claim = _claim(call, place, value[0], value[1])
    by = gives["by"].lower() if gives else ""
    if by in ("", "is") and _WORDS_FOLLOW.match(text.partition(value[1])[2]):
        claim = replace(claim, sure=False)  # "3 calls", "2 more than f(1)"
    return _as_logged(claim, value[0], target) if call.logged else claim


def _claim(call: SpottedCall, place: str, value: Any, text: str) -> Claim:
    return Claim(call.name, call.call, call.text, place, expected=value, expected_text=text)


def _shown(text: str, call: SpottedCall, target: Target, place: str) -> Claim | None:
    """``console.log(f("a")) // abc``: where a text is promised, this is how it is shown."""
    shown = text.strip()
    if target.returns != "string" or not shown:
        return None
    return replace(
        _claim(call, place, shown, spelled(shown)), sure=re.fullmatch(r"\S+", shown) is not None
    )


def _as_logged(claim: Claim, value: Any, target: Target) -> Claim:
    """What was printed is the value or, for a text, what it spells."""
    if isinstance(value, str) or target.returns in ("number", "boolean", "bigint"):
        return claim
    if isinstance(value, list | dict | set):
        return claim
    if target.returns == "string":
        return replace(
            claim, expected=claim.expected_text, expected_text=spelled(claim.expected_text)
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return replace(claim, check=f"_ in [{value!r}, {claim.expected_text!r}]")
    return claim


def _value(text: str, target: Target) -> tuple[Any, str] | None:
    """The longest beginning of a text that is a literal, and its text."""
    text = text.strip().split("\n")[0].rstrip().removesuffix("*/").rstrip()
    if len(text) > _LONGEST_VALUE:
        return None
    for end in _ends(text):
        piece = text[:end].strip().rstrip(_ENDINGS)
        if not piece or (re.fullmatch(r"[A-Za-z_$][\w$]*", piece) and piece not in _SPELLED):
            continue
        try:
            value = literals.parse(_quoted(piece), result=True)
        except NotLiteral:
            continue
        ended = text[:end].strip() != piece
        if not ended and _GOES_ON.match(text[end:]) and not text[end:].lstrip().startswith("("):
            return None
        return value, piece
    return None


_SPELLED = frozenset({"true", "false", "null", "undefined", "NaN", "Infinity"})


def _quoted(piece: str) -> str:
    """``Map(1) { "a" => 1 }`` and the like, as Node prints them, are no literals: left alone."""
    return (
        piece.strip("`")
        if piece.startswith("`") and piece.endswith("`") and "${" not in piece
        else piece
    )


def _ends(text: str) -> Iterator[int]:
    """Offsets where a value may end, the farthest first."""
    yield len(text)
    marks = re.finditer(r"\s|[,;。，；、()#]|\.(?=\s|$)|//|/\*", text)
    for match in sorted(marks, key=lambda m: -m.start()):
        yield match.start()


# ---- where it stands ---------------------------------------------------------------------------


def _printed(document: Document, target: Target, name: str) -> Iterator[Claim]:
    """``console.log(f(2)); // 4`` in the file's own code."""
    for node in document.tree.root_node.named_children:
        behind = node.next_sibling
        if node.type != "expression_statement" or behind is None or behind.type != "comment":
            continue
        number = node.end_point[0]
        if behind.start_point[0] != number:
            continue
        line = f"{text_of(node)} {text_of(behind)}"
        yield from read(line, target, f"{name}:{number + 1}")[0]


def _texts(task: Task, one: Definition | None) -> Iterator[tuple[str, str, bool]]:
    """Comments that may hold examples, where they stand, whether they are the function's own."""
    if task.function is not None:
        if task.function.docstring:
            text = _unfenced(task.function.docstring)
            yield text, f"documentation of {task.function.name}", True
        for text, own in _comments_above(one) if one is not None else ():
            yield text, f"comment above {task.function.name}", own
    yield _unfenced(task.text), task.keyword or "comment", True


def _unfenced(text: str) -> str:
    return re.sub(r"^\s*```\w*\s*$", "", text, flags=re.MULTILINE)


def _comments_above(one: Definition) -> Iterator[tuple[str, bool]]:
    """The words above a definition, and above what it stands in; whether they are its own.

    A ``/** … */`` right above it is its documentation, which is read as such.
    """
    node: tree_sitter.Node | None = one.node
    own = True
    while node is not None and node.type != "program":
        found: list[str] = []
        comment = node.prev_sibling
        while comment is not None and comment.type == "comment":
            text = text_of(comment)
            if text.startswith("//"):
                found.append(re.sub(r"^//+ ?", "", text))
            elif not (own and text.startswith("/**")):
                inner = text.removeprefix("/*").removesuffix("*/")
                found.append(re.sub(r"^\s*\* ?", "", inner, flags=re.MULTILINE))
            comment = comment.prev_sibling
        if found:
            yield _unfenced("\n".join(reversed(found))), own
        node = node.parent
        own = own and node is not None and node.start_byte >= one.outer.start


def _definition(document: Document, task: Task) -> Definition | None:
    wanted = task.function
    if wanted is None or task.kind == "function":
        return None
    named = [d for d in definitions(document) if not d.is_class and d.name == wanted.name]
    return min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)


def _target(document: Document, task: Task, one: Definition | None) -> Target:
    """Which calls are calls of the task's function."""
    tops = list(top_level(document.tree.root_node))
    nodes = nodes_in(tops)
    if one is None or task.function is None:
        return Target(_promised(document, task), (), nodes, "", None)
    head = head_of(one.node, task.function.docstring or "", nodes, tops)
    wraps = tuple(_wrap(p.kind, nodes) for p in head.parameters)
    return Target(frozenset({task.function.name}), wraps, nodes, _returns(one, task), head)


def _returns(one: Definition, task: Task) -> str:
    """The declared return type's text, by annotation or JSDoc."""
    text = return_text(one.node)
    if not text:
        docstring = task.function.docstring if task.function else ""
        match = re.search(r"@returns?\s*\{([^}]*)\}", docstring or "")
        text = match[1] if match else ""
    match = re.fullmatch(r"Promise<(.*)>", text.strip(), re.DOTALL)
    return (match[1] if match else text).strip()


def _wrap(kind: str, nodes: Any) -> str:
    return next(
        (name for name in nodes if re.fullmatch(rf"{re.escape(name)}(?:\s*\|.*)?", kind)), ""
    )


def _promised(document: Document, task: Task) -> frozenset[str]:
    """Functions that are called but defined nowhere: those the TODO is to write."""
    named = {
        m[1]
        for m in re.finditer(
            r"(?:\b(?:function|method|called|named)\s+|函数\s*)`?([A-Za-z_$][\w$]*)", task.text
        )
    }
    called = set(re.findall(r"(?<![\w.$])([A-Za-z_$][\w$]*)\s*\(", task.text))
    tops = list(top_level(document.tree.root_node))
    defined = {name for top in tops for name in top.names} | set(NODES)
    for node in asserts.calls_of(document.tree.root_node):
        function = node.child_by_field_name("function")
        if function is not None and function.type == "identifier":
            called.add(text_of(function))
    common = {"that", "which", "to", "for", "with", "in", "and", "the", "a", "an", "is", "function",
              "require", "import", "describe", "test", "it", "expect", "assert"}  # fmt: skip
    return frozenset((called | (named - common)) - defined - common)
