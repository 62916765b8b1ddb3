"""Examples that stand in lines of text: calls with literal arguments and what has to come of them.

``f(2) => 4``, ``f(2) // 4``, ``f(2) returns 4``, ``Input: n = 2`` with ``Output: 4`` below it. What
a literal is, a language says; only whole literals count, since a wrongly read example would refute
right answers.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.shapes import NotLiteral, shaped
from algosmith.languages.types import Claim
from algosmith.sandbox.types import Call, Node
from algosmith.syntax.brackets import closing
from algosmith.syntax.docstrings import leaves_a_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_GIVES = re.compile(
    r"\s*\}?\s*;?\s*(?://+\s*|/\*\s*)?(?:-{1,2}>|={1,2}>|→|⇒|==|=(?!=)|[:：]|\b(?:should\s+)?"
    r"(?:returns?|equals?|gives|is|outputs?|prints|yields|be|evaluates to)\b"
    r"|应该?返回|返回|等于|得到|输出|结果[是为])\s*:?\s*",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"\s*\)?\s*\}?(?:\s*<<\s*(?:(?:std::)?endl|\"\\n\"|'\\n'))?\s*;?\s*//+\s*(?:=>|->|→|==)?\s*"
)
_THROWS = re.compile(
    r"\s*\}?\s*;?\s*(?://+\s*)?(?:=>|->|→)?\s*(?:should\s+|must\s+)?(?:throws?|raises?|panics?|抛出)\b\s*"
    r"(?:an?\s+)?(?P<error>\w+(?:(?:\.|::)\w+)*)?"
)
_WRONG = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|naive(?:ly)?|buggy|broken|instead of|rather than|unlike|"
    r"would (?:give|return|be|yield)|used to|previously|do(?:es)? not|is not|isn't|never|not)\b"
    r"|错误|而不是|不应|!=",
    re.IGNORECASE,
)
_LABEL = r"^\s*(?:\*\*)?(?:{})\s*(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*(.+)$"
_NUMBERED = re.compile(
    r"^\s*(?:\*\*)?(?:Example|示例)\s*\d*\s*[:：]?\s*(?:\*\*)?\s*(?=\S)", re.IGNORECASE
)
_INPUT = re.compile(_LABEL.format("Input|输入"), re.IGNORECASE)
_OUTPUT = re.compile(_LABEL.format("Output|输出"), re.IGNORECASE)
_BOTH = re.compile(r"(?i)\b(?:Input|输入)\s*[:：].*?(?=\s*[,;，；]?\s*\b(?:Output|输出)\s*[:：])")
_AFTERWARDS = re.compile(r"\s*[^\s,;，；=]+\s*[,;，；]\s*(?:(?:and|且)\s+)?([A-Za-z_]\w*)\s*=\s*\[")
_ANY_ORDER = re.compile(
    r"\b(?:in )?any order\b|\border\b[^.\n]{0,60}\b(?:chang|matter)|任意顺序|顺序不限"
    r"|不考虑顺序|顺序可以",
    re.IGNORECASE,
)
_TURNED = re.compile(r"(?:[-!~*^]|[)\]]\s*[-+*/%^|&]+\s*|\b[\d.]+\s*[+*/%^|&]+\s*)\Z")
"""Before a call: what is told is of more than the call."""
_SHOWS = re.compile(
    r"print|log|dbg|debug|show|echo|write|puts|out|say|assert|expect", re.IGNORECASE
)
_FALSE = re.compile(
    r"(?:wrong|incorrect|bug(?:gy)?|broken|bad|previously|before|used to (?:give|be|return)"
    r"|instead of|rather than|not|never|错误)\W*\Z", re.IGNORECASE,
)  # fmt: skip
_OR = re.compile(r"[\s,;(]*(?:or\b|\|\||或)", re.IGNORECASE)
_TOLD = re.compile(r"[\"'`\[{(&\d-]|nil\b|true\b|false\b|null\b|None\b|\w+\[|\w*err(?:or)?\b|an? ",
                   re.IGNORECASE)  # fmt: skip
"""How what people would read as a value begins."""
_ENDINGS = " .,;!。，；、！*/}"


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose examples are looked for."""

    names: frozenset[str]
    parameters: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """What the parameters take, as Python annotations."""
    returns: str = ""
    """What comes of it; ``None`` for nothing."""
    in_place: bool = False
    """The words say that the argument itself is changed, so that this is the result."""
    many: bool = False
    """The last parameter takes any number of values, one by one or as a list."""
    defaults: tuple[Any, ...] = ()
    """Values of the last parameters, where a call may leave these out."""
    owners: frozenset[str] | None = None
    """What may stand with a dot before its name; None where that tells nothing."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a language writes values, and words about them."""

    parse: Callable[[str], Any]
    """The value of a whole literal; raises NotLiteral."""
    spelled: Callable[[Any], str]
    shaped: Callable[[Any, str], Any] = shaped
    plain: Callable[[str], str] = str
    """A comment's words without the language's markup."""


