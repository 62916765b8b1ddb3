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


def test_only_python(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_text("function f(x) { return x }\n")
    with pytest.raises(TaskError, match="only Python"):
        complexity.run([f"{path}:1"])


@pytest.mark.sandbox
def test_picture_of_an_unknown_kind(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.svg or \.png"):
        complexity.run([f"{file}:5", "--plot", str(tmp_path / "out.gif")])
