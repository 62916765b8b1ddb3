"""``algosmith explain FILE:LINE``: what algorithm the function at the line is."""

import argparse
import asyncio
import json

from algosmith.cli.files import load_settings, parse_place, read_snapshot
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
    function = function_on_line(snapshot, line)
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


def function_on_line(snapshot: Snapshot, line: int | None) -> Function | None:
    """The innermost function that covers the 1-based line; the only one when no line is given."""
    found = functions.functions(snapshot)
    if line is None:
        return found[0] if len(found) == 1 else None
    lines = snapshot.data.split(b"\n")
    if line > len(lines):
        return None
    text = lines[line - 1]
    start = sum(len(earlier) + 1 for earlier in lines[: line - 1])
    return functions.function_at(snapshot, start + len(text) - len(text.lstrip()))


async def _explain(
    settings: Settings, snapshot: Snapshot, function: Function, report: ProgressLine
) -> Explanation:
    made = services.build(settings, trusted=False)
    try:
        return await explain.explain(made, snapshot, function, report)
    finally:
        await made.close()
