"""Every way in which examples themselves are bad: right code is not refuted, the rest is told."""

from pathlib import Path

import pytest

from algosmith.sandbox.types import Call, Job, Sandbox, Session, Value
from algosmith.verify.patience import is_tiny
from algosmith.verify.types import Assessment
from tests.verify.test_examples_as_written import as_it_stands

HABITS = {
    "the working directory": (
        "x", ">>> import os\n    >>> os.chdir('/')\n    >>> f(3)\n    3\n", "f(2) == 2", "",
    ),
    "builtins": (
        "len(x)",
        ">>> import builtins\n    >>> builtins.len = lambda x: 7\n    >>> f([1])\n    7\n",
        "f([1, 2]) == 2", "",
    ),
    "a module": (
        "math.floor(x)",
        ">>> math.floor = lambda x: 7\n    >>> f(1.5)\n    7\n", "f(2.5) == 2", "",
    ),
    "hash order": (
        "list(set(x))", ">>> f('abcdefgh')\n    ['h', 'b', 'a', 'd', 'c', 'g', 'e', 'f']\n",
        "sorted(f('a')) == ['a']",
        "not the same result twice",
    ),
    "time": (
        "str(time.time())", ">>> f(1)\n    '1700000000.5'\n", "f(1) > '1'",
        "not the same result twice",
    ),
    "the docstring before": ("x", ">>> f(before)\n    3\n", "f(2) == 2", "does not define"),
    "the wanted value made by the function": (
        "x", ">>> xs = f([2])\n    >>> any(f(x) == x for x in xs)\n    True\n", "f(2) == 2",
        "only a hint: 'any(f(x) == x for x in xs)'",
    ),
    "files beside it": (
        "len(os.listdir('.')) + x", ">>> f(1) > 1\n    True\n", "f(2) > 1", "needs files",
    ),
    "files in a line": (
        "x", ">>> import glob\n    >>> f(len(glob.glob('*')) > 0)\n    True\n", "f(2) == 2",
        "needs files",
    ),
    "an endless line": ("x", ">>> f(list(iter(int, 1)))\n    3\n", "f(2) == 2", ""),
    "a megabyte": ("x", ">>> f('x' * 3_000_000)\n    3\n", "f(2) == 2", ""),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("name", HABITS)
async def test_a_doctest_with_bad_habits_refutes_no_right_code(
    cage: Sandbox, tmp_path: Path, name: str
) -> None:
    body, session, claim, told = HABITS[name]
    file = tmp_path / "work.py"
    file.write_text(
        f'import math, os, time\n\ndef f(x):\n    """\n    {session}    """\n    return {body}\n\n'
        f"assert {claim}\n"
    )
    found = await _not_refuted(file, cage)
    assert told in "\n".join([found.verdicts[0].summary, *found.notes])


CHANCES = {
    "two texts": ("list(set(x))", "f('ab')", "['a', 'b']", "['b', 'a']"),
    "the first of a set": ("next(iter(set(x)))", "f('ab')", "'a'", "'b'"),
    "a set that is given": ("[*x['k']]", "f({'k': {'a', 'b'}})", "['a', 'b']", "['b', 'a']"),
    "an order of pairs": (
        "[(a, b) for a in {*x} for b in {*x} if a != b]",
        "f('ab')", "[('a', 'b'), ('b', 'a')]", "[('b', 'a'), ('a', 'b')]",
    ),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("name", CHANCES)
@pytest.mark.parametrize("place", [0, 1])
async def test_a_set_of_two_refutes_no_right_code(
    cage: Sandbox, tmp_path: Path, name: str, place: int
) -> None:
    body, call, *wanted = CHANCES[name]
    file = tmp_path / "work.py"
    line = f"    >>> {call}\n    {wanted[place]}\n"
    file.write_text(f'def f(x):\n    """\n{line}    """\n    return {body}\n')
    await _not_refuted(file, cage)


@pytest.mark.sandbox
async def test_what_is_wrong_in_every_order_of_a_set_is_refuted(
    cage: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "work.py"
    file.write_text(
        'def f(x):\n    """\n    >>> f("ab")\n    [\'a\', \'b\', \'c\']\n    """\n'
        "    return sorted(set(x))\n"
    )
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level == "refuted"


async def _not_refuted(file: Path, cage: Sandbox) -> Assessment:
    """What is said of the right function ``f`` in the file."""
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level != "refuted", found.verdicts[0].summary
    return found


TESTS = {
    "a fixture that needs a database": (
        "def test_a(db):\n    assert f(db.count()) == 3\n", "left out: test_a: it needs",
    ),
    "ten thousand cases": (
        "import pytest\n@pytest.mark.parametrize('x', "
        f"{[*range(10_000)]})\ndef test_a(x):\n    assert f(x) == x\n", "",
    ),
    "an exit": ("import sys\nsys.exit(1)\ndef test_a():\n    assert f(2) == 2\n", ""),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("name", TESTS)
async def test_a_test_that_can_not_be_used_is_named(
    cage: Sandbox, tmp_path: Path, name: str
) -> None:
    text, told = TESTS[name]
    file = tmp_path / "work.py"
    file.write_text("def f(x):\n    return x\n")
    (tmp_path / "test_work.py").write_text(f"from work import f\n{text}")
    found = await _not_refuted(file, cage)
    assert told in "\n".join(found.notes)


@pytest.mark.parametrize(
    ("values", "tiny"),
    [
        ((), True), ((3,), True), (([1, 2], "ab"), True), (({"a": (1, 2)},), True), ((0.5,), True),
        ((40,), False), (([0] * 9,), False), (("x" * 13,), False), ((-7,), False),
        (([[1, 2, 3], [4, 5, 6], [0, 0, 0]],), False), (("2**99",), False), ((range(1000),), False),
    ],
)  # fmt: skip
def test_only_small_inputs_are_tiny(values: tuple[Value, ...], tiny: bool) -> None:
    assert is_tiny(Call(values)) is tiny


@pytest.mark.parametrize(
    ("steps", "tiny"),
    [
        (("f(3)\n",), True), (("x = [1, 2]\n", "f([1])\n"), True), (("f('abc')\n",), True),
        (("f(3 * 9)\n",), False), (("f(2 ** 6)\n",), False), (("f(BIG)\n",), False),
        (("f(1000)\n",), False), (("def (\n",), False),
    ],
)  # fmt: skip
def test_only_lines_with_small_values_are_tiny(steps: tuple[str, ...], tiny: bool) -> None:
    job: Job = Session(steps)
    assert is_tiny(job) is tiny


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("session", "body", "level"),
    [
        (">>> f(3)\n    3\n", "while x:\n        pass\n    return x", "refuted"),
        (">>> f(99)\n    99\n", "while x > 50:\n        pass\n    return x", "unchecked"),
        (
            ">>> f(99)\n    99\n    >>> f(2)\n    3\n",
            "while x > 50:\n        pass\n    return x",
            "unchecked",
        ),
        (">>> f(10**9)\n    1\n", "return len([0] * x) // x", "unchecked"),
        ("f(99) -> 99\n", "while x > 50:\n        pass\n    return x", "unchecked"),
        ("f(3) -> 3\n", "while x:\n        pass\n    return x", "refuted"),
    ],
)
async def test_our_limits_refute_only_endless_loops_on_tiny_inputs(
    cage: Sandbox, tmp_path: Path, session: str, body: str, level: str
) -> None:
    file = tmp_path / "work.py"
    file.write_text(f'def f(x):\n    """\n    {session}    """\n    {body}\n')
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level == level, found.verdicts[0].summary
