"""``algosmith eval``: how often the chosen answer is right, and what "verified" is worth."""

import argparse
import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith import paths, sandbox
from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.errors import ConfigError, ReplyError, RequestRejected
from algosmith.evaluation import evaluate, generations, mbpp, mutated, tabulate
from algosmith.evaluation.generations import Generation, Kept
from algosmith.evaluation.mbpp import Problem
from algosmith.features import advice, asking
from algosmith.features import services as building
from algosmith.features.services import Services
from algosmith.model import Candidate, Step
from algosmith.prompting import extract
from algosmith.sandbox.types import Sandbox
from algosmith.wire import Reply

_ALMOST_GREEDY = 0.05
"""Asked for where the engine refuses temperature 0, as reasoning models want it."""


def run(args: list[str]) -> int:
    """Exit status 0: the table was made."""
    options = _parser().parse_args(args)
    problems = mbpp.load(options.data, options.shown)
    half = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[options.half]
    problems = problems[half][: options.limit]
    if not problems:
        raise ConfigError(f"{options.data} holds no problem that can be used")
    given = {"candidates": options.n, "model": options.model, "seed": options.seed}
    settings = replace(load_settings(), **{k: v for k, v in given.items() if v is not None})
    text = asyncio.run(_evaluate(problems, settings, options))
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith eval", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="MBPP as JSONL")
    parser.add_argument("--limit", type=int, help="only the first problems")
    parser.add_argument("--half", choices=("all", "even", "odd"), default="all")
    parser.add_argument(
        "--shown", type=int, default=1, help="asserts given as examples (default 1)"
    )
    parser.add_argument("-n", type=int, default=8, help="candidates for each problem (default 8)")
    parser.add_argument("--model", help="model name, folder or GGUF file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", action="store_true", help="no model: mutated references")
    parser.add_argument(
        "--cached", action="store_true", help="judge what was generated, ask nothing"
    )
    parser.add_argument(
        "--advice",
        action="store_true",
        help="judge also with tests and inputs of the model, where these could change the choice",
    )
    parser.add_argument("--cache", type=Path, help="where answers are kept, to go on after a stop")
    return parser


async def _evaluate(
    problems: Sequence[Problem], settings: Settings, options: argparse.Namespace
) -> str:
    cage = await sandbox.open_sandbox()
    try:
        with ProgressLine() as report:
            judging = _Judging(settings, cage, report)
            if options.mutants:
                sets = {p.id: mutated.pool(p, options.n, options.seed) for p in problems}
                return tabulate.table(await judging.rows(problems, sets), (), "")
            kept = generations.read(options.cache or _cache_file(settings, options))
            if not options.cached:
                await _generate(problems, settings, kept, report)
            asked = [p for p in problems if p.id in kept.answers]
            sets = {p.id: _candidates(p, kept.answers[p.id].texts) for p in asked}
            rows = await judging.rows(asked, sets)
            greedy = [await judging.greedy(p, kept.answers[p.id]) for p in asked]
            advised: Sequence[evaluate.Row] = ()
            if options.advice:
                wanting = [r for r in rows if r.wants and r.id not in kept.advice]
                if not options.cached:
                    await _ask_advice(problems, wanting, settings, kept, report)
                advised = await judging.advised(rows, asked, sets, kept)
        warm = {g.temperature for g in kept.answers.values()} - {0.0}
        name = f"n = 1, temperature {max(warm)}" if warm else "n = 1 greedy"
        return tabulate.table(rows, greedy, name, advised)
    finally:
        await cage.close()


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges what was generated."""

    settings: Settings
    cage: Sandbox
    report: ProgressLine

    async def rows(
        self, problems: Sequence[Problem], candidates: dict[str, tuple[Candidate, ...]]
    ) -> list[evaluate.Row]:
        found: list[evaluate.Row] = []
        for number, one in enumerate(problems):
            self.report(Step("checking", f"judging {one.id}", number / len(problems)))
            if candidates[one.id]:
                pool = candidates[one.id]
                found.append(await evaluate.evaluate(one, pool, self.cage, self.settings))
        return found

    async def greedy(self, problem: Problem, answer: Generation) -> bool:
        pool = _candidates(problem, [answer.greedy])
        return (await evaluate.marks(problem, pool, self.cage, self.settings))[0]

    async def advised(
        self,
        rows: Sequence[evaluate.Row],
        problems: Sequence[Problem],
        candidates: dict[str, tuple[Candidate, ...]],
        kept: Kept,
    ) -> list[evaluate.Row]:
        """The rows, those again that the model's tests and inputs could change."""
        by_id = {p.id: p for p in problems}
        found: list[evaluate.Row] = []
        for row in rows:
            problem, written = by_id[row.id], kept.advice.get(row.id)
            function = problem.task.function
            if not row.wants or written is None or function is None:
                found.append(row)
                continue
            self.report(Step("checking", f"judging {row.id} with the model's tests"))
            known = await advice.read(written, function, self.cage)
            pool = candidates[row.id]
            found.append(await evaluate.evaluate(problem, pool, self.cage, self.settings, known))
        return found


