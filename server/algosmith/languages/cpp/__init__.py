"""C++ and C, run by the user's own C++ compiler."""

from algosmith.languages.cpp import (
    compiler,
    constants,
    cutting,
    examples,
    heads,
    marking,
    mutants,
    running,
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
    plain=spelling.plain,
    spelled=spelling.spelled,
    mutants=mutants.mutants,
    marked=marking.marked,
    literals=constants.literals,
    opened=running.opened,
    tools=compiler.tools,
)

C = Language(
    "C", ("c",), _documented, "Leave its documentation comment out.", "g++ or clang++", _RUNNING
)
CPP = Language(
    "C++", ("cpp",), _documented, "Leave its documentation comment out.", "g++ or clang++", _RUNNING,
)  # fmt: skip
