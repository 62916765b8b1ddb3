"""Does ``stress`` find the counterexample of wrong solutions, and none of right ones?

The solutions of ``stress_pairs`` (functions and programs) and of ``tests/verify/wrong``; with
``--data`` (problems as for ``algosmith eval``) also changes of a reference that fail its hidden
tests, and rewrites of it. Run it as ``python -m tests.bench.bench_stress``.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import re
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.evaluation.marking import Marker
from algosmith.evaluation.reading import load
from algosmith.features.files import read_snapshot
from algosmith.features.parties import party
from algosmith.features.stress import Question, stress
from algosmith.features.stress_report import words
from algosmith.model import Snapshot
from algosmith.sandbox.opening import open_sandbox
from algosmith.syntax import splice
from algosmith.syntax.functions import functions
from algosmith.syntax.positions import line_of
from algosmith.syntax.tasks import find_tasks
from algosmith.verify import source
from algosmith.verify.mutants import mutants
from algosmith.verify.rewrites import rewritten

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from algosmith.sandbox.types import Sandbox

PAIRS = Path(__file__).with_name("stress_pairs")
WRONG = Path(__file__).parents[1] / "verify" / "wrong"
NOT_BY_A_VALUE = {
    "int_ret", "float_ret", "float",  # == says that they are the same
    "mutate", "mutates",  # the result is right, the argument is changed
    "time", "random", "cache_first",  # not the same each time
    "abs_neg",  # only on numbers that no example shows
    "try_swallow",  # only on what can't happen
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two implementations as ``FILE:LINE``, and whether one of them is wrong."""

    name: str
    one: str
    other: str
    wrong: bool


def _written(folder: Path, name: str, text: str, line: int) -> str:
    file = folder / f"{re.sub(r'[^a-z0-9]+', '_', name.lower())}.py"
    file.write_text(text, "utf-8")
    return f"{file}:{line}"


def pairs_of_files() -> Iterator[Pair]:
    """Those of ``stress_pairs``: the first of each name is right."""
    for file in sorted(PAIRS.glob("*.py")):
        snapshot = read_snapshot(file)
        places = {
            one.qualified_name: f"{file}:{line_of(snapshot.data, one.span.start) + 1}"
            for one in functions(snapshot)
        }
        for name, place in places.items():
            base, kind, *_ = [*re.split(r"_(right|wrong)_", name), ""]
            yield from _pair(name, base, kind, places.get(base, ""), place)
    programs = {file.stem: str(file) for file in sorted((PAIRS / "programs").glob("*.py"))}
    for name, place in programs.items():
        base, kind, *rest = name.split("_")
        if rest:
            yield from _pair(f"program {name}", base, kind, programs[f"{base}_right"], place)


def _pair(name: str, base: str, kind: str, one: str, other: str) -> Iterator[Pair]:
    if kind:
        assert one, f"{base} is not there"
        yield Pair(name, one, other, wrong=kind == "wrong")


def placed(text: str, code: str) -> tuple[str, int]:
    """A file with its TODO solved, and a line of the function."""
    snapshot = Snapshot("file:///a.py", "python", text.encode())
    task = find_tasks(snapshot, ("TODO",))[0]
    return splice.place(snapshot, task, code, (), "none").apply(snapshot.data).decode(), task.line


def known_pairs(folder: Path) -> Iterator[Pair]:
    """The solutions of ``tests/verify/wrong``."""
    for file in sorted(WRONG.glob("*.toml")):
        task = tomllib.loads(file.read_text("utf-8"))
        first, line = placed(task["file"], task["right"][0]["code"])
        one = _written(folder, file.stem, first, line)
        others = [(f"{file.stem} right {n}", o, False) for n, o in enumerate(task["right"][1:])]
        others += [
            (f"{file.stem} {o['name']}", o, True)
            for o in task["wrong"]
            if o["name"] not in NOT_BY_A_VALUE
        ]
        for name, other, wrong in others:
            text, _ = placed(task["file"], other["code"])
            yield Pair(name, one, _written(folder, name, text, line), wrong)


async def data_pairs(file: Path, every: int, cage: Sandbox, folder: Path) -> AsyncIterator[Pair]:
    """A change that fails the hidden tests, and a rewrite, of each reference."""
    marker = Marker(cage)
    for number, problem in enumerate(load(file, shown=2).problems):
        tree = source.tree_of(problem.reference)
        node = source.definition(tree, problem.entry) if tree and problem.entry else None
        if number % every or tree is None or node is None:
            continue
        text = problem.snapshot.text

        def whole(changed: ast.AST, tree: ast.Module = tree, node: ast.AST = node) -> str:
            rest = [ast.unparse(part) for part in tree.body if part is not node]
            return "\n".join([*rest, ast.unparse(changed)]) + "\n"

        def with_docstring(code: str, text: str = text) -> str:
            return f"{code}\n{text[text.index('assert ') :] if 'assert ' in text else ''}"

        first = with_docstring(whole(node))
        line = next(i for i, t in enumerate(first.splitlines(), 1) if f"def {problem.entry}(" in t)
        one = _written(folder, problem.id, first, line)
        other = with_docstring(whole(rewritten(node, 1)))
        name = f"{problem.id} rewritten"
        yield Pair(name, one, _written(folder, name, other, line), wrong=False)
        for mutant in mutants(node, 12, 1):
            code = whole(mutant)
            if not await marker.right_text(problem, code):
                name = f"{problem.id} changed"
                yield Pair(
                    name, one, _written(folder, name, with_docstring(code), line), wrong=True
                )
                break


async def tried(pair: Pair, cage: Sandbox, seconds: float) -> tuple[bool, str, float]:
    """Whether a counterexample was found, and the report."""
    try:
        question = Question(party(pair.one), party(pair.other), seconds=seconds)
        done = await stress(question, cage)
    except TaskError as error:
        return False, str(error), 0.0
    return done.found is not None, words(done), done.seconds


async def bench(options: argparse.Namespace, folder: Path) -> None:
    """Prints one line for each pair that did not come out as it should, and the sums."""
    cage = await open_sandbox()
    pairs = [*pairs_of_files(), *known_pairs(folder)]
    if options.data:
        pairs += [p async for p in data_pairs(options.data, options.every, cage, folder)]
    sums = {True: [0, 0], False: [0, 0]}
    took: list[float] = []
    for pair in pairs:
        found, report, seconds = await tried(pair, cage, options.seconds)
        sums[pair.wrong][0] += found
        sums[pair.wrong][1] += 1
        took += [seconds] if found else []
        if found != pair.wrong or options.verbose:
            print(f"{pair.name}: {report}\n", flush=True)
    await cage.close()
    quick = sum(seconds <= options.seconds for seconds in took)
    print(
        f"wrong: found {sums[True][0]} of {sums[True][1]}, {quick} of them within "
        f"{options.seconds:g} s, slowest {max(took, default=0.0):.1f} s"
    )
    print(f"right: found {sums[False][0]} of {sums[False][1]}")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser("bench_stress", description=__doc__)
    parser.add_argument("--data", type=Path, help="problems in JSONL, as for algosmith eval")
    parser.add_argument("--every", type=int, default=5, help="take every Nth problem (default 5)")
    parser.add_argument("--seconds", type=float, default=10.0, help="for one search (default 10)")
    parser.add_argument("--verbose", action="store_true", help="tell each pair")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
