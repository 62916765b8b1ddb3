"""``algosmith explain FILE:LINE``: what algorithm the function at the line is."""

import argparse
import asyncio
import json
from pathlib import Path

from algosmith.cli.files import load_settings, offset_of, parse_place, read_snapshot
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.errors import TaskError
from algosmith.features import explain, services, words
from algosmith.model import Explanation, Function, Snapshot
from algosmith.syntax import functions


def run(args: list[str]) -> int:
    """Prints the model's explanation; complexity in it is claimed, not measured."""
    parser = argparse.ArgumentParser("algosmith explain", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(args)
    file, line = parse_place(options.place)
    snapshot = read_snapshot(file)
    function = _function(snapshot, file, line)
    if function is None:
        raise TaskError(f"{options.place}: no function there; give the line of one as FILE:LINE.")
    with ProgressLine() as report:
        explanation = asyncio.run(_explain(load_settings(), snapshot, function, report))
    if options.json:
        claims = {"time": explanation.claims.time, "space": explanation.claims.space}
        record = {"algorithm": explanation.algorithm, "idea": explanation.idea, "claims": claims}
        print(json.dumps({"function": function.qualified_name} | record, ensure_ascii=False))
    else:
        print(words.explanation_text(explanation))
    return 0


def _function(snapshot: Snapshot, file: Path, line: int | None) -> Function | None:
    """The innermost function that covers the line; the only one when no line is given."""
    if line is not None:
        return functions.function_at(snapshot, offset_of(snapshot, file, line))
    found = functions.functions(snapshot)
    return found[0] if len(found) == 1 else None


async def _explain(
    settings: Settings, snapshot: Snapshot, function: Function, report: ProgressLine
) -> Explanation:
    made = services.build(settings, trusted=False)
    try:
        return await explain.explain(made, snapshot, function, report)
    finally:
        await made.close()
