"""The magics of ``%load_ext algosmith``: solve a cell, verify and measure a function, a hint."""

from __future__ import annotations

import argparse
import contextlib
import math
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algosmith.errors import TaskError
from algosmith.features import (
    ask,
    code_run,
    hints,
    measure,
    parties,
    solve,
    stress,
    stress_report,
    stress_search,
    words,
)
from algosmith.features import review as reviewing
from algosmith.model import Step
from algosmith.notebook import definitions, rendering
from algosmith.notebook.session import session, show
from algosmith.syntax.tasks import find_tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from algosmith.features.parties import Party
    from algosmith.features.services import Services
    from algosmith.model import Function, Outcome, Snapshot
    from algosmith.notebook import Shell
    from algosmith.notebook.definitions import CellText
    from algosmith.notebook.rendering import RichResult
    from algosmith.notebook.session import Tell
    from algosmith.wire import Progress

_MOST_ANSWERS = 100


class _Parser(argparse.ArgumentParser):
    """Wrong usage raises; ``--help`` and errors of usage must not end the kernel."""

    def error(self, message: str) -> NoReturn:
        raise TaskError(f"{self.prog}: {message}")

    def options(self, line: str) -> argparse.Namespace:
        """Those that the magic's line names."""
        try:
            return self.parse_args(shlex.split(line))
        except ValueError as error:  # a quote without its other one
            raise TaskError(f"{self.prog}: {line}: {error}") from error


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < math.inf:
            return value
    raise argparse.ArgumentTypeError(f"write seconds above 0, not {text}")


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= _MOST_ANSWERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"write how many answers, as in -n 4, not {text}")


class Magics:
    """Every result is shown; a cell of the user's is never changed."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def solve(self, line: str, cell: str) -> None:
        """Solves the TODO in the cell and proposes the solved cell below; yours stays as it is."""
        text = definitions.cell_text(self._cells(), cell)

        async def work(made: Services, tell: Tell) -> Outcome:
            parser = _Parser("%%solve", add_help=False)
            parser.add_argument("-n", type=_count, dest="candidates")
            parser.add_argument("--seconds", type=_seconds)
            options = vars(parser.options(line))
            chosen = {name: value for name, value in options.items() if value is not None}
            return await _solved(made, text, chosen, tell)

        outcome = session().run(work)
        if outcome is not None:
            self._propose(text, outcome)

    def verify(self, line: str) -> RichResult | None:
        """Runs the examples of a function of this notebook in the sandbox."""

        async def work(made: Services, tell: Tell) -> RichResult:
            snapshot, function = self._function(line)
            return rendering.judged(await code_run.judge_function(made, snapshot, function))

        return session().run(work)

    def complexity(self, line: str) -> RichResult | None:
        """Measures how the work and memory of a function grow."""

        async def work(made: Services, tell: Tell) -> RichResult:
            snapshot, function = self._function(line)
            found = await measure.measure_function(made, snapshot, function, tell)
            return rendering.measured(found)

        return session().run(work)

    def review(self, line: str) -> RichResult | None:
        """What a teacher would say about a function: what running it showed, then the model."""

        async def work(made: Services, tell: Tell) -> RichResult:
            snapshot, function = self._function(line)
            found = await reviewing.review(made, snapshot, function, tell)
            first, *others = reviewing.text_of(found).splitlines()
            return rendering.card(first, others)

        return session().run(work)

    def stress(self, line: str) -> RichResult | None:
        """Searches the smallest input on which two functions of this notebook differ."""

        async def work(made: Services, tell: Tell) -> RichResult:
            one, other = (self._party(name) for name in _two(line))
            tell(Step("checking", f"searching inputs on which {one.name} and {other.name} differ"))
            first, *others = stress_report.words(
                await stress_search.run(made, stress.Question(one, other))
            ).splitlines()
            return rendering.card(first, others)

        return session().run(work)

    def hint(self, line: str, cell: str) -> RichResult | None:
        """One step on the way, in the model's words; never the solution."""

        async def work(made: Services, tell: Tell) -> RichResult:
            parser = _Parser("%%hint", add_help=False)
            parser.add_argument("level", type=int, nargs="?", default=1, choices=range(1, 5))
            level: int = parser.options(line).level
            found = await hints.hint(made, cell, level, tell)
            return rendering.card(
                f"A hint ({found.name}, by {found.model})", found.text.splitlines()
            )

        return session().run(work)

    def _propose(self, text: CellText, outcome: Outcome) -> None:
        best = next((one for one in outcome.solutions if one.edit is not None), None)
        if best is None or best.edit is None:
            show(rendering.card(outcome.message))
            return
        after = text.after(best.edit)
        below = rendering.difference(text.cell, after) + rendering.plot(best.measurement)
        spent = f"{outcome.model}: {outcome.tokens:,} tokens, {outcome.seconds:.1f} s"
        show(rendering.card(outcome.message, [spent], below))
        if best.verdict.level == "refuted":
            return  # shown, so that it can be learnt from, but not put into a cell
        self._shell.set_next_input(after.rstrip("\n"), replace=False)

    def _function(self, line: str) -> tuple[Snapshot, Function]:
        name = line.strip().removesuffix("()")
        if not name.replace(".", "_").isidentifier():
            raise TaskError("name one function, as in `%verify merge`")
        text = definitions.module_text(self._cells())
        snapshot = definitions.CellText("", text).snapshot
        return snapshot, definitions.function_named(snapshot, name)

    def _party(self, name: str) -> Party:
        snapshot, function = self._function(name)
        folder = Path.cwd()
        return parties.party_of(snapshot, function, folder / snapshot.uri, (folder,))

    def _cells(self) -> list[str]:
        """What ran before this cell."""
        return [str(text) for text in self._shell.user_ns.get("In", [])[:-1]]


def _two(line: str) -> tuple[str, str]:
    names = line.split()
    if len(names) != 2:
        raise TaskError("name two functions, as in `%stress slow fast`")
    return names[0], names[1]


async def _solved(made: Services, text: CellText, chosen: dict[str, Any], tell: Tell) -> Outcome:
    snapshot = text.snapshot
    first = len(text.above.encode("utf-8", "surrogatepass"))
    tasks = find_tasks(snapshot, made.settings.keywords)
    task = next((one for one in tasks if one.comment.start >= first), None)
    if task is None:
        raise TaskError("there is no TODO in this cell: write one as a comment, `# TODO: …`")
    usual = made.settings
    made.settings = replace(usual, **chosen)
    try:
        return await solve.solve(made, snapshot, task, tell)
    finally:
        made.settings = usual


def asked(question: str, *, mathematics: bool, answers: int) -> RichResult | None:
    """See ``algosmith.notebook.ask``."""
    mode: ask.Mode = "mathematics" if mathematics else "algorithms"

    async def work(made: Services, tell: Tell) -> RichResult:
        problem = ask.Problem(question, mode, answers=answers)
        answer = await ask.ask(made, problem, _progress(tell))
        checked = [ask.check_words(answer.agreement)] if answer.agreement else []
        return rendering.answered(answer.text, [*checked, f"by {answer.model}"])

    return session().run(work)


def _progress(tell: Tell) -> Callable[[Progress], None]:
    return lambda progress: tell(words.progress_step(progress))
