"""The gate: base and adapter answer the same tasks as they will be served, and are compared.

Through the engine, with its chat format and stop tokens, on the very weights that the user serves;
the same seeds and budget for both, problem by problem. An adapter is promoted where more is
right on its own kind of problem, and nothing is worse beyond noise on general ones.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from algosmith.config import Adapter, Settings
from algosmith.engine.weights.adapter_card import State
from algosmith.errors import ConfigError
from algosmith.evaluation import evaluating, paired, reading, runs
from algosmith.evaluation.evaluating import Arm
from algosmith.evaluation.paired import Share
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.rows import Row
from algosmith.evaluation.trial import TrialOptions
from algosmith.features import services as building
from algosmith.features.store import Report
from algosmith.model import Step

LEAST = 20
"""Problems of each set below which nothing is promoted: noise could hide anything."""
_SECONDS = 600.0
"""For one task: seeded answers must not depend on how busy the machine is."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Base and adapter on one set of problems."""

    problems: int
    shares: tuple[Share, ...]
    tokens: tuple[float, float]
    """On average for each problem, thinking included."""

    def share(self, name: str) -> Share:
        """The share of that name."""
        return next(share for share in self.shares if share.name == name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says, in words that stand on the card."""

    state: State
    why: str
    target: Figures | None = None
    general: Figures | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is compared, and how they are asked."""

    settings: Settings
    """The user's, with the model that is served."""
    adapter: Adapter
    budget: int
    """Answers for each task."""
    seed: int = 0


_SHARES: Mapping[str, Callable[[Row], bool]] = {
    "chosen right": lambda row: row.is_right,
    "any answer right": lambda row: any(one.right for one in row.answers),
    "chosen verified": lambda row: row.is_verified,
    "verified and wrong": lambda row: row.is_verified and not row.is_right,
    "every reply keeps the contract": lambda row: (
        bool(row.answers) and all(one.placed for one in row.answers)
    ),
    "no answer came": lambda row: not any(one.placed for one in row.answers),
}
_SMALLER_IS_BETTER = ("verified and wrong", "no answer came")
_MUST_NOT_SUFFER = ("chosen right", "every reply keeps the contract", *_SMALLER_IS_BETTER)
"""The other shares are shown: each that is tested would refuse one good adapter in forty."""


async def compare(
    problems: Sequence[Problem], pair: Pair, folder: Path, name: str, report: Report
) -> Figures:
    """Lets both solve the problems; a comparison that was stopped goes on where it was."""
    settings = asked_with(pair)
    folder = folder / _digest(problems, pair)
    arms = {"base": None, "adapter": pair.adapter.name}
    with ExitStack() as stack:
        kept: list[runs.Run] = []
        made: list[Arm] = []
        for arm, chosen in arms.items():
            header = {"arm": arm, "model": settings.model, "budget": pair.budget}
            run = stack.enter_context(runs.open_run(folder / f"{name}.{arm}.jsonl", header))
            services = building.build(replace(settings, adapter=chosen), trusted=True)
            kept.append(run)
            made.append(Arm(services, run, TrialOptions(plain=False, agrees=False)))
        try:
            await evaluating.evaluate(problems, made, _named(report, name))
        finally:
            for arm in made:
                await arm.services.close()
        return figures(kept[0].rows, kept[1].rows)


def asked_with(pair: Pair) -> Settings:
    """The settings for both: as the user's, but for what must be the same on any machine."""
    return replace(
        pair.settings,
        adapters=(pair.adapter,),
        candidates=pair.budget,
        seed=pair.seed,
        seconds=_SECONDS,
        engine=replace(pair.settings.engine, url=None),
        thinking_model=None,
    )


def figures(base: Mapping[str, Row], adapter: Mapping[str, Row]) -> Figures:
    """Both runs problem by problem; ConfigError where they share none."""
    # A request that failed says nothing of either.
    failed = {row.id for rows in (base, adapter) for row in rows.values() if row.problem}
    ids = [id_ for id_ in base if id_ in adapter and id_ not in failed]
    if not ids:
        raise ConfigError("no problem was answered by both: nothing can be compared")
    pairs = [(base[id_], adapter[id_]) for id_ in ids]
    shares = tuple(
        paired.share(name, [(has(a), has(b)) for a, b in pairs]) for name, has in _SHARES.items()
    )
    tokens = (sum(a.tokens for a, _ in pairs), sum(b.tokens for _, b in pairs))
    return Figures(len(ids), shares, (tokens[0] / len(ids), tokens[1] / len(ids)))


def judged(target: Figures | None, general: Figures | None) -> Verdict:
    """Promoted, refused, or not gated where too little was asked; the reason in words."""
    if target is None or general is None:
        missing = "its own kind" if target is None else "a general kind"
        return Verdict("not gated", f"there are no problems of {missing}", target, general)
    worse = _worse(target, "its own problems") + _worse(general, "general problems")
    if worse:
        return Verdict("refused", "; ".join(worse), target, general)
    few = min(target.problems, general.problems)
    if few < LEAST:
        why = f"{few} problems tell too little, {LEAST} of each kind are needed"
        return Verdict("not gated", why, target, general)
    gain = target.share("chosen right")
    if gain.interval[0] <= 0:
        why = f"no gain beyond noise on its own problems: {_in_words(gain, target.problems)}"
        return Verdict("refused", why, target, general)
    kept = general.share("chosen right")
    why = (
        f"its own problems: {_in_words(gain, target.problems)}; general problems: "
        f"{_in_words(kept, general.problems)}"
    )
    return Verdict("promoted", why, target, general)


def _worse(figures: Figures, where: str) -> list[str]:
    """What got worse beyond noise: the whole interval of the difference is on the bad side."""
    found: list[str] = []
    for share in map(figures.share, _MUST_NOT_SUFFER):
        low, high = share.interval
        if low > 0 if share.name in _SMALLER_IS_BETTER else high < 0:
            found.append(f"worse on {where}: {_in_words(share, figures.problems)}")
    return found


def _in_words(share: Share, problems: int) -> str:
    low, high = share.interval
    return (
        f"{share.name} {share.before} before, {share.after} after, of {problems} "
        f"(difference {low:+.0%} to {high:+.0%})"
    )


def table(verdict: Verdict) -> str:
    """The figures for a terminal."""
    lines: list[str] = []
    for name, found in (("its own problems", verdict.target), ("general", verdict.general)):
        if found is None:
            continue
        lines += [f"{name} ({found.problems})", f"  {'':32}{'base':>8}{'adapter':>9}  difference"]
        for share in found.shares:
            low, high = share.interval
            row = f"  {share.name:32}{share.before:8}{share.after:9}  {low:+.0%} to {high:+.0%}"
            lines.append(row)
        lines.append(
            f"  {'tokens for each problem':32}{found.tokens[0]:8.0f}{found.tokens[1]:9.0f}"
        )
    return "\n".join(lines)


def record(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the card holds it."""
    return cast("dict[str, Any]", json.loads(json.dumps(asdict(verdict))))


def problems_of(rows: Sequence[Mapping[str, Any]], scratch: Path) -> tuple[Problem, ...]:
    """The problems that a data set brought with it."""
    scratch.parent.mkdir(parents=True, exist_ok=True)
    scratch.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return reading.load(scratch, "own").problems


def _named(report: Report, name: str) -> Report:
    def told(step: Step) -> None:
        report(replace(step, message=f"{name} problems: {step.message}"))

    return told


def _digest(problems: Sequence[Problem], pair: Pair) -> str:
    """Names a comparison: one that was stopped goes on, another one begins anew."""
    found = hashlib.sha256(f"{pair.settings.model} {pair.budget} {pair.seed}".encode())
    for problem in problems:
        found.update(f"{problem.id}\0{problem.truth}\0".encode() + problem.snapshot.data)
    for file in sorted(Path(pair.adapter.folder).glob("adapter*")):
        if file.suffix in (".safetensors", ".gguf"):
            found.update(file.read_bytes())
    return found.hexdigest()[:16]
