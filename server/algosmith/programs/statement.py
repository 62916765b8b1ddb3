"""Reads samples and rules out of a problem's words, in English and Chinese. Pure text.

A statement has an Input section in prose and samples under headings of the same name; what reads
like sentences is no sample. A block ends at the next heading.
"""

import re
from textwrap import dedent

from algosmith.programs.types import Rules, Sample

MOST_SAMPLES = 64
_NUMBER = r"(?:\s*(?:#|no\.?|№)?\s*\d+|\s*[一二三四五六七八九十])?"
_BEFORE = (
    rf"(?:(?:sample|example|test(?:\s*case)?|standard|expected){_NUMBER}\s*[:\-–]?\s*|"
    rf"(?:样例|示例|例子|测试){_NUMBER}\s*)?"
)
_INPUT = rf"{_BEFORE}(?:inputs?|stdin|输入)(?:\s*(?:样例|示例|数据|例))?{_NUMBER}"
_OUTPUT = (
    rf"{_BEFORE}(?:expected\s+)?(?:outputs?|stdout|输出)(?:\s*(?:样例|示例|数据|例))?{_NUMBER}"
)
_MARK = r"^[ \t]*(?:[#>*=_-]+[ \t]*)*(?:[【\[〖][ \t]*)?"
_HEADING = re.compile(
    rf"{_MARK}(?:(?P<input>{_INPUT})|(?P<output>{_OUTPUT})|(?P<other>"
    rf"(?:sample|example|test\s*case){_NUMBER}|examples|samples|explanations?|notes?|constraints?"
    r"|limits?|scoring|subtasks?|hints?|source|(?:time|memory)\s+limit"
    rf"|样例{_NUMBER}|示例{_NUMBER}|(?:说明|提示)(?:/(?:说明|提示))?|样例解释|样例说明|解释|数据范围|约定|时间限制|空间限制"
    r"))[ \t]*(?:\*\*|__|`|[\]】〗])?[ \t]*(?:(?P<colon>[::])(?P<inline>.*)|(?P<plain>[*_=#-]*))$",
    re.IGNORECASE,
)
_SAID = re.compile(r"sample|example|test|样例|示例|例", re.IGNORECASE)
_RULER = re.compile(r"[ \t]*[-=~^]{3,}[ \t]*$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_PROSE = re.compile(
    r"\b(?:the|a|an|of|is|are|contains?|integers?|lines?|single|print|output|each|number|string)\b"
    r"|第.行|整数|一行|表示|包含|。",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"\b(?:integers?|numbers?|strings?|lines?|words?|sentences?|characters?|letters?|digits?|"
    r"arrays?|lists?|sequences?|matrix|grid|values?|elements?|rows?|floats?|sum|product|answer)\b",
    re.IGNORECASE,
)
"""What a statement calls data by."""
_SENTENCE = re.compile(r"\s*[A-Z][\w'’,-]*(?:\s+[^\s]+){2,}[.!:]\s*\Z", re.DOTALL)
_ASSIGNED = re.compile(r"\s*[A-Za-z_]\w*\s*=\s*\S")
_TOLERANCE = re.compile(
    r"(?:error|precision|tolerance|accura\w*|误差|精度|\bwithin\b(?=\s*±?\s*[\d.]+)).{0,80}?"
    r"(?:10\s*\^?\s*\{?\s*[-−–]\s*(?P<power>\d+)|1\s*e\s*[-−]\s*(?P<e>\d+)|0\.(?P<zeros>0*)1\b)"
    r"(?!\s*(?:m?s\b|sec|毫?秒))",
    re.IGNORECASE | re.DOTALL,
)
_MANY = re.compile(
    r"\bany (?:of them|one of them|valid|correct|answer|solution|such|suitable)"
    r"|\bmultiple (?:valid |possible |correct |optimal )?(?:answers|solutions|outputs)"
    r"|\bin any order\b|任意一[个种组]|任意(?:解|顺序|输出)|多[个种组](?:答案|解)|输出任意",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"\bin any (?:case|register)\b|\bcase[- ]insensitive|upper(?:case)? or lower"
    r"|(?:不区分|忽略)大小写|大小写(?:均可|不限)",
    re.IGNORECASE,
)
_SECONDS = re.compile(
    r"(?:time limit|时间限制)\D{0,40}?(\d+(?:\.\d+)?)\s*(ms|milliseconds?|毫秒|s\b|sec|秒)",
    re.IGNORECASE,
)
_INTERACTIVE = re.compile(r"\binteractive (?:problem|task)\b|交互(?:题|式)", re.IGNORECASE)


