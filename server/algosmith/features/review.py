"""What a good teacher says about a function: evidence first, then the model's words as such."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.errors import AlgosmithError, EngineError, TaskError
from algosmith.features import ask, checking, measure, words
from algosmith.features.chinese import said
from algosmith.features.parties import here, party_of
from algosmith.features.review_depth import depth
from algosmith.features.review_edges import edges
from algosmith.features.review_pace import limits_of, pace
from algosmith.features.stress_inputs import signature_of
from algosmith.model import Step
from algosmith.syntax.positions import line_of
from algosmith.syntax.tasks import prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.parties import Party
    from algosmith.features.services import Services
    from algosmith.features.store import Report
    from algosmith.inputs.kinds import Signature
    from algosmith.model import Function, Prose, Snapshot
    from algosmith.sandbox.types import Sandbox

_NO_EXAMPLE = "there is no example to hold it to; write one as `>>> f(…)`"
_NONE_ABOVE = "there is no example to hold it to; write one as `f(…) // => …` above it"
_MOST_CODE = 12_000
"""Characters of the function that the model is shown."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that running the code showed."""

    text: str
    """One sentence."""
    good: bool
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be said about one function."""

    function: str
    line: int
    prose: Prose
    points: tuple[Point, ...]
    unchecked: tuple[str, ...] = ()
    """What was not tried, and why."""
    words: str = ""
    """The model's; nothing checked them."""
    model: str = ""
    silence: str = ""
    """Why there are no words of a model."""


async def review(
    services: Services,
    snapshot: Snapshot,
    function: Function,
    report: Report,
    *,
    model: bool = True,
) -> Review:
    """Runs the function at its edges, its examples and its sizes; then asks the model."""
    prose = prose_of(function.docstring or snapshot.slice(function.span)[:2_000])
    line = line_of(snapshot.data, function.span.start) + 1
    points, unchecked = await _evidence(services, snapshot, function, report)
    made = Review(function.qualified_name, line, prose, tuple(points), tuple(unchecked))
    if not model:
        return made
    try:
        return await _with_words(services, snapshot, function, made, report)
    except (EngineError, AlgosmithError) as error:
        return Review(made.function, line, prose, made.points, made.unchecked, silence=str(error))


def text_of(made: Review) -> str:
    """The review for people, in the language of the code's own words."""
    lines = [f"{made.function}:"]
    if made.points:
        lines.append(said("What running it showed", made.prose) + ":")
        ordered = sorted(made.points, key=lambda point: point.good)
        lines += [f"  {'+' if p.good else '!'} {_placed(p, made.prose)}" for p in ordered]
    lines += [f"  {said(f'not checked: {one}', made.prose)}" for one in made.unchecked]
    if made.words:
        title = said(f"What the model says ({made.model}; nothing checked it)", made.prose)
        # The marks of evidence are not for the model to set.
        lines += [f"{title}:", *(f"  {line.lstrip('+! ')}" for line in made.words.splitlines())]
    elif made.silence:
        lines.append(said(f"The model said nothing: {made.silence}", made.prose))
    return "\n".join(lines)


def _placed(point: Point, prose: Prose) -> str:
    text = said(point.text, prose)
    return said(f"line {point.line}: {text}", prose) if point.line else text


async def _evidence(
    services: Services, snapshot: Snapshot, function: Function, report: Report
) -> tuple[list[Point], list[str]]:
    language = snapshot.language
    cage = await services.cage(language)
    if cage is None:
        return [], [f"it was not run: {services.why_no_cage(language)}"]
    report(Step("checking", f"running {function.qualified_name} at its edges"))
    points: list[Point] = []
    unchecked: list[str] = []
    await _on_examples(services, snapshot, function, cage, points, unchecked)
    file, roots = here(snapshot, services.roots)
    try:
        party = await asyncio.to_thread(party_of, snapshot, function, file, roots)
        signature = _signature(party)
        points += await _at_the_edges(party, signature, cage, function)
        points += await _on_depth(party, signature, cage)
    except TaskError as error:
        unchecked.append(str(error).rstrip("."))
    points += await _on_time(services, snapshot, function, report, unchecked)
    return points, unchecked


def _signature(party: Party) -> Signature:
    """With whatever is known; the reason stays where inputs can't be made."""
    try:
        return signature_of([party])
    except TaskError:
        return party.signature([])


