"""``algosmith eval``: how often the answers are right, and what "verified" is worth."""

import argparse
import asyncio
import hashlib
import json
import random
import shlex
import sys
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from algosmith import __version__, config, paths
from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.errors import ConfigError
from algosmith.evaluation import evaluating, mathematics, paired, reading, runs, summary, tables
from algosmith.evaluation.evaluating import Arm
from algosmith.evaluation.pools import Pool
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.rows import Row
from algosmith.evaluation.trial import TrialOptions
from algosmith.features import services as building
from algosmith.model import Step

P = TypeVar("P")


def run(args: list[str]) -> int:
    """Exit status 0: the figures were made."""
    options = _parser().parse_args(args)
    if options.compare:
        return _compare(*options.compare, as_json=options.json)
    if options.show:
        kept = runs.read(options.show)
        return _print_summary(list(kept.rows.values()), options.show, as_json=options.json)
    if options.data is None:
        raise ConfigError("say which problems: --data FILE (a JSONL file, one problem a line)")
    settings = _settings(options)
    if options.form == "math" or (options.form is None and mathematics.is_math_file(options.data)):
        return _mathematics(settings, options)
    problems = _problems(options)
    with ProgressLine() as report:
        if options.mutants:
            work = evaluating.judge_mutants(problems, options.n or 8, settings, report)
            return _print_pools(asyncio.run(work), as_json=options.json)
        if options.judge:
            rows = runs.read(options.judge).rows
            work = evaluating.judge_run(problems, rows, settings, report)
            return _print_pools(asyncio.run(work), as_json=options.json)
    return _solve(problems, settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith eval", description=__doc__)
    data = parser.add_argument_group("problems")
    data.add_argument("--data", type=Path, metavar="FILE", help="JSONL, one problem a line")
    data.add_argument("--form", choices=reading.FORMS, help="by default told from the fields")
    data.add_argument(
        "--shown", type=_count, default=1, help="MBPP: asserts given as examples (default 1)"
    )
    data.add_argument("--half", choices=("all", "even", "odd"), default="all")
    data.add_argument("--limit", type=_count, metavar="N", help="only the first N")
    data.add_argument(
        "--sample", type=_count, metavar="N", help="N drawn at random, always the same"
    )
    how = parser.add_argument_group("how they are solved")
    how.add_argument("--model", help="model name, folder or GGUF file")
    how.add_argument("-n", type=_count, help="most answers for each problem")
    how.add_argument(
        "--seed", type=int, help="repeat the same answers; slower than what a user waits for"
    )
    how.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any other setting"
    )
    how.add_argument(
        "--against", action="append", default=[], metavar="NAME=VALUE",
        help="solve each problem a second time with this setting, and compare",
    )  # fmt: skip
    how.add_argument("--prompts", type=Path, metavar="DIR", help="try the prompts of this folder")
    how.add_argument(
        "--against-prompts", type=Path, metavar="DIR", help="the second time with these prompts"
    )
    how.add_argument("--no-plain", action="store_true", help="no greedy plain answer beside it")
    how.add_argument("--run", type=Path, metavar="FILE", help="where rows are kept, to go on later")
    other = parser.add_argument_group("instead of solving").add_mutually_exclusive_group()
    other.add_argument("--judge", type=Path, metavar="RUN", help="judge a run's answers anew")
    other.add_argument("--mutants", action="store_true", help="judge mutants of the references")
    other.add_argument("--show", type=Path, metavar="RUN", help="the figures of a run so far")
    other.add_argument("--compare", type=Path, nargs=2, metavar="RUN", help="two runs, paired")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _problems(options: argparse.Namespace) -> Sequence[Problem]:
    found = reading.load(options.data, options.form, options.shown)
    return _picked(found.problems, found.left_out, options)


