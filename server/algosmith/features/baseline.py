"""A baseline: what was known before, so that only what is new, or grew worse, fails a build."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from algosmith.complexity.notation import contradicts, pretty
from algosmith.errors import ConfigError
from algosmith.features.files import replace_file
from algosmith.features.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.check import FileReport

_FORM = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings and measured classes of an earlier check, by file as seen from the baseline."""

    findings: frozenset[tuple[str, str]]
    times: dict[tuple[str, str], str]


def read(file: Path) -> Baseline | None:
    """The baseline of a file; None where there is none yet. Raises ConfigError for another file."""
    try:
        record = cast("dict[str, Any]", json.loads(file.read_bytes()))
        if record["form"] != _FORM:
            raise ConfigError(f"{file}: was written by another version; write it anew")
        found = frozenset((str(f), str(key)) for f, key in record["findings"])
        times = {(str(f), str(name)): str(time) for f, name, time in record["times"]}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{file}: is no baseline ({error}); remove it to write one") from error
    return Baseline(found, times)


def write(file: Path, checked: Sequence[FileReport], known: Baseline | None = None) -> None:
    """Keeps what was found; raises ConfigError where the file can't be written.

    Of what was ``known`` it keeps the files that are still there and were not looked at this time.
    """
    findings = [(_shown(file, f), one.key) for f in checked for one in f.findings]
    times = [(_shown(file, f), one.name, one.time) for f in checked for one in f.functions]
    if known is not None:
        now = {_shown(file, one) for one in checked}
        known_files = {name for name, _ in (*known.findings, *known.times)}
        left = {n for n in known_files - now if (file.resolve().parent / n).exists()}
        findings += [one for one in known.findings if one[0] in left]
        times += [(*key, time) for key, time in known.times.items() if key[0] in left]
    record = {
        "form": _FORM,
        "findings": sorted(findings),
        "times": sorted(one for one in times if one[2]),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    try:
        if file.exists():
            replace_file(file, text.encode())
        else:
            file.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror or error}") from error


def news(file: Path, known: Baseline, checked: Sequence[FileReport]) -> list[Finding]:
    """The findings that are not in the baseline, and what is slower than in it."""
    found: list[Finding] = []
    for one in checked:
        shown = _shown(file, one)
        found += [f for f in one.findings if (shown, f.key) not in known.findings]
        for function in one.functions:
            before = known.times.get((shown, function.name))
            sure = function.confidence in ("high", "medium")
            if before and sure and contradicts(before, function.time):
                now = pretty(function.time or "")
                message = f"{function.name}: measured {now}, it was {pretty(before)} in {file.name}"
                found.append(Finding("grown", message, str(one.file), function.line,
                                     function.name, before))  # fmt: skip
    return found


def _shown(file: Path, checked: FileReport) -> str:
    """The path as seen from the baseline's folder, so that it holds on every machine."""
    return Path(os.path.relpath(checked.file, file.resolve().parent)).as_posix()
