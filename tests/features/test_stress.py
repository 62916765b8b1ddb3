"""``algosmith stress``: the smallest input that shows a mistake, or how many were tried."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from algosmith import cli
from algosmith.errors import TaskError
from algosmith.features.parties import party
from algosmith.features.stress import Question, StressResult, stress
from algosmith.features.stress_report import words
from algosmith.sandbox.opening import open_sandbox

pytestmark = pytest.mark.sandbox

FILE = '''def gcd(a: int, b: int) -> int:
    """The greatest common divisor.

    >>> gcd(12, 18)
    6
    >>> gcd(17, 5)
    1
    """
    while b:
        a, b = b, a % b
    return a


def bounded(a: int, b: int) -> int:
    return max(d for d in range(1, min(a, b, 1000) + 1) if a % d == 0 and b % d == 0)


def euclid(a: int, b: int) -> int:
    return a if b == 0 else euclid(b, a % b)


def prime_formula(n: int) -> bool:
    k = n * n + n + 41
    return all(k % d for d in range(2, int(k ** 0.5) + 1))


def square(n: int) -> bool:
    return n * n >= 0


def broken(n: int) -> bool:
    raise ValueError(n)


def never(a, b):
    return False


def odd(a, b):
    return a % 2 == 1 and b % 2 == 1


def largest(xs: list[int]) -> int:
    """The largest item.

    >>> largest([3, 1, 2])
    3
    >>> largest([-5, -7])
    -5
    """
    best = 0
    for x in xs:
        best = max(best, x)
    return best


def maximum(xs: list[int]) -> int:
    return max(xs)


def hangs(xs: list[int]) -> int:
    while len(xs) > 2:
        pass
    return max(xs)


one_line = 3


def shuffles(xs: list[int]) -> int:
    import random
    return random.random()
'''
PROGRAM = '''"""Adds.

Input:
3
1 2 3
Output:
6
"""
n = int(input())
print({})
'''


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))
    (tmp_path / "pyproject.toml").touch()
    file = tmp_path / "work.py"
    file.write_text(FILE)
    return file


def at(file: Path, name: str) -> str:
    line = next(n for n, t in enumerate(FILE.splitlines(), 1) if t.startswith(f"def {name}("))
    return f"{file}:{line}"


def stressed(
    file: Path, one: str, other: str | None = None, valid: str | None = None, limit: int = 1_500
) -> StressResult:
    async def run() -> StressResult:
        cage = await open_sandbox()
        try:
            return await stress(
                Question(
                    party(at(file, one)),
                    party(at(file, other)) if other else None,
                    party(at(file, valid), examples=False) if valid else None,
                    seconds=30.0 if one not in ("square",) else 3.0,
                    limit=limit,
                ),
                cage,
            )
        finally:
            await cage.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("one", "other", "call"),
    [
        ("gcd", "bounded", "gcd(1001, 1001)"),
        ("largest", "maximum", "largest([-1])"),
        ("prime_formula", None, "prime_formula(40)"),
    ],
)
def test_the_smallest_counterexample_is_found(
    file: Path, one: str, other: str | None, call: str
) -> None:
    done = stressed(file, one, other)
    assert f"counterexample: {call}\n" in words(done)


def test_a_validator_says_what_counts(file: Path) -> None:
    done = stressed(file, "gcd", "bounded", "odd")
    assert done.found is not None
    assert all(isinstance(n, int) and n % 2 for n in done.found.call.args)
    with pytest.raises(TaskError, match="never accepts none of"):
        stressed(file, "gcd", "euclid", "never")


def test_a_property_that_raises_everywhere_is_named(file: Path) -> None:
    with pytest.raises(TaskError, match="broken raises on every one of"):
        stressed(file, "broken")


def test_a_search_ends_where_no_input_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "few.py"
    few.write_text(
        "def no(a: bool) -> bool:\n    return not a\n\n\ndef none() -> bool:\n    return not ()\n"
    )
    for line, inputs in (("1", "2 inputs"), ("5", "1 input")):
        asked = ["stress", "--property", f"{few}:{line}", "--seconds", "600"]
        cli.run(asked)
        assert inputs in capsys.readouterr().out


def test_what_depends_on_chance_is_no_counterexample(file: Path) -> None:
    with pytest.raises(TaskError, match="depends on chance"):
        stressed(file, "shuffles", "maximum")


def test_nothing_found_is_no_proof_and_says_how_much_was_tried(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["stress", "--property", at(file, "square"), "--seconds", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["found"] is None
    assert told["tried"] > 0
    assert "that is no proof" in told["report"]


def test_inputs_unlike_the_examples_do_not_count(file: Path) -> None:
    text = FILE.replace("return max(xs)\n", "return max(xs, default=7)\n", 1)
    file.write_text(text.replace("best = 0\n", "best = xs[0] if xs else 0\n"))
    assert cli.run(["stress", at(file, "largest"), "--against", at(file, "maximum"),
                    "--seconds", "3"]) == 0  # fmt: skip


def test_a_counterexample_is_kept_as_a_doctest_only_when_asked(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["stress", at(file, "largest"), "--against", at(file, "maximum"), "--seconds", "30"]
    assert cli.run(args) == 1
    assert file.read_text() == FILE
    assert cli.run([*args, "--keep"]) == 1
    kept = file.read_text()
    assert '    -5\n\n    >>> largest([-1])\n    -1\n    """\n' in kept
    assert cli.run(["stress", at(file, "largest")]) == 1
    assert "largest([-1]) gave 0, expected -1" in capsys.readouterr().out