# Calls.


def call_of(values: Sequence[Any], target: Target, speech: Speech) -> Call | None:
    """The call with these values, each as its parameter takes it; None where one is none."""
    left_out = len(target.kinds) - len(values)
    given = target.defaults[-left_out:] if 0 < left_out <= len(target.defaults) else ()
    values = [*values, *given]
    if target.many and target.kinds:
        fixed = len(target.kinds) - 1
        alone = len(values) == fixed + 1 and isinstance(values[fixed], list)
        if len(values) >= fixed and not alone:
            values = [*values[:fixed], values[fixed:]]
    if target.kinds and len(values) != len(target.kinds):
        return None
    made: list[Any] = []
    for value, kind in zip(values, target.kinds or [""] * len(values), strict=True):
        try:
            one = speech.shaped(value, kind)
        except (NotLiteral, TypeError):
            return None
        if kind in ("ListNode", "TreeNode") and isinstance(one, list):
            one = Node(kind, tuple(one))  # pyright: ignore[reportUnknownArgumentType]  # plain values
        made.append(one)
    return Call(tuple(made))


def calls_in(line: str, target: Target, speech: Speech) -> Iterator[tuple[Call | None, str, int]]:
    """(call, its text, where it ends) for each call of the target in a line."""
    names = "|".join(re.escape(name) for name in sorted(target.names))
    for match in re.finditer(rf"(?<![\w~])(?:{names})\s*\(", line):
        end = closing(line, match.end() - 1)
        if end is None or _why_not(line[: match.start()], line[end:], target):
            continue
        inner = line[match.end() : end - 1]
        try:
            values = [speech.parse(part) for part in parts_of(inner)]
        except NotLiteral:
            continue
        yield call_of(values, target, speech), line[match.start() : end], end


_OTHER = "it is another function"
_MORE = "it is not told what this call alone gives"
_SESSION = "other calls on the same object come before it"
_OPEN = "it can't be read for sure"


def _why_not(before: str, behind: str, target: Target) -> str:
    """Why what a line says behind a call is not of this call, or not of our function."""
    owner = re.search(r"([\w)\]]*)\.\Z", before)
    if owner is not None:
        if target.owners is not None and owner[1] not in target.owners:
            return _OTHER
        before = before[: owner.start()]
        name = owner[1] if owner[1].isidentifier() else ""
        if name and re.search(rf"\b{name}\s*(?:\.|:?=).*;\s*\Z", before):
            return _SESSION
    if re.match(r"\s*\)", behind):  # `print(f(2)) // 4`, but not `g(f(2)) // 4`
        depth = 0
        for at in range(len(before) - 1, -1, -1):
            depth += (before[at] == ")") - (before[at] == "(")
            if depth < 0:
                called = re.search(r"[\w.:!]*\s*\Z", before[:at])
                name = called[0].strip() if called is not None else ""
                if name and not _SHOWS.search(name):
                    return _MORE
                break
    return _MORE if _TURNED.search(before) else ""


