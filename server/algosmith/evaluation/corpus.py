"""Functions of installed packages, right and broken: does ``verify`` tell them as doctest does?

Each function of a package whose docstring holds a doctest that passes is judged as it stands, and
so are small changes of it that the doctest notices. Packages are read where they are installed;
nothing of them is copied, and outside the cage only doctest's own run executes them, in a process
of its own.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import hashlib
import importlib.util
import json
import random
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.config import Settings, VerifySettings
from algosmith.errors import ConfigError, TaskError
from algosmith.evaluation.corpus_doctest import Doctest, notices
from algosmith.evaluation.corpus_table import Row, table
from algosmith.evaluation.runs import append
from algosmith.model import Candidate, Edit, Snapshot
from algosmith.sandbox import open_sandbox
from algosmith.verify import source, standing
from algosmith.verify.judge import assess
from algosmith.verify.mutants import mutants
from algosmith.verify.types import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.types import Assessment

PACKAGES = (
    "more_itertools", "toolz", "boltons", "algorithms", "networkx", "sympy", "stdlib", "pydash",
    "mpmath", "sortedcontainers", "pyrsistent", "natsort", "humanize", "jaraco.itertools",
    "jaraco.functools", "jaraco.collections", "jaraco.text",
)  # fmt: skip
_LARGE = ("networkx", "sympy", "mpmath", "pydash")
"""Packages of too many modules to send along with each candidate: they lie in the cage."""
_SECONDS = 10.0
"""For one run in the cage: many, so that a busy machine changes no verdict."""
_MUTANTS = 2
_AT_ONCE = 3
_MOST_BYTES = 400_000
_SKIPPED = ("test", "tests", "testing", "conftest", "idlelib", "lib2to3", "site-packages",
            "encodings", "turtledemo", "ensurepip", "pydoc_data", "benchmarks")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A function with a doctest."""

    package: str
    module: str
    file: Path
    root: Path
    name: str
    offset: int


def files_of(package: str) -> list[tuple[Path, Path]]:
    """The package's files in which prompts stand, each with the folder it is imported from."""
    folder, root = _folder(package)
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
    return [(file, root) for file in files if _counts_here(file, root)]


def _counts_here(file: Path, root: Path) -> bool:
    parts = file.relative_to(root).parts
    if any(part.removesuffix(".py") in _SKIPPED for part in parts):
        return False
    return file.stat().st_size <= _MOST_BYTES and b">>>" in file.read_bytes()


def _folder(package: str) -> tuple[Path, Path]:
    if package == "stdlib":
        here = Path(ast.__file__).parent
        return here, here
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin:
        raise ConfigError(f"{package} is not installed; `make eval-corpus` installs the packages")
    file = Path(spec.origin)
    return file.parent, file.parents[package.count(".") + 1]


def subjects(package: str, file: Path, root: Path) -> Iterator[Subject]:
    """The functions and methods of a file whose docstrings hold doctests."""
    data = file.read_bytes()
    tree = source.tree_of(data.decode("utf-8", "replace"))
    if tree is None:
        return
    relative = file.relative_to(root).with_suffix("").parts
    module = ".".join(relative[:-1] if relative[-1] == "__init__" else relative)
    lines = data.splitlines(keepends=True)
    for node, name in _functions(tree):
        if ">>>" in (ast.get_docstring(node, clean=False) or ""):
            offset = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
            yield Subject(package, module, file, root, name, offset)


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, node.name
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield inner, f"{node.name}.{inner.name}"


async def judge_right(
    subject: Subject, sandbox: Sandbox
) -> tuple[Row, standing.StandingTask | None]:
    """The function as it stands."""
    snapshot = Snapshot(subject.file.as_uri(), "python", subject.file.read_bytes())
    try:
        opened = standing.open_function(snapshot, subject.offset)
        said = await _assess(subject, opened, opened.candidate, opened.edit, sandbox)
    except TaskError as error:  # a sentence: it has no statements
        return Row(subject.package, _name(subject), "right", "unchecked", str(error)[:200]), None
    except Exception as error:  # noqa: BLE001  a traceback is what is counted here
        problem = f"{type(error).__name__}: {error}"
        return Row(subject.package, _name(subject), "right", "traceback", problem[:200]), None
    return _row(subject, "right", said), opened


async def judge_broken(
    subject: Subject, opened: standing.StandingTask, sandbox: Sandbox
) -> list[Row]:
    """Changes of the function that its own doctest notices."""
    rows: list[Row] = []
    for code in _changes(subject, opened):
        if len(rows) == _MUTANTS:
            break
        edit = replace(opened.edit, new_text=code)
        text = edit.apply(opened.snapshot.data)
        if not await asyncio.to_thread(_is_noticed, subject, text):
            continue
        said = await _assess(subject, opened, Candidate(code), edit, sandbox)
        rows.append(_row(subject, "broken", said))
    return rows


def _changes(subject: Subject, opened: standing.StandingTask) -> Iterator[str]:
    """Other bodies for the function, as text of the same indentation."""
    tree = source.tree_of(subject.file.read_text("utf-8", "replace"))
    node = source.definition(tree, subject.name) if tree else None
    if node is None:
        return
    indent = " " * (node.col_offset + 4)
    for mutant in mutants(node, 8):
        body = mutant.body[1:] if ast.get_docstring(mutant, clean=False) else mutant.body
        if body:
            lines = ast.unparse(ast.Module([*body], [])).splitlines()
            yield f"\n{indent}".join(lines)


