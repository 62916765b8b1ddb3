"""``algosmith verify``: what stands in a file, or given candidates."""

import json
from pathlib import Path
from typing import Any

import pytest

from algosmith.cli import verify
from algosmith.errors import ConfigError, TaskError

FILE = '''def double(nums: list[int]) -> list[int]:
    """Twice each number.

    >>> double([1, -2, 30])
    [2, -4, 60]
    """
    return [n * 2 for n in nums]


def open_one(nums: list[int]) -> list[int]:
    # TODO: open_one([1, 2]) == [2, 3]
    pass


def short(n): return n + 1
'''


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))


def write(folder: Path, codes: list[str] | None = None) -> tuple[str, list[str]]:
    file = folder / "work.py"
    file.write_text(FILE)
    if codes is None:
        return str(file), []
    candidates = folder / "c.jsonl"
    candidates.write_text("".join(json.dumps({"code": code}) + "\n" for code in codes))
    return str(file), ["--candidates", str(candidates)]


def answer(capsys: pytest.CaptureFixture[str], args: list[str]) -> tuple[int, dict[str, Any]]:
    status = verify.run([*args, "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.sandbox
def test_what_stands_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, _ = write(tmp_path)
    status, found = answer(capsys, [f"{file}:7"])
    assert status == 0
    assert found["candidates"][0]["verdict"]["summary"] == "consistent (1/1 example)"
    assert found["candidates"][0]["code"] == "return [n * 2 for n in nums]"
    assert found["task"]["function"] == "double"
    assert answer(capsys, [f"{file}:15"])[1]["task"]["function"] == "short"
    status, found = answer(capsys, [f"{file}:11"])
    assert status == 1
    assert found["candidates"][0]["verdict"]["level"] == "refuted"


@pytest.mark.sandbox
def test_candidates_for_a_todo_and_for_a_written_function(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [
        "return nums",
        "return [n + 1 for n in nums]",
        (
            "def open_one(nums):\n    out = []\n    for n in nums:\n"
            "        out.append(1 + n)\n    return out"
        ),
        "return [n",
    ]
    file, given = write(tmp_path, codes)
    status, found = answer(capsys, [f"{file}:11", *given])
    levels = [c["verdict"]["level"] for c in found["candidates"]]
    assert (status, levels[0], levels[3]) == (0, "refuted", "refuted")
    assert found["chosen"] in (1, 2)
    assert found["order"][0] == found["chosen"]
    assert [1, 2] in [group["members"] for group in found["groups"]]
    assert found["examples"][0]["text"] == "open_one([1, 2]) == [2, 3]"
    file, given = write(tmp_path, ["return [n + n for n in nums]", "return nums * 2"])
    status, found = answer(capsys, [f"{file}:7", *given])
    assert found["chosen"] == 0
    assert found["candidates"][1]["verdict"]["summary"].startswith("refuted: double([1, -2, 30])")


@pytest.mark.sandbox
def test_the_text_form_marks_the_chosen_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, given = write(tmp_path, ["return nums", "return [n + 1 for n in nums]"])
    assert verify.run([f"{file}:11", *given]) == 0
    out = capsys.readouterr().out
    assert "* candidate 1: consistent" in out
    assert "refuted: open_one([1, 2]) gave [1, 2], expected [2, 3]" in out


def test_untrusted_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, _ = write(tmp_path)
    _, found = answer(capsys, [f"{file}:7", "--untrusted"])
    assert found["cage"] is None
    assert "not trusted" in found["candidates"][0]["verdict"]["summary"]


def test_no_cage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALGOSMITH_CAGE", "none")
    file, _ = write(tmp_path)
    _, found = answer(capsys, [f"{file}:7"])
    assert found["candidates"][0]["verdict"]["summary"].startswith("unchecked: not run (no cage")


@pytest.mark.parametrize(
    ("line", "problem"), [("99", "no line 99"), ("8", "no function"), ("0", "no line 0")]
)
def test_a_line_with_nothing(tmp_path: Path, line: str, problem: str) -> None:
    file, _ = write(tmp_path)
    with pytest.raises(TaskError, match=problem):
        verify.run([f"{file}:{line}"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "c.jsonl:1: is no JSON"), ('{"code": 3}', "c.jsonl:1: expected"), ("[1]", "expected")],
)
def test_bad_candidates_are_named_by_line(tmp_path: Path, text: str, problem: str) -> None:
    file, given = write(tmp_path, ["return 1"])
    (tmp_path / "c.jsonl").write_text(text)
    with pytest.raises(ConfigError, match=problem):
        verify.run([f"{file}:11", *given])


def test_a_missing_candidates_file(tmp_path: Path) -> None:
    file, _ = write(tmp_path)
    with pytest.raises(ConfigError, match=r"nowhere\.jsonl can't be read"):
        verify.run([f"{file}:11", "--candidates", str(tmp_path / "nowhere.jsonl")])
