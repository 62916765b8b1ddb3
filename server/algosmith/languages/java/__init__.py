"""Java, compiled and run by the user's own JDK."""

from algosmith.languages.java import (
    constants,
    cutting,
    examples,
    heads,
    jdk,
    marking,
    mutants,
    running,
    spelling,
)
from algosmith.languages.types import Known, Language, Running


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
    tools=jdk.tools,
)
_KNOWN = Known(
    runs=f"the JDK, {jdk.OLDEST} or newer, yours, in the cage; Linux only",
    examples=(
        "Javadoc, comments above and inside the method, TODO (`{@code f(2) // 4}`, "
        "`f([1, 2]) => 3`, "
        "`Input: … Output: …`), `assert f(2) == 4`, printed results in the file, JUnit and AssertJ "
        "tests beside it; read, not run"
    ),
    complexity="as the model claims",
    missing=(
        "classes of other files and libraries beyond the JDK, objects of your own classes, enums "
        "and streams as values, methods of classes whose constructor takes arguments, methods "
        "inside others, whole programs on standard input, sequences of calls on one object"
    ),
)

JAVA = Language(
    "Java", ("java",), _documented, "Leave its documentation comment out.", _KNOWN, _RUNNING
)
