"""Samples in files beside a program: ``sum.in`` and ``sum.out``, ``input0.txt``, cph's ``.prob``.

Files that bear the program's name are its own. Those with a general name (``input.txt``) are taken
only where the folder holds one program: a sample of another problem would refute right code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import ConfigError
from algosmith.programs.checker import JUDGED
from algosmith.programs.companion import as_lines, read_problem
from algosmith.programs.statement import MOST_SAMPLES
from algosmith.programs.types import Problem, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MOST_BYTES = 4 << 20
_MOST_FILES = 2_000
_FOLDERS = ("", "tests", "test", "samples", "sample", "data", "testcases")
_PROGRAMS = {".py", ".cpp", ".cc", ".c", ".java", ".rs", ".go", ".js", ".ts", ".kt"}
_INPUT = re.compile(
    r"^(?P<stem>.*?)(?P<sep>[._-]?)(?:"
    r"(?:input|in)(?P<number>[._-]?\d*)\.txt|(?P<before>\d*)\.(?:in|inp|input))$",
    re.IGNORECASE,
)


def problem_beside(file: Path) -> Problem:
    """What the files around a program say about it; the folder must be one that may be read."""
    found: list[Sample] = []
    notes: list[str] = []
    alone = _is_only_program(file)
    for folder in _FOLDERS:
        samples, said = _in_folder(file, file.parent / folder, alone=alone)
        found += samples
        notes += said
    problem = Problem(tuple(found), notes=tuple(notes))
    for prob in _prob_files(file):
        text = _text(prob)
        if text is None:
            continue
        try:
            other = read_problem(text, prob.name)
        except ConfigError as error:
            problem = replace(problem, notes=(*problem.notes, str(error)))
            continue
        problem = replace(
            other,
            samples=(*problem.samples, *other.samples),
            notes=(*problem.notes, *other.notes),
        )
    samples = tuple({(one.input, one.output): one for one in problem.samples}.values())
    checker, source = _checker(file)
    return replace(
        problem,
        samples=samples[:MOST_SAMPLES],
        checker=source,
        notes=(*problem.notes, *([f"{JUDGED} {checker}"] if checker else [])),
    )


def _in_folder(file: Path, folder: Path, *, alone: bool) -> tuple[list[Sample], list[str]]:
    found: list[Sample] = []
    notes: list[str] = []
    for given in _inputs(folder):
        match = _INPUT.match(given.name)
        stem = match["stem"] if match else ""
        own = stem == file.stem or (stem == "" and folder.name in (file.stem, f"{file.stem}_tests"))
        if not own and not (alone and _is_general(stem)):
            continue
        wanted = _output_of(given)
        if wanted is None:
            notes.append(f"{given.name} has no output file beside it, not used")
            continue
        texts = _text(given), _text(wanted)
        if texts[0] is None or texts[1] is None:
            unread = given if texts[0] is None else wanted
            notes.append(f"{unread.name} can't be read as text of at most 4 MiB, not used")
            continue
        found.append(Sample(as_lines(texts[0]), as_lines(texts[1]), given.name))
    return found, notes


def _inputs(folder: Path) -> Iterator[Path]:
    """The input files of a folder, ``2.in`` before ``10.in``."""
    names = [path for path in _listed(folder) if _INPUT.match(path.name)]
    yield from sorted(names, key=lambda p: [int(t) if t.isdigit() else 0 for t in
                                            re.findall(r"\d+|\D+", p.name)] + [0])  # fmt: skip


def _listed(folder: Path) -> list[Path]:
    try:
        return [path for _, path in zip(range(_MOST_FILES), folder.iterdir(), strict=False)]
    except OSError:
        return []


def _is_general(stem: str) -> bool:
    return stem.lower().strip("._-") in ("", "sample", "test", "example", "case", "data")


def _output_of(given: Path) -> Path | None:
    """The file that holds the wanted output: ``x.in`` has ``x.out`` or ``x.ans``."""
    name = given.name
    if name.lower().endswith(".txt"):
        at = max(name.lower().rfind("input"), 0)
        if "input" in name.lower():
            names: Iterable[str] = (name[:at] + "output" + name[at + 5 :],)
        else:
            at = name.lower().rfind("in")
            names = (name[:at] + "out" + name[at + 2 :],)
    else:
        stem = name.rpartition(".")[0]
        names = tuple(f"{stem}.{end}" for end in ("out", "ans", "a", "output", "ok"))
    return next((path for one in names if (path := given.with_name(one)).is_file()), None)


def _prob_files(file: Path) -> Iterator[Path]:
    """Cph keeps a problem in ``.cph/.sum.py_<hash>.prob``, or beside the file."""
    for folder in (file.parent / ".cph", file.parent):
        for path in sorted(_listed(folder)):
            bare = path.name.removeprefix(".")
            if path.suffix == ".prob" and re.match(rf"{re.escape(file.name)}(?:_|\.)", bare):
                yield path


def _checker(file: Path) -> tuple[str, str]:
    """(name, source) of the user's program that judges outputs."""
    names = [f"{file.stem}_checker.py", f"{file.stem}.checker.py"]
    names += ["checker.py"] if _is_only_program(file) else []
    for name in names:
        path = file.with_name(name)
        text = _text(path) if path != file and path.is_file() else None
        if text:
            return name, text
    return "", ""


def _is_only_program(file: Path) -> bool:
    others = [
        path
        for path in _listed(file.parent)
        if path.suffix in _PROGRAMS and not re.search(r"checker|^test_|_test\.|^gen", path.name)
    ]
    return len(others) <= 1


def _text(path: Path) -> str | None:
    """A file's text; None for one that is no text, too large, or a link out of its folder."""
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > _MOST_BYTES:
            return None
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