async def _on_examples(
    services: Services,
    snapshot: Snapshot,
    function: Function,
    cage: Sandbox,
    points: list[Point],
    unchecked: list[str],
) -> None:
    subject = checking.Subject(function, ())
    checked = await checking.check_function(
        snapshot, subject, snapshot.uri, services.roots, cage, services.settings,
        checking.Ask(measure=False),
    )  # fmt: skip
    if checked is None or not checked.examples:
        why = checked.note if checked else ""
        unchecked.append(why or (_NO_EXAMPLE if snapshot.language == "python" else _NONE_ABOVE))
        return
    points += [Point(one.message, good=False, line=one.line) for one in checked.findings]
    if not checked.findings:
        plural = "" if checked.examples == 1 else "s"
        points.append(
            Point(f"{checked.examples} example{plural} ran and came out right", good=True)
        )


async def _at_the_edges(
    party: Party, signature: Signature, cage: Sandbox, function: Function
) -> list[Point]:
    if signature.reason is not None:
        return []
    found = await edges(party, signature, cage, limits_of(party.words))
    points = [Point(f"with {one.name}: {one.told}", good=False) for one in found if one.told]
    changed = dict.fromkeys(one.changed for one in found if one.changed)
    points += [
        Point(f"{function.name} returns a value and also changes its argument {name}: the caller's "
              "own data is different afterwards", good=False) for name in changed
    ]  # fmt: skip
    fine = [one.name for one in found if one.value and not one.told]
    if fine:
        points.append(Point(f"returns a value with {' / '.join(fine)}", good=True))
    return points


async def _on_depth(party: Party, signature: Signature, cage: Sandbox) -> list[Point]:
    found = await depth(party, signature, cage)
    if not found.recursive:
        return []
    if found.fails_at is not None:
        end = "crashes the program" if found.crashed else f"ends in {found.error}"
        kind = found.family.partition("/")[0]
        return [Point(f"the recursion {end} at {found.expression} = {found.fails_at:,} ({kind} "
                      "input, measured); a loop or a stack of your own has no such limit",
                      good=False)]  # fmt: skip
    if not found.holds_to:
        return []
    return [Point(f"the recursion works up to {found.expression} = {found.holds_to:,} (measured)",
                  good=True)]  # fmt: skip


async def _on_time(
    services: Services,
    snapshot: Snapshot,
    function: Function,
    report: Report,
    unchecked: list[str],
) -> list[Point]:
    if not services.settings.complexity.enabled:
        return []
    if not measure.is_counted(snapshot.language):
        name = languages.of(snapshot.language).name
        unchecked.append(f"the time was not measured: that is not done for {name} yet")
        return []
    made = measure.cached_measurement(services, snapshot, function)
    made = made or await measure.measure_function(services, snapshot, function, report)
    if made.basis != "measured" or made.time.complexity_class is None:
        unchecked.append(f"the time was not measured: {made.time.reason or 'no figure'}")
        return []
    time = words.figure(made)
    points = [Point(time, good=True, line=None)]
    if made.hottest_line:
        points.append(Point("most of the work is done here", good=True, line=made.hottest_line))
    of_file = next(
        (s for s in checking.subjects(snapshot, frozenset()) if s.function == function), None
    )
    if of_file is not None:
        wrong = checking.contradicted(of_file, snapshot.uri, made)
        points += [Point(one.message, good=False, line=one.line) for one in wrong]
    timed = pace(made, function.docstring or "", snapshot.language)
    points += [Point(text, good=good) for text, good in timed]
    return points


async def _with_words(
    services: Services, snapshot: Snapshot, function: Function, made: Review, report: Report
) -> Review:
    evidence = "\n".join([*(p.text for p in made.points), *made.unchecked]) or "nothing was run"
    problem = ask.Problem(
        snapshot.slice(function.span)[:_MOST_CODE],
        prompt="review",
        variables=(("language", snapshot.language), ("evidence", evidence[:4_000])),
    )
    answer = await ask.ask(
        services, problem, lambda progress: report(words.progress_step(progress, made.prose))
    )
    lines = [words.clean(line) for line in ask.without_code(answer.text).splitlines()]
    text = "\n".join(line for line in lines if line)
    return Review(made.function, made.line, made.prose, made.points, made.unchecked, text,
                  words.model_name(answer.model))  # fmt: skip


def record(made: Review) -> dict[str, object]:
    """For JSON."""
    return {
        "function": made.function,
        "line": made.line,
        "points": [{"text": p.text, "good": p.good, "line": p.line} for p in made.points],
        "unchecked": list(made.unchecked),
        "words": made.words,
        "model": made.model,
        "silence": made.silence,
    }


def failing(made: Review) -> Sequence[Point]:
    """What speaks against the code."""
    return [point for point in made.points if not point.good]
