"""Finds the tests of a workspace that call a function, within fixed bounds; reads, never runs."""

from __future__ import annotations

import ast
import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pathspec

from algosmith.batch import once
from algosmith.syntax.pythontree import parsed
from algosmith.verify.examples import testcases, tests
from algosmith.verify.statements import ExampleSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.sandbox.types import Call
    from algosmith.verify.examples.reading import Target
    from algosmith.verify.statements import Example

_MOST_FILES = 200
_MOST_ENTRIES = 5_000
_MOST_BYTES = 256 << 10
_MOST_SECONDS = 0.5
_SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", "env", "node_modules", "__pycache__", ".tox", ".nox",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", "build", "dist", "site-packages",
})  # fmt: skip


def read(file: Path, target: Target, owner: str, roots: Sequence[Path]) -> ExampleSet:
    """What the test files say that import the function from ``file``.

    ``owner`` is the name that a test has to import: the function's, or its class's.
    """
    examples: list[Example] = []
    hints: list[Example] = []
    left_out: list[str] = []
    inputs: list[Call] = []
    stop = time.monotonic() + _MOST_SECONDS
    notes: tuple[str, ...] = ()
    modules = (_stem(file), file.parent.name)
    for path, shown in _test_files(file, roots):
        if time.monotonic() > stop:
            notes = (f"the search for tests stopped after {_MOST_SECONDS} s, at {shown}",)
            break
        tree = _parsed(path, owner, modules)
        if tree is not None and _imports(tree, file, owner):
            said = (testcases.read(tree, target, shown),
                    tests.read_properties(tree, target, shown))  # fmt: skip
            for one in said:
                examples += one.examples
                hints += one.hints
                inputs += one.inputs
                left_out += one.notes
    return ExampleSet(
        tuple(examples), (*notes, *left_out), inputs=tuple(inputs), hints=tuple(hints)
    )


def _parsed(path: Path, owner: str, modules: Sequence[str]) -> ast.Module | None:
    try:
        data = once(("test file", path), lambda: _content(path))
        # What it is imported from has to be named, too: that is told before much is parsed.
        if owner.encode() not in data or not any(name.encode() in data for name in modules):
            return None
        return parsed(data)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _content(path: Path) -> bytes:
    """Of a pipe or a device, which a repository may hold, nothing: reading it would never end."""
    usable = path.is_file() and path.stat().st_size <= _MOST_BYTES
    return path.read_bytes() if usable else b""


def _imports(tree: ast.Module, file: Path, owner: str) -> bool:
    """Whether the test gets ``owner`` from the module that ``file`` is."""
    stem = _stem(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = (node.module or "").rsplit(".", 1)[-1]
            names = {alias.name for alias in node.names}
            if module == stem and names & {owner, "*"}:
                return True
            if stem in names or (owner in names and module == file.parent.name):
                return True
        elif isinstance(node, ast.Import) and any(
            alias.name.rsplit(".", 1)[-1] == stem for alias in node.names
        ):
            return True
    return False


def _stem(file: Path) -> str:
    """The last part of the name that a file is imported by."""
    return file.parent.name if file.stem == "__init__" else file.stem


def _test_files(file: Path, roots: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Test files of the workspace that ``file`` belongs to, those named after it first."""
    root = _root_of(file, roots)
    if root is None:
        return
    paths = once(("test files", root), lambda: [*test_files(root)]).copy()
    named = {f"test_{file.stem}.py", f"{file.stem}_test.py"}
    paths.sort(key=lambda p: (p.name not in named, len(p.parts), p.as_posix()))
    for path in paths[:_MOST_FILES]:
        yield path, path.relative_to(root).as_posix()


def test_files(root: Path) -> Iterator[Path]:
    """The test files of a workspace's folder, as many as are looked at."""
    yield from _walk(root, _ignored(root))


def _root_of(file: Path, roots: Sequence[Path]) -> Path | None:
    inside = [r.resolve() for r in roots if file.resolve().is_relative_to(r.resolve())]
    return max(inside, key=lambda r: len(r.parts), default=None)


def _walk(root: Path, ignored: pathspec.PathSpec[pathspec.Pattern]) -> Iterator[Path]:
    entries = 0
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            f
            for f in folders
            if f not in _SKIPPED and not ignored.match_file(f"{(here / f).relative_to(root)}/")
        )
        entries += len(files) + len(folders)
        if entries > _MOST_ENTRIES:
            return
        in_tests = any(p in ("test", "tests") for p in here.relative_to(root).parts)
        for name in sorted(files):
            conventional = name.startswith("test_") or name.endswith("_test.py")
            path = here / name
            if not name.endswith(".py") or not (conventional or in_tests) or path.is_symlink():
                continue
            if not ignored.match_file(path.relative_to(root).as_posix()):
                yield path


def _ignored(root: Path) -> pathspec.PathSpec[pathspec.Pattern]:
    file, lines = root / ".gitignore", list[str]()
    with contextlib.suppress(OSError):
        if file.is_file() and file.stat().st_size <= _MOST_BYTES:
            lines = file.read_text("utf-8", "replace").splitlines()
    return pathspec.PathSpec.from_lines("gitignore", lines)