def _candidates(problem: Problem, texts: Sequence[str]) -> tuple[Candidate, ...]:
    """Each reply's code; a reply without any counts as a wrong candidate."""
    found: list[Candidate] = []
    for text in texts:
        try:
            found.append(Candidate(extract.candidate(text, problem.task).code))
        except ReplyError:
            found.append(Candidate(""))
    return tuple(found)


async def _generate(
    problems: Sequence[Problem], settings: Settings, kept: Kept, report: ProgressLine
) -> None:
    """Asks the model for what the file lacks; what came is kept at once."""
    missing = [p for p in problems if p.id not in kept.answers]
    services = building.build(settings, trusted=True)
    try:
        for number, problem in enumerate(missing):
            report(Step("writing", f"asking for {problem.id}", number / len(missing)))
            kept.add_answers(await _ask(services, problem))
    finally:
        await services.close()


async def _ask_advice(
    problems: Sequence[Problem],
    wanting: Sequence[evaluate.Row],
    settings: Settings,
    kept: Kept,
    report: ProgressLine,
) -> None:
    """Asks for tests and inputs where they could change the choice."""
    by_id = {p.id: p for p in problems}
    services = building.build(settings, trusted=True)
    try:
        for number, row in enumerate(wanting):
            report(Step("writing", f"asking for tests of {row.id}", number / len(wanting)))
            problem = by_id[row.id]
            asked = asking.question(services, problem.snapshot, problem.task)
            if problem.task.function is not None:
                made = await advice.ask(services, asked, problem.task.function, row.wants)
                kept.add_advice(row.id, made)
    finally:
        await services.close()


async def _ask(services: Services, problem: Problem) -> Generation:
    asked = asking.question(services, problem.snapshot, problem.task)
    request = replace(
        asking.implement(services.settings, asked), n=services.settings.candidates or 0
    )
    replies = await services.completer.complete(request)
    single = replace(request, n=1, temperature=0.0)
    try:
        first = await services.completer.complete(single)
    except RequestRejected:
        single = replace(single, temperature=_ALMOST_GREEDY)
        first = await services.completer.complete(single)
    return Generation(problem.id, _texts(replies), _texts(first)[0], single.temperature or 0.0)


def _texts(replies: Sequence[Reply]) -> tuple[str, ...]:
    return tuple(reply.text for reply in replies)


def _cache_file(settings: Settings, options: argparse.Namespace) -> Path:
    """One file for each model, number of candidates and way of asking; outside any repository."""
    parts = (settings.model, settings.adapter, settings.engine.url, options.n, options.shown)
    digest = hashlib.sha256(repr((*parts, options.seed)).encode()).hexdigest()[:12]
    return paths.state_dir() / "eval" / f"{digest}.jsonl"