def samples_in(text: str, source: str) -> tuple[Sample, ...]:
    """The samples of a statement, a docstring or comments, in the order they stand."""
    found: list[Sample] = []
    given: str | None = None
    for kind, said, block in _sections(text.replace("\r\n", "\n").replace("\r", "\n")):
        content = _content(block)
        if kind == "input":
            given = None if not said and _is_prose(content) else content
        elif kind == "output" and given is not None:
            prose = not said and (_is_prose(content) or _is_told(given, content))
            if (content or given) and not prose and not _is_call(given):
                found.append(Sample(_lines(given), _lines(content), source))
            given = None
        elif kind == "output":
            given = None
    return tuple(dict.fromkeys(found))[:MOST_SAMPLES]


def rules_in(text: str) -> Rules:
    """How outputs are compared, by the statement's words."""
    tolerance = 1e-9
    for match in _TOLERANCE.finditer(text):
        digits = match["power"] or match["e"]
        power = int(digits) if digits else len(match["zeros"] or "") + 1
        tolerance = max(tolerance, 10.0 ** -min(power, 12))
    return Rules(tolerance, bool(_ANY_CASE.search(text)), bool(_MANY.search(text)))


def seconds_in(text: str) -> float | None:
    """The time limit that the statement gives."""
    match = _SECONDS.search(text)
    if match is None:
        return None
    value = float(match[1]) / (1000 if match[2].lower().startswith(("ms", "milli", "毫")) else 1)
    return value if value > 0 else None


def is_interactive(text: str) -> bool:
    """Whether the statement says that the program talks with a judge."""
    return _INTERACTIVE.search(text) is not None


def _sections(text: str) -> list[tuple[str, bool, list[str]]]:
    """(input, output or other; whether it is called a sample; its lines) for each heading."""
    sections: list[tuple[str, bool, list[str]]] = []
    called = False
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line)
        if match is None:
            if sections:
                sections[-1][2].append(line)
            continue
        kind = match.lastgroup and next(k for k in ("input", "output", "other") if match[k])
        head = match[kind or "other"]
        called = called or (kind == "other" and bool(_SAID.match(head)))
        said = bool(_SAID.match(head)) or bool(re.search(r"\d|样例|示例", head))
        inline = (match["inline"] or "").strip().removeprefix("**").removeprefix("__").strip()
        sections.append((kind or "other", said, [inline] if inline else []))
    return sections


def _content(block: list[str]) -> str:
    """A section's own text: inside its fence, without the ruler below its heading."""
    lines = list(block)
    while lines and (not lines[0].strip() or _RULER.match(lines[0])):
        lines.pop(0)
    if lines and _FENCE.match(lines[0]):
        inside: list[str] = []
        for line in lines[1:]:
            if _FENCE.match(line):
                break
            inside.append(line)
        return dedent("\n".join(inside)).strip("\n")
    first_inline = bool(lines) and not lines[0].startswith((" ", "\t"))
    body = lines[1:] if first_inline and len(lines) > 1 and lines[1][:1] in (" ", "\t") else None
    text = "\n".join([lines[0], dedent("\n".join(body))]) if body else dedent("\n".join(lines))
    return _without_afterword(text).strip("\n")


def _without_afterword(text: str) -> str:
    """The text up to a blank line that sentences follow."""
    paragraphs = re.split(r"\n[ \t]*\n", text)
    kept: list[str] = []
    for paragraph in paragraphs:
        if kept and (_is_prose(paragraph) or _is_afterword(paragraph, kept)):
            break
        kept.append(paragraph)
    return "\n\n".join(kept)


def _is_afterword(paragraph: str, before: list[str]) -> bool:
    """Whether a sentence follows what holds none: "The sum is 6." below a sample's output."""
    return _SENTENCE.match(paragraph) is not None and not any(map(_SENTENCE.search, before))


def _is_prose(text: str) -> bool:
    """Whether a block reads like sentences, not like data."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    tokens = text.split()
    if re.fullmatch(r"[-+\d\s,.]+", text):
        return False
    telling = len(_PROSE.findall(text))
    if re.search("[。,]|第.行", text):
        return True
    return len(words) >= 4 and telling >= 2 and 2 * len(words) >= len(tokens)


def _is_told(given: str, wanted: str) -> bool:
    """Whether few words say what is read and printed: "two integers", and "their sum"."""
    tokens = given.split()
    if not tokens:
        return False
    if "\n" in given.strip():
        plain = not any(token.isdigit() for token in tokens)
        return plain and all(map(_DATA.search, (given, wanted)))
    if all(len(token) == 1 and token.isalpha() for token in tokens):
        return _DATA.search(wanted) is not None
    if len(tokens) == 1:
        return _DATA.search(given) is not None and _DATA.search(wanted) is not None
    return _DATA.search(given) is not None


def _is_call(given: str) -> bool:
    """``nums = [2, 7], target = 9`` is how functions are exemplified, no standard input."""
    return _ASSIGNED.match(given) is not None


def _lines(text: str) -> str:
    """The text with blanks at the ends of its lines gone and a line feed at its end."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return "".join(line + "\n" for line in lines)