def _is_noticed(subject: Subject, text: bytes) -> bool:
    return notices(subject.module, subject.name, subject.file, subject.root, text)


async def _assess(
    subject: Subject,
    opened: standing.StandingTask,
    candidate: Candidate,
    edit: Edit,
    sandbox: Sandbox,
) -> Assessment:
    settings = Settings(verify=VerifySettings(timeout_seconds=_SECONDS))
    roots = () if subject.package in (*_LARGE, "stdlib") else (subject.root,)
    case = Case(opened.snapshot, opened.task, trusted=True, roots=roots, tests=False, standing=True)
    return await assess(case, [(candidate, edit)], sandbox, settings)


def _row(subject: Subject, kind: str, said: Assessment) -> Row:
    verdict = said.verdicts[0]
    left = [note for note in said.notes if _is_unused(note)]
    unsure = verdict.level == "unchecked" and bool(said.examples)
    used = 0 if unsure else len(said.examples)
    return Row(subject.package, _name(subject), kind, verdict.level, verdict.summary[:300],
               used, len(left) + len(said.examples) - used, left[:5])  # fmt: skip


def _is_unused(note: str) -> bool:
    left_out = "left out: " in note or "only a hint: " in note
    # What doctest itself skips is no example.
    return left_out and "marked as skipped" not in note


def _name(subject: Subject) -> str:
    return f"{subject.module}.{subject.name}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("eval-corpus", description=__doc__)
    parser.add_argument("--packages", nargs="+", default=list(PACKAGES))
    parser.add_argument("--out", type=Path, default=Path("corpus.jsonl"), help="one row a line")
    parser.add_argument("--most", type=int, default=450, help="functions of each package")
    parser.add_argument("--every", type=int, default=1, help="take every Nth function only")
    parser.add_argument("--right-only", action="store_true", help="no broken ones")
    parser.add_argument("--broken-every", type=int, default=1, help="break every Nth function only")
    parser.add_argument("--report", action="store_true", help="only sum up what is in the file")
    return parser.parse_args()


def main() -> None:
    """Judges what is not in the file yet, then prints the table."""
    options = _options()
    if not options.report:
        asyncio.run(_judge_all(options))
    sys.stdout.write(table(_rows(options.out)) + "\n")


def _rows(file: Path) -> list[Row]:
    """What was judged so far; a line that was cut off is judged again."""
    rows: list[Row] = []
    for line in file.read_bytes().splitlines() if file.exists() else ():
        with suppress(ValueError, TypeError):
            rows.append(Row(**json.loads(line)))
    return rows


async def _judge_all(options: argparse.Namespace) -> None:
    done = {row.name for row in _rows(options.out)}
    run = _Judge(options)
    waiting = _chosen(options)

    async def work() -> None:
        for members in waiting:
            if new := [one for one in members if _name(one) not in done]:
                await run.judge(new)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
    finally:
        await run.close()


class _Judge:
    """The cages and doctest runs of all files, and where the rows go."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._cages: dict[bool, Sandbox] = {}
        self._doctests: dict[str, Doctest] = {}
        self._gates: dict[str, asyncio.Lock] = {}

    async def judge(self, members: list[Subject]) -> None:
        """The functions of one file, right and broken."""
        first = members[0]
        cage = await self._cage(first)
        if first.package not in self._doctests:
            self._doctests[first.package] = Doctest(first.package, first.root)
        names = [one.name for one in members]
        async with self._gates.setdefault(first.package, asyncio.Lock()):
            passing = self._doctests[first.package].passing
            right = await asyncio.to_thread(passing, first.module, names)
        for one in members:
            if one.name in right:
                await self._judge_one(one, cage)

    async def _cage(self, one: Subject) -> Sandbox:
        large = one.package in _LARGE
        async with self._gates.setdefault("", asyncio.Lock()):
            if large not in self._cages:
                self._cages[large] = await open_sandbox(library=one.root if large else None)
            return self._cages[large]

    async def _judge_one(self, one: Subject, sandbox: Sandbox) -> None:
        row, opened = await judge_right(one, sandbox)
        rows = [row]
        if opened is not None and row.used and self._is_broken_too(one):
            rows += await judge_broken(one, opened, sandbox)
        with self._options.out.open("a+b") as out:
            for each in rows:
                append(out, asdict(each))

    def _is_broken_too(self, one: Subject) -> bool:
        """By the name, so that a run that goes on breaks the same ones."""
        number = int(hashlib.sha256(_name(one).encode()).hexdigest(), 16)
        return not self._options.right_only and number % self._options.broken_every == 0

    async def close(self) -> None:
        """Ends all that was started."""
        for doctest in self._doctests.values():
            doctest.close()
        for cage in self._cages.values():
            await cage.close()


def _chosen(options: argparse.Namespace) -> Iterator[list[Subject]]:
    """The functions to judge, file by file."""
    counts = Counter[str]()
    for package, file, root in _files(options):
        if counts[package] >= options.every * options.most:
            continue
        members = list(subjects(package, file, root))
        numbered = enumerate(members, counts[package])
        counts[package] += len(members)
        last = options.every * options.most
        yield [one for number, one in numbered if number < last and number % options.every == 0]


def _files(options: argparse.Namespace) -> list[tuple[str, Path, Path]]:
    """The files of all packages; in any order, but always the same one.

    So a run that is cut off says as much of one package as of another.
    """
    found = [(name, *pair) for name in options.packages for pair in files_of(name)]
    random.Random(0).shuffle(found)  # noqa: S311  no secret
    return found


if __name__ == "__main__":
    main()