def unread(text: str, target: Target, speech: Speech) -> Iterator[tuple[str, str]]:
    """(line, why) of the examples in a comment that people would read, and ``read`` does not."""
    names = "|".join(re.escape(name) for name in sorted(target.names))
    for line in text.splitlines() if names else ():
        known = any(True for _ in of_line(line, target, "", speech))
        for match in () if known else re.finditer(rf"(?<![\w~])(?:{names})\s*\(", line):
            end = closing(line, match.end() - 1)
            why = _why_not(line[: match.start()], line[end:], target) if end is not None else _OTHER
            if end is None or why == _OTHER:
                continue
            inner, behind = line[match.end() : end - 1], line[end:]
            gives = _GIVES.match(behind) or _COMMENT.match(behind) or _THROWS.match(behind)
            literal = not inner.strip() or re.search(r"[\"'`\d\[{]|\b(?:nil|true|false)\b", inner)
            arrow = re.match(r"\s*(?:=>|->|→|⇒|==|//)", behind)
            if gives and literal and (arrow or _TOLD.match(behind[gives.end() :])):
                yield line.strip(), why or _OPEN
                break


def parts_of(text: str) -> list[str]:
    """The arguments of a call's text."""
    parts: list[str] = [""]
    depth, quote, skip = 0, "", False
    for char in text:
        if skip:
            skip = False
        elif quote:
            skip = char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and not depth:
            parts.append("")
            continue
        parts[-1] += char
    return [part.strip() for part in parts] if text.strip() else []


# Lines.


def read(text: str, target: Target, place: str, speech: Speech) -> tuple[list[Claim], str]:
    """The examples of a comment's words, and the lines that hold none."""
    found: list[Claim] = []
    rest: list[str] = []
    names = "|".join(re.escape(name) for name in sorted(target.names))
    called = re.compile(rf"(?<![\w~])(?:{names})\s*\(")
    given: Call | None = None
    for line in _BOTH.sub(lambda m: m[0] + "\n", text).splitlines():
        line = line.strip(" \t,;，；")
        asked = _INPUT.match(_NUMBERED.sub("", line))
        output = _OUTPUT.match(line)
        if asked:
            given = _arguments(asked[1], target, speech)
        if output and given is not None:
            claim = claim_of(target, given, output[1], place, speech)
            if claim is not None:
                found.append(claim)
                left = _left(target, given, output[1], place, speech)
                if left is not None:
                    found.append(replace(left, check=_of_any_order(left.check, text)))
                if rest:
                    rest.pop()
            given = None
            continue
        new = list(of_line(line, target, place, speech))
        found += new
        # A call that was not understood here would be misread there: other languages' literals.
        if not new and not called.search(line) and "{" not in line:
            rest.append(line)
    if leaves_a_choice(text):
        found = [replace(one, sure=False) for one in found]
    return found, "\n".join(rest)


def of_line(line: str, target: Target, place: str, speech: Speech) -> Iterator[Claim]:
    """The examples of one line."""
    for call, text, end in calls_in(line, target, speech):
        behind = line[end:]
        throws = _THROWS.match(behind)
        if call is None:
            continue
        sure = not _WRONG.search(re.sub(r'"(?:[^"\\]|\\.)*"', "", behind))
        sure = sure and not _FALSE.search(line[: line.rfind(text, 0, end)])
        if throws:
            error = re.split(r"\.|::", throws["error"] or "")[-1]
            error = error if "_" in error or error[:1].isupper() else ""
            yield Claim(min(target.names), call, text, place, raises=True, sure=sure, error=error)
            continue
        gives = _GIVES.match(behind) or _COMMENT.match(behind)
        if gives is None:
            continue
        claim = claim_of(target, call, behind[gives.end() :], place, speech, text, sure=sure)
        if claim is not None:
            more = behind[gives.end() :].lstrip().removeprefix(claim.expected_text)
            yield replace(claim, sure=claim.sure and not _OR.match(more))


