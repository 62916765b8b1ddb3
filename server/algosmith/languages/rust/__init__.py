"""Rust, compiled by the user's own compiler."""

from algosmith.languages import wholes
from algosmith.languages.rust import (
    constants,
    counting,
    cutting,
    examples,
    heads,
    marking,
    mutants,
    programs,
    running,
    toolchain,
)
from algosmith.languages.rust.speech import SPELLING
from algosmith.languages.spelling import plain
from algosmith.languages.types import (
    Language,
    LanguageRunner,
    LanguageSupport,
    Programs,
)


def _documented(signature: str, docstring: str) -> str:
    lines = "".join(f"/// {line}".rstrip() + "\n" for line in docstring.splitlines())
    return f"{lines}{signature}"


def _stub(name: str, given: str, gives: str) -> str:
    return f"fn {name}({given}){f' -> {gives}' if gives else ''} {{"


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
    counted=counting.counted,
    programs=Programs(programs.reads, programs.starts, programs.whole, programs.quiet),
)
_KNOWN = LanguageSupport(
    runs="`rustc`, yours (1.70 or newer, also cargo's and rustup's), in the cage; Linux only",
    examples=(
        "doc tests, comments above and inside the function, TODO (`f(&[1, 2]) => 3`, "
        "`Input: … Output: …`; samples of whole programs), `assert_eq!` and `assert!` of unit "
        "tests, of `main` and of `tests/`, printed results in the file; read, not run"
    ),
    complexity="measured",
    missing=(
        "structs written out in examples, other crates and files of the project, async "
        "functions, functions of traits and of generic types, constants as type parameters, "
        "closures as values, enums that hold values as arguments or results, methods of types that "
        "are made with values, sequences of calls on one object; a function with `unsafe` is at "
        "best `consistent`"
    ),
)

RUST = Language(
    "Rust", ("rust",), _documented, "Leave its documentation comment out.", _KNOWN, _RUNNING,
    _stub, "name(parameter: type, parameter: type) -> type",
)  # fmt: skip
