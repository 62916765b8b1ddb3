"""``algosmith tune DATA``: teaches the model your kind of problem; refuses what made it worse.

Other forms: ``tune data PATH… -o d.jsonl`` makes a data set out of a repository, ``tune base NAME
-o FOLDER`` a folder to train on out of a GGUF file, ``tune merge NAME -o FOLDER`` a model with the
adapter in it.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from algosmith import catalogue, paths
from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.cli.tune_data import run as run_data
from algosmith.config import Adapter, Settings
from algosmith.errors import ConfigError
from algosmith.evaluation import reading
from algosmith.evaluation.problems import Problem
from algosmith.tuning import adapters, gate, plan, preparing, report, tune
from algosmith.tuning.gate import Pair
from algosmith.tuning.preparing import TrainingSetup
from algosmith.tuning.settings import LINEARS, PRECISIONS, TuneSettings, checked
from algosmith.tuning.training import TrainingResult
from algosmith.tuning.variants import Variant

_INTERRUPTED = 130
_PILOT = 0.05
_PILOT_PROBLEMS = 8


def run(args: list[str]) -> int:
    """Exit status 0: promoted, or made without a gate; 1: refused; 130: stopped, goes on later."""
    other = {"data": run_data, "base": _base, "merge": _merge}
    if args and args[0] in other:
        return other[args[0]](args[1:])
    options = _parser().parse_args(args)
    settings = _settings(options)
    base = preparing.base_of(catalogue.resolve(options.model or load_settings().model))
    if options.check:
        prepared = preparing.prepare(options.data, base, settings)
        _refuse_overlap(options, prepared)
        print(f"{report.data_report(prepared)}\n{report.plan_report(prepared)}")
        return 0
    if not options.name:
        raise ConfigError("say what the adapter is called: --name NAME")
    name = f"{options.name}-pilot" if options.pilot else options.name
    if options.pilot:
        _forget_pilot(name)
    adapters.require_new(name)
    with tune.lock():
        prepared = preparing.prepare(options.data, base, settings, _PILOT if options.pilot else 1.0)
        _refuse_overlap(options, prepared)
        print(report.plan_report(prepared), file=sys.stderr)
        prepared = _with_room(prepared, options)
        return _train(name, prepared, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith tune", description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="JSONL, JSON, CSV or parquet")
    parser.add_argument("--model", help="the folder to train on (default: the setting `model`)")
    parser.add_argument("--name", help="what the adapter is called")
    parser.add_argument(
        "--check", action="store_true", help="look at data and memory, train nothing"
    )
    parser.add_argument("--pilot", action="store_true", help="train on 5%% first, and compare")
    parser.add_argument("--fresh", action="store_true", help="throw an unfinished training away")
    parser.add_argument(
        "--stop-engine", action="store_true", help="let the engine leave where memory is short"
    )
    judged = parser.add_argument_group("the gate")
    add_gate_options(judged)
    judged.add_argument(
        "--variants",
        action="store_true",
        help="also try an early checkpoint and half the strength, on a third of the kept problems",
    )
    judged.add_argument("--no-gate", action="store_true", help="compare later: `adapters compare`")
    how = parser.add_argument_group("training")
    defaults = TuneSettings()
    for one in fields(TuneSettings):
        default: Any = getattr(defaults, one.name)
        flag = f"--{one.name.replace('_', '-')}"
        if isinstance(default, bool):
            how.add_argument(flag, action="store_true", help=_HELP[one.name])
        elif one.name == "targets":
            how.add_argument(flag, nargs="+", choices=LINEARS, default=default, metavar="LINEAR",
                             help=f"{_HELP[one.name]} (default {' '.join(default)})")  # fmt: skip
        elif one.name == "precision":
            how.add_argument(flag, choices=PRECISIONS, default=default, help=_HELP[one.name])
        else:
            kind = int if one.name == "steps" else cast("type[Any]", type(default))
            shown = f"{_HELP[one.name]} (default {default})" if default is not None else None
            how.add_argument(flag, type=kind, default=default, help=shown or _HELP[one.name])
    return parser


_HELP = {
    "rank": "inner size of the adapter's matrices",
    "alpha": "its strength is alpha over rank",
    "dropout": "share of inputs left out while learning",
    "targets": "linear maps that get an adapter",
    "rslora": "strength is alpha over the root of the rank",
    "learning_rate": "highest learning rate",
    "epochs": "how often each row is seen",
    "steps": "so many steps, instead of epochs",
    "batch": "rows computed at once",
    "accumulate": "batches that make one step",
    "most_tokens": "longer rows are left out, never cut",
    "precision": "auto: float32 on a processor, bfloat16 on a GPU, 4 bits where memory is short",
    "checkpointing": "less memory, slower",
    "patience": "ends after so many checks without a better validation loss",
    "checks": "how often validation loss is measured and a checkpoint kept",
    "held_out": "most problems kept for the gate",
    "seed": "of everything that is drawn",
}


def add_gate_options(group: Any) -> None:
    """What base and adapter are compared on."""
    group.add_argument(
        "--target",
        type=Path,
        metavar="FILE",
        help="problems of the adapter's kind (default: those the data kept back)",
    )
    group.add_argument(
        "--general",
        type=Path,
        metavar="FILE",
        help="other problems, as `algosmith eval` reads them: these must not suffer",
    )
    group.add_argument(
        "--served",
        metavar="MODEL",
        help="what you serve, the GGUF say (default: the setting `model` where it is the same "
        "model, else the folder)",
    )
    group.add_argument("--budget", type=int, default=4, help="answers for each task (default 4)")
    group.add_argument("--limit", type=int, metavar="N", help="only the first N of each set")


def compare(folder: Path, options: argparse.Namespace, base: Path | None = None) -> int:
    """Lets base and adapter answer, prints the figures and the verdict."""
    settings = _served(options, base)
    judges = tune.judges_of(folder, *(_problems(f, options.limit) for f in
                                      (options.target, options.general)))  # fmt: skip
    judges = replace(judges, target=judges.target[: options.limit])
    if not judges.target and not judges.general:
        print("there are no problems to compare on: give --target FILE and --general FILE")
        return 0
    with ProgressLine() as line:
        work = tune.judge(folder, judges, settings, options.budget, line)
        verdict = asyncio.run(work)
    print(f"{gate.table(verdict)}\n{folder.name}: {verdict.state}: {verdict.why}")
    if verdict.state == "promoted":
        print(f"`algosmith adapters use {folder.name}` takes it into use")
    return 1 if verdict.state == "refused" else 0


def _train(name: str, prepared: TrainingSetup, options: argparse.Namespace) -> int:
    stopped: list[int] = []
    handlers = {
        number: signal.signal(number, lambda got, _: _note(stopped, got))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with ProgressLine() as line:
            trained = tune.learn(
                name, prepared, line, lambda: bool(stopped), fresh=options.fresh or options.pilot
            )
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    watched = trained.watched
    if trained.kept is None:
        print(f"stopped at step {watched.steps} of {watched.of}: the same command goes on there")
        return _INTERRUPTED
    chosen = _chosen(name, prepared, trained, options) if options.variants else None
    folder = tune.make_adapter(name, prepared, trained, options.data, chosen)
    if watched.diverged:
        print(f"the loss was no number at step {watched.diverged}: the last good state is kept")
    if watched.early:
        print(f"ended at step {watched.steps}: validation loss did not get better any more")
    print(f"made: {folder} (step {trained.kept.step} of {watched.of}, the least validation loss)")
    if options.no_gate:
        print(f"not gated: `algosmith adapters compare {name}` compares it with its base")
        return 0
    if options.pilot:
        options.limit = options.limit or _PILOT_PROBLEMS
    return compare(folder, options, prepared.base.path)


def _chosen(
    name: str, prepared: TrainingSetup, trained: TrainingResult, options: argparse.Namespace
) -> Variant:
    settings = _served(options, prepared.base.path)
    pair = Pair(settings, Adapter(name, ""), options.budget)
    with ProgressLine() as line:
        chosen, right = asyncio.run(tune.choose(name, prepared, trained, pair, line))
    said = ", ".join(f"{variant} {count}" for variant, count in right.items())
    print(f"right on the problems to choose by: {said}; taken: {chosen.name}")
    return chosen


def _note(stopped: list[int], number: int) -> None:
    """The first time: end after this step. The second time: at once, to the last checkpoint."""
    if stopped:
        raise KeyboardInterrupt
    stopped.append(number)
    print("\nending after this step; once more ends at once", file=sys.stderr)


def _settings(options: argparse.Namespace) -> TuneSettings:
    given: dict[str, Any] = {one.name: getattr(options, one.name) for one in fields(TuneSettings)}
    given["targets"] = tuple(given["targets"])
    return checked(TuneSettings(**given))


def _served(options: argparse.Namespace, base: Path | None) -> Settings:
    """The user's settings with the model that will be served with the adapter."""
    settings = load_settings()
    if options.served:
        return replace(settings, model=options.served)
    if base is None or tune.is_same_model(settings, base):
        return settings
    return replace(settings, model=str(base))


