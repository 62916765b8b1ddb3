"""Whether a file is meant to be a program that reads standard input. By its words only."""

import re

from algosmith.syntax.comments import Todo
from algosmith.syntax.document import Document

_PYTHON = re.compile(rb"^(?![ \t]*#).*(?:\binput\s*\(|\bsys\.stdin\b|\bopen\(0\))", re.MULTILINE)
_SCRIPT = re.compile(
    rb"\breadFileSync\(\s*(?:0|['\"]/dev/stdin['\"])|\bprocess\.stdin\b|['\"](?:node:)?readline['\"]"
)
_C = re.compile(rb"\b(?:scanf|getchar|fgets|getline|cin)\b")
_RUST = re.compile(rb"\bstdin\s*\(")
_GO = re.compile(rb"\bos\.Stdin\b|\bfmt\.Scan(?:f|ln)?\b")
_JAVA = re.compile(rb"\bSystem\.in\b|\bSystem\.console\b")
READS = {"python": _PYTHON, "javascript": _SCRIPT, "typescript": _SCRIPT, "tsx": _SCRIPT, "cpp": _C,
         "c": _C, "java": _JAVA, "rust": _RUST, "go": _GO}  # fmt: skip
"""What of a file asks for standard input, whatever its syntax tree says."""
_WITH_MAIN = ("cpp", "c", "java", "rust", "go")
_MAIN = re.compile(rb"\bmain\s*\(")
_SAID = re.compile(
    r"\bstdin\b|standard input|标准输入|\bwrite (?:the|a|this) (?:whole )?program\b"
    r"|\bread(?:s|ing)?\b.{1,80}\b(?:print|output|write)"
    r"|(?:读入|读取|输入).{1,80}(?:输出|打印)",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = (
    rb"(?im)^[ \t#*>=/]*(?:(?:sample|example|standard|expected)[ \t]*\d*[ \t]*|"
    + "(?:样例|示例)".encode()
    + rb"[ \t]*)?(?:%s)[ \t]*(?:#?[ \t]*\d+)?[ \t]*(?:[:*]|"
    + b":"
    + rb")*[ \t]*\r?$"
)
_INPUT = re.compile(_HEADING % ("input|stdin|输入".encode()))
_OUTPUT = re.compile(_HEADING % ("output|stdout|输出".encode()))


def asks_for_program(document: Document, todo: Todo) -> bool:
    """Whether a TODO outside any function asks for a program's statements, not for a function."""
    language = document.language.id
    if language not in READS or (language in _WITH_MAIN and _MAIN.search(document.data)):
        return False
    reads = language not in ("cpp", "c") and READS[language].search(document.data) is not None
    if reads or _SAID.search(todo.text) is not None:
        return True
    return bool(_INPUT.search(document.data) and _OUTPUT.search(document.data))
