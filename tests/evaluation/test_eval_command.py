"""``algosmith eval``: a table over problems with hidden asserts, resumable."""

import json
from pathlib import Path
from typing import Any

import pytest

from algosmith.cli import eval as command
from algosmith.errors import ConfigError, RequestRejected
from algosmith.evaluation import mbpp
from algosmith.features.services import Services
from algosmith.wire import ChatRequest, Reply
from tests.completers import WholeCompleter

PROBLEMS = [
    {
        "task_id": "P/1",
        "prompt": "def plus(a, b):\n    '''\n    Add two numbers.\n    '''\n",
        "entry_point": "plus",
        "canonical_solution": "    return a + b\n",
        "test": "def check(candidate):\n    assert plus(2, 2) == 4\n    assert plus(1, 5) == 6\n",
    },
    {
        "task_id": "P/2",
        "prompt": "def firsts(rows):\n    '''\n    The first item of each row.\n    '''\n",
        "entry_point": "firsts",
        "canonical_solution": "    return [row[0] for row in rows]\n",
        "test": "def check(candidate):\n    assert firsts([[1, 2], [3, 4]]) == [1, 3]\n"
        "    assert firsts([[9], [7], [8, 1]]) == [9, 7, 8]\n",
    },
]
ANSWERS = {
    "plus": ["return a * b", "return a + b", "return b + a", "return 0"],
    "firsts": ["return rows[0]", "return [r[0] for r in rows]", "no idea", "return rows"],
}


class Scripted(WholeCompleter):
    """Answers from the table; refuses temperature 0 as some engines do."""

    def __init__(self) -> None:
        self.requests: list[ChatRequest] = []

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        if request.temperature == 0.0:
            raise RequestRejected("temperature 0 is not honoured")
        self.requests.append(request)
        asked = request.messages[-1].content
        name = next(name for name in ANSWERS if name in asked)
        lines = [f"```python\n{code}\n```" for code in ANSWERS[name]]
        return tuple(Reply(line) for line in lines[: request.n])

    async def close(self) -> None: ...


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))
    file = tmp_path / "problems.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in PROBLEMS))
    return file


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted()

    def build(settings: Any, *, trusted: bool) -> Services:
        from algosmith.features.store import Store

        return Services(settings, scripted, Store(), trusted)  # type: ignore[arg-type]  # what eval needs of it

    monkeypatch.setattr(command.building, "build", build)
    return scripted


@pytest.mark.sandbox
def test_the_table_and_going_on_after_a_stop(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cache = tmp_path / "cache.jsonl"
    args = ["--data", str(data), "-n", "4", "--cache", str(cache)]
    assert command.run([*args, "--limit", "1"]) == 0
    assert len(model.requests) == 2
    cache.write_text(cache.read_text() + '{"id": "P/2", "texts": ["cut o')
    assert command.run(args) == 0
    assert len(model.requests) == 4
    assert command.run(args) == 0
    assert len(model.requests) == 4
    out = capsys.readouterr().out
    assert "| n = 1, temperature 0.05 | 0 | 0.0% |" in out
    assert "| n random pick (expected) | 0.8 | 37.5% |" in out
    assert "| **n chosen** | 2 | 100.0% |" in out
    assert "| n oracle | 2 | 100.0% |" in out


class Adviser(Scripted):
    """Two answers that pass the shown assert and differ; and tests that tell them apart."""

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        if "begins with assert" not in request.messages[0].content:
            return await super().complete(request, on_progress)
        self.requests.append(request)
        lines = ("assert plus(1, 2) == 3\nno test", "assert plus(3, 3) == 6", "assert plus(9")
        return tuple(Reply(line) for line in lines)


@pytest.mark.sandbox
def test_with_and_without_the_models_tests(
    data: Path,
    model: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(model, "__class__", Adviser)
    monkeypatch.setitem(ANSWERS, "plus", ["return a * b", "c = a + b\nreturn c"])
    cache = tmp_path / "cache.jsonl"
    args = ["--data", str(data), "-n", "2", "--limit", "1", "--cache", str(cache)]
    assert command.run(args) == 0
    assert command.run([*args, "--advice"]) == 0
    assert len(model.requests) == 3
    assert command.run([*args, "--advice"]) == 0
    assert command.run([*args, "--advice", "--cached"]) == 0
    assert len(model.requests) == 3
    out = capsys.readouterr().out
    assert out.count("| **n chosen** | 0 | 0.0% |") == 4
    assert out.count("| **n chosen, with the model's tests and inputs** | 1 | 100.0% |") == 3
    assert "could change the choice: 1 of 1 problems (1 of them hold right and wrong" in out
    assert "choice changed: 1, to a right one 1, from a right one 0" in out


@pytest.mark.sandbox
def test_pools_without_a_model(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["--data", str(data), "--mutants"]) == 0
    assert "precision of verified (chosen)" in capsys.readouterr().out


def test_problems_hide_all_but_the_first_assert(data: Path) -> None:
    first = mbpp.load(data)[0]
    assert "assert plus(2, 2) == 4" in first.snapshot.text
    assert "plus(1, 5)" not in first.snapshot.text
    assert [e.text for e in first.hidden] == ["plus(1, 5) == 6"]


@pytest.mark.parametrize("text", ["{", '{"task_id": "x"}', "[1]"])
def test_a_file_that_is_no_data_set(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(ConfigError, match=r"no MBPP file"):
        mbpp.load(tmp_path / "x.jsonl")
    with pytest.raises(ConfigError, match="give the data set with --data"):
        mbpp.load(tmp_path / "missing.jsonl")