def _problems(file: Path | None, limit: int | None) -> tuple[Problem, ...]:
    if file is None:
        return ()
    found = reading.load(file)
    for problem in found.left_out[:3]:
        print(f"algosmith tune: {file.name}: left out: {problem}", file=sys.stderr)
    return found.problems[:limit]


def _refuse_overlap(options: argparse.Namespace, prepared: TrainingSetup) -> None:
    learned = (*prepared.split.training, *prepared.split.validation)
    for file in (options.target, options.general):
        preparing.refuse_overlap(_problems(file, None), learned)


def _with_room(prepared: TrainingSetup, options: argparse.Namespace) -> TrainingSetup:
    """Asks the engine to leave where the memory it holds is needed; it comes back when asked."""
    from algosmith.llm import launcher

    if plan.fits(prepared.need, prepared.room):
        return prepared
    status = asyncio.run(launcher.status())
    if status.state == "away":
        return prepared
    held = plan.in_words(status.memory_bytes or 0)
    if not (options.stop_engine or _agreed(f"The engine holds {held}. Let it leave meanwhile?")):
        print(f"the engine holds {held}: --stop-engine lets it leave", file=sys.stderr)
        return prepared
    asyncio.run(launcher.stop())
    return replace(prepared, room=preparing.room_here())


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是", "好")


def _forget_pilot(name: str) -> None:
    if (paths.adapters_dir() / adapters.checked_name(name)).exists():
        adapters.remove(name)


def _base(args: Sequence[str]) -> int:
    from algosmith.tuning import bases

    parser = argparse.ArgumentParser("algosmith tune base", description=bases.__doc__)
    parser.add_argument("model", help="a model's name, or a GGUF file")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args(args)
    made = bases.write_base(catalogue.resolve(options.model), options.out)
    print(f"made: {made.path} ({made.parameters / 1e6:,.0f}M parameters, {made.dtype})")
    return 0


def _merge(args: Sequence[str]) -> int:
    from algosmith.tuning import merging

    parser = argparse.ArgumentParser("algosmith tune merge", description=merging.__doc__)
    parser.add_argument("adapter", help="an adapter's name")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--model", type=Path, help="its base's folder (default: that of its card)")
    options = parser.parse_args(args)
    made = merging.merge(adapters.find(options.adapter).folder, options.model, options.out)
    print(f"made: {made}")
    return 0
