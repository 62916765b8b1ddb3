"""A run's file: a header and a row for each problem, on disk as soon as it is known.

A run that was stopped goes on where it was. A line that the stop cut off is written again. The file
belongs to one process at a time, and to one set of settings: rows of two would not be one figure.
"""

import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from algosmith.errors import ConfigError
from algosmith.evaluation.rows import Row, from_record, to_record

Header = Mapping[str, Any]


@dataclass(slots=True)
class Run:
    """An open run."""

    header: Header
    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    """By the problem's id."""
    lines_unread: int = 0
    """Lines of the file that are no rows: cut off, or damaged."""
    out: IO[bytes] | None = None

    def add(self, row: Row) -> None:
        """One more row, on disk at once."""
        self.rows[row.id] = row
        if self.out is not None:
            append(self.out, to_record(row))


@contextmanager
def open_run(file: Path, header: Header) -> Generator[Run]:
    """Begins a run in the file, or goes on with the one that is there.

    Raises:
        ConfigError: Another process writes to it, it was begun with another header, or the disk
            does not take it.
    """
    if file.exists() and not file.is_file():
        raise ConfigError(f"{file} can't be written: it is no ordinary file")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        out = file.open("a+b")
    except OSError as error:
        raise ConfigError(f"{file} can't be written: {error.strerror or error}") from error
    with out:
        if not _lock(out):
            raise ConfigError(
                f"another evaluation is writing to {file}; wait for it, or name another file"
            )
        out.seek(0)
        run = _parsed(out.read(), file)
        if run.header and run.header != header:
            raise ConfigError(
                f"{file} was begun with {_difference(run.header, header)}; "
                "name another file, or delete it to begin anew"
            )
        if not run.header:
            append(out, {"run": dict(header)})
        run.header, run.out = header, out
        yield run
        run.out = None


def read(file: Path) -> Run:
    """What is in a run's file; ConfigError where it is none."""
    if file.exists() and not file.is_file():
        raise ConfigError(f"{file} can't be read: it is no ordinary file")
    try:
        run = _parsed(file.read_bytes(), file)
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror or error}") from error
    if not run.header:
        raise ConfigError(f"{file} is no run of `algosmith eval`")
    return run


def _parsed(data: bytes, file: Path) -> Run:
    run = Run({})
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        try:
            record = cast("dict[str, Any]", json.loads(line))
            if "run" in record and not run.header:
                run.header = record["run"]
            else:
                row = from_record(record)
                run.rows[row.id] = row
        except (ValueError, KeyError, TypeError, AttributeError):
            run.lines_unread += 1
    if not run.header and (run.rows or run.lines_unread):
        raise ConfigError(f"{file} is no run of `algosmith eval`; nothing was written to it")
    return run


def append(out: IO[bytes], record: dict[str, Any]) -> None:
    """One more line, on disk at once; a line that was cut off before it stays one of its own.

    Raises:
        ConfigError: The disk does not take it.
    """
    end = out.seek(0, os.SEEK_END)
    if end:
        out.seek(end - 1)
    cut = bool(end) and out.read(1) != b"\n"
    line = json.dumps(record, ensure_ascii=True)
    try:
        out.write((("\n" if cut else "") + line + "\n").encode())
        out.flush()
        os.fsync(out.fileno())
    except OSError as error:
        raise ConfigError(
            f"{out.name} can't be written: {error.strerror or error}; make room and start it again"
        ) from error


def _difference(before: Header, now: Header) -> str:
    keys = [k for k in {**before, **now} if before.get(k) != now.get(k)]
    return ", ".join(f"{k} {before.get(k)!r}, now {now.get(k)!r}" for k in keys)


def _lock(file: IO[bytes]) -> bool:
    """Whether the file is ours alone; the system lets go of it when the process ends."""
    try:
        import fcntl
    except ImportError:
        return True  # Windows keeps no second writer away from us
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
