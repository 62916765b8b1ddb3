"""``algosmith tune data PATH…``: a data set out of a repository's own documented functions."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from algosmith import sandbox
from algosmith.cli.files import load_settings, source_files
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.errors import ConfigError
from algosmith.tuning.harvest import Harvest, harvest


def run(args: Sequence[str]) -> int:
    """Exit status 0: there are rows."""
    parser = argparse.ArgumentParser("algosmith tune data", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="Python files or folders")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="D.jsonl")
    parser.add_argument(
        "--model", help="whose prompts are used (default: the setting `model`); prompts differ"
    )
    options = parser.parse_args(args)
    if options.out.exists():
        raise ConfigError(f"{options.out} is there already; name another file")
    settings = load_settings()
    if options.model:
        settings = replace(settings, model=options.model)
    files = [file for file in source_files(options.paths) if file.suffix == ".py"]
    if not files:
        raise ConfigError("there is no Python file in these paths")
    roots = [path.resolve() for path in options.paths if path.is_dir()]
    with ProgressLine() as line:
        found = asyncio.run(_harvest(files, roots, settings, line))
    for reason, count in found.left_out.most_common():
        print(f"left out: {count} functions: {reason}", file=sys.stderr)
    if not found.rows:
        raise ConfigError("no function could be taken; the lines above say why")
    _write(options.out, found)
    marked = sum("problem" in row for row in found.rows)
    print(f"{len(found.rows)} tasks, {marked} of them with hidden tests: {options.out}")
    return 0


async def _harvest(
    files: Sequence[Path], roots: Sequence[Path], settings: Settings, line: ProgressLine
) -> Harvest:
    python = settings.verify.python
    cage = await sandbox.open_sandbox(Path(python) if python else None)
    try:
        return await harvest(files, roots, cage, settings, line)
    finally:
        await cage.close()


def _write(file: Path, found: Harvest) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ConfigError(f"{file} can't be written: {error.strerror or error}") from error