def _picked(
    found: Sequence[P], left_out: Sequence[str], options: argparse.Namespace
) -> Sequence[P]:
    """Those that the options ask for; what can't be used is said."""
    for problem in left_out[:5]:
        print(f"algosmith eval: left out: {problem}", file=sys.stderr)
    if len(left_out) > 5:
        print(f"algosmith eval: and {len(left_out) - 5} more", file=sys.stderr)
    half = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[options.half]
    problems = found[half][: options.limit]
    if options.sample is not None and options.sample < len(problems):
        drawn = random.Random(1).sample(range(len(problems)), options.sample)  # noqa: S311
        problems = tuple(problems[i] for i in drawn)
    if not problems:
        raise ConfigError(f"{options.data}: no problem is left; ask for more of them")
    return problems


def _settings(options: argparse.Namespace) -> Settings:
    given = {"candidates": options.n, "model": options.model, "seed": options.seed}
    settings = replace(load_settings(), **{k: v for k, v in given.items() if v is not None})
    return _with(settings, options.set)


def _with(settings: Settings, assignments: Sequence[str]) -> Settings:
    """The settings with ``verify.advice=false`` and the like; ConfigError names a bad one."""
    for text in assignments:
        name, _, value = text.partition("=")
        try:
            raw = tomllib.loads(f"{name} = {value}")
        except tomllib.TOMLDecodeError:
            raw = _text(name, value)
        settings, problems = config.parse(raw, settings)
        if problems:
            raise ConfigError(f"--set {text}: {problems[0]}")
    return settings


def _text(name: str, value: str) -> dict[str, Any]:
    """A value without quotes is text: ``model=demo``."""
    found: Any = value
    for part in reversed(name.strip().split(".")):
        found = {part: found}
    return found


@dataclass(frozen=True, slots=True)
class _Variant:
    """One way of solving."""

    settings: Settings
    prompts: Path | None


def _variants(settings: Settings, options: argparse.Namespace) -> list[_Variant]:
    found = [_Variant(settings, _folder(options.prompts))]
    if options.against or options.against_prompts:
        prompts = _folder(options.against_prompts or options.prompts)
        found.append(_Variant(_with(settings, options.against), prompts))
    return found


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise ConfigError(f"{path} is no folder; name one that holds prompts (implement.md, …)")
    return path.resolve() if path else None


def _solve(problems: Sequence[Problem], settings: Settings, options: argparse.Namespace) -> int:
    variants = _variants(settings, options)
    headers = [_header(options, variant) for variant in variants]
    first = options.run or _run_file(headers[0])
    second = first.with_suffix(".against.jsonl") if options.run else _run_file(headers[-1])
    files = [first, second][: len(variants)]
    with ExitStack() as stack:
        kept = [
            stack.enter_context(runs.open_run(file, header))
            for file, header in zip(files, headers, strict=True)
        ]
        asyncio.run(_run_arms(problems, variants, kept, plain=not options.no_plain))
    rows = [[k.rows[p.id] for p in problems if p.id in k.rows] for k in kept]
    if len(files) > 1:
        return _compare(*files, as_json=options.json)
    return _print_summary(rows[0], first, as_json=options.json)


def _mathematics(settings: Settings, options: argparse.Namespace) -> int:
    """Problems with a known final answer: the majority of several replies, compared by sympy."""
    if options.judge or options.mutants or options.against or options.against_prompts:
        raise ConfigError("--judge, --mutants and --against are for problems that code solves")
    problems = _picked(*mathematics.load(options.data), options)
    answers = options.n or settings.web.answers
    variant = _Variant(settings, _folder(options.prompts))
    file = options.run or _run_file({"math": answers, **_header(options, variant)})
    with ProgressLine() as line, paths.trying_prompts(variant.prompts):
        rows = asyncio.run(_ask_all(problems, settings, answers, file, line))
    found = mathematics.summarise(rows)
    if options.json:
        print(json.dumps({"run": str(file), "summary": asdict(found)}))
        return 0
    print(f"{tables.math_table(found)}\n\nrows: {shlex.quote(str(file))}")
    return 0


