"""Programs run as functions from text to text; the checker is believed only where it can be."""

import pytest

from algosmith.programs import checker
from algosmith.programs.cage import ACCEPTED, ProgramSandbox
from algosmith.programs.compare import same
from algosmith.programs.types import Problem, Rules, Sample
from algosmith.sandbox.types import Answer, Call, Limits, Program, Sandbox

pytestmark = pytest.mark.sandbox
SAMPLE = Sample("3\n1 2 3\n", "6\n", "docstring")


async def told(cage: Sandbox, source: str, given: str = SAMPLE.input, **fields: object) -> Answer:
    problem = Problem((SAMPLE,), **fields)  # pyright: ignore[reportArgumentType]  # of Problem
    run = await ProgramSandbox(cage, problem).run(
        Program(source, "main"), (Call((given,)),), Limits()
    )
    assert run.failure is None
    return run.answers[0]


@pytest.mark.parametrize(
    "source",
    [
        "n = input()\nprint(sum(map(int, input().split())))",
        "import sys\nprint(sum(map(int, sys.stdin.read().split()[1:])), end='')",
        "import sys\nnext(sys.stdin)\nprint(' ', *[sum(map(int, sys.stdin.readline().split()))])",
        "def main():\n    input()\n    print(sum(map(int, input().split())), '\\n\\n')\nmain()",
        "if __name__ == '__main__':\n    input()\n    print(sum(map(int, input().split())))",
        "import os, sys\ndata = open(0).read().split()\nprint(sum(map(int, data[1:])))\nsys.exit()",
        "import sys\nsys.stdout.write('6\\r\\n')",
        *(
            f"import os, sys\nprint(6, flush=True)\n{end}\nprint(7)"
            for end in (
                "exit()",
                "quit()",
                "exit(0)",
                "sys.exit(0)",
                "raise SystemExit",
                "os._exit(0)",
            )
        ),
    ],
)
async def test_a_right_output_comes_out_as_the_wanted_one(cage: Sandbox, source: str) -> None:
    answer = await told(cage, source)
    assert (answer.status, answer.value) == ("value", "6")


@pytest.mark.parametrize("source", ["print(5)", "print(6, 6)", "pass", "print('6.0')"])
async def test_a_wrong_output_is_told_as_it_is(cage: Sandbox, source: str) -> None:
    answer = await told(cage, source)
    assert answer.status == "value"
    assert answer.value != "6"


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        ("while True:\n    input()", "raised", "EOFError"),
        ("import sys\nsys.exit(1)", "raised", "SystemExit"),
        ("exit('no such case')", "raised", "no such case"),
        ("1 / 0", "raised", "ZeroDivisionError"),
        ("while True:\n    pass", "timeout", ""),
        ("for _ in range(100):\n    print('x' * 1_000_000)", "crashed", "bytes of output"),
        ("x = [0] * 10**10", "memory", ""),
    ],
)
async def test_what_goes_wrong_is_told(cage: Sandbox, source: str, status: str, words: str) -> None:
    answer = await told(cage, source)
    assert answer.status == status
    assert words in answer.error


@pytest.mark.parametrize(
    ("wanted", "given", "rules", "equal"),
    [
        ("6\n", "6", Rules(), True),
        ("1 2\n3\n", "1\n2 3 \n\n", Rules(), True),
        ("0.5\n", "0.50000\n", Rules(), True),
        ("0.333333\n", "0.33334\n", Rules(), False),
        ("0.333333\n", "0.33334\n", Rules(1e-4), True),
        ("3\n", "3.0\n", Rules(), False),
        ("3\n", "3.00001\n", Rules(1e-4), True),
        ("1e-7", "0.0000001", Rules(), True),
        ("YES\n", "Yes\n", Rules(), False),
        ("YES\n", "Yes\n", Rules(any_case=True), True),
        ("1 2", "1", Rules(), False),
        ("nan", "0", Rules(1.0), False),
        ("0.1", "nan", Rules(1.0), False),
        ("12345678901234567890", "12345678901234567891", Rules(), False),
        ("", "\n\n", Rules(), True),
    ],
)
def test_outputs_are_compared_token_by_token(
    wanted: str, given: str, rules: Rules, equal: bool
) -> None:
    assert same(wanted, given, rules) is equal


FUNCTION = """\
def check(given, output, wanted):
    return sorted(output.split()) == sorted(wanted.split())
"""
PROGRAM = """\
from __future__ import annotations
import sys

given, output, answer = (open(name).read() for name in sys.argv[1:4])
sys.exit(0 if sorted(output.split()) == sorted(answer.split()) else 1)
"""
ANY = (Sample("2\n", "1 2\n", "x"),)


@pytest.mark.parametrize("source", [FUNCTION, PROGRAM], ids=["function", "program"])
async def test_a_checker_decides(cage: Sandbox, source: str) -> None:
    problem = await checker.tested(cage, Problem(ANY, checker=source))
    assert problem.notes == ()
    box = ProgramSandbox(cage, problem)
    for text, value in (("print(2, 1)", "1 2"), ("print(1, 1)", "1 1")):
        run = await box.run(Program(text, ""), (Call(("2\n",)), Call(("3\n",))), Limits())
        assert [answer.value for answer in run.answers] == [value, ACCEPTED]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def check(given, output, wanted):\n    return True\n", "accepts any output"),
        ("def check(given, output, wanted):\n    return False\n", "refuses the sample's own"),
        ("def check(given, output, wanted):\n    return given[99]\n", "IndexError"),
        ("import sys\nsys.exit(0)\n", "accepts any output"),
        ("import sys\nsys.exit(1)\n", "refuses the sample's own"),
        ("def check(:\n", "is not valid Python"),
        ("while True:\n    pass\n", "fails on the sample's own"),
        ("open('/etc/passwd').read()\n", "fails on the sample's own"),
    ],
)
async def test_a_checker_that_is_of_no_use_is_not_used(
    cage: Sandbox, source: str, words: str
) -> None:
    problem = await checker.tested(cage, Problem(ANY, checker=source))
    assert problem.checker == ""
    assert words in problem.notes[-1]
