"""Whether a session went as the user wrote it; decided outside the cage, by doctest's own rules."""

from __future__ import annotations

import ast
import doctest
import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox.compare import same
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import UNFIT, Node
from algosmith.verify import objects, source, values
from algosmith.verify.behaviour import written
from algosmith.verify.equality import Approx, equal
from algosmith.verify.option_flags import with_wanted_numbers
from algosmith.verify.patience import DISPLAYED
from algosmith.verify.types import Leeway

if TYPE_CHECKING:
    from algosmith.sandbox.types import Answer, StepAnswer
    from algosmith.verify.statements import Example, Line

_CHECKER = doctest.OutputChecker()
_LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_FORBIDDEN = re.compile(
    r"(?:PermissionError|BlockingIOError|io\.UnsupportedOperation|FileNotFoundError|OSError"
    r"|ConnectionError|(?:socket|urllib\.error)\.\w+|RuntimeError: can't start new thread"
    r"|RuntimeError: the coroutine waits)\b"
)
"""What a line may end with that asks for a file, a process, a network or a thread."""
_FILES = re.compile(
    r"\b(?:os\.(?:walk|listdir|scandir|getcwd|stat|path\.(?:exists|is\w+|get\w+|realpath))"
    r"|glob\.i?glob|shutil\.which)\b|\.(?:iterdir|r?glob|is_file|is_dir)\("
)
"""What looks at folders: the cage's are empty, and none of this fails there."""
_ASKS = re.compile(
    r"\b(?:open|input|os|io|sys|socket|subprocess|thread\w*|multiprocessing|asyncio|pathlib|Path"
    r"|tempfile|shutil|glob|urllib|http|requests|import)\b"
)
"""Words of a line by which the user asks for files, processes, a network or a package."""
_MISSING = re.compile(r"(?:ModuleNotFound|Import)Error: (.*)")
_EXACT = Leeway()
_EXACT_WHOLE = 2**53
_QUALIFIED = re.compile(r"^(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_]\w*\s*(?::|$))")


def follows(example: Example, answer: Answer, leeway: Leeway = _EXACT) -> bool:
    """Whether all lines of an example went as wanted."""
    script = example.script
    if script is None or len(answer.steps) <= example.last:
        return False
    numbers = range(example.first, example.last + 1)
    return all(
        line_holds(script.lines[i], answer.steps[i], leeway)
        for i in numbers
        if script.lines[i].tests
    )


def line_holds(line: Line, step: StepAnswer, leeway: Leeway = _EXACT) -> bool:
    """Whether one line did what is wanted of it."""
    if line.claim:
        ended = step.status == "value" or (bool(line.raises) and step.status == "raised")
        return ended and (
            values.holds(line.claim, {"_": projected(step.value)})
            or (not line.raises and line.claim.startswith("_ == ")
                and is_alike(projected(step.value), line.claim.removeprefix("_ == "), leeway))
        )  # fmt: skip
    if step.status not in ("value", "raised", "unserialisable"):
        return False
    if line.raises:
        return bool(step.raised) and _raises_alike(line, step.raised)
    if step.raised or line.want is None:
        return not step.raised
    displayed = with_wanted_numbers(line.want, step.displayed, line.flags)
    if _CHECKER.check_output(line.want, displayed, line.flags):
        return True
    return _same_value(line, step, leeway)


def is_alike(value: Any, text: str, leeway: Leeway) -> bool:
    """Whether a value is the wanted one, as far as the task's words leave that open."""
    if not (leeway.unordered or leeway.tolerance):
        return False
    try:
        wanted = values.parse(text)
    except values.NotPlain:
        return False
    if leeway.tolerance and equal(value, Approx(wanted, leeway.tolerance, leeway.tolerance)):
        return True
    return leeway.unordered and same_items(value, wanted)


