"""``algosmith stress FILE:LINE``: looks for the smallest input that shows a mistake; no model.

With --against: two implementations, or two programs that read standard input. With --property: a
function that has to give True for all inputs. Alone: the function's own examples and the property
tests of the workspace. Exit status 0: nothing was found, which proves nothing; 1: something was; 2:
it could not be tried.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from algosmith.cli.files import load_settings, safe, seconds
from algosmith.config import Settings
from algosmith.errors import AlgosmithError, ConfigError
from algosmith.features import checking, keeping, stress
from algosmith.features.check import root_of
from algosmith.features.findings import Checked, finding_record
from algosmith.features.parties import Party, party
from algosmith.features.stress import Question, Stressed
from algosmith.sandbox.opening import open_sandbox


def run(args: list[str]) -> int:
    """Searches, prints, and says by the exit status whether something was found."""
    options = _parser().parse_args(args)
    try:
        return asyncio.run(_run(options, load_settings()))
    except AlgosmithError as error:
        print(safe(f"algosmith stress: {error}"), file=sys.stderr)
        return 2


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.keep and (options.property or not options.against):
        raise ConfigError("--keep writes what --against gives as an example; name --against, too")
    place = options.property or options.place
    if place is None:
        raise ConfigError("name what to stress: FILE:LINE, or --property FILE:LINE")
    one = party(place)
    other = party(options.against) if options.against else None
    valid = party(options.valid, examples=False) if options.valid else None
    python = settings.verify.python
    cage = await open_sandbox(Path(python) if python else None)
    try:
        if other is None and not options.property:
            return _alone(one, await _examples(one, cage, settings), as_json=options.json)
        question = Question(one, other, valid, options.seconds, options.seed, options.limit)
        done = await stress.stress(question, cage)
    finally:
        await cage.close()
    print(
        json.dumps(_record(done), ensure_ascii=False) if options.json else safe(stress.words(done))
    )
    if options.keep and done.found is not None:
        print(safe(keeping.keep(done)))
    return 1 if done.found is not None else 0


async def _examples(one: Party, cage: Any, settings: Settings) -> Checked | None:
    if one.function is None:
        raise ConfigError("a program is stressed --against another one")
    subject = checking.Subject(one.function, ())
    ask = checking.Ask(measure=False)
    roots = (root_of(one.file),)
    return await checking.check_function(
        one.snapshot, subject, str(one.file), roots, cage, settings, ask
    )


def _alone(one: Party, checked: Checked | None, *, as_json: bool) -> int:
    if checked is None or checked.status == "not checked":
        why = checked.note if checked else "it has no examples and no property tests"
        raise ConfigError(
            f"{one.name} can't be stressed alone ({why}): write an example, or name --against or "
            "--property"
        )
    if as_json:
        record = {"found": [finding_record(f) for f in checked.findings]}
        print(json.dumps({**record, "tried": checked.examples}, ensure_ascii=False))
    else:
        for found in checked.findings:
            # What refutes it without any input, as an empty body, is no counterexample.
            title = "" if found.message.startswith("refuted") else "counterexample: "
            print(safe(f"{title}{found.message}"))
        if not checked.findings:
            print(f"no counterexample among {checked.examples} examples; that is no proof")
    return 1 if checked.findings else 0


def _record(done: Stressed) -> dict[str, Any]:
    found = stress.finding(done)
    return {
        "found": finding_record(found) if found else None,
        "report": stress.words(done),
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
