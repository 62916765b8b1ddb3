"""``algosmith check PATH…``: do the examples hold, and is the code as quick as it says? No model.

Every function with examples, tests or a claim about complexity (``# Time: O(n)``) is run in the
cage. Exit status 0: nothing was found; 1: something was; 2: it could not be checked.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from algosmith.cli.files import load_settings, safe, seconds
from algosmith.errors import AlgosmithError, ConfigError
from algosmith.features import baseline, changes, reports
from algosmith.features.check import FileReport, check
from algosmith.features.checking import Ask
from algosmith.features.findings import Finding, checked_record, finding_record

_MOST_NOTES = 20


def run(args: list[str]) -> int:
    """Checks, prints, and says by the exit status whether a build should fail."""
    options = _parser().parse_args(args)
    try:
        return _run(options)
    except AlgosmithError as error:
        print(safe(f"algosmith check: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nstopped; what is done is kept, the same command goes on from there", file=sys.stderr
        )
        raise


def _run(options: argparse.Namespace) -> int:
    if options.update_baseline and not options.baseline:
        raise ConfigError("--update-baseline: name the file to write, too, with --baseline FILE")
    ask = Ask(options.at_most, options.seconds, not options.no_complexity)
    known = baseline.read(options.baseline) if options.baseline else None
    only = None
    if options.changed is not None:
        folders = {path if path.is_dir() else path.parent for path in options.paths}
        only = {f for one in folders for f in changes.changed_files(one, options.changed)}
    checked = check(options.paths, load_settings(), ask, only=only, report=_progress())
    found = [one for file in checked for one in file.findings]
    kept = ""
    if options.baseline and (known is None or options.update_baseline):
        baseline.write(options.baseline, checked, known)
        count = _plural(len(found), "finding")
        kept = f"{options.baseline} written, {count} in it; from now on only others count"
        found = []
    elif known is not None:
        found = baseline.news(options.baseline, known, checked)
    root = Path.cwd()
    if options.sarif:
        _write(options.sarif, json.dumps(reports.sarif(found, root), indent=1).encode())
    if options.junit:
        _write(options.junit, reports.junit(checked, found, root))
    print(
        json.dumps(_record(checked, found)) if options.json else safe(_text(checked, found, root))
    )
    if kept:
        print(kept, file=sys.stderr)
    if any(file.unreadable for file in checked):
        return 2
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith check", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--sarif", type=Path, metavar="FILE", help="write the findings as SARIF")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report")
    parser.add_argument(
        "--at-most", metavar="CLASS", help='a function measured worse is a finding: "O(n log n)"'
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="only what is not in FILE, or grew worse, is a finding; an absent FILE is written",
    )
    parser.add_argument("--update-baseline", action="store_true", help="write it anew")
    parser.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="REF",
        help="only files that Git says differ from REF (default HEAD)",
    )
    parser.add_argument("--no-complexity", action="store_true", help="examples only")
    parser.add_argument(
        "--seconds", type=seconds, default=0.2, help="budget for measuring a function (default 0.2)"
    )
    return parser


def _progress() -> Any:
    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int, file: str) -> None:
        end = "\n" if done == total else ""
        print(
            f"\r\x1b[K{done} of {total} checked: {safe(file[-60:])}",
            end=end,
            file=sys.stderr,
            flush=True,
        )

    return report


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror or error}") from error


def _record(checked: Sequence[FileReport], found: Sequence[Finding]) -> dict[str, Any]:
    files = [
        {
            "file": str(one.file),
            "note": one.note,
            "functions": [checked_record(f) for f in one.functions],
        }
        for one in checked
        if one.functions or one.note
    ]
    return {"findings": [finding_record(one) for one in found], "files": files}


def _text(checked: Sequence[FileReport], found: Sequence[Finding], root: Path) -> str:
    lines = [f"{_shown(Path(one.file), root)}:{one.line}: {one.message}" for one in found]
    notes = [f"{_shown(f.file, root)}: {f.note}" for f in checked if f.note]
    functions = [(file, one) for file in checked for one in file.functions]
    notes += [
        f"{_shown(file.file, root)}:{one.line}: {one.name}: {one.note or 'nothing to run'}"
        for file, one in functions
        if one.status == "not checked" or one.note
    ]
    lines += [f"note: {note}" for note in notes[:_MOST_NOTES]]
    if len(notes) > _MOST_NOTES:
        lines.append(f"note: … and {len(notes) - _MOST_NOTES} more (--json)")
    states = Counter(one.status for _, one in functions)
    examples = sum(one.examples for _, one in functions)
    lines.append(
        f"{_plural(len(functions), 'function')} with {_plural(examples, 'example')}: "
        f"{states['held']} hold, "
        f"{states['failed']} failed, {states['not checked']} could not be checked; "
        f"{_plural(len(found), 'finding')}"
    )
    return "\n".join(lines)


def _shown(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