@pytest.mark.parametrize("body", ["return None", "return 1", "pass", "return {1}.__iter__()"])
def test_a_property_that_does_not_answer_is_refused(file: Path, body: str) -> None:
    file.write_text(FILE.replace("return n * n >= 0", body))
    with pytest.raises(TaskError, match="has to return True or False"):
        stressed(file, "square")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("{-1}", ">>> largest([-1])\n    {-1}"),
        ("None", ">>> largest([-1]) is None\n    True"),
        ('"\\\\n"', r">>> largest([-1])" "\n    " r"'\\\\n'"),
        ('\'"""\'', "quotes or backslashes"),
        ("float('inf')", "no literal"),
        ("10 ** 5000", "no literal"),
        ("list(range(400))", "too long"),
    ],
)
def test_what_is_kept_is_what_the_other_gave(
    file: Path, value: str, kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FILE.replace(
        "return max(xs)\n\n\ndef hangs",
        f"return {value} if xs == [-1] else largest(xs)\n\n\ndef hangs",
    )
    text = text.replace("largest([-5, -7])\n    -5", "largest([-5, 7])\n    7")
    file.write_text(text)
    assert cli.run(["stress", at(file, "largest"), "--against", at(file, "maximum"), "--keep",
                    "--seconds", "30"]) == 1  # fmt: skip
    told = capsys.readouterr().out
    assert kept in file.read_text() or (kept in told and file.read_text() == text)


def test_two_programs_are_compared(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, body in (("one", "sum(map(int, input().split()))"),
                       ("two", "sum(set(map(int, input().split())))")):  # fmt: skip
        (file.parent / f"{name}.py").write_text(PROGRAM.format(body))
    one, two = str(file.parent / "one.py"), str(file.parent / "two.py")
    assert cli.run(["stress", one, "--against", two, "--seconds", "30"]) == 1
    assert "counterexample: input" in capsys.readouterr().out
    assert cli.run(["stress", one, "--against", at(file, "gcd")]) == 2
    assert "can't be compared" in capsys.readouterr().err


TWICE = """def main():
    n = int(input())
    print(sum(int(word) for word in input().split()) if n else 0)


main()
"""
FIRST_FIVE = """\
// Input:
// 3
// 1 2 3
// Output:
// 6
#include <iostream>
int main() {
    int n, x, sum = 0;
    std::cin >> n;
    for (int i = 0; i < n && std::cin >> x; i++) if (i < 5) sum += x;
    std::cout << sum << "\\n";
}
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
@pytest.mark.parametrize("place", ["{}:8 --against {}:2", "{} --against {}"])
def test_programs_of_two_languages_are_compared(
    file: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    quick, slow = file.with_name("quick.cpp"), file.with_name("slow.py")
    quick.write_text(FIRST_FIVE)
    slow.write_text(TWICE)
    # A line within ``main`` means the program.
    place = place.format(quick, slow)
    assert cli.run(["stress", *place.split(), "--seconds", "60"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("counterexample: input")
    assert "quick.cpp" in out
    assert "slow.py" in out


def test_functions_that_take_other_numbers_of_arguments_are_not(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "def f(a: int, b: int):\n    return a\n\n\ndef g(a: int, {}):\n    return a\n"
    for rest, told in (("b: int = 0", ""), ("*b: int", ""), ("b: int, c: int", "g needs 3")):
        file.write_text(text.format(rest))
        place = f"{file}:1 --against {file}:5 --seconds 1"
        assert cli.run(["stress", *place.split()]) == (2 if told else 0)
        assert told in capsys.readouterr().err


def test_functions_of_two_languages_are_not(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = file.with_name("other.js")
    other.write_text("function doubled(n) {\n  return n + n;\n}\n")
    assert cli.run(["stress", f"{file}:1", "--against", f"{other}:1"]) == 2
    assert "make each a program that reads standard input" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["{file}:1"], ""),
        ([], "name what to stress"),
        (["{file}"], "name the function by a line"),
        (["{file}:9999"], "no line 9999"),
        (["{bounded}"], "can't be stressed alone"),
        (["{gcd}", "--keep"], "--keep writes what --against gives"),
        (["absent.py:1"], "No such file"),
    ],
)
def test_what_can_not_be_tried_is_said(
    file: Path, args: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"file": str(file), "bounded": at(file, "bounded"), "gcd": at(file, "gcd")}
    status = cli.run(["stress", *(arg.format(**places) for arg in args)])
    assert status == (2 if told else 0)
    assert told in capsys.readouterr().err


def test_what_no_input_was_needed_for_is_called_no_counterexample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "empty.py"
    file.write_text('def f(n: int) -> int:\n    """\n    >>> f(1)\n    1\n    """\n    # TODO: f\n')
    assert cli.run(["stress", f"{file}:1"]) == 1
    assert capsys.readouterr().out.startswith("refuted: the body does nothing")


@pytest.mark.parametrize("limit", ["-4", "0", "many", "1.5"])
def test_a_size_that_is_none_is_refused(
    file: Path, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.run(["stress", at(file, "gcd"), "--limit", limit])
    assert "write a size above 0" in capsys.readouterr().err
