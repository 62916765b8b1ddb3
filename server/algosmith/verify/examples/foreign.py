"""Examples of a language with a seam of its own: what it reads, and the words all share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from algosmith import languages
from algosmith.sandbox.types import Call
from algosmith.verify import equality, values
from algosmith.verify.constructors import spelled
from algosmith.verify.examples import prose
from algosmith.verify.examples.reading import Target
from algosmith.verify.statements import Example, ExampleSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from algosmith.languages.types import Claim, FileFacts, LanguageRunner
    from algosmith.model import Snapshot, Task

_MOST = 64
_MOST_TESTS = 8
_LONGEST_TEST = 200_000
_NOTHING = "_value_of('object', 'undefined', ('()',), ('undefined',), ())"


def study(snapshot: Snapshot, task: Task, roots: Sequence[Path]) -> ExampleSet:
    """The task's examples, and what contradicts itself."""
    running = languages.running(snapshot.language)
    if running is None:
        return ExampleSet()
    said = running.said(snapshot, task, _tests(snapshot, roots))
    found: list[Example] = []
    hints: list[Example] = []
    notes: list[str] = [*said.notes]
    for claim in said.claims:
        made, doubt = _example(claim, running)
        (found if claim.sure else hints).append(made)
        hints += doubt
    for text, place in said.words:
        read = prose.read(text, _target(said), place)
        found += (_plain(one, running) for one in read.examples)
        hints += (_plain(one, running) for one in read.hints)
        notes += read.notes
    examples = _distinct(found)[:_MOST]
    return ExampleSet(examples, tuple(notes), _contradictions(examples), (), _distinct(hints))


def _target(said: FileFacts) -> Target:
    return Target(said.names, said.wraps, said.parameters)


def _example(claim: Claim, running: LanguageRunner) -> tuple[Example, list[Example]]:
    """The example; for one that names an error, that it is thrown, and a hint that it is this one.

    Whether one class of errors is another's child is known to the program only.
    """
    kind: Any = claim.kind
    made = Example(
        claim.call, claim.check, claim.call_text, claim.source, kind, claim.name,
        claim.expected_text,
    )  # fmt: skip
    if claim.raises:
        named = claim.error or "an error"
        anything = replace(made, raises="Exception", claim="", expected=named)
        exact = [replace(anything, raises=claim.error)] if claim.error not in ("", "Error") else []
        return anything, exact
    if claim.check:
        return made, []
    shown = running.spelled(claim.expected)
    return replace(made, claim=f"_ == {spelled(claim.expected)}", expected=shown), []


def _plain(example: Example, running: LanguageRunner) -> Example:
    """An example in words, its values as the language has them."""
    call = example.call or Call()
    call = Call(tuple(map(running.plain, call.args)))
    if not example.claim.startswith("_ == "):
        return replace(example, call=call)
    try:
        value = running.plain(values.parse(example.claim.removeprefix("_ == ")))
    except values.NotPlain:
        return replace(example, call=call)
    claim = f"_ == {spelled(value)}"
    if value is None:
        claim = f"_ in [None, {_NOTHING}]"  # people write null for both
    text = ", ".join(map(running.spelled, call.args))
    return replace(
        example, call=call, claim=claim, expected=running.spelled(value),
        call_text=f"{example.name}({text})",
    )  # fmt: skip


def _distinct(found: Iterable[Example]) -> tuple[Example, ...]:
    kept: dict[tuple[str, str, str], Example] = {}
    for example in found:
        kept.setdefault((repr(example.call), example.claim, example.raises or ""), example)
    return tuple(kept.values())


def _contradictions(examples: Sequence[Example]) -> tuple[tuple[Example, Example], ...]:
    """Pairs of the same call with results that cannot both be."""
    first: dict[str, Example] = {}
    pairs: list[tuple[Example, Example]] = []
    for example in examples:
        if not (example.raises or example.claim.startswith("_ == ")):
            continue
        other = first.setdefault(repr(example.call), example)
        if other is not example and _differ(other, example):
            pairs.append((other, example))
    return tuple(pairs)


def _differ(one: Example, other: Example) -> bool:
    if one.raises or other.raises:
        return not (one.raises and other.raises)
    try:
        left, right = (values.parse(e.claim.removeprefix("_ == ")) for e in (one, other))
    except values.NotPlain:
        return False
    return not equality.equal(left, right)


def _tests(snapshot: Snapshot, roots: Sequence[Path]) -> list[str]:
    """The texts of the test files that stand beside a file, each with its name in front."""
    parts = urlsplit(snapshot.uri)
    file = Path(unquote(parts.path)) if parts.scheme in ("", "file") and parts.path else None
    if file is None or not roots:
        return []
    found: list[str] = []
    if snapshot.language == "java":
        return [f"{one.name}\n{text}" for one in _java_tests(file) if (text := _read(one, roots))]
    if snapshot.language == "rust":
        texts = ((one, _read(one, roots)) for one in _rust_tests(file))
        return [f"{one.name}\n{text}" for one, text in texts if text][:_MOST_TESTS]
    if snapshot.language == "go":
        texts = ((one, _read(one, roots)) for one in _go_tests(file))
        return [f"{one.name}\n{text}" for one, text in texts if text][:_MOST_TESTS]
    for folder in (file.parent, file.parent / "__tests__", file.parent / "test",
                   file.parent / "tests", file.parent.parent / "test",
                   file.parent.parent / "tests"):  # fmt: skip
        for mark in (".test", ".spec", "_test", "-test"):
            for suffix in (".ts", ".js", ".mjs", ".tsx", ".jsx", ".mts", ".cjs"):
                one = folder / f"{file.stem}{mark}{suffix}"
                text = _read(one, roots)
                if text and len(found) < _MOST_TESTS:
                    found.append(f"{one.name}\n{text}")
    return found


def _java_tests(file: Path) -> Iterable[Path]:
    """Where the tests of a Java class may stand: beside it, or in the same package of the tests."""
    parts = file.parent.parts
    folders = [file.parent, file.parent / "test", file.parent.parent / "test"]
    places = [n for n in range(len(parts)) if parts[n] in ("main", "src")]
    folders += [Path(*parts[:n], "test", *parts[n + 1 :]) for n in places[-2:]]
    for folder in dict.fromkeys(folders):
        for name in (f"{file.stem}Test", f"Test{file.stem}", f"{file.stem}Tests"):
            yield folder / f"{name}.java"


def _rust_tests(file: Path) -> Iterable[Path]:
    """The tests of a crate: of one file by its name, of the crate's own all."""
    folder = next((one.parent / "tests" for one in file.parents if one.name == "src"), None)
    if folder is None or not folder.is_dir():
        return []
    if file.stem in ("lib", "main"):
        return sorted(folder.glob("*.rs"))[:_MOST_TESTS]
    name = file.stem
    return [folder / f"{one}.rs" for one in (name, f"test_{name}", f"{name}_test", f"{name}_tests")]


def _go_tests(file: Path) -> Iterable[Path]:
    """The tests of a package, those of the file first."""
    own = file.with_name(f"{file.stem}_test.go")
    return [own, *(one for one in sorted(file.parent.glob("*_test.go")) if one != own)]


def _read(file: Path, roots: Sequence[Path]) -> str:
    """A test's text where it is a plain file of the workspace; else empty."""
    try:
        real = file.resolve(strict=True)
        inside = any(real.is_relative_to(root.resolve()) for root in roots)
        if not inside or not real.is_file() or real.stat().st_size > _LONGEST_TEST:
            return ""
        return real.read_text("utf-8", "replace")
    except OSError:
        return ""
