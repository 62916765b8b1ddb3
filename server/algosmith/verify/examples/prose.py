"""Examples in words: ``f([1, 2]) -> 3``, ``Input: … Output: …``, ``returns 3 for [1, 2]``.

A wrongly read example would refute right answers, so only whole literals count: "returns -1 if
nothing is found" is no example. What may be one (``4 => 100`` without the function's name) becomes
a hint; what is said of a wrong version is left out.
"""

from __future__ import annotations

import ast
import doctest
import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox.types import Call
from algosmith.syntax.brackets import closing
from algosmith.syntax.docstrings import leaves_a_choice
from algosmith.verify import source, values
from algosmith.verify.examples.reading import Reader, Target, TargetCall, wrapped
from algosmith.verify.statements import ExampleSet
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.verify.statements import Example

_ARROW = r"(?:-{1,2}>|={1,2}>|→|⇒|➞|⟶|⟹)"
_GIVES = (
    rf"\s*(?:#\s*)?(?:{_ARROW}|===?|=|[:：]|\breturns?\b"
    r"|\bshould (?:return|be|equal|give)\b|\bgives\b|\byields\b|\bevaluates to\b|\bequals\b|\bis\b"
    r"|应该?返回|返回|应该?等于|等于|得到|输出|结果[是为]|应为)\s*"
)
_INPUT = re.compile(
    r"(?:\b(?:sample\s+)?inputs?|输入|入力)\s*\d*\s*[:：]\s*(?P<input>.+?)"
    r"\s*[,;，；。.]?\s*(?:\b(?:(?:sample|expected)\s+)?(?:outputs?|result)|\bexpected|输出|出力)"
    r"\s*\d*\s*[:：]\s*"
    r"(?P<output>.+?)(?=\n\s*\n|\n\s*(?:explanation|example|input|constraints?|note|解释|示例|输入|说明|提示)"
    r"|\Z|\n)",
    re.IGNORECASE | re.DOTALL,
)
_MARKED = re.compile(
    r"\*\*([A-Za-z]+(?: [A-Za-z]+)?\s*\d*\s*[:：]?|[一-鿿]{2,4}\s*\d*\s*[:：]?)\*\*"
)
"""A heading in bold: ``**Input:**``."""
_VALUES = re.compile(r"\s*(?:[A-Za-z_]\w*(?:\[\])*\s*[=:]|[-\d\"'\[{(])")
"""How data begins, not a sentence on it."""
_BRACED = re.compile(r"\b(\w+)((?:\[\])+)(\s*=\s*)(\{[^:]*\})")
"""A list as C writes one: ``arr[] = {1, 2}``."""
_BARE = re.compile(rf"^(?P<left>.*?)\s*{_ARROW}\s*(?P<right>.+)$")
_FOR = (
    re.compile(
        r"\b(?:for|given|with|on|when given)\s+(?P<left>.+?),?\s+"
        r"(?:it\s+)?(?:should\s+)?"
        r"(?:returns?|gives|yields|the (?:answer|result|output|return value) (?:is|should be))\s+"
        r"(?P<right>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:returns?|gives|yields|is)\s+(?P<right>.+?)\s+(?:for|given|when given|on)\s+"
        r"(?P<left>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:对于|对|输入|给定|传入)\s*(?P<left>.+?)[,，]?\s*(?:应该?)?(?:返回|输出|得到)\s*(?P<right>.+)"
    ),
)
_LEAD = re.compile(
    r"^(?:.*(?:\b(?:e\.g\.|eg|i\.e\.|examples?|for example|for instance|like|such as)"
    r"|例如|比如|示例|例|如)\s*\d*\s*[:：,，]?"
    r"|[-*•]\s+|\d+[.)]\s+)?\s*",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|naive(?:ly)?|buggy|broken|instead of|rather than|unlike|"
    r"would (?:give|return|be|yield)|used to|previously|do(?:es)? not|is not|isn't|never|not)\b"
    r"|错误|而不是|不应",
    re.IGNORECASE,
)
"""Words by which a line may tell what a wrong version does."""
_LONGEST = 4_000
_GOES_ON = re.compile(r"\s*(?:[-+*/%<>|&^=[]|if\b)")
"""Behind a value: the value was only the beginning of an expression."""
_ENDINGS = " .,;!。，；、！"


