"""A task in parts: the plan is text, the helpers come first, one edit brings all."""

import ast
import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from algosmith.config import EngineSettings, Settings
from algosmith.errors import TaskError
from algosmith.features import offers, services, split
from algosmith.model import Level, Snapshot, Verdict
from algosmith.syntax.tasks import find_tasks
from tests.fakes import FakeEngine

FILE = '''import math


# Kept.
class Sums:
    def total(self, text: str) -> int:
        """The sum of the squares of the numbers in a text.

        >>> Sums().total("1 2")
        5
        """
        # TODO: read the numbers, sum their squares
        #   1. numbers(text: str) -> list[int]: the numbers of a text
        #   2. squares(xs: list[int]) -> int: the sum of their squares
        ...
'''
REPLIES = (
    "```python\ndef numbers(text: str) -> list[int]:\n    return [*map(int, text.split())]\n```",
    "```python\ndef squares(xs: list[int]) -> int:\n    return sum(x * x for x in xs)\n```",
    "```python\n    return squares(numbers(text))\n```",
)


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as fake:
        yield fake


def _services(engine: FakeEngine) -> services.Services:
    settings = Settings(model="fake", candidates=1, engine=EngineSettings(url=engine.url))
    return services.build(settings, trusted=True)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1. f(x: int) -> int: doubles\n2) g(a, b): joins.",
         ["f(x: int) -> int: doubles", "g(a, b): joins"]),
        ("- `h(xs: list[int]) -> dict[str, int]`: counts",
         ["h(xs: list[int]) -> dict[str, int]: counts"]),
        ("First do this, then that (soon): yes", []),
        ("1. f(x y): no Python\n2. f(): yes\n3. f(): again", ["f(): yes"]),
        ('1. f(x): says "hi" \\ there', ['f(x): says "hi" \\ there']),
    ],
)  # fmt: skip
def test_a_plan_is_read_as_people_write_it(text: str, lines: list[str]) -> None:
    parts = split.parts_in(text)
    assert [part.line for part in parts] == lines
    assert split.parts_in(split.plan_text(parts)) == parts


@pytest.mark.sandbox
async def test_the_parts_are_solved_in_order_and_one_edit_brings_them(engine: FakeEngine) -> None:
    for reply in REPLIES:
        engine.enqueue(reply)
    engine.enqueue(REPLIES[-1], sticky=True)
    made = _services(engine)
    snapshot = Snapshot("file:///work/a.py", "python", FILE.encode())
    (task,) = find_tasks(snapshot, ("TODO",))
    parts = await split.plan(made, snapshot, task, lambda _: None)
    assert [part.name for part in parts] == ["numbers", "squares"]
    steps: list[str] = []
    done = await split.solve_parts(made, snapshot, task, parts, lambda s: steps.append(s.message))
    await made.close()
    (solution,) = done.solutions
    assert solution.edit is not None
    text = solution.edit.apply(snapshot.data).decode()
    assert text.startswith("import math\n\n\ndef numbers(text: str) -> list[int]:\n")
    assert text.index("def squares") < text.index("# Kept.\nclass Sums:")
    assert "        return squares(numbers(text))\n" in text
    assert solution.verdict.level != "refuted"
    assert "parts: numbers " in solution.verdict.summary
    assert any(step.startswith("part 2 of 3, squares: ") for step in steps)
    later = replace(snapshot, data=b"\n" + snapshot.data)
    with pytest.raises(TaskError, match="in parts again"):
        offers.reanchor(done, 0, later, made.settings)


IN_CPP = """#include <vector>

// The sum of the squares.
int total(const std::vector<int>& xs) {
    // TODO: sum the squares
    //   1. square(int x) -> int: x times x
    //   2. added(const std::vector<int>& xs) -> std::vector<int>: xs
}
"""
IN_JS = """// The sum of the squares.
function total(xs) {
  // TODO: sum the squares
  //   1. square(x): x times x
}
"""


