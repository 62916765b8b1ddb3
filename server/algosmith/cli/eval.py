"""``algosmith eval``: how often the chosen answer is right, and what "verified" is worth."""

import argparse
import asyncio
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith import paths, sandbox
from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.errors import ConfigError, ReplyError, RequestRejected
from algosmith.features import asking
from algosmith.features import services as building
from algosmith.features.services import Services
from algosmith.model import Candidate, Step
from algosmith.prompting import extract
from algosmith.sandbox.types import Sandbox
from algosmith.verify import evaluate, mbpp, pools, tabulate
from algosmith.verify.mbpp import Problem
from algosmith.wire import Reply

DATA = Path("../shared/data/mbpp_sanitized.jsonl")
_ALMOST_GREEDY = 0.05
"""Asked for where the engine refuses temperature 0, as reasoning models want it."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model wrote for one problem; a line of the cache."""

    id: str
    texts: tuple[str, ...]
    greedy: str
    temperature: float
    """Of ``greedy``."""


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
    parser.add_argument("--data", type=Path, default=DATA, help=f"MBPP as JSONL (default {DATA})")
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
    parser.add_argument("--cache", type=Path, help="where answers are kept, to go on after a stop")
    return parser


async def _evaluate(
    problems: Sequence[Problem], settings: Settings, options: argparse.Namespace
) -> str:
    cage = await sandbox.open_sandbox()
    try:
        with ProgressLine() as report:
            if options.mutants:
                sets = {p.id: pools.pool(p, options.n, options.seed) for p in problems}
                return tabulate.table(await _rows(problems, sets, cage, settings, report), (), "")
            kept = await _generate(problems, settings, options, report)
            asked = [p for p in problems if p.id in kept]
            sets = {p.id: _candidates(p, kept[p.id].texts) for p in asked}
            rows = await _rows(asked, sets, cage, settings, report)
            greedy = [
                (await evaluate.marks(p, _candidates(p, [kept[p.id].greedy]), cage, settings))[0]
                for p in asked
            ]
        warm = {g.temperature for g in kept.values()} - {0.0}
        name = f"n = 1, temperature {max(warm)}" if warm else "n = 1 greedy"
        return tabulate.table(rows, greedy, name)
    finally:
        await cage.close()


async def _rows(
    problems: Sequence[Problem],
    candidates: dict[str, tuple[Candidate, ...]],
    cage: Sandbox,
    settings: Settings,
    report: ProgressLine,
) -> list[evaluate.Row]:
    rows: list[evaluate.Row] = []
    for number, problem in enumerate(problems):
        report(Step("checking", f"judging {problem.id}", number / len(problems)))
        if candidates[problem.id]:
            rows.append(await evaluate.evaluate(problem, candidates[problem.id], cage, settings))
    return rows


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
    problems: Sequence[Problem],
    settings: Settings,
    options: argparse.Namespace,
    report: ProgressLine,
) -> dict[str, Generation]:
    """Asks the model for what the cache lacks; what came is kept at once."""
    file = options.cache or _cache_file(settings, options)
    kept = _read_cache(file)
    missing = [p for p in problems if p.id not in kept]
    if options.cached or not missing:
        return kept
    services = building.build(settings, trusted=True)
    try:
        for number, problem in enumerate(missing):
            report(Step("writing", f"asking for {problem.id}", number / len(missing)))
            made = await _ask(services, problem)
            kept[problem.id] = made
            _append(file, made)
    finally:
        await services.close()
    return kept


async def _ask(services: Services, problem: Problem) -> Generation:
    asked = asking.question(services, problem.snapshot, problem.task)
    request = asking.request(services.settings, asked, None)
    replies = await services.completer.complete(request)
    single = replace(request, n=1, temperature=0.0)
    try:
        first = await services.completer.complete(single)
    except RequestRejected:
        single = replace(single, temperature=_ALMOST_GREEDY)
        first = await services.completer.complete(single)
    return Generation(problem.id, _texts(replies), _texts(first)[0], single.temperature)


def _texts(replies: Sequence[Reply]) -> tuple[str, ...]:
    return tuple(reply.text for reply in replies)


def _cache_file(settings: Settings, options: argparse.Namespace) -> Path:
    """One file for each model, number of candidates and way of asking; outside any repository."""
    parts = (settings.model, settings.adapter, settings.engine.url, options.n, options.shown)
    digest = hashlib.sha256(repr((*parts, options.seed)).encode()).hexdigest()[:12]
    return paths.state_dir() / "eval" / f"{digest}.jsonl"


def _read_cache(file: Path) -> dict[str, Generation]:
    """What was generated before; a line that a stop cut off is left out."""
    kept: dict[str, Generation] = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return kept
    for line in lines:
        try:
            row = json.loads(line)
            made = Generation(row["id"], tuple(row["texts"]), row["greedy"], row["temperature"])
        except (ValueError, KeyError, TypeError):
            continue
        kept[made.id] = made
    return kept


def _append(file: Path, made: Generation) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    row = {
        "id": made.id,
        "texts": made.texts,
        "greedy": made.greedy,
        "temperature": made.temperature,
    }
    cut = file.exists() and file.read_bytes()[-1:] not in (b"", b"\n")
    with file.open("a", encoding="utf-8") as out:
        out.write(("\n" if cut else "") + json.dumps(row) + "\n")
        out.flush()
        os.fsync(out.fileno())
