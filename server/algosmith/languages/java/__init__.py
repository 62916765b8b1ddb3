"""Java, compiled and run by the user's own JDK."""

from algosmith.languages import wholes
from algosmith.languages.java import (
    constants,
    cutting,
    examples,
    heads,
    jdk,
    marking,
    mutants,
    programs,
    running,
)
from algosmith.languages.java.speech import SPELLING
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
    tools=jdk.tools,
    overflows=("StackOverflowError",),
    programs=Programs(programs.reads, programs.starts, programs.whole, programs.quiet),
)
_KNOWN = LanguageSupport(
    runs=f"the JDK, {jdk.OLDEST} or newer, yours, in the cage; Linux only",
    examples=(
        "Javadoc, comments above and inside the method, TODO (`{@code f(2) // 4}`, "
        "`f([1, 2]) => 3`, "
        "`Input: … Output: …`; samples of whole programs), `assert f(2) == 4`, printed results "
        "in the file, JUnit and AssertJ tests beside it; read, not run"
    ),
    complexity="as the model claims",
    missing=(
        "libraries beyond the JDK, objects of classes whose constructor does more than keep its "
        "values, functions and streams as values, methods of classes whose constructor takes "
        "arguments, methods inside others, sequences of calls on one object"
    ),
)

JAVA = Language(
    "Java", ("java",), _documented, "Leave its documentation comment out.", _KNOWN, _RUNNING
)
