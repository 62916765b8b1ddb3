"""Reading and replacing the file that somebody names; shared by the commands and the MCP server."""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pathspec

from algosmith.errors import TaskError
from algosmith.model import Snapshot
from algosmith.syntax import languages
from algosmith.syntax.positions import line_starts

MOST_BYTES = 16 << 20
"""Larger files are not opened: nobody writes TODOs in them by hand."""


def parse_place(text: str) -> tuple[Path, int | None]:
    """``FILE`` or ``FILE:LINE`` (1-based)."""
    match = re.fullmatch(r"(.+):(\d+)", text)
    if match and not os.path.exists(text):  # noqa: PTH110  also False for a name too long
        return Path(match.group(1)), int(match.group(2))
    return Path(text), None


def read_snapshot(file: Path) -> Snapshot:
    """The file as a Snapshot; TaskError says why it can't be worked on."""
    language = languages.language_of(file.name)
    if file.suffix == ".ipynb":
        how = "run `%load_ext algosmith` in it, then put `%%solve` on top of a cell"
        raise TaskError(f"{file}: a notebook is not changed from outside; {how}")
    if language is None:
        known = " ".join(end for one in languages.LANGUAGES.values() for end in one.suffixes)
        raise TaskError(f"{file}: this kind of file is not supported; those are: {known}")
    try:
        if file.exists() and not file.is_file():
            raise TaskError(f"{file}: is no ordinary file.")
        if file.stat().st_size > MOST_BYTES:
            raise TaskError(f"{file}: larger than {MOST_BYTES >> 20} MiB, not opened.")
        data = file.read_bytes()
    except OSError as error:
        raise TaskError(f"{file}: {error.strerror or error}") from error
    if b"\0" in data[:8192]:
        raise TaskError(f"{file}: looks like a binary file.")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TaskError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    return Snapshot(file.resolve().as_uri(), language, data)


def replace_file(file: Path, data: bytes) -> None:
    """Writes it whole or not at all; raises OSError with the file as it was."""
    target = file.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".algosmith-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def offset_of(snapshot: Snapshot, file: Path, line: int) -> int:
    """The first byte of a line (from 1) that is neither white space nor a byte order mark."""
    starts = line_starts(snapshot.data)
    if not 1 <= line <= len(starts):
        count = f"{len(starts)} line{'s' if len(starts) != 1 else ''}"
        raise TaskError(f"{file} has {count}, no line {line}.")
    end = starts[line] if line < len(starts) else len(snapshot.data)
    text = snapshot.data[starts[line - 1] : end]
    mark = 3 if line == 1 and text.startswith(b"\xef\xbb\xbf") else 0
    text = text[mark:]
    return starts[line - 1] + mark + len(text) - len(text.lstrip())


def source_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The supported files in the paths, folders walked without what .gitignore names."""
    for path in paths:
        # Unlike a Path's, these answer for a name that is too long or a link to itself, too.
        if os.path.isdir(path):  # noqa: PTH112
            yield from _walk(path, [])
        elif os.path.exists(path):  # noqa: PTH110
            yield path
        else:
            raise TaskError(f"{path}: no such file or folder.")


_Ignores = list[tuple[Path, pathspec.GitIgnoreSpec]]


def _walk(folder: Path, ignores: _Ignores) -> Iterator[Path]:
    ignore_file = folder / ".gitignore"
    lines: list[str] = []
    if ignore_file.is_file():
        with contextlib.suppress(OSError):
            lines = ignore_file.read_text("utf-8", "replace").splitlines()
    if lines:
        ignores = [*ignores, (folder, pathspec.GitIgnoreSpec.from_lines(lines))]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name == ".git" or entry.is_symlink() or _ignored(entry, ignores):
            continue
        if entry.is_dir():
            yield from _walk(entry, ignores)
        elif languages.language_of(entry.name) is not None:
            yield entry


def _ignored(entry: Path, ignores: _Ignores) -> bool:
    slash = "/" if entry.is_dir() else ""
    return any(
        spec.match_file(entry.relative_to(base).as_posix() + slash) for base, spec in ignores
    )
