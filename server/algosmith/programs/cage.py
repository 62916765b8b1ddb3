"""A cage in which a program is a function from its input's text to its output's text.

So all that is done with functions, comparing on the same inputs, small changes, time limits, is
done with programs. Each input has a process of its own. What is wanted of a sample never enters
the cage: an output that is as good as the wanted one comes out as the wanted one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.programs import checker
from algosmith.programs.compare import canonical, same
from algosmith.sandbox.types import Answer, Call, Program, Run, StandardInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import CageReport, Job, Limits, Sandbox

_OUTPUT_BYTES = 4 << 20
"""Programs may print much more than functions."""
_FATAL = ("timeout", "crashed", "memory", "protocol")
ACCEPTED = "accepted by the checker"


@dataclass(frozen=True, slots=True)
class ProgramSandbox:
    """A sandbox whose calls have one argument: what the program reads."""

    inner: Sandbox
    problem: Problem
    checkers: Sandbox | None = None
    """Where the user's checker runs, which is Python; None where that is the inner one."""
    judged: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    """What the checker said, by input and output."""

    @property
    def report(self) -> CageReport:
        """The tier in force."""
        return self.inner.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """Runs the program once for each call; as with functions, a fatal end is the last."""
        answers: list[Answer] = []
        seconds = 0.0
        whole = replace(program, entry="")
        if limits is not None:
            limits = replace(limits, output_bytes=_OUTPUT_BYTES)
        for call in calls:
            text = call.args[0] if isinstance(call, Call) and call.args else ""
            given = text if isinstance(text, str) else ""
            run = await self.inner.run(whole, (StandardInput(given),), limits)
            seconds += run.cpu_seconds
            if run.failure is not None and not answers:
                return run
            if run.failure is not None or not run.answers:
                break
            answers.append(await self._told(given, run.answers[0]))
            if answers[-1].status in _FATAL:
                break
        return Run(tuple(answers), cpu_seconds=seconds)

    async def close(self) -> None:
        """Closes the cage inside."""
        await self.inner.close()

    async def _told(self, given: str, answer: Answer) -> Answer:
        """The answer with the output as its value."""
        if answer.status != "value":
            return answer
        wanted = next((s.output for s in self.problem.samples if s.input == given), None)
        if wanted is not None:
            right = await self._is_right(given, answer.output, wanted)
            value = canonical(wanted) if right else _refused(answer.output, canonical(wanted))
        elif self.problem.checker and await self._is_right(given, answer.output, answer.output):
            value = ACCEPTED
        else:
            value = canonical(answer.output)
        return replace(answer, value=value, output="")

    async def _is_right(self, given: str, output: str, wanted: str) -> bool:
        if not self.problem.checker:
            return same(wanted, output, self.problem.rules)
        key = (given, output)
        if key not in self.judged:
            source = self.problem.checker
            cage = self.checkers or self.inner
            opinion = await checker.opinion(cage, source, given, output, wanted)
            self.judged[key] = opinion.accepts
        return self.judged[key]


def _refused(output: str, wanted: str) -> str:
    """A wrong output, told so that it is not equal to the wanted one: ``6.0`` is no ``6``."""
    told = "\n".join(line.strip() for line in output.splitlines() if line.strip())
    return f"{told} (not accepted)" if told == wanted else told
