"""Right functions are never refuted for how their examples are written, wrong ones are."""

import shutil
from pathlib import Path

import pytest

from algosmith.config import Settings, VerifySettings
from algosmith.model import Candidate, Edit, Snapshot
from algosmith.sandbox.types import Sandbox
from algosmith.syntax import splice
from algosmith.verify import standing
from algosmith.verify.judge import assess
from algosmith.verify.types import Assessment, Case
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox
CASES = Path(__file__).parents[1] / "fixtures" / "examples"
SETTINGS = Settings(verify=VerifySettings(timeout_seconds=2.0))


def opened_in(file: Path, function: str) -> standing.StandingTask:
    data = file.read_bytes()
    snapshot = Snapshot(file.as_uri(), "python", data)
    return standing.open_function(snapshot, data.index(f"def {function}(".encode()))


async def as_it_stands(
    file: Path, function: str, cage: Sandbox, code: str | None = None
) -> Assessment:
    """The judgement on a function of a file, with its own statements or others."""
    opened = opened_in(file, function)
    candidate, edit = opened.candidate, opened.edit
    if code is not None:
        candidate = Candidate(code)
        edit = splice.place(opened.snapshot, opened.task, code, (), "none")
    case = Case(opened.snapshot, opened.task, trusted=True, roots=(file.parent,),
                standing=code is None)  # fmt: skip
    new: list[tuple[Candidate, Edit]] = [(candidate, edit)]
    return await assess(case, new, cage, SETTINGS)