def read(text: str, target: Target, place: str) -> ExampleSet:
    """Examples of a docstring or TODO."""
    text = _MARKED.sub(r"\1", _without_doctests(text)[:_LONGEST].replace("`", ""))
    choice = leaves_a_choice(text)
    reader = Reader(target, place, "prose")
    blocks = list(_INPUT.finditer(text))
    notes: list[str] = []
    for block in blocks:
        output = _whole_value(text, block.start("output"), block.end())
        read = _add(reader, block["input"], output, exact=False)
        if not read and _VALUES.match(block["input"]):
            shown = " ".join(block[0].split())[:80]
            notes.append(f"{place}: left out: {shown!r}: its values can't be read")
    for block in reversed(blocks):
        text = text[: block.start()] + text[block.end() :]
    hints: list[Example] = []
    for line in text.splitlines():
        before = len(reader.examples)
        sure = _named_calls(reader, line) or _unnamed(reader, line.strip())
        new = reader.examples[before:]
        if new and _WRONG.search(line):
            notes.append(f"{place}: left out: {line.strip()[:80]!r}: it may tell of a wrong answer")
            del reader.examples[before:]
        elif not sure:
            hints += new
            del reader.examples[before:]
    if choice and reader.examples:
        notes.append(f"{place}: examples refute nothing: the words allow other results too")
        return ExampleSet((), tuple(notes), hints=(*reader.examples, *hints))
    return ExampleSet(tuple(reader.examples), tuple(notes), hints=tuple(hints))


def _whole_value(text: str, start: int, end: int) -> str:
    """A value with all of its lines, where a bracket is still open at the end of the first."""
    opened = text[start:end].lstrip()[:1] in ("[", "(", "{")
    last = closing(text, text.index(text[start:end].lstrip()[0], start)) if opened else None
    return " ".join(text[start : max(last or end, end)].split("\n"))


def _without_doctests(text: str) -> str:
    """The words between the doctests."""
    try:
        pieces = doctest.DocTestParser().parse(text)
    except ValueError:
        pieces = [line for line in text.splitlines(keepends=True)
                  if not line.lstrip().startswith((">>>", "..."))]  # fmt: skip
    return "\n".join(piece for piece in pieces if isinstance(piece, str))


def _named_calls(reader: Reader, line: str) -> bool:
    """``f(args)`` followed by a separator and a value; true when the line names the function."""
    found = False
    for name in sorted(reader.target.names):
        for match in re.finditer(
            rf"(?<![\w.]){re.escape(name)}\s*\(|\.{re.escape(name)}\s*\(", line
        ):
            found = True
            end = closing(line, match.end() - 1)
            if end is None:
                continue
            call_text = line[match.start() : end].lstrip(".")
            separator = re.match(_GIVES, line[end:]) or re.match(r"\s+#\s*(?=\S)", line[end:])
            raising = re.match(
                r"\s*(?:should |must )?(?:raises?|throws?|抛出|引发)\s*(?:an? )?(\w+)", line[end:]
            )
            made = _call(reader, call_text)
            if made and reader.target.parameters and not (made.call.args or made.call.kwargs):
                continue  # how words name a function: "same() returns True when …"
            if made and raising:
                reader.add(made, "", raising[1])
            elif made and separator and separator[0].strip():
                right = _prefix_value(line[end + separator.end() :])
                if right is not None:
                    reader.add(made, f"_ == {right}")
    return found


def _call(reader: Reader, text: str) -> TargetCall | None:
    expression = source.expression_of(text)
    return reader.made(expression) if expression else None


def _unnamed(reader: Reader, line: str) -> bool:
    """An example without the function's name; whether it is surely one."""
    arrow = _BARE.match(line)
    if arrow:
        left = _LEAD.sub("", arrow["left"], count=1)
        _add(reader, left, arrow["right"], exact=False)
        named = "=" in left or len(reader.target.parameters) > 1
        return named or len(left) < len(arrow["left"].strip())
    for pattern in _FOR:
        for sentence in re.split(r"(?<=[\w\])}\"'])[.;。；]\s+", line):
            match = pattern.search(sentence)
            if match and _add(reader, match["left"], match["right"], exact=True):
                break
    return True


def _add(reader: Reader, left: str, right: str, *, exact: bool) -> bool:
    """Adds the example when both sides are whole values; ``exact`` allows trailing words less."""
    output = _prefix_value(right)
    args = _arguments(left, reader.target)
    if output is None or args is None:
        return False
    name = min(reader.target.names, default="f")
    shown = ", ".join(repr(a) for a in args)
    if exact and output in ("None", "null"):
        return False
    wraps = reader.target.wraps
    call = Call(tuple(wrapped(a, wraps[i] if i < len(wraps) else "") for i, a in enumerate(args)))
    made = TargetCall(call, f"{name}({shown})", name)
    reader.add(made, f"_ == {output}")
    left_in = _left_in(right, reader.target)
    if left_in:
        reader.add(made, left_in)
    return True


