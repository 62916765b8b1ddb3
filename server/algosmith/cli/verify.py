"""``algosmith verify FILE:LINE``: checks what stands there, or given candidates; asks no model."""

import argparse
import asyncio
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from algosmith import languages, sandbox
from algosmith.cli.files import load_settings, offset_of, parse_place, read_snapshot
from algosmith.cli.records import task_record, verdict_record
from algosmith.config import Settings
from algosmith.errors import ConfigError, EditError, SandboxError, TaskError
from algosmith.model import Candidate, Edit, Snapshot, Span
from algosmith.sandbox.types import CageReport
from algosmith.syntax import splice
from algosmith.syntax.positions import line_of
from algosmith.syntax.tasks import find_tasks
from algosmith.verify.judge import judge
from algosmith.verify.standing import open_at
from algosmith.verify.types import Assessment, Case

_ROOT_MARKS = (".git", "pyproject.toml", "setup.cfg", "package.json")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""What no UTF-8 holds, but JSON's escapes may."""
_MOST_CANDIDATES = 1_000
_MOST_BYTES = 64 << 20


def run(args: list[str]) -> int:
    """Exit status 0: a candidate may be inserted; 1: none may."""
    options = _parser().parse_args(args)
    file, line = parse_place(options.place)
    snapshot = read_snapshot(file)
    settings = replace(load_settings(), seed=options.seed)
    candidates = _read_candidates(Path(options.candidates)) if options.candidates else None
    case, given, edits = _case(snapshot, file, line, settings, candidates)
    case = replace(case, trusted=not options.untrusted)
    judgement, cage = asyncio.run(_judge(case, given, edits, settings))
    if options.json:
        text = json.dumps(record(case, given, judgement, cage), ensure_ascii=False)
        print(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    else:
        print(report(given, judgement, cage))
    return 0 if judgement.chosen is not None else 1


def record(
    case: Case, candidates: list[Candidate], judgement: Assessment, cage: CageReport | None
) -> dict[str, Any]:
    """The object that ``--json`` prints (``server/docs/verification.md``)."""
    group = {i: n for n, g in enumerate(judgement.groups) for i in g.members}
    return {
        "task": task_record(case.task),
        "cage": cage.tier if cage else None,
        "examples": [
            {"text": e.text, "source": e.source, "kind": e.kind} for e in judgement.examples
        ],
        "candidates": [
            {"code": c.code, "verdict": verdict_record(v), "group": group.get(i)}
            for i, (c, v) in enumerate(zip(candidates, judgement.verdicts, strict=True))
        ],
        "groups": [
            {"members": list(g.members), "distinct": g.distinct, "weight": g.weight}
            for g in judgement.groups
        ],
        "order": list(judgement.order),
        "chosen": judgement.chosen,
        "evidence": judgement.evidence,
        "notes": list(judgement.notes),
    }


def report(candidates: list[Candidate], judgement: Assessment, cage: CageReport | None) -> str:
    """The same for people."""
    lines = [f"cage: {cage.tier}" if cage else "cage: none, nothing is run"]
    lines += [f"example: {e.text}  ({e.source})" for e in judgement.examples]
    for index in judgement.order:
        verdict = judgement.verdicts[index]
        mark = "*" if index == judgement.chosen else " "
        adds = f"  [adds: {', '.join(verdict.adds)}]" if verdict.adds else ""
        name = f"candidate {index}: " if len(candidates) > 1 else ""
        lines.append(f"{mark} {name}{verdict.summary}{adds}")
    if len(candidates) > 1:
        alike = ", ".join("{" + " ".join(map(str, g.members)) + "}" for g in judgement.groups)
        lines.append(f"behave alike: {alike or 'nothing was run'}")
    lines += [f"note: {note}" for note in judgement.notes]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith verify", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="a line of the function or of the TODO")
    parser.add_argument("--candidates", metavar="C.jsonl", help="one object with `code` a line")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--untrusted", action="store_true", help="run nothing, read no other file")
    parser.add_argument("--seed", type=int, default=0, help="of the generated inputs (default 0)")
    return parser


def _read_candidates(file: Path) -> list[Candidate]:
    """Candidates of a JSONL file; ConfigError names the line that is no candidate."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{file}: larger than {_MOST_BYTES >> 20} MiB, not opened")
        # Not splitlines: U+2028 and the like may stand inside JSON's strings.
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} can't be read: {error}") from error
    found: list[Candidate] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found.append(_candidate(line, f"{file}:{number}"))
    if len(found) > _MOST_CANDIDATES:
        raise ConfigError(f"{file}: more than {_MOST_CANDIDATES} candidates; split the file")
    return found


def _candidate(line: str, place: str) -> Candidate:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{place}: is no JSON ({error})") from error
    code = cast("dict[str, object]", row).get("code") if isinstance(row, dict) else None
    if not isinstance(code, str):
        raise ConfigError(f'{place}: expected an object with a text `code`: {{"code": "..."}}')
    return Candidate(code)


def _case(
    snapshot: Snapshot,
    file: Path,
    line: int | None,
    settings: Settings,
    candidates: list[Candidate] | None,
) -> tuple[Case, list[Candidate], list[Edit | EditError]]:
    """What to judge: the TODO at the line, or the function that is written there."""
    roots = (_root(file),)
    tasks = find_tasks(snapshot, settings.keywords)
    offset = _offset(snapshot, file, line, len(tasks))
    number = line_of(snapshot.data, offset) + 1
    task = next((t for t in tasks if _is_at(snapshot, t.comment, t.line, number)), None)
    if task is None and line is None and len(tasks) == 1:
        task = tasks[0]
    if candidates is not None and task is not None:
        return Case(snapshot, task, roots=roots), candidates, _place(snapshot, task, candidates)
    if task is not None and task.function is not None and task.kind != "function":
        here = Span(task.target.start, task.target.start)
        code = snapshot.slice(task.function.body)
        return Case(snapshot, task, roots=roots, standing=True), [Candidate(code)], [Edit(here, "")]
    opened = open_at(snapshot, offset)
    case = Case(opened.snapshot, opened.task, roots=roots, standing=candidates is None)
    if candidates is None:
        return case, [opened.candidate], [opened.edit]
    return case, candidates, _place(opened.snapshot, opened.task, candidates)


def _offset(snapshot: Snapshot, file: Path, line: int | None, tasks: int) -> int:
    """The first byte of the line that is no white space."""
    if line is None:
        if tasks > 1:
            raise TaskError(f"{file} holds {tasks} TODOs: name a line, as in {file}:12")
        line = 1
    return offset_of(snapshot, file, line)


def _is_at(snapshot: Snapshot, comment: Span, first: int, line: int) -> bool:
    last = line_of(snapshot.data, max(comment.end - 1, comment.start)) + 1
    return first <= line <= last


def _place(snapshot: Snapshot, task: Any, candidates: list[Candidate]) -> list[Edit | EditError]:
    edits: list[Edit | EditError] = []
    for candidate in candidates:
        try:
            edits.append(splice.place(snapshot, task, candidate.code, (), "none"))
        except EditError as error:
            edits.append(error)
    return edits


def _root(file: Path) -> Path:
    """The folder of the project that a file belongs to; its own folder where none is marked."""
    folder = file.resolve().parent
    for parent in (folder, *folder.parents):
        if any((parent / mark).exists() for mark in _ROOT_MARKS):
            return parent
    return folder


async def _judge(
    case: Case, candidates: list[Candidate], edits: list[Edit | EditError], settings: Settings
) -> tuple[Assessment, CageReport | None]:
    cage = None
    if case.trusted and settings.verify.enabled:
        python = settings.verify.python
        running = languages.running(case.snapshot.language)
        try:
            if running is not None:
                cage = await running.opened()
            else:
                cage = await sandbox.open_sandbox(Path(python) if python else None)
        except SandboxError as error:
            print(f"algosmith verify: {error}", file=sys.stderr)
            case = replace(case, why_not_run=str(error))
    try:
        judgement = await judge(case, candidates, edits, cage, settings)
        return judgement, cage.report if cage else None
    finally:
        if cage is not None:
            await cage.close()
