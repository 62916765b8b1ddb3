"""``algosmith complexity``: one object as documented, a picture, plain reasons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from algosmith.cli import complexity
from algosmith.errors import ConfigError, TaskError

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''"""Functions."""


def total(nums):
    """Adds up."""
    return sum(nums)


def outer(nums):
    def inner(x):
        return x + 1
    return [inner(x) for x in nums]


def reads(path):
    return open(path).read()
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "functions.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.sandbox
def test_json_and_plot(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "out.svg"
    assert complexity.run([f"{file}:5", "--json", "--plot", str(picture)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["function"], record["basis"]) == ("total", "measured")
    assert record["time"]["class"] == "O(n)"
    assert record["space"]["class"] == "O(1)"
    assert all(len(point) == 2 for point in record["time"]["points"])
    assert record["inputs"].startswith("n = len(nums) up to")
    assert record["reason"] is None
    drawn = picture.read_text()
    assert drawn.startswith("<svg")
    assert "O(n) measured" in drawn


@pytest.mark.sandbox
def test_function_inside_a_function_is_measured_through_the_one_around_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complexity.run([f"{file}:11"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("outer")
    assert "O(n) measured" in out


@pytest.mark.sandbox
def test_what_cannot_run_has_a_reason_and_no_class(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complexity.run([f"{file}:15", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["basis"] == "estimated"
    assert record["time"]["class"] is None
    assert "opens files" in record["reason"]


@pytest.mark.parametrize(
    ("place", "words"),
    [(":1", "no function at this line"), (":99", "no line 99"), ("", "name the function")],
)
def test_wrong_places(file: Path, place: str, words: str) -> None:
    with pytest.raises(TaskError, match=words):
        complexity.run([f"{file}{place}"])


def test_a_language_whose_work_is_not_counted_is_named(tmp_path: Path) -> None:
    path = tmp_path / "A.java"
    path.write_text("class A { static int f(int x) { return x; } }\n")
    with pytest.raises(TaskError, match="not measured in Java yet"):
        complexity.run([f"{path}:1"])


@pytest.mark.sandbox
def test_picture_of_an_unknown_kind(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.svg or \.png"):
        complexity.run([f"{file}:5", "--plot", str(tmp_path / "out.gif")])


@pytest.mark.sandbox
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(
    "first", ["", '"""Words."""\nfrom __future__ import annotations, generator_stop\n']
)
def test_bytes_before_the_code_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], first: str, ending: str, mark: bytes
) -> None:
    text = f"{first}def double(xs: list[int]) -> list[int]:\n    return [2 * x for x in xs]\n"
    path = tmp_path / "a.py"
    path.write_bytes(mark + text.replace("\n", ending).encode())
    line = first.count("\n") + 1
    assert complexity.run([f"{path}:{line}"]) == 0
    out = capsys.readouterr().out
    assert "Time: O(n) measured" in out
    assert f"Most work in line {line + 1}" in out


@pytest.mark.parametrize(
    "expression", [" + ".join(["x"] * 3_000), "(" * 300 + "x" + ")" * 300, "-" * 3_000 + "x"]
)
def test_a_very_deep_expression_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expression: str
) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"def f(x: int) -> int:\n    return {expression}\n")
    assert complexity.run([f"{path}:1"]) == 1
    assert "an expression or block in it is nested too deep" in capsys.readouterr().out


@pytest.mark.sandbox
def test_a_function_among_very_many_and_a_deep_one_is_measured_like_one_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = "".join(f"def f{n}(xs: list[int]) -> int:\n    return sum(xs)\n" for n in range(2_000))
    deep = f"def deep(x):\n    return {' + '.join(['x'] * 3_000)}\n"
    path = tmp_path / "a.py"
    path.write_text(many + deep)
    assert complexity.run([f"{path}:2001", "--json"]) == 0
    among = json.loads(capsys.readouterr().out)
    path.write_text("def f1000(xs: list[int]) -> int:\n    return sum(xs)\n")
    assert complexity.run([f"{path}:1", "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert among["time"] == alone["time"]
    assert among["hottest_line"] == 2002


STATEMENT = '"""Sum.\n\nInput:\n3\n1 2 3\nOutput:\n6\n"""\n'
PROGRAMS = [
    ("n = int(input())\nprint(sum(map(int, input().split())))\n", "O(n)"),
    (
        "import sys\n\n\ndef main():\n    n, *xs = map(int, sys.stdin.read().split())\n"
        "    print(sum(1 for a in xs for b in xs if a < b))\n\n\nif __name__ == '__main__':\n"
        "    main()\n",
        "O(n²)",
    ),
]


@pytest.mark.sandbox
@pytest.mark.parametrize(("code", "growth"), PROGRAMS)
def test_a_program_is_measured_on_inputs_laid_out_as_its_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, growth: str
) -> None:
    path = tmp_path / "sums.py"
    path.write_text(STATEMENT + code)
    assert complexity.run([f"{path}:{STATEMENT.count(chr(10)) + 1 + 3 * ('main' in code)}"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("sums\n")
    assert f"Time: {growth} measured" in out
    assert "laid out as the samples" in out


def test_a_program_without_a_sample_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "sums.py"
    path.write_text(PROGRAMS[0][0])
    with pytest.raises(TaskError, match="inputs like its samples; write one"):
        complexity.run([str(path)])