def rounds_to(value: Any, wanted: Any) -> bool:
    """Whether a value differs from the wanted one by no more than its digits were cut to."""
    if isinstance(wanted, list | tuple) and isinstance(value, list | tuple):
        pairs = zip(cast("list[Any]", value), cast("list[Any]", wanted), strict=False)
        same_size = len(cast("list[Any]", value)) == len(cast("list[Any]", wanted))
        return same_size and all(rounds_to(*pair) for pair in pairs)
    if isinstance(wanted, float) and isinstance(value, float):
        digits = len(repr(wanted).partition(".")[2])
        return "e" not in repr(wanted) and abs(value - wanted) < 10.0**-digits
    if isinstance(wanted, bool):
        return equal(value, wanted)
    if isinstance(wanted, int) and isinstance(value, float) and abs(wanted) < _EXACT_WHOLE:
        return same(value, float(wanted))  # 0.1 added up ten times: people write 1
    return equal(value, wanted)


def _raises_alike(line: Line, raised: str) -> bool:
    """The name's module is left out: it hangs on how the file is imported."""
    wanted, found = (_QUALIFIED.sub("", text) for text in (line.raises, raised))
    if _CHECKER.check_output(wanted, found, line.flags):
        return True
    if not line.flags & doctest.IGNORE_EXCEPTION_DETAIL:
        return False
    return _bare_name(wanted) == _bare_name(found)


def _bare_name(text: str) -> str:
    return text.partition(":")[0].strip()


def _same_value(line: Line, step: StepAnswer, leeway: Leeway) -> bool:
    """A set is displayed in any order, and so is what the user's words leave open."""
    if step.status != "value" or line.want is None:
        return False
    try:
        wanted = values.parse(line.want)
    except values.NotPlain:
        return False
    if _holds_set(wanted):
        return same(projected(step.value), wanted)
    return is_alike(projected(step.value), line.want, leeway)


def _holds_set(value: Any) -> bool:
    if isinstance(value, set | frozenset):
        return True
    if isinstance(value, dict):
        return any(map(_holds_set, cast("dict[Any, Any]", value).values()))
    return any(map(_holds_set, values.items_of(value) or []))


def same_items(one: Any, other: Any) -> bool:
    """Whether two collections hold the same items in any order."""
    return _sorted(one) == _sorted(other) is not None


