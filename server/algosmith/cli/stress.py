"""``algosmith stress FILE:LINE``: looks for the smallest input that shows a mistake; no model.

With --against: two implementations, or two programs that read standard input. With --property: a
function that has to give True for all inputs. Alone: a brute force that stands beside it
(`gcd_brute` for `gcd`), else, for a conjecture, all inputs, else its own examples and the property
tests of the workspace. Exit status 0: nothing was found, which proves nothing; 1: something was; 2:
it could not be tried.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from algosmith.cli.files import load_settings, safe, seconds
from algosmith.config import Settings
from algosmith.errors import AlgosmithError, ConfigError
from algosmith.features import keeping, stress_report, stress_search
from algosmith.features import services as building
from algosmith.features.check import root_of
from algosmith.features.findings import finding_record
from algosmith.features.parties import Party, party
from algosmith.features.services import Services
from algosmith.features.stress import Question, StressResult
from algosmith.features.stress_aims import aim_at
from algosmith.sandbox.types import Sandbox


def run(args: list[str]) -> int:
    """Searches, prints, and says by the exit status whether something was found."""
    options = _parser().parse_args(args)
    try:
        return asyncio.run(_run(options, load_settings()))
    except AlgosmithError as error:
        print(safe(f"algosmith stress: {error}"), file=sys.stderr)
        return 2


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.keep and options.property:
        raise ConfigError("--keep writes what --against gives as an example; name --against, too")
    place = options.property or options.place
    if place is None:
        raise ConfigError("name what to stress: FILE:LINE, or --property FILE:LINE")
    one = party(place)
    services = building.build(settings, trusted=True, roots=(root_of(one.file),))
    try:
        question = _question(one, options, services.roots)
        cage = await services.required_cage(one.language)
        if question is None:
            if options.keep:
                raise ConfigError("--keep writes what --against gives; name --against, too")
            return await _on_examples(one, cage, services, as_json=options.json)
        done = await stress_search.run(services, question)
    finally:
        await services.close()
    record = json.dumps(_record(done), ensure_ascii=False) if options.json else None
    print(record or safe(stress_report.words(done)))
    if options.keep and done.found is not None:
        print(safe(keeping.keep(done)))
    return 1 if done.found is not None else 0


def _question(one: Party, options: argparse.Namespace, roots: tuple[Path, ...]) -> Question | None:
    """What is named, else what the code itself suggests; None where only its examples are left."""
    other = party(options.against) if options.against else None
    valid = party(options.valid, examples=False) if options.valid else None
    question = Question(one, other, valid)
    if other is None and not options.property:
        if one.function is None:
            raise ConfigError("a program is stressed --against another one")
        aim = aim_at(one.snapshot, one.function)
        if aim is None or aim.kind == "examples":
            return None
        question = stress_search.question_of(one.snapshot, aim, roots)
        question = replace(question, valid=valid or question.valid)
        print(aim.title, file=sys.stderr)
    return replace(question, seconds=options.seconds, seed=options.seed, limit=options.limit)


async def _on_examples(one: Party, cage: Sandbox, services: Services, *, as_json: bool) -> int:
    if one.function is None:
        raise AssertionError("asked before")
    checked = await stress_search.on_examples(
        one.snapshot, one.function, str(one.file), services.roots, cage, services.settings
    )
    made = stress_search.of_examples(one.function, checked)
    if as_json:
        record = {"found": [finding_record(f) for f in made.findings]}
        tried = checked.examples if checked else 0
        print(json.dumps({**record, "tried": tried}, ensure_ascii=False))
    else:
        print(safe(made.text))
    return 1 if made.findings else 0


def _record(done: StressResult) -> dict[str, Any]:
    found = stress_report.finding(done)
    return {
        "found": finding_record(found) if found else None,
        "report": stress_report.words(done),
        **asdict(done.tally),
        "steps": done.steps,
        "seconds": round(done.seconds, 3),
    }


def _size(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text}: write a size above 0, as in 50")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith stress", description=__doc__)
    parser.add_argument("place", nargs="?", metavar="FILE:LINE", help="a line of the function")
    parser.add_argument("--against", metavar="FILE:LINE", help="another implementation")
    parser.add_argument("--property", metavar="FILE:LINE", help="has to give True for all inputs")
    parser.add_argument("--valid", metavar="FILE:LINE", help="gives True for valid inputs")
    parser.add_argument("--seconds", type=seconds, default=10.0, help="to search (default 10)")
    parser.add_argument("--seed", type=int, default=0, help="of the inputs (default 0)")
    parser.add_argument("--limit", type=_size, help="largest size of an input")
    parser.add_argument("--keep", action="store_true", help="write what was found as a doctest")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser
