"""Whether a Python file is meant to be a program that reads standard input. By its words only."""

import re

from algosmith.syntax.comments import Todo
from algosmith.syntax.document import Document

_READS = re.compile(rb"^(?![ \t]*#).*(?:\binput\s*\(|\bsys\.stdin\b|\bopen\(0\))", re.MULTILINE)
_SAID = re.compile(
    r"\bstdin\b|standard input|标准输入|\bread(?:s|ing)?\b.{1,80}\b(?:print|output|write)"
    r"|(?:读入|读取|输入).{1,80}(?:输出|打印)",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = (
    rb"(?im)^[ \t#*>=]*(?:(?:sample|example|standard|expected)[ \t]*\d*[ \t]*|"
    + "(?:样例|示例)".encode()
    + rb"[ \t]*)?(?:%s)[ \t]*(?:#?[ \t]*\d+)?[ \t]*(?:[:*]|"
    + b":"
    + rb")*[ \t]*\r?$"
)
_INPUT = re.compile(_HEADING % ("input|stdin|输入".encode()))
_OUTPUT = re.compile(_HEADING % ("output|stdout|输出".encode()))


def asks_for_program(document: Document, todo: Todo) -> bool:
    """Whether a TODO outside any function asks for a program's statements, not for a function."""
    if document.language.id != "python":
        return False
    if _SAID.search(todo.text) is not None or _READS.search(document.data) is not None:
        return True
    return bool(_INPUT.search(document.data) and _OUTPUT.search(document.data))
