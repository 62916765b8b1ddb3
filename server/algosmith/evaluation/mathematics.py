"""Mathematical problems with known answers: how often one reply, and the majority, is right.

Answers are compared with the known one by sympy inside the cage, after all replies are written: no
model and no reply ever sees it.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from algosmith.errors import AlgosmithError, ConfigError, EngineError
from algosmith.evaluation.reading import lines_of
from algosmith.evaluation.runs import append
from algosmith.evaluation.summary import Part
from algosmith.features import ask
from algosmith.features.services import Services
from algosmith.mathematics.agreement import Agreement, equal_to
from algosmith.mathematics.boxed import final_answer

_QUESTIONS = ("problem", "question")
_GSM8K = "####"


@dataclass(frozen=True, slots=True)
class MathProblem:
    """One problem with its final answer."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class MathRow:
    """What came of one problem."""

    id: str
    finals: tuple[str, ...] = ()
    """The boxed value of each reply; empty for one without."""
    right: tuple[bool, ...] = ()
    """For each reply, whether sympy finds it equal to the known answer."""
    chosen: int | None = None
    """The reply that the majority stands behind."""
    size: int = 0
    """How many replies say the same as the chosen one."""
    tokens: int = 0
    seconds: float = 0.0
    problem: str = ""
    """Why there is no answer, or none could be compared."""


def is_math_file(file: Path) -> bool:
    """Whether the first row of a data set looks like one of these."""
    try:
        _, line = next(iter(lines_of(file)))
        row = json.loads(line)
    except (ConfigError, StopIteration, ValueError, RecursionError):
        return False  # whoever reads it as code says what is wrong
    return isinstance(row, dict) and "answer" in row and any(name in row for name in _QUESTIONS)


def load(file: Path) -> tuple[tuple[MathProblem, ...], tuple[str, ...]]:
    r"""The problems of a JSONL file, and a sentence for each row that is none.

    A row has ``problem`` or ``question``, and ``answer``: the value itself, a text that ends in
    ``\boxed{…}``, or one that ends in ``#### value`` as GSM8K's do.

    Raises:
        ConfigError: the file can't be read, or holds no such problem.
    """
    found: dict[str, MathProblem] = {}
    left_out: list[str] = []
    for number, line in lines_of(file):
        try:
            one = _problem(json.loads(line), number)
            if one.id in found:
                raise ConfigError(f"a second problem with the id {one.id}")
            found[one.id] = one
        except (ValueError, RecursionError, ConfigError) as error:
            left_out.append(f"line {number}: {error}")
    if not found:
        why = f" ({left_out[0]})" if left_out else ": it is empty"
        raise ConfigError(f"{file} holds no problem that can be used{why}")
    return tuple(found.values()), tuple(left_out)


def _problem(row: object, number: int) -> MathProblem:
    if not isinstance(row, dict):
        raise ConfigError("it is no JSON object")
    fields = cast("dict[str, Any]", row)
    question = next((fields[name] for name in _QUESTIONS if fields.get(name)), None)
    if not isinstance(question, str) or not question.strip():
        raise ConfigError('it has no "problem"')
    answer = fields.get("answer")
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        raise ConfigError('it has no "answer"')
    text = str(answer)
    value = final_answer(text) or text.rpartition(_GSM8K)[2].strip()
    if not value:
        raise ConfigError('its "answer" is empty')
    return MathProblem(str(fields.get("id", number)), question, value)


async def evaluate(
    problems: Sequence[MathProblem],
    services: Services,
    answers: int,
    file: Path,
    report: Callable[[int, int], None],
) -> list[MathRow]:
    """Asks all that ``file`` does not hold yet; a run that was stopped goes on there.

    Raises:
        ConfigError: the file can't be written, or is no run of this kind.
        EngineError: the engine is away.
    """
    kept = {row.id: row for row in read(file)}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as out:
        for number, problem in enumerate(problems):
            report(number, len(problems))
            if problem.id not in kept:
                kept[problem.id] = row = await _row(problem, services, answers)
                append(out, asdict(row))
    return [kept[problem.id] for problem in problems]


def read(file: Path) -> list[MathRow]:
    """The rows of a run's file, a line that was cut off left out; none where there is no file."""
    try:
        lines = file.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} can't be read: {error}") from error
    rows: list[MathRow] = []
    for line in filter(str.strip, lines):
        try:
            fields = cast("dict[str, Any]", json.loads(line))
            merged: dict[str, Any] = dict(fields)
            merged |= {name: tuple(fields[name]) for name in ("finals", "right")}
            rows.append(MathRow(**merged))
        except (ValueError, TypeError, LookupError, AttributeError):
            continue
    if not rows and any(map(str.strip, lines)):
        raise ConfigError(f"{file} is no run of mathematical problems; name another file")
    return rows


async def _row(problem: MathProblem, services: Services, answers: int) -> MathRow:
    began = time.monotonic()
    try:
        asked = ask.Problem(problem.question, "mathematics", answers=answers)
        answer = await ask.ask(services, asked)
    except EngineError:
        raise
    except AlgosmithError as error:
        return MathRow(problem.id, problem=str(error))
    found = answer.agreement or Agreement((final_answer(answer.text),))
    right = await equal_to(problem.answer, found.finals)
    return MathRow(
        id=problem.id,
        finals=found.finals,
        right=() if isinstance(right, str) else right,
        chosen=found.chosen,
        size=found.size,
        tokens=answer.tokens,
        seconds=round(time.monotonic() - began, 2),
        problem=right if isinstance(right, str) else found.problem,
    )


@dataclass(frozen=True, slots=True)
class MathSummary:
    """The figures of a run."""

    problems: int
    first: Part
    """The first reply is right: what one answer gives."""
    majority: Part
    """The reply that most agree with is right: what a user gets."""
    oracle: Part
    """Any reply is right."""
    confirmed: Part
    """At least two replies agree: what a user is told to be confirmed."""
    confirmed_right: Part
    """Of those, the right ones: what the confirmation is worth."""
    without_box: int
    """Replies without a final value."""
    not_compared: int
    """Problems of which nothing could be compared."""
    seconds: float
    """Median for one problem."""


def summarise(rows: Sequence[MathRow]) -> MathSummary:
    """The figures."""
    asked = [row for row in rows if row.right]
    chosen = [row.chosen is not None and row.right[row.chosen] for row in asked]
    confirmed = [right for row, right in zip(asked, chosen, strict=True) if row.size > 1]
    times = sorted(row.seconds for row in asked)
    return MathSummary(
        problems=len(rows),
        first=Part(sum(row.right[0] for row in asked), len(rows)),
        majority=Part(sum(chosen), len(rows)),
        oracle=Part(sum(any(row.right) for row in asked), len(rows)),
        confirmed=Part(len(confirmed), len(rows)),
        confirmed_right=Part(sum(confirmed), len(confirmed)),
        without_box=sum(not final for row in rows for final in row.finals),
        not_compared=len(rows) - len(asked),
        seconds=times[len(times) // 2] if times else 0.0,
    )