def _left_in(text: str, target: Target) -> str:
    """``2, nums = [1, 2, _]``: what an argument begins with afterwards, in some order."""
    match = _AFTERWARDS.match(text)
    if match is None or match[1] not in target.parameters:
        return ""
    known, _, unknown = match[2].partition("_")
    value = _literal(f"[{known.rstrip(', ')}]")
    if value in (None, "[]"):
        return ""
    left = f"_{target.parameters.index(match[1])}"
    if not unknown and "_" not in match[2]:
        return f"{left} == {value}"
    return f"sorted({left}[:{len(ast.literal_eval(value or '[]'))}]) == sorted({value})"


def _prefix_value(text: str) -> str | None:
    """The longest beginning of ``text`` that is a value, as Python; None when there is none."""
    text = text.strip().split("\n")[0].rstrip()
    for end in _ends(text):
        piece = text[:end].strip()
        value = _literal(piece.rstrip(_ENDINGS))
        if value is not None:
            ended = piece != piece.rstrip(_ENDINGS)
            return value if ended or not _GOES_ON.match(text[end:]) else None
    return None


def _ends(text: str) -> Iterator[int]:
    """Offsets where a value may end, the farthest first."""
    yield len(text)
    for match in sorted(
        re.finditer(r"\s|[,;。,;、()#]|\.(?=\s|$)", text), key=lambda m: -m.start()
    ):
        yield match.start()


def _literal(text: str) -> str | None:
    if not text or (re.fullmatch(r"[A-Za-z_]\w*", text) and text not in _SPELLED):
        return None
    try:
        value = values.parse(text)
    except NotPlain:
        return None
    bare = isinstance(value, tuple) and not text.startswith("(")
    return None if bare else repr(cast("object", value))


_AFTERWARDS = re.compile(
    r"\s*[^\s,;，；=]+\s*[,;，；]\s*(?:(?:and|且)\s+)?([A-Za-z_]\w*)\s*=\s*\[([^\[\]\"']*)\]"
)
_SPELLED = frozenset({"True", "False", "None", "true", "false", "null", "inf", "nan"})


def _arguments(text: str, target: Target) -> tuple[Any, ...] | None:
    """Positional arguments spelled as ``a = 1, b = [2]``, ``1, [2]``, or one value."""
    lines = [line.strip(" \t,.;。；") for line in text.splitlines()]
    text = " ".join(lines).strip()
    call = source.expression_of(f"f({text})")
    if call is None:
        return _worded(lines, target)
    if not isinstance(call, ast.Call):
        return None
    try:
        named = {str(k.arg): values.evaluate(k.value, {}) for k in call.keywords}
        plain = tuple(values.evaluate(a, {}) for a in call.args)
    except NotPlain:
        return None
    if named and not plain:
        return _ordered(named, target)
    if (
        named
        or not plain
        or any(isinstance(a, ast.Name) and a.id not in _SPELLED for a in call.args)
    ):
        return None
    return plain if len(plain) == max(len(target.parameters), 1) or not target.parameters else None


def _ordered(named: dict[str, Any], target: Target) -> tuple[Any, ...] | None:
    if not target.parameters:
        return tuple(named.values())
    if set(named) == set(target.parameters[: len(named)]):
        return tuple(named[p] for p in target.parameters[: len(named)])
    return tuple(named.values()) if len(named) == len(target.parameters) else None


def _worded(lines: list[str], target: Target) -> tuple[Any, ...] | None:
    """``nums = [1] and k = 2``, ``nums: [1]; k: 2``, ``nums[] = {1}``, and one value a line."""
    if len(lines) > 1:
        return _arguments(", ".join(line for line in lines if line), target)
    joined = re.sub(r"\s+(?:and|和)\s+|\s*[;；](?=\s*[\w\[])", ", ", lines[0])
    joined = _BRACED.sub(_bracketed, joined)
    for name in target.parameters:
        joined = re.sub(rf"(?<![\w'\"]){re.escape(name)}\s*[:：]\s*", f"{name} = ", joined)
    return _arguments(joined, target) if joined != lines[0] else None


def _bracketed(match: re.Match[str]) -> str:
    return match[1] + match[3] + match[4].replace("{", "[").replace("}", "]")