def claim_of(  # noqa: PLR0913  what is said, of what, and where
    target: Target, call: Call, text: str, place: str, speech: Speech, call_text: str = "",
    *, sure: bool = True,
) -> Claim | None:  # fmt: skip
    """What has to come of a call, where the text begins with a literal of its type."""
    value = _value(text, target, speech)
    if value is None:
        return None
    name = min(target.names)
    shown = call_text or f"{name}({', '.join(map(speech.spelled, call.args))})"
    if target.returns == "None" and not target.in_place:
        return Claim(
            name, call, shown, place, check=f"_0 == {value[0]!r}", expected_text=value[1], sure=sure
        )
    return Claim(name, call, shown, place, expected=value[0], expected_text=value[1], sure=sure)


def _left(target: Target, call: Call, text: str, place: str, speech: Speech) -> Claim | None:
    """``Output: 2, nums = [1, 2, _]``: what an argument is afterwards, or how it begins."""
    match = _AFTERWARDS.match(text)
    if match is None or match[1] not in target.parameters:
        return None
    end = closing(text, match.end() - 1)
    parts = parts_of(text[match.end() : end - 1]) if end is not None else []
    known = list(itertools.takewhile(lambda part: part != "_", parts))
    try:
        values = [speech.parse(part) for part in known]
    except NotLiteral:
        return None
    if not values:
        return None
    position = target.parameters.index(match[1])
    part = f"[:{len(values)}]" if len(values) < len(parts) else ""
    name = min(target.names)
    shown = f"{name}({', '.join(map(speech.spelled, call.args))})"
    return Claim(
        name, call, shown, place, check=f"_{position}{part} == {values!r}",
        expected_text=text[match.start(1) : end].strip(),
    )  # fmt: skip


def _of_any_order(check: str, text: str) -> str:
    """The check, without the order where the words leave it open."""
    if not _ANY_ORDER.search(text):
        return check
    left, sign, right = check.partition(" == ")
    return f"sorted({left}){sign}sorted({right})"


def _arguments(text: str, target: Target, speech: Speech) -> Call | None:
    """``nums = [1, 2], k = 3``: a value for each parameter."""
    given: dict[str, Any] = {}
    for part in parts_of(text):
        name, sign, value = part.partition("=")
        if not sign and len(target.parameters) == 1:
            name, value = target.parameters[0], part
        if name.strip() not in target.parameters:
            return None
        try:
            given[name.strip()] = speech.parse(value.strip().rstrip(".;"))
        except NotLiteral:
            return None
    pairs = zip(target.parameters, target.parameters[1:], target.kinds[1:], strict=False)
    for before, name, kind in pairs:
        if name not in given and kind == "int" and isinstance(given.get(before), list):
            given[name] = len(given[before])  # where a list's length is told apart, as in C
    if set(given) != set(target.parameters):
        return None
    return call_of([given[name] for name in target.parameters], target, speech)


def _value(text: str, target: Target, speech: Speech) -> tuple[Any, str] | None:
    """The value that a text is, alone or before words that go on."""
    kind = target.returns
    if kind == "None":
        kind = target.kinds[0] if target.kinds else ""
    whole = text.strip()
    for one in (whole, whole.rstrip(_ENDINGS.replace("}", "")), whole.rstrip(_ENDINGS),
                *_beginnings(whole)):  # fmt: skip
        try:
            return speech.shaped(speech.parse(one), kind), one
        except (NotLiteral, TypeError):
            continue
    return None


def _beginnings(text: str) -> Iterator[str]:
    """Where a literal may end: before a remark in brackets, a dash, a comment, words."""
    for match in re.finditer(
        r"\s+(?:\(|//|--?|because|since|as|and|for|when|if|因为|#)|[,;}](?:\s|$)|\.(?:\s|$)|\s*\}",
        text,
    ):
        yield text[: match.start()]
