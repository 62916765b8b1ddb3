"""Trying the code of an answer: run on the examples of the question, judged, measured."""

from dataclasses import dataclass, replace

from algosmith.errors import TaskError
from algosmith.features.services import Services
from algosmith.model import Function, Measurement, Snapshot, Verdict
from algosmith.syntax import functions
from algosmith.verify.types import Case


@dataclass(frozen=True, slots=True)
class CodeRun:
    """What running an answer's code showed."""

    function: str
    verdict: Verdict
    examples: tuple[str, ...] = ()
    """Those that were found in the question, the docstring and the code."""
    notes: tuple[str, ...] = ()
    measurement: Measurement | None = None


async def run_code(services: Services, code: str, question: str) -> CodeRun:
    """Judges and measures the function that an answer offers. Raises TaskError without one."""
    snapshot = Snapshot("answer.py", "python", code.encode("utf-8", "surrogatepass"))
    function = main_function(snapshot, question)
    judged, stands = await _judged(services, snapshot, function, question)
    if not stands:
        return judged
    return replace(judged, measurement=await _measured(services, snapshot, function, question))


async def judge_function(services: Services, snapshot: Snapshot, function: Function) -> CodeRun:
    """Judges a function as it stands in its file; nothing is measured."""
    return (await _judged(services, snapshot, function, ""))[0]


async def _judged(
    services: Services, snapshot: Snapshot, function: Function, question: str
) -> tuple[CodeRun, bool]:
    """How it went, and whether the function is worth measuring: not refuted, and it answered."""
    from algosmith.verify.judge import assess
    from algosmith.verify.standing import open_function

    opened = open_function(snapshot, function.body.start)
    task = replace(opened.task, text=question or opened.task.text)
    cage = await services.cage()
    case = Case(opened.snapshot, task, trusted=True, why_not_run=services.why_no_cage())
    judged = await assess(case, [(opened.candidate, opened.edit)], cage, services.settings)
    verdict = judged.verdicts[0]
    examples = tuple(example.text for example in judged.examples)
    run = CodeRun(function.qualified_name, verdict, examples, judged.notes)
    return run, verdict.level != "refuted" and 0 not in judged.unanswered


def main_function(snapshot: Snapshot, question: str) -> Function:
    """The function that the question names; else the last one that no other one calls."""
    found = [one for one in functions.functions(snapshot) if "." not in _inside(one)]
    if not found:
        raise TaskError("There is no function in this code to run; ask for one.")
    named = [one for one in found if f"{one.name}(" in question.replace(" (", "(")]
    if named:
        return named[-1]
    bodies = {one: snapshot.slice(one.body) for one in found}
    uncalled = [
        one
        for one in found
        if not any(f"{one.name}(" in text for other, text in bodies.items() if other != one)
    ]
    public = [one for one in uncalled if not one.name.startswith("_")]
    return (public or uncalled or found)[-1]


def _inside(function: Function) -> str:
    """The qualified name without a class in front of it: a dot is a function inside a function."""
    return function.name if function.is_method else function.qualified_name


async def _measured(
    services: Services, snapshot: Snapshot, function: Function, question: str
) -> Measurement | None:
    from algosmith.complexity import measure as measuring

    settings = services.settings.complexity
    if not settings.enabled:
        return None
    return await measuring.measure(
        snapshot.text,
        function.qualified_name,
        await services.cage(),
        seconds=settings.seconds,
        text=question,
    )
