"""``algosmith eval`` through the product's own solve, with a scripted model and the real cage."""

import json
from pathlib import Path
from typing import Any

import pytest

from algosmith.cli import eval as command
from algosmith.errors import ConfigError, EngineError, RequestRejected
from algosmith.features.services import Services
from algosmith.features.store import Store
from algosmith.wire import ChatRequest, EngineStatus, Reply
from tests.completers import WholeCompleter

PROBLEMS: list[dict[str, Any]] = [
    {
        "id": "plus",
        "file": "def plus(a, b):\n    # TODO: add two numbers\n\n\nassert plus(2, 2) == 4\n",
        "tests": ["assert plus(2, 2) == 4", "assert plus(1, 5) == 6"],
        "reference": "def plus(a, b):\n    return a + b\n",
    },
    {
        "id": "firsts",
        "file": "def firsts(rows):\n    # TODO: the first item of each row\n\n\n"
        "assert firsts([[1, 2], [3, 4]]) == [1, 3]\n",
        "tests": "assert firsts([[9], [7], [8, 1]]) == [9, 7, 8]\n",
        "reference": "def firsts(rows):\n    return [row[0] for row in rows]\n",
    },
    {
        "id": "unsound",
        "file": "def unsound(x):\n    # TODO: anything\n",
        "tests": ["assert unsound(1) == 2"],
        "reference": "def unsound(x):\n    return x\n",
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
        self.broken = False

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        if self.broken:
            raise EngineError("the engine is not there; start it")
        if request.temperature == 0.0:
            raise RequestRejected("temperature 0 is not honoured")
        self.requests.append(request)
        asked = request.messages[-1].content
        name = next(name for name in ANSWERS if name in asked)
        lines = [f"```python\n{code}\n```" for code in ANSWERS[name]]
        return tuple(Reply(line, tokens=7) for line in lines[: request.n or 4])

    async def status(self) -> EngineStatus:
        return EngineStatus("ready")

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
        return Services(settings, scripted, Store(), trusted)  # type: ignore[arg-type]  # what eval needs of it

    monkeypatch.setattr(command.building, "build", build)
    return scripted


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


@pytest.mark.sandbox
def test_figures_and_going_on_after_a_stop(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = tmp_path / "run.jsonl"
    args = ["--data", str(data), "-n", "4", "--run", str(run), "--json"]
    assert command.run([*args, "--limit", "1"]) == 0
    assert printed(capsys)["summary"]["problems"] == 1
    asked = len(model.requests)
    run.write_text(run.read_text() + '{"id": "firsts", "answers": [{"code": "cut o')
    assert command.run(args) == 0
    found = printed(capsys)["summary"]
    assert found["problems"] == 2, "a problem whose own solution fails its tests is left out"
    assert found["chosen"] == {"part": 2, "whole": 2}
    assert found["oracle"] == {"part": 2, "whole": 2}
    assert found["plain"] == {"part": 0, "whole": 2}
    assert found["verified_right"]["part"] == found["verified_right"]["whole"]
    more = len(model.requests)
    assert asked < more
    assert command.run(args) == 0
    assert len(model.requests) == more, "what is on disk is not asked for again"
    assert printed(capsys)["summary"]["problems"] == 2


@pytest.mark.sandbox
def test_two_settings_compared_problem_by_problem(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    args = ["--data", str(data), "-n", "4", "--run", str(tmp_path / "run.jsonl")]
    assert command.run([*args, "--against", "candidates=1", "--no-plain"]) == 0
    out = capsys.readouterr().out
    assert "2 problems in both runs" in out
    runs = [str(tmp_path / "run.jsonl"), str(tmp_path / "run.against.jsonl")]
    assert command.run(["--compare", *runs, "--json"]) == 0
    share = printed(capsys)["comparison"]["shares"][0]
    assert (share["name"], share["before"]) == ("chosen right", 2)


@pytest.mark.sandbox
def test_two_sets_of_prompts_in_one_run(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    text = '+++\ndescription = "x"\nvariables = ["todo"]\n+++\n'
    text += "I ASK DIFFERENTLY\n--- user ---\n$todo\n"
    (prompts / "implement.md").write_text(text + "def plus")
    args = ["--data", str(data), "-n", "2", "--run", str(tmp_path / "run.jsonl"), "--no-plain"]
    assert command.run([*args, "--limit", "1", "--against-prompts", str(prompts), "--json"]) == 0
    assert len(printed(capsys)["runs"]) == 2
    asked = ["I ASK DIFFERENTLY" in request.messages[0].content for request in model.requests]
    assert True in asked
    assert False in asked
    (prompts / "implement.md").write_text(text + "def plus, please")
    with pytest.raises(ConfigError, match="was begun with prompts"):
        command.run([*args, "--limit", "1", "--against-prompts", str(prompts)])
    with pytest.raises(ConfigError, match="is no folder"):
        command.run([*args, "--prompts", str(tmp_path / "missing")])


@pytest.mark.sandbox
def test_answers_of_a_run_are_judged_again_without_a_model(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = tmp_path / "run.jsonl"
    assert command.run(["--data", str(data), "-n", "4", "--run", str(run), "--no-plain"]) == 0
    asked = len(model.requests)
    capsys.readouterr()
    assert command.run(["--data", str(data), "--judge", str(run)]) == 0
    assert len(model.requests) == asked
    out = capsys.readouterr().out
    assert "| CodeT | " in out
    assert "| **chosen** | 2 of 2 = 100.0%" in out
    assert command.run(["--show", str(run)]) == 0
    assert "2 problems" in capsys.readouterr().out


@pytest.mark.sandbox
def test_an_engine_that_fails_ends_the_run_and_it_goes_on_later(
    data: Path, model: Scripted, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    args = ["--data", str(data), "-n", "4", "--run", str(tmp_path / "run.jsonl"), "--json"]
    model.broken = True
    assert command.run(args) == 0
    assert printed(capsys)["summary"]["failed"] == 2
    model.broken = False
    assert command.run(args) == 0
    assert printed(capsys)["summary"]["failed"] == 0


@pytest.mark.sandbox
def test_pools_without_a_model(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["--data", str(data), "--mutants", "--limit", "2"]) == 0
    assert "| AlphaCode |" in capsys.readouterr().out


def test_negative_numbers_are_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--limit", "--sample", "--shown", "-n"):
        with pytest.raises(SystemExit):
            command.run(["--data", str(data), option, "-1"])
        assert "must not be negative" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "say which problems"),
        (["--data", "missing.jsonl"], "can't be read"),
        (["--data", "{data}", "--set", "nothing=1"], "no such setting"),
        (["--data", "{data}", "--set", "=1"], "--set"),
        (["--data", "{data}", "--set", "candidates=many"], "expected int"),
        (["--data", "{data}", "--limit", "0"], "no problem is left"),
        (["--show", "missing.jsonl"], "can't be read"),
        (["--show", "{data}"], "is no run"),
        (["--compare", "missing.jsonl", "{data}"], "can't be read"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(data: Path, args: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        command.run([arg.format(data=data) for arg in args])
