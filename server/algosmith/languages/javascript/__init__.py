"""JavaScript and TypeScript, with or without JSX."""

from algosmith.languages.javascript import (
    constants,
    cutting,
    examples,
    heads,
    literals,
    marking,
    mutants,
    node,
    spelling,
)
from algosmith.languages.types import Language, Running


def _documented(signature: str, docstring: str) -> str:
    lines = docstring.replace("\n", "\n * ")
    return f"/**\n * {lines}\n */\n{signature}" if docstring else signature


_RUNNING = Running(
    part=cutting.part_of,
    said=examples.said,
    signature=heads.signature,
    plain=literals.plain,
    spelled=spelling.spelled,
    mutants=mutants.mutants,
    marked=marking.marked,
    literals=constants.literals,
    opened=node.opened,
    tools=node.tools,
    bugs=("ReferenceError", "SyntaxError"),
)
_WITHOUT = "Leave its documentation comment out."

JAVASCRIPT = Language(
    "JavaScript", ("javascript",), _documented, _WITHOUT, "Node.js 18+",
    _RUNNING,
)  # fmt: skip
TYPESCRIPT = Language(
    "TypeScript", ("typescript", "tsx"), _documented, _WITHOUT, "Node.js 18+",
    _RUNNING,
)  # fmt: skip
