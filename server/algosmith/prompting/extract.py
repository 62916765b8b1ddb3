"""What a reply says: the code and the claims in it. Survives thinking, prose and broken fences.

Of code that breaks off, what is whole is taken: the longest beginning that parses and returns.
"""

import re
from dataclasses import dataclass

from algosmith.errors import ReplyError
from algosmith.model import Claims, Explanation, Task
from algosmith.syntax import mending
from algosmith.syntax.languages import language_of

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+#.-]*)[^\n]*\n", re.MULTILINE)
_C_START = re.compile(
    r"^(?:#include|using |template\b|class |struct |typedef "
    r"|[A-Za-z_][\w:<>,*& ]*\**&?\s*\w+\s*\()",
    re.M,
)
_JAVA_START = re.compile(
    r"^\s*(?:import |package |@\w+|(?:(?:public|private|protected|static|final|abstract)\s+)+[\w<@]"
    r"|class |interface |record |enum "
    r"|[A-Za-z_][\w.]*(?:<[^;(){}=]*>)?(?:\[\])*\s+\w+\s*\([^;]*\{)",
    re.M,
)
_RUST_START = re.compile(
    r"^\s*(?:#!?\[|use |(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|unsafe|async)\s+)*"
    r"(?:fn|struct|enum|impl|trait|mod|type|static|const|macro_rules!)\b)",
    re.M,
)
_GO_START = re.compile(
    r"^\s*(?:package \w|import [(\"]|func\b|type \w+[ \[]|(?:var|const)\s+[\w(])", re.M
)
_CODE_START = {
    "python": re.compile(r"^(?:@\w|async def |def |class |import |from \w[\w.]* import )", re.M),
    "cpp": _C_START,
    "c": _C_START,
    "java": _JAVA_START,
    "rust": _RUST_START,
    "go": _GO_START,
}
_SCRIPT_START = re.compile(
    r"^(?:export |async function|function\b|class |const |let |import |interface |type )", re.M
)
_C_DEFINED = re.compile(
    r"^\s*(?:class |struct |[A-Za-z_][\w:<>,*& ]*[\s*&])(\w+)\s*(?:\(|\{)", re.M
)
_NO_CODE = ("text", "plaintext", "txt", "bash", "sh", "shell", "console", "json", "output")
_NO_LANGUAGE = ("", "code", *_NO_CODE)
_OTHER_LANGUAGES = ("c", "cpp", "c++", "cs", "csharp", "c#", "rust", "rs", "ruby",
                    "php", "kotlin", "swift", "scala", "r", "perl", "haskell", "lua", "html",
                    "css", "sql", "yaml", "xml", "markdown", "md")  # fmt: skip
_SCRIPT_DEFINED = re.compile(
    r"^(?:export )?(?:async )?(?:function\*? |const |let |class )(\w+)", re.M
)
_DEFINED = {
    "python": re.compile(r"^(?:async )?(?:def|class) (\w+)", re.M),
    "javascript": _SCRIPT_DEFINED,
    "typescript": _SCRIPT_DEFINED,
    "tsx": _SCRIPT_DEFINED,
    "cpp": _C_DEFINED,
    "c": _C_DEFINED,
    "java": re.compile(
        r"^\s*(?:(?:public|private|protected|static|final)\s+)*"
        r"(?:(?:class|record|enum|interface)\s+"
        r"|(?!return\b|new\b|else\b)[A-Za-z_][\w.<>,\[\] ?]*[\s\]>])(\w+)\s*(?:\(|\{)",
        re.M,
    ),
    "rust": re.compile(
        r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|unsafe)\s+)*(?:fn|struct|enum)\s+(\w+)", re.M
    ),
    "go": re.compile(r"^(?:func\s+(?:\([^)]*\)\s*)?|type\s+)(\w+)", re.M),
}
_COMPLEXITY = re.compile(r"[OΘ]\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)")
_MOST_APPROACH = 160


class NoCode(ReplyError):
    """The reply is prose, or nothing: it may be continued."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The parts of a reply to ``implement`` or ``repair``."""

    code: str
    approach: str
    claims: Claims


