"""C++ and C, run by the user's own C++ compiler."""

from algosmith.languages import wholes
from algosmith.languages.cpp import (
    compiler,
    constants,
    counting,
    cutting,
    examples,
    heads,
    marking,
    mutants,
    programs,
    running,
)
from algosmith.languages.cpp.speech import SPELLING
from algosmith.languages.spelling import plain
from algosmith.languages.types import (
    Language,
    LanguageRunner,
    LanguageSupport,
    Programs,
)


def _documented(signature: str, docstring: str) -> str:
    lines = docstring.replace("\n", "\n * ")
    return f"/**\n * {lines}\n */\n{signature}" if docstring else signature


_WITHOUT = "Leave its documentation comment out."
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
    tools=compiler.tools,
    counted=counting.counted,
    programs=Programs(programs.reads, programs.starts, programs.whole),
)

_EXAMPLES = (
    "the doc comment, comments above and inside the function, TODO (`f({1, 2}) == 3`, `f(2) => 4`, "
    "`Input: … Output: …`), `assert(f(2) == 4)`, `EXPECT_EQ`, `REQUIRE`, printed results in the "
    "file, read, not run; of programs on standard input the samples in comments and beside the file"
)
_MISSING = (
    "a function that is given an array as a pointer is at best `consistent`, and so is a template, "
    "which is run with the one type that its examples show; not run: overloads, methods of "
    "templates, classes with constructors as values, headers of the project, programs that read "
    "files, sequences of calls on one object; undefined behaviour is looked for, but not every "
    "access behind an array's end is seen"
)
_KNOWN = LanguageSupport(
    runs="`g++` or `clang++`, yours, in the cage; Linux only",
    examples=_EXAMPLES,
    complexity="measured",
    missing=_MISSING,
)


def _stub(name: str, given: str, gives: str) -> str:
    return f"{gives or 'void'} {name}({given}) {{"


_HEAD = "name(type parameter, type parameter) -> type"

CPP = Language("C++", ("cpp",), _documented, _WITHOUT, _KNOWN, _RUNNING, _stub, _HEAD)
C = Language(
    "C", ("c",), _documented, _WITHOUT,
    LanguageSupport(
        runs="`g++` or `clang++`, yours, which take functions as C++; Linux only",
        examples=_EXAMPLES,
        complexity="measured",
        missing=f"functions that no C++ compiler takes (a variable named `new`); {_MISSING}",
    ),
    _RUNNING, _stub, _HEAD,
)  # fmt: skip