def _sorted(value: Any) -> list[str] | None:
    """The items of a list, each inner list sorted too, in a fixed order."""
    if not isinstance(value, list | tuple | set):
        return None
    return sorted(str(_sorted(item) or written(item)) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # plain values


def projected(value: Any) -> Any:
    """A linked list or tree as the list that examples write."""
    return list(value.items) if isinstance(value, Node) else value


def excuse(example: Example, answer: Answer | None) -> str:
    """Why an example that does not hold says nothing of the candidate; empty where it does."""
    if answer is None:
        return ""
    if example.script is None:
        if is_unfit(answer):
            return answer.error
        if answer.status == "raised":
            return _forbidden(answer.error)
        return _rounded(example, answer) if example.kind == "prose" else ""
    steps = [*zip(example.script.lines[: example.last + 1], answer.steps, strict=False)]
    own = [pair for n, pair in enumerate(steps) if n >= example.first or not pair[0].tests]
    # What an earlier example gave says nothing of this one; that it did not come to its end does.
    earlier = [pair for pair in steps[: example.first] if pair[0].tests and pair[1].raised]
    for line, step in (*own, *earlier):
        reason = _excuse(line, step)
        if reason:
            return f"`{clean(line.source, 60)}` {reason}"
    return ""


def is_unfit(answer: Answer | None) -> bool:
    """Whether an answer says that the call does not fit the function."""
    return (
        answer is not None and answer.status == "unserialisable" and answer.error.startswith(UNFIT)
    )


def not_its_doing(
    example: Example, answer: Answer | None, language: str, *, fits: bool | None = None
) -> bool:
    """Whether an excuse holds for any candidate: what the user wrote around the call needs it.

    That a call does not fit is said by the process that runs the candidate, so it counts only where
    a program without the candidate says so too: ``fits`` is then False.
    """
    if answer is None:
        return False
    if example.script is None:
        if is_unfit(answer) and language != "python":
            return fits is False
        return example.kind == "prose" and bool(_rounded(example, answer))
    lines = example.script.lines[: example.last + 1]
    if any(_ASKS.search(line.source) for line in lines):
        return True
    steps = zip(lines, answer.steps, strict=False)
    return any(_excuse(line, step) and not _is_own(line, step) for line, step in steps)


def _is_own(line: Line, step: StepAnswer) -> bool:
    """Whether the function itself asks for what the cage lacks, displays too much, gives no plain
    value where one is wanted; not where the line does so, or compares with such an object.
    """
    if not line.tests:
        return False
    if step.error.startswith(DISPLAYED):
        return isinstance(source.expression_of(line.source), ast.Call)
    if _forbidden(step.raised):
        return True
    return bool(line.claim) and not objects.stands_in(line.claim)


def shared(example: Example, code: str) -> str:
    """Why an example may hang on another docstring's, as far as the code names what they share."""
    for name, why in example.shared:
        if re.search(rf"\b{name}\b", code):
            return f"`{clean(example.call_text, 60)}` {why}"
    return ""


def empty_folders(example: Example, code: str) -> str:
    """Why an example may hang on files of the machine: code or lines look at folders."""
    lines = [line.source for line in example.script.lines] if example.script else []
    found = next(filter(None, map(_FILES.search, (code, *lines))), None)
    where = found[0].strip(".(") if found else ""
    return f"`{clean(example.call_text, 60)}` needs files ({where})" if where else ""


def _rounded(example: Example, answer: Answer) -> str:
    """People write 1.67 where the result is 1.666…: both may be what they mean."""
    try:
        wanted = values.parse(example.claim.removeprefix("_ == "))
    except values.NotPlain:
        return ""
    alike = answer.status == "value" and rounds_to(projected(answer.value), wanted)
    return "gives the same but for rounding" if alike else ""


def _excuse(line: Line, step: StepAnswer) -> str:
    if line_holds(line, step):
        return ""
    forbidden = _forbidden(step.raised)
    if forbidden and not line.raises:
        return forbidden
    if step.error.startswith(DISPLAYED):
        return step.error if line.tests else ""  # it came to its end
    if not line.tests:
        if step.status not in ("value", "raised", "unserialisable"):
            return f"came to no end: {step.error}"
        return f"raised {clean(step.raised, 80)}" if step.raised and not line.raises else ""
    if line.claim:
        if step.status == "unserialisable":
            return "gave no plain value to compare"
        return _open(line.claim, step.value) if step.status == "value" else ""
    if step.raised or step.status not in ("value", "unserialisable") or line.want is None:
        return ""
    displayed = with_wanted_numbers(line.want, step.displayed, line.flags)
    exact = doctest.BLANKLINE_MARKER in line.want  # who writes this knows what counts
    if not exact and _CHECKER.check_output(line.want, displayed, line.flags | _LENIENT):
        return "displays the same but for white space or '...', and no directive allows that"
    return ""


def _open(claim: str, value: Any) -> str:
    """Why a claim on a value says nothing: what it comes to can't be told here."""
    if objects.holds_object(value):
        return "gave an object whose class decides itself what it equals"
    if objects.stands_in(claim):
        return "is compared with an object whose class decides itself what it equals"
    undecided = values.is_undecided(claim, {"_": projected(value)})
    return "gave a result that this line can't be worked out with here" if undecided else ""


def _forbidden(raised: str) -> str:
    missing = _MISSING.match(raised)
    if missing:
        return f"imports what is not there ({clean(missing[1], 60)})"
    return f"needs what the cage forbids ({clean(raised, 60)})" if _FORBIDDEN.match(raised) else ""


def told(example: Example, answer: Answer | None) -> StepAnswer | None:
    """The step of an example that did not go as wanted, or its last; None where none was run."""
    if example.script is None or answer is None:
        return None
    last: StepAnswer | None = None
    lines = example.script.lines[: example.last + 1]
    for number, (line, step) in enumerate(zip(lines, answer.steps, strict=False)):
        last = step
        if line.tests and number >= example.first and not line_holds(line, step):
            return step
    return last