def candidate(reply: str, task: Task) -> Extract:
    """The code, approach line and claims of a reply; ReplyError says what is missing."""
    answer = without_thinking(reply)
    found, prose = _code(answer, task)
    if not found.strip():
        raise NoCode("the reply holds no code")
    found = mending.parsing_part(found, task.language)
    comments = _comments(found)
    claims = _claims(prose + "\n" + comments)
    return Extract(found, _approach(prose) or _first_remark(comments, task), claims)


def opening(task: Task) -> str:
    """How an answer begins that is code at once: what a reply without code is continued with."""
    return f"```{task.language}\n"


def code(answer: str) -> str:
    """The first fenced block of an answer, or all of it where there is none."""
    blocks, _ = _blocks(answer)
    return blocks[0][1] if blocks else answer


def explanation(reply: str, model: str) -> Explanation:
    """What a reply to ``explain`` says; ReplyError when it says nothing."""
    answer = without_thinking(reply)
    prose = _FENCE.split(answer)[0]
    idea = _paragraph(prose, "Idea") or _plain(_outside_fields(prose))
    if not idea:
        raise ReplyError("the reply holds no explanation")
    return Explanation(_field(prose, "Algorithm"), idea, _claims(prose), model)


def without_thinking(reply: str) -> str:
    """The answer after the reasoning; ReplyError when the reasoning never ended."""
    head, closed, tail = reply.rpartition("</think>")
    if closed:
        return tail
    if "<think>" in reply:
        before = head + tail
        answer = before.split("<think>", 1)[0]
        if answer.strip():
            return answer
        raise ReplyError("the reply was cut off while the model was still thinking")
    return reply


def _code(answer: str, task: Task) -> tuple[str, str]:
    blocks, prose = _blocks(answer)
    usable = [(info, code) for info, code in blocks if _may_be_code(info, task)]
    if usable:
        return _with_helpers(_best_block(usable, task), usable, task), prose
    if blocks and not any(info in _NO_LANGUAGE for info, _ in blocks):
        raise ReplyError(f"the reply is in {blocks[0][0]}, not in {task.language}")
    start = _CODE_START.get(task.language, _SCRIPT_START).search(answer)
    if start is None:
        return "", answer
    return answer[start.start() :].rstrip() + "\n", answer[: start.start()]


def _may_be_code(info: str, task: Task) -> bool:
    """Whether a block is in the task's language, as far as its info string says.

    JavaScript and TypeScript may stand for each other; a language that nobody here knows is no
    reason to throw a block away.
    """
    if info in _NO_LANGUAGE:
        return info not in _NO_CODE
    named = language_of(f"x.{info}", info)
    if named is None:
        return info not in _OTHER_LANGUAGES
    families = {"python": "python", "cpp": "c", "c": "c", "java": "java",
                "rust": "rust", "go": "go"}  # fmt: skip
    return families.get(named, "") == families.get(task.language, "")


def _with_helpers(code: str, blocks: list[tuple[str, str]], task: Task) -> str:
    """The code after those blocks that define what it calls: an answer told in two pieces."""
    if task.language not in _DEFINED:
        return code
    pattern = _DEFINED[task.language]
    own = set(pattern.findall(code))
    before: list[str] = []
    for _, other in blocks:
        names = set(pattern.findall(other))
        called = any(re.search(rf"\b{re.escape(name)}\s*\(", code) for name in names)
        if called and not names & own:
            before.append(other.rstrip() + "\n")
    return "\n".join([*before, code])


def _blocks(answer: str) -> tuple[list[tuple[str, str]], str]:
    """(info string, content) of every fenced block, and all text outside them."""
    blocks: list[tuple[str, str]] = []
    prose: list[str] = []
    position = 0
    while (fence := _FENCE.search(answer, position)) is not None:
        prose.append(answer[position : fence.start()])
        close = re.compile(rf"^[ \t]*{re.escape(fence.group(1))}[ \t]*$", re.M)
        end = close.search(answer, fence.end())
        content = answer[fence.end() : end.start() if end else len(answer)]
        blocks.append((fence.group(2).lower(), content))
        position = end.end() if end else len(answer)
    prose.append(answer[position:])
    return blocks, "\n".join(prose)


