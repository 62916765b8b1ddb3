"""Works out, in a cage without the candidate, what examples compare results with.

``assert f(xs) == sorted(set(xs))``: what stands on the right is the user's word, and the candidate
must not see it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Limits, Program, Session
from algosmith.syntax.pythontree import parsed
from algosmith.verify import examples, modules, program, source
from algosmith.verify.constructors import spelled
from algosmith.verify.examples.sessions import described
from algosmith.verify.statements import Script
from algosmith.verify.transcript import projected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Answer, StepAnswer, Value
    from algosmith.verify.running import Runner
    from algosmith.verify.statements import Example, ExampleSet, Line
    from algosmith.verify.types import Case

_NAME = re.compile(r"\b_aside(\d+)\b")
_MOST_SCRIPTS = 64


async def settle(found: ExampleSet, case: Case, runner: Runner) -> ExampleSet:
    """The same with values in place of the asides; what gives no plain value is left out."""
    scripts = [*dict.fromkeys(e.script for e in found.examples if e.script and _has_asides(e))]
    tree = source.module_of(case.snapshot, case.task) if scripts else None
    if tree is None:
        return found
    package = modules.package_of(examples.path_of(case.snapshot))
    whole = source.filled(case.whole, case.task) if case.whole else ""
    texts = program.texts_for(tree, whole, "", examples.names_apart(found), package)
    settled = {script: await _settled(script, texts, runner) for script in scripts[:_MOST_SCRIPTS]}
    kept: list[Example] = []
    notes = [*found.notes]
    for example in found.examples:
        made = (
            replace(example, script=settled.get(example.script, example.script))
            if example.script
            else example
        )
        if _has_asides(made):
            notes.append(f"{example.source}: left out: {example.text}: {_WHY}")
        else:
            kept.append(described(made))
    return replace(found, examples=tuple(kept), notes=tuple(notes))


_WHY = "what it compares with can't be worked out apart from the function"


def _has_asides(example: Example) -> bool:
    lines = example.script.lines[example.first : example.last + 1] if example.script else ()
    return any(line.asides for line in lines)


async def _settled(script: Script, texts: tuple[str, str], runner: Runner) -> Script:
    """The script with its claims complete, but for those whose asides give no plain value."""
    steps: list[str] = []
    places: list[range] = []
    for line in script.lines:
        start = len(steps)
        steps += [f"{aside}\n" for aside in line.asides]
        places.append(range(start, len(steps)))
        if not line.tests:
            steps.append(line.source)
    answer = await _run(texts, steps, runner)
    given = answer.steps if answer else ()
    pairs = zip(script.lines, places, strict=True)
    return Script(tuple(_complete(line, given[place.start : place.stop]) for line, place in pairs))


def _complete(line: Line, given: Sequence[StepAnswer]) -> Line:
    plain = [text for step in given if step.status == "value" and (text := _spelled(step.value))]
    if not line.asides or len(plain) < len(line.asides):
        return line
    claim = _NAME.sub(lambda match: f"({plain[int(match[1])]})", line.claim)
    return replace(line, claim=ast.unparse(parsed(claim)), asides=())


async def _run(texts: tuple[str, str], steps: Sequence[str], runner: Runner) -> Answer | None:
    """The steps beside all of the module, or beside a part where that does not load."""
    limits = Limits(wall_seconds=runner.seconds, cpu_seconds=runner.seconds)
    for text in filter(None, texts):
        alone = Program(text, "", runner.search_path, module=runner.module)
        run = await runner.sandbox.run(alone, [Session(tuple(steps))], limits)
        if run.answers:
            return run.answers[0]
    return None


def _spelled(value: Value) -> str:
    """The value's text; empty where none stands for it, as for a number too long to write."""
    try:
        text = spelled(projected(value))
    except ValueError:
        return ""
    return text if len(text) < 100_000 else ""