async def _ask_all(
    problems: Sequence[mathematics.MathProblem],
    settings: Settings,
    answers: int,
    file: Path,
    line: ProgressLine,
) -> list[mathematics.MathRow]:
    services = building.build(settings, trusted=True)

    def report(done: int, total: int) -> None:
        line(Step("writing", f"problem {done + 1} of {total}", done / total))

    try:
        return await mathematics.evaluate(problems, services, answers, file, report)
    finally:
        await services.close()


async def _run_arms(
    problems: Sequence[Problem],
    variants: Sequence[_Variant],
    kept: Sequence[runs.Run],
    *,
    plain: bool,
) -> None:
    arms: list[Arm] = []
    for one, run in zip(variants, kept, strict=True):
        wanted = TrialOptions(plain=plain and not arms)
        arms.append(Arm(building.build(one.settings, trusted=True), run, wanted, one.prompts))
    try:
        with ProgressLine() as report:
            await evaluating.evaluate(problems, arms, report)
    finally:
        for arm in arms:
            await arm.services.close()


def _header(options: argparse.Namespace, variant: _Variant) -> dict[str, Any]:
    """What a run's rows have in common: data, prompts, every setting that is not the default."""
    data = hashlib.sha256(options.data.read_bytes()).hexdigest()[:12]
    return {
        "version": __version__,
        "data": f"{options.data.name} {data}",
        "shown": options.shown,
        "prompts": _prompts_digest(variant.prompts),
        **_changed(variant.settings, Settings()),
    }


def _prompts_digest(tried: Path | None) -> str:
    """Changes when any prompt that could be used does."""
    found = hashlib.sha256()
    with paths.trying_prompts(tried):
        for folder in paths.prompt_dirs():
            for file in sorted(folder.rglob("*.md")):
                found.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:8]


def _changed(settings: Any, default: Any, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(settings):
        value, usual = getattr(settings, one.name), getattr(default, one.name)
        if is_dataclass(value):
            found |= _changed(value, usual, f"{prefix}{one.name}.")
        elif value != usual:
            found[f"{prefix}{one.name}"] = json.loads(json.dumps(value, default=str))
    return found


def _run_file(header: dict[str, Any]) -> Path:
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()[:12]
    return paths.state_dir() / "eval" / f"{digest}.jsonl"


def _print_summary(rows: Sequence[Row], file: Path, *, as_json: bool) -> int:
    found = summary.summarise(rows)
    if as_json:
        print(json.dumps({"run": str(file), "summary": asdict(found)}))
        return 0
    print(tables.summary_table(found))
    print(f"\nrows: {shlex.quote(str(file))}")
    return 0


def _print_pools(pools: Sequence[Pool], *, as_json: bool) -> int:
    found = summary.summarise([pool.row for pool in pools])
    if as_json:
        picks = [{"id": pool.row.id, **pool.picks} for pool in pools]
        print(json.dumps({"summary": asdict(found), "picks": picks}))
        return 0
    print(f"{tables.summary_table(found)}\n\n{tables.pool_table(pools)}")
    return 0


def _compare(first: Path, second: Path, *, as_json: bool) -> int:
    kept = [runs.read(file).rows for file in (first, second)]
    comparison = paired.compare(*kept)
    figures = [summary.summarise(list(rows.values())) for rows in kept]
    if as_json:
        pairs = zip((first, second), figures, strict=True)
        both = [{"run": str(file), "summary": asdict(figure)} for file, figure in pairs]
        print(json.dumps({"runs": both, "comparison": asdict(comparison)}))
        return 0
    for name, file, figure in zip(("first", "second"), (first, second), figures, strict=True):
        print(f"{name}: {shlex.quote(str(file))}\n{tables.summary_table(figure)}\n")
    print(tables.comparison_table(comparison))
    return 0
