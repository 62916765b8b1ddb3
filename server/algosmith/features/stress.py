"""Looks for the smallest input on which two implementations differ, or a property does not hold.

Nothing found proves nothing: the report says how many inputs were tried and how large they were.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.features import stress_refusal
from algosmith.features.parties import shown_call
from algosmith.features.stress_fitting import Words
from algosmith.features.stress_inputs import batches, signature_of, size_of
from algosmith.features.stress_mutants import telling
from algosmith.inputs import simpler, smallest
from algosmith.inputs.shown import ShownShapes, shown_by
from algosmith.sandbox.types import Call
from algosmith.verify import checking
from algosmith.verify.behaviour import key
from algosmith.verify.telling import gave

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from algosmith.features.parties import Party
    from algosmith.sandbox.types import Answer, Sandbox
    from algosmith.verify.types import View

    Report = Callable[[int, float], None]

_MOST_STEPS = 120
"""Simpler inputs that are tried at once."""
_ROUNDS, _MOST_NEAR = 200, 600
_COUNTED = 400
"""Calls with whole numbers, counted up, that are tried at the end."""
_AGAIN_SECONDS = 10.0
_SMALL_BATCHES, _FIRST = 4, 200
"""After how many batches, and on how many of their inputs, small changes of the code are tried."""
_ENOUGH = 1_000
"""Inputs after which a search in which nothing could be compared ends."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be found out."""

    one: Party
    other: Party | None = None
    """Another implementation; without one, ``one`` is a property that has to give True."""
    valid: Party | None = None
    """Says which inputs are valid; without one the examples' own inputs show it."""
    seconds: float = 10.0
    seed: int = 0
    limit: int | None = None
    """The largest size to try."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An input, and what came of it."""

    call: Call
    answers: tuple[Answer | None, ...]
    outside: str = ""
    """What about it no example shows."""


@dataclass(slots=True)
class Tally:
    """What was tried."""

    tried: int = 0
    """Inputs that both answered, with a value or an exception."""
    refused: int = 0
    """Inputs that the validator did not accept."""
    raised: int = 0
    """Inputs on which all raised."""
    unknown: int = 0
    """Inputs that one of them did not answer in time."""
    largest: int = 0
    first_error: str = ""
    first_raised: str = ""
    """The first call on which all raised, and what, for people."""


@dataclass(frozen=True, slots=True)
class StressResult:
    """The end of a search."""

    question: Question
    found: Counterexample | None
    """The smallest valid input that shows a difference."""
    beyond: Counterexample | None
    """One that shows a difference, but is unlike all that the examples show."""
    tally: Tally
    seconds: float
    steps: int = 0
    """How often it was made smaller."""


