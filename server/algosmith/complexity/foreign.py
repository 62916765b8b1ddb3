"""Measures functions of languages that count by themselves, with Python's own driver and fits.

The driver runs here, in a thread; each run of the function is one call in the cage. Inputs are made
here, too, so the code never sees how.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from algosmith import languages
from algosmith.complexity.driver import Driver
from algosmith.complexity.nests import rate_of
from algosmith.complexity.outcome import Outcome, cells
from algosmith.complexity.plan import frame_of
from algosmith.complexity.reading import measurement_of, reason_for
from algosmith.inputs.grow import Unfit
from algosmith.inputs.sized import make_values
from algosmith.model import Growth, Measurement, Task
from algosmith.sandbox.types import UNFIT, Call, Limits, Program
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions

if TYPE_CHECKING:
    from algosmith.complexity.notation import Rate
    from algosmith.inputs.kinds import Signature
    from algosmith.languages.types import CountedProgram, LanguageRunner
    from algosmith.model import Claims, Function, Snapshot
    from algosmith.sandbox.types import Answer, Sandbox, Value
    from algosmith.syntax.functions import Definition

_LARGEST = 1 << 15
"""Values in a list; each run sends them into the cage as text."""
_RUN = Limits(wall_seconds=30.0, cpu_seconds=20.0, memory_bytes=1 << 30, answer_bytes=4 << 20)
_SLOWER = 20.0
"""Wall time of runs in the cage, over the processor time that the plan allows: a safety only."""
_Key: TypeAlias = "tuple[tuple[tuple[str, int], ...], str, int]"
"""Sizes, family and limit of a run."""
_FINAL = "not run: "
"""How an error begins after which no other input helps."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A function that can be counted."""

    running: LanguageRunner
    program: CountedProgram
    signature: Signature
    static: Rate | None
    first: int
    """The function's first line in its file."""


async def measure_other(
    snapshot: Snapshot,
    function: Function,
    sandbox: Sandbox | None,
    *,
    seconds: float = 1.0,
    claims: Claims | None = None,
) -> Measurement:
    """Growth of time of a function that is not Python's; never raises for what the code is."""
    started = time.monotonic()
    entry = function.qualified_name
    subject = await asyncio.to_thread(_subject, snapshot, function)
    if isinstance(subject, str):
        return _unmeasured(entry, subject)
    reason = subject.signature.reason
    if reason is None and sandbox is None:
        reason = "not run: this machine has no cage for it"
    if reason is not None or sandbox is None:
        return _unmeasured(entry, reason or "")
    report = await _counted(subject, sandbox, seconds)
    if report.get("points"):
        made = measurement_of(entry, subject.signature, report, subject.static, claims)
        hottest = made.hottest_line and _line(subject, snapshot, function, made.hottest_line)
        made = replace(made, hottest_line=hottest)
    else:
        made = _unmeasured(entry, reason_for(report, subject.signature))
    return replace(made, seconds=round(time.monotonic() - started, 3))


def _unmeasured(entry: str, reason: str) -> Measurement:
    """No figure: what is read from the loops alone only serves beside counts."""
    return Measurement(entry, "estimated", Growth(None, reason=reason), Growth(None, reason=reason))


def _subject(snapshot: Snapshot, function: Function) -> _Subject | str:
    """What to run, or why it can't be."""
    running = languages.running(snapshot.language)
    one = _definition(snapshot, function)
    if running is None or running.counted is None:
        return f"work is not counted in {languages.of(snapshot.language).name} yet"
    if one is None:
        return "there is no such function in the file"
    task = _task(snapshot, function)
    part = running.part(snapshot, snapshot, task, one, frozenset())
    if part.why_not_run:
        return f"{_FINAL}{part.why_not_run}"
    program = running.counted(part.text, part.entry)
    if program is None:
        return f"{_FINAL}its work can't be counted"
    said = running.said(snapshot, task, ())
    calls = [claim.call for claim in said.claims if claim.name == function.name]
    text = f"{snapshot.language}\n{snapshot.text}"
    signature = running.signature(text, part.entry, function.docstring or "", calls)
    static = rate_of(one.node, function.name, snapshot.text)
    return _Subject(running, program, signature, static, one.node.start_point[0] + 1)


def _definition(snapshot: Snapshot, function: Function) -> Definition | None:
    found = [d for d in definitions(open_document(snapshot)) if not d.is_class]
    same = [d for d in found if d.name == function.name]
    return min(same, key=lambda d: abs(d.outer.start - function.span.start), default=None)


def _task(snapshot: Snapshot, function: Function) -> Task:
    key = hashlib.sha256(snapshot.data).hexdigest()[:24]
    return Task("", "", snapshot.language, "en", "body", function.body, function.body, 1, function,
                key)  # fmt: skip


def _line(subject: _Subject, snapshot: Snapshot, function: Function, line: int) -> int | None:
    """A line of the program as one of the file; None where it is another function's."""
    last = snapshot.data.count(b"\n", 0, function.span.end) + 1
    found = line - subject.program.first + subject.first
    return found if subject.first <= found <= last else None


