"""``algosmith hint FILE:LINE``: one step on the way for a learner; never the solution.

Level 1 is a question, 2 the idea, 3 a plan, 4 the next line in words. A notebook (.ipynb) is read
as one file; name its function with ``--function``. The words are the model's; nothing checks them.
"""

import argparse
import asyncio
import json

from algosmith.cli.files import function_of, load_settings, safe
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.features import hints
from algosmith.features import services as building
from algosmith.features.hints import Hint


def run(args: list[str]) -> int:
    """Prints the hint."""
    parser = argparse.ArgumentParser("algosmith hint", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="a line of the function")
    parser.add_argument("--function", metavar="NAME", help="its name, instead of a line")
    parser.add_argument(
        "--level", type=int, default=1, choices=range(1, len(hints.LEVELS) + 1),
        help="1 a question, 2 the idea, 3 a plan, 4 the next line (default 1)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args(args)
    snapshot, function = function_of(options.place, options.function)
    exercise = hints.exercise_of(snapshot, function, None)
    with ProgressLine() as report:
        made = asyncio.run(_hint(load_settings(), exercise, options.level, report))
    if options.json:
        print(json.dumps({"level": made.level, "kind": made.name, "hint": made.text,
                          "model": made.model}, ensure_ascii=False))  # fmt: skip
    else:
        print(safe(hints.text_of(made)))
    return 0


async def _hint(settings: Settings, exercise: str, level: int, report: ProgressLine) -> Hint:
    made = building.build(settings, trusted=False)
    try:
        return await hints.hint(made, exercise, level, report)
    finally:
        await made.close()