@pytest.mark.parametrize(
    ("language", "text", "heads"),
    [
        ("cpp", IN_CPP, ["int square(int x) {",
                         "std::vector<int> added(const std::vector<int>& xs) {"]),
        ("javascript", IN_JS, ["function square(x) {"]),
        ("typescript", IN_JS.replace("square(x)", "square(x: number) -> number"),
         ["function square(x: number): number {"]),
    ],
)  # fmt: skip
def test_helpers_of_other_languages_are_functions_above(
    language: str, text: str, heads: list[str]
) -> None:
    snapshot = Snapshot("a", language, text.encode())
    (task,) = find_tasks(snapshot, ("TODO",))
    parts = split.parts_in(task.text, language)
    made = split._with_stubs(snapshot, task, parts)
    found = [one.function for one in find_tasks(made, ("TODO",))]
    assert [one.name for one in found if one] == [*(part.name for part in parts), "total"]
    assert [line for line in made.text.splitlines() if line in heads] == heads
    assert made.text.index(heads[0]) < made.text.index("// The sum")
    if language == "cpp":
        assert made.text.startswith("#include")


async def test_java_says_that_it_is_not_split_yet(engine: FakeEngine) -> None:
    made = _services(engine)
    code = "class A {\n  int f(int x) {\n    // TODO: it\n  }\n}\n"
    snapshot = Snapshot("A.java", "java", code.encode())
    (task,) = find_tasks(snapshot, ("TODO",))
    with pytest.raises(TaskError, match="A TODO of Java"):
        await split.plan(made, snapshot, task, lambda _: None)
    await made.close()


async def test_what_can_not_be_split_is_said(engine: FakeEngine) -> None:
    engine.enqueue("I would just write it.", sticky=True)
    made = _services(engine)
    for code, told in (
        ("# TODO: a function that sorts\n", "inside a function"),
        ("def f(x):\n    # TODO: all of it\n    ...\n", "named no parts"),
    ):
        snapshot = Snapshot("a.py", "python", code.encode())
        (task,) = find_tasks(snapshot, ("TODO",))
        with pytest.raises(TaskError, match=told):
            await split.plan(made, snapshot, task, lambda _: None)
    snapshot = Snapshot("a.py", "python", b"def g(): pass\ndef f(x):\n    # TODO: it\n    ...\n")
    (task,) = find_tasks(snapshot, ("TODO",))
    parts = split.parts_in("1. g(): other")
    with pytest.raises(TaskError, match="a function g already"):
        await asyncio.wait_for(split.solve_parts(made, snapshot, task, parts, lambda _: None), 60)
    await made.close()


_TODO = "def m(n: int) -> int:\n    # TODO: do it\n    ...\n"


def _inside(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (f"class A:\n    def a(self):\n        return 1\n\n{_inside(_TODO)}", "A.m"),
        (f'class A:\n    text = """\nx\n"""\n\n{_inside(_TODO)}', "A.m"),
        (f"def outer():\n\n    x = 1\n\n{_inside(_TODO)}    return m\n", "outer.m"),
        (f"if True:\n\n    pass\nelse:\n\n{_inside(_TODO)}", "m"),
        (f"import functools\n\n\n@functools.lru_cache(\n    maxsize=None,\n)\n{_TODO}", "m"),
        (f"\ufeff{_TODO}", "m"),
        (f"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n{_TODO}", "m"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_helpers_stand_above_and_leave_the_rest_as_it_was(
    file: str, place: str, newline: str
) -> None:
    data = file.replace("\n", newline).encode()
    snapshot = Snapshot("file:///a.py", "python", data)
    (task,) = find_tasks(snapshot, ("TODO",))
    made = split._with_stubs(snapshot, task, split.parts_in("1. helper(x: int) -> int: twice x"))
    ast.parse(made.data)
    found = [one.function for one in find_tasks(made, ("TODO",))]
    assert [one.qualified_name for one in found if one] == ["helper", place]
    head = b"\xef\xbb\xbf" if file.startswith("\ufeff") else b"#!" if "#!" in file else b""
    assert made.data.startswith(head)


@pytest.mark.parametrize(
    ("whole", "helpers", "level", "begins"),
    [
        ("verified", ["verified", "verified"], "verified", "verified 5/5 examples"),
        ("verified", ["verified", "consistent"], "consistent", "consistent (5/5 examples)"),
        ("verified", ["unchecked"], "consistent", "consistent (5/5 examples)"),
        ("consistent", ["verified"], "consistent", "verified 5/5"),
    ],
)
def test_the_whole_is_verified_only_where_each_part_is(
    whole: Level, helpers: list[Level], level: Level, begins: str
) -> None:
    told = [f"part {one}" for one in helpers]
    joined = split._joined(Verdict(whole, "verified 5/5 examples"), helpers, told)
    assert joined.level == level
    assert joined.summary.startswith(begins)
    assert joined.summary.endswith(f"; parts: {', '.join(told)}")