async def _counted(subject: _Subject, sandbox: Sandbox, seconds: float) -> dict[str, Any]:
    program = subject.program
    plan: dict[str, Any] = {
        **frame_of(subject.signature, seconds),
        "largest": {"value": program.largest, "other": _LARGEST},
        "no_space": program.no_space,
        "final_errors": [_FINAL],
    }
    plan["seconds"] *= _SLOWER
    runner = _Runner(subject, sandbox, plan["seed"])
    try:
        return await asyncio.to_thread(Driver(plan, runner).measure)
    finally:
        runner.stopped = True


class _Cancellation(Exception):
    """Nobody waits for the measurement any more."""


class _Runner:
    """What ``Driver`` asks for one run, in the thread it works in."""

    def __init__(self, subject: _Subject, sandbox: Sandbox, seed: int) -> None:
        self._subject, self._sandbox, self._seed = subject, sandbox, seed
        self._loop = asyncio.get_running_loop()
        self._seconds = 0.0
        self._parameters: Any = None
        self._known: dict[_Key, Outcome] = {}
        self.stopped = False

    def seconds(self) -> float:
        """Time that the function's runs took."""
        return self._seconds

    def ahead(self, parameters: Any, runs: list[tuple[dict[str, int], str]], limit: int) -> None:
        """Runs that will be asked for soon, in one process: starting one is what takes time."""
        self._of(parameters)
        if not self._subject.program.fresh or not runs or self._found(*runs[0], limit):
            return
        wanted: dict[_Key, list[Value]] = {}
        for sizes, family in runs:
            given = self._given(sizes, family)
            if not isinstance(given, Outcome):
                wanted[_key(sizes, family, limit)] = given
        self._known |= self._ran(wanted, limit) if wanted else {}

    def run(
        self, parameters: Any, sizes: dict[str, int], family: str, limit: int, mode: str = "steps"
    ) -> Outcome:
        """One call at one size, at most ``limit`` units of work."""
        self._of(parameters)
        known = self._found(sizes, family, limit) if mode != "lines" else None
        if known is not None:
            return known
        given = self._given(sizes, family)
        if isinstance(given, Outcome):
            return given
        made = self._ran({_key(sizes, family, limit): given}, limit, lined=mode == "lines")
        return next(iter(made.values()))

    def _found(self, sizes: dict[str, int], family: str, limit: int) -> Outcome | None:
        keys = (_key(sizes, family, limit), _key(sizes, family, 0))
        return next((self._known[key] for key in keys if key in self._known), None)

    def _of(self, parameters: Any) -> None:
        if self.stopped:
            raise _Cancellation
        if parameters is not self._parameters:
            self._parameters, self._known = parameters, {}

    def _given(self, sizes: dict[str, int], family: str) -> list[Value] | Outcome:
        try:
            values = make_values(self._parameters, sizes, family, self._seed)
        except Unfit as error:
            return Outcome("unfit", 0, f"no value of kind {error}")
        return list(map(self._subject.running.plain, values))

    def _ran(
        self, wanted: dict[_Key, list[Value]], limit: int, *, lined: bool = False
    ) -> dict[_Key, Outcome]:
        """The outcomes of calls; of several those are left out before which the process ended."""
        program = self._subject.program
        calls = [Call((limit, lined, *given)) for given in wanted.values()]
        source = program.lined if lined else program.text
        asked = self._sandbox.run(Program(source, program.entry), calls, _RUN)
        run = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        self._seconds += sum(answer.seconds for answer in run.answers)
        answers: list[Answer | None] = [*run.answers[: len(calls)]]
        answers = answers or [None] * (len(calls) == 1)
        made: dict[_Key, Outcome] = {}
        for (key, given), answer in zip(wanted.items(), answers, strict=False):
            one = _outcome(answer, run.failure, limit)
            one.size = sum(map(cells, given))
            made[key if one.status == "limit" else (*key[:2], 0)] = one
        return made


def _key(sizes: dict[str, int], family: str, limit: int) -> _Key:
    """What names a run; 0 stands for any limit: it came to its end."""
    return (tuple(sorted(sizes.items())), family, limit)


def _outcome(answer: Answer | None, failure: str | None, limit: int) -> Outcome:
    if failure or answer is None:
        return Outcome("unfed", 0, f"{_FINAL}{failure or 'the cage gave no answer'}")
    told = answer.value
    if answer.status in ("timeout", "memory"):
        return Outcome("limit", limit)
    if answer.status != "value" or not isinstance(told, list) or len(told) < 5:
        fits = not answer.error.startswith(UNFIT)
        return Outcome("raised" if fits else "unfit", 0, answer.error or "it gave no counts")
    made = Outcome(str(told[0]), _whole(told[1]), str(told[2]))
    made.uncosted = {str(one) for one in _listed(told[3])}
    for pair in _listed(told[4]):
        line, work = (*_listed(pair), 0, 0)[:2]
        made.lines[_whole(line)] = _whole(work)
    made.peak, made.depth = (*map(_whole, told[5:7]), 0, 0)[:2]
    return made


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []  # pyright: ignore[reportUnknownArgumentType]  # of an answer