@dataclass(slots=True)
class _Search:
    question: Question
    cage: Sandbox
    other: Sandbox
    """The cage of what it is compared with."""
    view: View
    shown: ShownShapes
    stop: float
    words: Words | None = None
    """What the functions' own words exclude; None for programs."""
    tally: Tally = field(default_factory=Tally)

    @property
    def left(self) -> float:
        return self.stop - time.monotonic()

    async def ask(self, calls: Sequence[Call]) -> list[list[Answer | None]]:
        """What each party answers, at the same time."""
        one, other = self.question.one, self.question.other
        parties = [(one, self.cage)] + ([(other, self.other)] if other else [])
        return await asyncio.gather(*(p.run(cage, calls, self.left) for p, cage in parties))

    async def differing(self, calls: Sequence[Call], *, count: bool = True) -> list[Counterexample]:
        """Those of the calls that are valid and show a difference."""
        calls = await self._valid(calls, count=count)
        answers = await self.ask(calls)
        found: list[Counterexample] = []
        for call, *each in zip(calls, *answers, strict=True):
            if count:
                self._count(call, each)
            self._refuse_other_than_bool(call, each)
            if self._differ(call, each):
                outside = self._outside(call)
                found.append(Counterexample(call, tuple(each), outside))
        return found

    async def _valid(self, calls: Sequence[Call], *, count: bool) -> list[Call]:
        valid = self.question.valid
        if valid is None:
            return [one for one in calls if self.words is None or self.words.allow(one)]
        said = await valid.run(self.cage, calls, self.left)
        kept = [
            c for c, a in zip(calls, said, strict=True) if a and a.status == "value" and a.value
        ]
        if count:
            self.tally.refused += len(calls) - len(kept)
            broken = next((a.error for a in said if a and a.status == "raised"), "")
            self.tally.first_error = self.tally.first_error or broken
        return kept

    def _count(self, call: Call, answers: Sequence[Answer | None]) -> None:
        tally = self.tally
        if any(answer is None or answer.status not in ("value", "raised") for answer in answers):
            tally.unknown += 1
            return
        tally.tried += 1
        tally.largest = max(tally.largest, size_of(call))
        raised = [answer.error for answer in answers if answer and answer.status == "raised"]
        if len(raised) == len(answers):
            tally.raised += 1
            tally.first_error = tally.first_error or raised[0]
            if not tally.first_raised:
                tally.first_raised = f"{shown_call(self.question.one, call)}: {raised[0]}"

    def _refuse_other_than_bool(self, call: Call, answers: Sequence[Answer | None]) -> None:
        """A property that forgets to return holds nowhere, and must not seem to hold."""
        answer = answers[0]
        if self.question.other is not None or answer is None:
            return
        strange = answer.status == "unserialisable"
        if strange or (answer.status == "value" and not isinstance(answer.value, bool)):
            raise TaskError(
                f"{shown_call(self.question.one, call)} "
                f"{gave(answer, 2.0, language=self.question.one.language)}: a property has to "
                "return True or False"
            )

    def _differ(self, call: Call, answers: Sequence[Answer | None]) -> bool:
        if self.question.other is None:
            (answer,) = answers
            return answer is not None and answer.status == "value" and answer.value is False
        keys = [_key(answer, self.view, call) for answer in answers]
        return None not in keys and keys[0] != keys[1]

    async def smaller(self, found: Counterexample) -> tuple[Counterexample, int]:
        """The smallest that simple steps lead to, and how many steps that were."""
        if self.question.one.problem is not None:
            return found, 0
        for steps in range(_ROUNDS):
            tried = await asyncio.to_thread(self._below, found)
            better: Counterexample | None = None
            for at in range(0, len(tried), _MOST_STEPS):
                if self.left <= 0:
                    return found, steps
                shown = await self.differing(tried[at : at + _MOST_STEPS], count=False)
                if shown:
                    better = min(shown, key=_size)
                    break
            if better is None and steps < _ROUNDS - 1:
                better = await self._counted_up(found)
            if better is None:
                return found, steps
            found = better
        return found, _ROUNDS

    def _below(self, found: Counterexample) -> list[Call]:
        """Inputs one step simpler, the simplest first."""
        weight = simpler.weight(found.call)
        steps_down = itertools.islice(simpler.calls(found.call), _MOST_NEAR)
        near = {repr(c): c for c in steps_down if simpler.weight(c) < weight}
        fit = [c for c in near.values() if found.outside or not self._is_outside(c)]
        return sorted(fit, key=simpler.weight)

    async def holds(self, found: Counterexample) -> bool:
        """Whether new processes give the same answers again, and again when asked twice."""
        call = found.call
        runs = await self.ask([call, call])
        return all(
            _key(answer, self.view, call) == _key(before, self.view, call)
            for answers, before in zip(runs, found.answers, strict=True)
            for answer in answers
        )

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing was ever compared, though much was tried."""
        tally = self.tally
        compared = tally.tried - tally.raised
        return not compared and tally.tried + tally.refused >= _ENOUGH

    async def _counted_up(self, found: Counterexample) -> Counterexample | None:
        """Of calls with whole numbers: any smaller one, since steps may jump over it."""
        parameters = signature_of([self.question.one]).parameters
        if not smallest.are_numbers(parameters):
            return None
        weight = simpler.weight(found.call)
        below = itertools.islice(smallest.numbers(parameters), _COUNTED)
        calls = [c for c in below if simpler.weight(c) < weight]
        calls = [c for c in calls if found.outside or not self._is_outside(c)]
        shown = await self.differing(calls, count=False) if calls else []
        return min(shown, key=_size, default=None)

    def _is_outside(self, call: Call) -> bool:
        return bool(self._outside(call))

    def _outside(self, call: Call) -> str:
        """What about a call neither examples nor words show."""
        outside = "" if self.question.valid else self.shown.outside(call)
        return "" if self.words and self.words.mean(call, outside) else outside


def _key(answer: Answer | None, view: View, call: Call) -> Hashable:
    """Equal for what counts as the same; None where nothing is known."""
    if answer is None or answer.status not in ("value", "raised"):
        return None
    if answer.status == "raised":
        return ("raised",)
    return key(replace(answer, lazy=False), view, call)


async def stress(
    question: Question,
    cage: Sandbox,
    report: Report | None = None,
    *,
    other: Sandbox | None = None,
) -> StressResult:
    """Searches until something is found or the time is up; raises TaskError where it can't.

    ``other`` is the cage of what it is compared with, where that is in another language.
    """
    started = time.monotonic()
    stress_refusal.refuse(question)
    search = await _warm(question, cage, other or cage)
    found, beyond = await _first(search, report)
    steps = 0
    if found is None and beyond is not None:
        beyond, _ = await search.smaller(beyond)
    elif found is not None:
        search.stop = max(search.stop, time.monotonic() + min(2.0, question.seconds))
        found, steps = await search.smaller(found)
        search.stop = max(search.stop, time.monotonic() + _AGAIN_SECONDS)
        if not await search.holds(found):
            raise TaskError(
                f"{shown_call(question.one, found.call)} gives one result and then another: the "
                "code depends on chance, time or earlier calls, and can't be compared"
            )
    _sense(search, found)
    return StressResult(question, found, beyond, search.tally, time.monotonic() - started, steps)


async def _warm(question: Question, cage: Sandbox, other: Sandbox) -> _Search:
    """The search: what is compiled, and a cage that starts, takes nothing of its time."""
    parties = [p for p in (question.one, question.other) if p is not None]
    examples = [e for p in parties for e in p.found.examples]
    # What a function leaves in its arguments is not shown beside its result, so it does not count.
    view = checking.view_of(" ".join(p.words for p in parties), examples)
    view = replace(view, in_place=False)
    calls = [e.call for e in examples if e.call]
    said = None
    if question.one.problem is None:
        text = "\n".join(p.words for p in parties)
        # What an example shows is allowed, whatever the words seem to say.
        said = Words(signature_of(parties).parameters, text)
        said = said if all(map(said.allow, calls)) else None
    stop = time.monotonic() + _AGAIN_SECONDS
    search = _Search(question, cage, other, view, shown_by(calls), stop, said)
    programs = (p.problem.samples for p in parties if p.problem is not None)
    samples = [Call((sample.input,)) for some in programs for sample in some]
    await search.ask((calls or samples)[:1])
    search.stop = time.monotonic() + question.seconds
    return search


async def _first(
    search: _Search, report: Report | None
) -> tuple[Counterexample | None, Counterexample | None]:
    question = search.question
    parties = [p for p in (question.one, question.other) if p is not None]
    beyond: Counterexample | None = None
    first: list[Call] = []
    near: list[Call] = []
    # In a thread: an editor's server answers while large inputs are made.
    source = batches(parties, question.seed, question.limit, near)
    for number in itertools.count():
        batch = await asyncio.to_thread(next, source, None)
        if batch is None or search.left <= 0 or search.is_hopeless:
            break
        if number == _SMALL_BATCHES:
            near += await telling(parties, search.cage, first[:_FIRST], search.left)
        first += batch if number < _SMALL_BATCHES else []
        both = await search.differing(batch)
        inside = [one for one in both if not one.outside]
        if inside:
            return min(inside, key=_size), None
        known = both if beyond is None else [*both, beyond]
        beyond = min(known, key=_size, default=None)
        if report is not None:
            report(search.tally.tried, max(0.0, search.left))
    return None, beyond


def _size(one: Counterexample) -> tuple[float, ...]:
    return simpler.weight(one.call)


def _sense(search: _Search, found: Counterexample | None) -> None:
    """Says so where the search could not find anything."""
    tally, question = search.tally, search.question
    if found is not None:
        return
    if not tally.tried and tally.refused:
        error = f" (it raised {tally.first_error})" if tally.first_error else ""
        raise TaskError(
            f"{question.valid.name if question.valid else ''} accepts none of {tally.refused:,} "
            f"inputs{error}: nothing was tried. Check the validator, or give examples."
        )
    if tally.tried and tally.raised == tally.tried:
        who = f"{question.one.name} raises" if question.other is None else "both raise"
        raise TaskError(
            f"{who} on every one of {tally.tried:,} inputs (first: {tally.first_error}): nothing "
            "was compared. Give examples or a validator (--valid) so that the inputs fit."
        )
    if not tally.tried:
        raise TaskError("no input was answered in time: try more --seconds or a smaller --limit")