def _best_block(blocks: list[tuple[str, str]], task: Task) -> str:
    """The block most likely meant: it defines the function, or is the first in the language."""
    name = task.function.name if task.function else None
    defining = [c for _, c in blocks if name and re.search(rf"\b{re.escape(name)}\b\s*[(=:<]", c)]
    definitions = [
        c for c in defining if re.search(rf"(def|function)\s+{re.escape(name or '')}\b", c)
    ]
    start = _CODE_START.get(task.language, _SCRIPT_START)
    likely = [c for info, c in blocks if info]
    for group in (definitions, defining, [c for c in likely if start.search(c)], likely):
        if group:
            return group[0]
    return blocks[0][1]


def _claims(text: str) -> Claims:
    return Claims(_claim(text, "time|时间"), _claim(text, "space|memory|空间"))


def _claim(text: str, words: str) -> str | None:
    """The figure labelled by the words (``Time complexity: O(n)``), or followed by them."""
    cleaned = _without_latex(text)
    big_o = _COMPLEXITY.pattern
    label = rf"(?:{words})(?:\s*complexity|复杂度)?\W{{0,6}}(?:is|of|为|是)?\W{{0,4}}({big_o})"
    after = rf"({big_o})\s+(?:extra |auxiliary |additional )?(?:{words})\b"
    for pattern in (label, after):
        for match in re.finditer(pattern, cleaned, re.IGNORECASE):
            figure = re.sub(r"\s+", " ", match.group(1)).strip()
            if len(figure) <= 40 and "..." not in figure:
                return figure
    return None


def _without_latex(text: str) -> str:
    text = re.sub(r"\\(?:mathcal|text|mathrm)\{(\w+)\}", r"\1", text)
    text = re.sub(
        r"\\(?:log|cdot|times|sqrt)\b", lambda m: m.group()[1:].replace("cdot", "*"), text
    )
    return text.replace("\\(", "").replace("\\)", "").replace("$", "").replace("times", "*")


def _approach(prose: str) -> str:
    stated = _field(prose, "Approach") or _field(prose, "思路")
    return _cut(stated or _plain(_outside_fields(prose)))


def _first_remark(comments: str, task: Task) -> str:
    """The first comment that says something: small models put the idea there by themselves."""
    stated = _field(comments, "Approach") or _field(comments, "思路")
    if stated:
        return _cut(stated)
    lines = (_plain(line) for line in comments.splitlines())
    said = (
        line for line in lines if len(line.split()) > 2 or len(line.encode()) > 3 * len(line) / 2
    )
    asked = task.text.strip().splitlines()[:1]
    return _cut(next((x for x in said if task.keyword not in x and [x] != asked), ""))


def _field(prose: str, name: str) -> str:
    pattern = rf"^[ \t*#_-]*{name}[*_]*\s*[:\uff1a][ \t*_]*(.+)$"
    match = re.search(pattern, prose, re.M | re.IGNORECASE)
    return _plain(match.group(1)) if match else ""


def _paragraph(prose: str, name: str) -> str:
    """A field that may run on over further lines, to the next field or blank line."""
    text = re.sub(r"\n(?!\s*\n)(?!\W*(?:Algorithm|Idea|Time|Space)\b[^\n]*[:\uff1a])", " ", prose)
    return _field(text, name)


def _outside_fields(prose: str) -> str:
    lines = [
        li for li in prose.splitlines() if not re.match(r"\W*(time|space|algorithm)\b", li, re.I)
    ]
    return next((line for line in lines if len(line.split()) > 3), "")


def _plain(text: str) -> str:
    """One line without Markdown emphasis, control or bidi characters."""
    text = re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)
    text = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _cut(text: str) -> str:
    """At most one line's worth, ended at a sentence or a word."""
    if len(text) <= _MOST_APPROACH:
        return text.rstrip(" .。:\uff1a")
    head = text[:_MOST_APPROACH]
    stop = max(head.rfind(". "), head.rfind("。"))
    return head[:stop] if stop > 40 else head.rsplit(" ", 1)[0] + " …"


def _comments(code: str) -> str:
    return "\n".join(re.findall(r"(?:#|//|^\s*\*)[ \t]*(.*)", code, re.M))
