"""Data sets are read in their own forms; a bad row costs only itself."""

import base64
import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest

from algosmith.errors import ConfigError
from algosmith.evaluation import reading
from algosmith.evaluation.problems import Problem, Results, Streams
from algosmith.sandbox.types import Call

MBPP_AS_HUMANEVAL = {
    "task_id": "MbppEval/1",
    "prompt": "import math\ndef plus(a, b):\n    '''\n    Add two numbers.\n    '''\n",
    "entry_point": "plus",
    "canonical_solution": "    return a + b\n",
    "test": "def check(candidate):\n    assert plus(2, 2) == 4\n    assert plus(1, 5) == 6\n",
}
MBPP = {
    "task_id": 7,
    "text": "Write a function to add two numbers.",
    "code": "def helper(x):\r\n  return x\r\ndef plus(a, b):\r\n  return helper(a) + b",
    "test_list": ["assert plus(2, 2) == 4", "assert plus(1, 5) == 6"],
    "test_setup_code": "",
}
HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'def plus(a: int, b: int):\n    """Add.\n\n    >>> plus(2, 2)\n    4\n    """\n',
    "entry_point": "plus",
    "canonical_solution": "    return a + b\n",
    "test": "METADATA = {}\n\n\ndef check(candidate):\n    assert candidate(1, 5) == 6\n",
}
TESTS = [{"input": "[1, 2]\n3", "output": "6", "testtype": "functional"}]
LIVECODEBENCH = {
    "question_id": "3000",
    "question_content": "Return the sum.\n\nExample 1:\n\nInput: a = [1, 2], b = 3\nOutput: 6\n",
    "starter_code": "class Solution:\n    def total(self, a: List[int], b: int) -> int:\n        ",
    "public_test_cases": json.dumps(TESTS),
    "private_test_cases": "[]",
    "metadata": json.dumps({"func_name": "total"}),
}
STREAM = [{"input": "1 2\n", "output": "3\n", "testtype": "stdin"}]
PACKED = base64.b64encode(zlib.compress(pickle.dumps(json.dumps(STREAM)))).decode()
PROGRAM = {
    "question_id": "abc1",
    "question_content": 'Print "a" + b \\le 3 and """quotes""".',
    "starter_code": "",
    "public_test_cases": json.dumps(STREAM),
    "private_test_cases": PACKED,
    "metadata": "{}",
}
OWN = {"id": "own", "file": "def f(x):\n    # TODO: double x\n", "tests": ["assert f(1) == 2"]}


def one(tmp_path: Path, row: Any, **options: Any) -> Problem:
    file = tmp_path / "data.jsonl"
    file.write_text(json.dumps(row) + "\n")
    (problem,) = reading.load(file, **options).problems
    return problem


def test_mbpp_shows_its_first_assert_and_hides_the_rest(tmp_path: Path) -> None:
    for row in (MBPP_AS_HUMANEVAL, MBPP):
        problem = one(tmp_path, row)
        assert "assert plus(2, 2) == 4" in problem.snapshot.text
        assert "plus(1, 5)" not in problem.snapshot.text
        assert "plus(1, 5) == 6" in problem.truth.source  # type: ignore[union-attr]
        assert "add two numbers" in problem.task.text.lower()
        assert "import math" in problem.snapshot.text or row is MBPP
        assert problem.entry == "plus"
    assert "plus(1, 5)" in one(tmp_path, MBPP, shown=2).snapshot.text


def test_humaneval_keeps_the_docstring_with_its_examples(tmp_path: Path) -> None:
    problem = one(tmp_path, HUMANEVAL)
    assert ">>> plus(2, 2)" in problem.snapshot.text
    assert "plus(1, 5)" not in problem.snapshot.text
    assert problem.task.function is not None


def test_livecodebench_functions_and_programs(tmp_path: Path) -> None:
    problem = one(tmp_path, LIVECODEBENCH)
    assert problem.entry == "Solution.total"
    assert problem.truth == Results(((Call(([1, 2], 3)), 6),))
    assert "Input: a = [1, 2], b = 3" in problem.snapshot.text
    program = one(tmp_path, PROGRAM)
    assert program.truth == Streams((("1 2\n", "3\n"),) * 2)
    assert "Input:\n1 2\n\nOutput:\n3" in program.snapshot.text, (
        "a sample where the words have none"
    )
    compile(program.snapshot.text, "program", "exec")


def test_packed_tests_run_nothing(tmp_path: Path) -> None:
    class Opened:
        def __reduce__(self) -> Any:
            return (open, (str(tmp_path / "made"), "w"))

    packed = base64.b64encode(zlib.compress(pickle.dumps(Opened()))).decode()
    with pytest.raises(ConfigError, match="only text is read"):
        one(tmp_path, {**PROGRAM, "private_test_cases": packed})
    assert not (tmp_path / "made").exists()


def test_our_own_form(tmp_path: Path) -> None:
    problem = one(tmp_path, OWN)
    assert (problem.id, problem.entry) == ("own", "f")
    program = {"id": "p", "file": "# TODO: echo\n", "streams": [{"input": "a", "output": "a"}]}
    assert one(tmp_path, program).truth == Streams((("a", "a"),))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "line 2: "),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('{"id": "x"}', "has no 'file'"),
        ('{"id": "own", "file": "# TODO: x", "tests": ""}', "say which function"),
        (json.dumps({**OWN, "file": "def f(): pass"}), "one TODO, it holds 0"),
        (json.dumps({**OWN, "tests": ["assert f( =="]}), "line 2: "),
        (json.dumps(OWN), "a second problem with the id own"),
        (json.dumps({**MBPP_AS_HUMANEVAL, "entry_point": "other"}), "no test calls other"),
        (json.dumps({**HUMANEVAL, "test": "x = 1"}), "defines no check"),
        (json.dumps({**LIVECODEBENCH, "public_test_cases": "[]"}), "holds no test"),
        (json.dumps({**PROGRAM, "private_test_cases": "@@@"}), "line 2: "),
        ("[" * 100_000, "line 2: "),
    ],
)
def test_a_bad_row_costs_only_itself(tmp_path: Path, row: str, why: str) -> None:
    file = tmp_path / "data.jsonl"
    last = {**OWN, "id": "last"}
    file.write_text(f"{json.dumps(OWN)}\n{row}\n\n{json.dumps(last)}\n")
    found = reading.load(file)
    assert [problem.id for problem in found.problems] == ["own", "last"]
    (told,) = found.left_out
    assert why in told


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"{}", "holds no problem"),
        (b"[1,", "no JSON"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_data_set(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "data.jsonl"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=why):
        reading.load(file)
    with pytest.raises(ConfigError, match="can't be read"):
        reading.load(tmp_path)


def test_a_list_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps([OWN, HUMANEVAL], indent=1).encode())
    assert len(reading.load(file).problems) == 2
    lines = f"{json.dumps(OWN)}\r\n{json.dumps(HUMANEVAL)}\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + lines.encode())
    assert len(reading.load(file).problems) == 2