STANDING = [
    # File, function, its examples, another body, which is wrong
    ("arrows", "squares_to", 4, "return [k for k in range(1, n + 1)]"),
    ("arrows", "parity", 2, "return 'even'"),
    ("arrows", "longest", 2, "return words[0]"),
    ("in_place_session", "push_down", 2, "row.sort()"),
    ("method_state", "weight", 2, "return sum(self.items)"),
    ("method_state", "add", 2, "self.items.append(item)\nreturn 1"),
    ("prose_arrow", "has_odd_bits", 3, "return number == 4"),
    ("range_arg", "total", 2, "return sum(xs[1:])"),
    ("wrapped_call", "arrange", 2, "return xs"),
    ("wrapped_method", "tag", 2, "return text.split()[1].upper()"),
    ("seqs", "runs", 2, "return [(c, 1) for c in text]"),
    ("seqs", "scale", 4, "return [x * 2 for x in xs]"),
    ("seqs", "push", 1, "self.items.append(x)\nreturn 1"),
    ("seqs", "half", 5, "return n // 2"),
]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A copy of the files, with tests that pytest does not collect here."""
    shutil.copytree(CASES, tmp_path / "cases")
    tests = tmp_path / "cases" / "tests"
    (tests / "seqs_tests.txt").rename(tests / "test_seqs.py")
    return tmp_path / "cases"


@pytest.mark.parametrize(("file", "function", "count", "wrong"), STANDING)
async def test_right_ones_pass_all_their_examples_and_wrong_ones_are_refuted(
    cage: Sandbox, cases: Path, file: str, function: str, count: int, wrong: str
) -> None:
    found = await as_it_stands(cases / f"{file}.py", function, cage)
    assert found.verdicts[0].level in ("consistent", "verified"), found.verdicts[0].summary
    assert len(found.examples) == count
    bad = await as_it_stands(cases / f"{file}.py", function, cage, wrong)
    assert bad.verdicts[0].level == "refuted"


async def test_an_argument_from_a_fixed_set_refutes_nobody(cage: Sandbox, cases: Path) -> None:
    found = await as_it_stands(cases / "enum_arg.py", "to_ml", cage)
    assert found.verdicts[0].level == "unchecked"


async def test_what_of_the_tests_is_no_example_is_named_with_the_reason(
    cage: Sandbox, cases: Path
) -> None:
    notes = " ".join((await as_it_stands(cases / "seqs.py", "half", cage)).notes)
    assert "test_off: it is expected to fail" in notes
    assert "test_monkey: it patches something" in notes


async def test_the_order_of_a_dict_counts_in_a_doctest(cage: Sandbox) -> None:
    text = (CASES / "dict_order.py").read_text()
    codes = [
        "out = {}\nfor k, v in d.items():\n    out[k] = v\nreturn out",
        "return dict(sorted(d.items()))",
        "return dict(sorted(d.items(), key=lambda item: -item[1]))",
    ]
    found = await judged(text, codes, cage)
    assert [v.level for v in found.verdicts[:2]] == ["refuted", "refuted"]
    assert found.verdicts[2].level in ("consistent", "verified")


async def test_printed_text_is_text_and_the_promised_type_is_preferred(cage: Sandbox) -> None:
    text = (CASES / "printed_text.py").read_text()
    codes = [
        "return int(''.join(c for c in text if c.isdigit()))",
        "return ''.join(c for c in text if c.isdigit())",
    ]
    found = await judged(text, codes, cage)
    assert found.verdicts[1].level in ("consistent", "verified")
    assert found.order[0] == 1


RIGHT = {
    "a Counter": (
        "from collections import Counter\ndef f(s):\n    '''\n    >>> f('aab')\n"
        "    Counter({'a': 2, 'b': 1})\n    '''\n    return Counter(s)\n"
    ),
    "the sign of zero": "def f(x):\n    '''\n    >>> f(0.0)\n    -0.0\n    '''\n    return -x\n",
    "a Fraction": (
        "from fractions import Fraction\ndef f(n):\n    '''\n    >>> f(2)\n    Fraction(1, 2)\n"
        "    '''\n    return Fraction(1, n)\n"
    ),
    "an ellipsis": (
        "def f(n):\n    '''\n    >>> f(50) # doctest: +ELLIPSIS\n    [0, 1, ..., 49]\n    '''\n"
        "    return list(range(n))\n"
    ),
    "white space": (
        "def f(n):\n    '''\n    >>> f(3) # doctest: +NORMALIZE_WHITESPACE\n    [0,   1,\n"
        "     2]\n    '''\n    return list(range(n))\n"
    ),
    "an exception": (
        "class Sold(Exception): pass\ndef f(n):\n    '''\n    >>> f(0)\n"
        "    Traceback (most recent call last):\n        ...\n    work.Sold: none\n    '''\n"
        "    raise Sold('none')\n"
    ),
    "a set of texts": (
        "def f(n):\n    '''\n    >>> f(3)\n    {'c', 'a', 'b'}\n    '''\n"
        "    return set('abc'[:n])\n"
    ),
    "set-up lines": (
        "def f(n):\n    '''\n    >>> import math\n    >>> k = math.floor(2.5)\n"
        "    >>> f(k)\n    4\n"
        "    '''\n    return n * n\n"
    ),
    "a generator": (
        "def f(n):\n    '''\n    >>> g = f(3)\n    >>> next(g)\n    0\n    >>> list(g)\n"
        "    [1, 2]\n    '''\n    yield from range(n)\n"
    ),
    "an object of the file": (
        "class P:\n    def __init__(self, x): self.x = x\n"
        "    def __repr__(self): return f'P({self.x})'\n"
        "def f(n):\n    '''\n    >>> f(3)\n    P(3)\n    >>> f(4).x\n    4\n    '''\n"
        "    return P(n)\n"
    ),
    "a coroutine": (
        "async def f(n):\n    '''\n    >>> import asyncio\n    >>> asyncio.run(f(3))\n"
        "    6\n    '''\n"
        "    return 2 * n\n"
    ),
    "blank lines": (
        "def f():\n    '''\n    >>> f()\n    a\n    <BLANKLINE>\n    b\n    '''\n"
        "    print('a\\n\\nb')\n"
    ),
    "a comparison with a value of the library": (
        "def f(n):\n    '''\n    >>> import math\n    >>> f(1) == math.tau\n    True\n    '''\n"
        "    return 6.283185307179586 * n\n"
    ),
}


@pytest.mark.parametrize("name", RIGHT)
async def test_what_doctest_accepts_is_accepted(cage: Sandbox, tmp_path: Path, name: str) -> None:
    file = tmp_path / "work.py"
    file.write_text(RIGHT[name])
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level in ("consistent", "verified"), found.verdicts[0].summary
    assert found.examples
    bad = await as_it_stands(file, "f", cage, "return 'something else'")
    assert bad.verdicts[0].level in ("refuted", "unchecked")


UNUSABLE = {
    "a file that is not there": ">>> f(open('/data/x.csv').read())\n    3",
    "a package that is not there": ">>> import numpy\n    >>> f(numpy.zeros(3))\n    3",
    "another process": ">>> import os\n    >>> f(os.fork())\n    3",
    "a network": ">>> import socket\n    >>> f(socket.create_connection(('a', 1)))\n    3",
    "a terminal": ">>> f(input())\n    3",
    "an address": ">>> f(object())\n    <object object at 0x7f0000000000>",
    "a name that nobody defines": ">>> f(somewhere)\n    3",
    "set-up that never ends": ">>> while True: pass\n    >>> f(3)\n    3",
    "a marked line": ">>> f(3) # doctest: +SKIP\n    4",
    "no Python": ">>> f(3\n    3",
    "white space only": ">>> f([1, 2])\n    [1,  2]",
}


@pytest.mark.parametrize("name", [n for n in UNUSABLE if n != "a terminal"])
async def test_what_can_not_be_run_is_named_and_refutes_nobody(
    cage: Sandbox, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "work.py"
    file.write_text(f"def f(x):\n    '''\n    {UNUSABLE[name]}\n    '''\n    return x\n")
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level != "refuted", found.verdicts[0].summary
    assert found.verdicts[0].level != "verified"
    assert any("left out" in note or "skipped" in note for note in found.notes), found.notes


async def test_an_answer_wanted_inside_the_line_is_kept_from_the_candidate(
    cage: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "work.py"
    file.write_text("def f(n):\n    '''\n    >>> f(2) == 4\n    True\n    '''\n    return n * n\n")
    peek = (
        "import sys\n"
        "found = [c for c in sys._getframe(1).f_code.co_consts if isinstance(c, int)]\n"
        "return max(found, default=0)"
    )
    found = await as_it_stands(file, "f", cage, peek)
    assert found.verdicts[0].level == "refuted"


async def test_a_case_without_tests_reads_none(cage: Sandbox, cases: Path) -> None:
    data = (cases / "seqs.py").read_bytes()
    snapshot = Snapshot((cases / "seqs.py").as_uri(), "python", data)
    opened = standing.open_function(snapshot, data.index(b"def half("))
    case = Case(opened.snapshot, opened.task, trusted=True, roots=(cases,), tests=False)
    found = await assess(case, [(opened.candidate, opened.edit)], cage, SETTINGS)
    assert not found.examples


async def test_escapes_in_a_docstring_are_those_that_python_sees(
    cage: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "work.py"
    file.write_text(
        "def f(n):\n    '''\n    >>> f(17)\n    b'\\\\x11'\n    '''\n    return bytes([n])\n"
    )
    found = await as_it_stands(file, "f", cage)
    assert found.verdicts[0].level in ("consistent", "verified"), found.verdicts[0].summary
