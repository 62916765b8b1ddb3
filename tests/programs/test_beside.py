"""Samples in files beside a program, as judges, courses and other tools lay them out."""

import json
from pathlib import Path

import pytest

from algosmith.errors import ConfigError
from algosmith.programs.beside import problem_beside
from algosmith.programs.companion import read_problem

SUM = ("3\n1 2 3\n", "6\n")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "sum.py"
    file.write_text("print(sum(map(int, input().split())))\n")
    return file


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())


PAIRS = [
    ("sum.in", "sum.out"),
    ("sum.in", "sum.ans"),
    ("sum1.in", "sum1.out"),
    ("sum_2.in", "sum_2.out"),
    ("sum.3.in", "sum.3.ans"),
    ("input0.txt", "output0.txt"),
    ("input.txt", "output.txt"),
    ("in1.txt", "out1.txt"),
    ("sum_input0.txt", "sum_output0.txt"),
    ("1.in", "1.out"),
    ("tests/01.in", "tests/01.ans"),
    ("test/sample-1.in", "test/sample-1.out"),
    ("samples/sum.in", "samples/sum.out"),
]


@pytest.mark.parametrize(("given", "wanted"), PAIRS)
def test_a_pair_of_files(program: Path, given: str, wanted: str) -> None:
    for name, text in ((given, "3\r\n1 2 3"), (wanted, "\ufeff6")):
        path = program.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    found = problem_beside(program)
    assert [(one.input, one.output) for one in found.samples] == [SUM]
    assert found.notes == ()


def test_many_pairs_come_in_the_order_of_their_numbers(program: Path) -> None:
    for number in (10, 2, 1):
        (program.parent / f"sum{number}.in").write_text(f"{number}\n")
        (program.parent / f"sum{number}.out").write_text(f"{number}\n")
    assert [one.input for one in problem_beside(program).samples] == ["1\n", "2\n", "10\n"]


def test_files_of_another_program_are_left_alone(program: Path) -> None:
    (program.parent / "other.py").write_text("pass\n")
    for name in ("input.txt", "other.in", "summer.in"):
        (program.parent / name).write_text("1\n")
    for name in ("output.txt", "other.out", "summer.out"):
        (program.parent / name).write_text("2\n")
    assert problem_beside(program).samples == ()


@pytest.mark.parametrize("data", [b"\xff\xfe1", b"1" * (5 << 20)], ids=["no text", "too large"])
def test_what_is_not_used_is_named(program: Path, data: bytes) -> None:
    (program.parent / "sum1.in").write_text("1\n")
    (program.parent / "sum2.in").write_bytes(data)
    (program.parent / "sum2.out").write_text("1\n")
    found = problem_beside(program)
    assert found.samples == ()
    assert [note.split()[0] for note in found.notes] == ["sum1.in", "sum2.in"]


CPH = {
    "name": "A. Sum",
    "url": "https://example.org/a",
    "interactive": False,
    "timeLimit": 2000,
    "srcPath": "/x/sum.py",
    "tests": [{"id": 1, "input": "3\n1 2 3", "output": "6"}],
}


@pytest.mark.parametrize("name", [".cph/.sum.py_0123abcd.prob", ".sum.py_0.prob", "sum.py.prob"])
def test_a_problem_of_cph(program: Path, name: str) -> None:
    path = program.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(CPH))
    found = problem_beside(program)
    assert [(one.input, one.output) for one in found.samples] == [SUM]
    assert (found.name, found.seconds, found.interactive) == ("A. Sum", 2.0, False)


def test_a_broken_problem_is_a_note(program: Path) -> None:
    (program.parent / "sum.py.prob").write_text("{")
    found = problem_beside(program)
    assert found.samples == ()
    assert "sum.py.prob: is no JSON" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no JSON"),
        ("[]", "expected an object"),
        ('{"name": "x"}', "expected an object"),
        ('{"tests": [1]}', "test 1 has no texts"),
        ('{"tests": [{"input": "1"}]}', "test 1 has no texts"),
        ('{"tests": [{"input": "1", "output": 2}]}', "test 1 has no texts"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_is_no_problem_says_so(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_problem(text, "p.json")


def test_odd_fields_do_no_harm() -> None:
    found = read_problem('{"tests": [], "timeLimit": "x", "interactive": 1, "name": 3}', "p")
    assert (found.samples, found.seconds, found.interactive, found.name) == ((), None, False, "")


@pytest.mark.parametrize("name", ["sum_checker.py", "checker.py"])
def test_a_checker(program: Path, name: str) -> None:
    (program.parent / name).write_text("def check(given, output, wanted):\n    return True\n")
    assert "def check" in problem_beside(program).checker
