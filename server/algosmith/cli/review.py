"""``algosmith review FILE:LINE``: what running a function shows, then what the model says of it.

A notebook (.ipynb) is read as one file; name its function with ``--function``.
"""

import argparse
import asyncio
import json

from algosmith.cli.files import function_of, load_settings, safe
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.features import review as reviewing
from algosmith.features import services as building
from algosmith.features.check import root_of
from algosmith.features.review import Review, record, text_of
from algosmith.model import Function, Snapshot
from algosmith.verify.examples import path_of


def run(args: list[str]) -> int:
    """Exit status 0: nothing spoke against it; 1: something did."""
    parser = argparse.ArgumentParser("algosmith review", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="a line of the function")
    parser.add_argument("--function", metavar="NAME", help="its name, instead of a line")
    parser.add_argument("--no-model", action="store_true", help="evidence only")
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args(args)
    snapshot, function = function_of(options.place, options.function)
    with ProgressLine() as report:
        work = _review(load_settings(), snapshot, function, report, model=not options.no_model)
        made = asyncio.run(work)
    print(json.dumps(record(made), ensure_ascii=False) if options.json else safe(text_of(made)))
    return 1 if reviewing.failing(made) else 0


async def _review(
    settings: Settings, snapshot: Snapshot, function: Function, report: ProgressLine, *, model: bool
) -> Review:
    file = path_of(snapshot)
    roots = (root_of(file),) if file is not None else ()
    made = building.build(settings, trusted=True, roots=roots)
    try:
        return await reviewing.review(made, snapshot, function, report, model=model)
    finally:
        await made.close()
