"""What is right is decided by the hidden tests, out of the answer's sight."""

from collections.abc import AsyncIterator, Sequence

import pytest

from algosmith import sandbox
from algosmith.evaluation import assertions
from algosmith.evaluation.differing import Differ
from algosmith.evaluation.marking import Marker, alike, same_tokens
from algosmith.evaluation.problems import Results, Script, Streams, problem
from algosmith.evaluation.trial import place
from algosmith.sandbox.types import Call, Job, Limits, Program, Run, Sandbox

FILE = "import math\n\n\ndef f(x):\n    # TODO: double x\n\n\nassert f(2) == 4\n"
TESTS = {
    "an assert": "assert f(3) == 6",
    "several": "assert f(3) == 6\nassert f(x=0) == 0",
    "wrapped": "assert sorted([f(3), f(1)]) == [2, 6]",
    "helpers of the file": "assert math.isclose(f(0.1), 0.2)",
    "set up": "import random\nvalue = 3\nassert f(value) == 6, 'a message'",
    "a loop": "for i in range(5):\n    assert f(i) == 2 * i",
    "nested": "assert f(f(2)) == 8",
    "handed on": "assert list(map(f, [1, 2])) == [2, 4]",
    "HumanEval": "META = {}\ndef check(candidate):\n    assert candidate(3) == 6\ncheck(f)",
    "HumanEval, a loop": "def check(candidate):\n    for i in (1, 2):\n"
    "        assert candidate(i) == 2 * i\ncheck(f)",
}
APART = {"an assert", "several", "wrapped", "helpers of the file", "set up", "HumanEval"}


@pytest.fixture
async def cage() -> AsyncIterator[Sandbox]:
    cage = await sandbox.open_sandbox()
    yield cage
    await cage.close()


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", TESTS)
async def test_right_and_wrong_answers_are_told_apart(cage: Sandbox, kind: str) -> None:
    tests = TESTS[kind]
    marker = Marker(cage)
    one = problem("p", FILE, Script(tests, frozenset({"f", "candidate"})))
    for code, right in {
        "return x * 2": True,
        "return x + x": True,
        "return 4": False,
        "return None": False,
        "return x.y": False,
        "while True: pass": False,
        "raise SystemExit": False,
        "yield x": False,
    }.items():
        edit = place(one, code)
        assert edit is not None
        marker.seconds = 0.5 if "while" in code else 10.0
        assert await marker.right(one, edit) is right, code


@pytest.mark.parametrize("kind", TESTS)
def test_plain_asserts_are_taken_apart_and_others_run_whole(kind: str) -> None:
    truth = Script(TESTS[kind], frozenset({"f", "candidate"}))
    assert (assertions.taken_apart(truth, "import math") is not None) is (kind in APART)


class Watched:
    """A cage that keeps what it was given."""

    def __init__(self, cage: Sandbox) -> None:
        self.cage = cage
        self.programs: list[str] = []
        self.report = cage.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        self.programs.append(program.source)
        return await self.cage.run(program, calls, limits)

    async def close(self) -> None: ...


@pytest.mark.sandbox
async def test_what_is_expected_never_stands_beside_the_answer(cage: Sandbox) -> None:
    watched = Watched(cage)
    one = problem("p", FILE, Script("assert f(41) == 82", frozenset({"f"})))
    edit = place(one, "return x * 2")
    assert edit is not None
    assert await Marker(watched).right(one, edit)
    beside = [source for source in watched.programs if "x * 2" in source]
    assert beside
    assert not any("82" in source or "== 4" in source for source in beside)


@pytest.mark.sandbox
async def test_results_and_streams(cage: Sandbox) -> None:
    marker = Marker(cage)
    text = "class Solution:\n    def pair(self, x):\n        # TODO: x twice\n"
    method = problem("m", text, Results(((Call((1,)), [1, 1]),)), "Solution.pair")
    for code, right in {"return (x, x)": True, "return [x]": False}.items():
        edit = place(method, code)
        assert edit is not None
        assert await marker.right(method, edit) is right
    echo = problem("s", "# TODO: print the sum\n", Streams((("1 2\n", "3\n"), ("5 5", "10"))))
    programs = {
        "print(sum(map(int, input().split())))": True,
        "import sys\nif __name__ == '__main__':\n"
        "    print(sum(int(w) for w in sys.stdin.read().split()), end='  ')\n    sys.exit(0)": True,
        "print(3)": False,
        "input()\ninput()": False,
        "def broken(:": False,
    }
    for code, right in programs.items():
        assert await marker.right_text(echo, code) is right, code


@pytest.mark.sandbox
async def test_answers_are_compared_with_the_reference_on_other_inputs(cage: Sandbox) -> None:
    reference = "def f(x):\n    return abs(x)\n"
    text = "def f(x: int) -> int:\n    # TODO: the distance of x from zero\n"
    one = problem("p", text, Script("assert f(3) == 3", frozenset({"f"})), "f", reference)
    for code, agrees in {"return max(x, -x)": True, "return min(x, 3)": False}.items():
        edit = place(one, code)
        assert edit is not None
        assert await Differ(cage).agrees(one, edit) is agrees


def test_outputs_are_compared_token_by_token() -> None:
    assert same_tokens("1  2\n", "1 2")
    assert same_tokens("0.3333333", "0.33333333333")
    assert not same_tokens("10000001", "10000002")
    assert not same_tokens("1", "1 1")
    assert not same_tokens("nan", "0.5")


def test_values_are_compared_as_python_does() -> None:
    assert alike([1, 2.0], [1.0, 2])
    assert alike({"a": 0.1 + 0.2}, {"a": 0.3})
    assert alike(float("nan"), float("nan"))
    assert not alike([1], (1,))
    assert not alike("1", 1)
    assert not alike(None, 0)
