"""A task's prompt is read ahead exactly as it will be asked, and never where that is unwanted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from algosmith import paths
from algosmith.config import EngineSettings, Settings
from algosmith.features import asking, warming
from algosmith.features.services import Services
from algosmith.features.store import Store
from algosmith.model import Snapshot, Span
from algosmith.syntax.tasks import find_tasks
from algosmith.wire import ChatRequest
from tests.completers import WholeCompleter

TEXT = b"def add(a, b):\n    # TODO: add them\n    pass\n\n\nx = 1\n"
SNAPSHOT = Snapshot("file:///a.py", "python", TEXT)
AT_TODO, ELSEWHERE = Span(20, 20), Span(len(TEXT) - 2, len(TEXT) - 2)


class Recorder(WholeCompleter):
    def __init__(self) -> None:
        self.warmed: list[ChatRequest] = []

    async def warm(self, request: ChatRequest) -> None:
        self.warmed.append(request)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(warming, "on_battery", lambda: False)


def services(settings: Settings, completer: Any) -> Services:
    return Services(settings, completer, Store())


async def test_what_is_read_ahead_is_what_will_be_asked() -> None:
    completer = Recorder()
    made = services(Settings(), completer)
    await warming.warm(made, SNAPSHOT, AT_TODO)
    (task,) = find_tasks(SNAPSHOT, made.settings.keywords)
    asked = asking.implement(made.settings, asking.question(made, SNAPSHOT, task))
    assert [request.messages for request in completer.warmed] == [asked.messages]


def test_a_prompts_own_sampling_is_asked_for_and_else_the_models_card_decides(
    tmp_path: Path,
) -> None:
    made = services(Settings(), Recorder())
    (task,) = find_tasks(SNAPSHOT, made.settings.keywords)
    question = asking.question(made, SNAPSHOT, task)
    assert asking.implement(made.settings, question).repetition_penalty is None
    built_in = (paths.prompt_dirs()[-1] / "implement.md").read_text("utf-8")
    changed = built_in.replace("+++", "+++\nrepetition_penalty = 1.0", 1)
    (tmp_path / "implement.md").write_text(changed, "utf-8")
    with paths.trying_prompts(tmp_path):
        assert asking.implement(made.settings, question).repetition_penalty == 1.0


@pytest.mark.parametrize(
    ("engine", "span", "battery"),
    [
        (EngineSettings(warm=False), AT_TODO, False),
        (EngineSettings(url="http://127.0.0.1:1/v1"), AT_TODO, False),
        (EngineSettings(), ELSEWHERE, False),
        (EngineSettings(), AT_TODO, True),
    ],
    ids=["switched off", "another server", "no task", "on battery"],
)
async def test_nothing_is_read_ahead_where_it_is_unwanted(
    engine: EngineSettings, span: Span, battery: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "on_battery", lambda: battery)
    completer = Recorder()
    await warming.warm(services(replace(Settings(), engine=engine), completer), SNAPSHOT, span)
    assert completer.warmed == []


@pytest.mark.parametrize(
    ("supplies", "wanted"),
    [
        ({}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Charging"}}, False),
        (
            {
                "AC": {"type": "Mains", "online": "1"},
                "BAT0": {"type": "Battery", "status": "Discharging"},
            },
            False,
        ),
        ({"AC": {"type": "Mains", "online": "0"}, "hidpp": {}}, False),
    ],
)
def test_a_battery_is_known_by_what_the_system_tells(
    tmp_path: Path, supplies: dict[str, dict[str, str]], wanted: bool, monkeypatch: Any
) -> None:
    monkeypatch.undo()
    for name, words in supplies.items():
        (tmp_path / name).mkdir()
        for word, value in words.items():
            (tmp_path / name / word).write_text(value + "\n")
    assert warming.on_battery(tmp_path) is wanted
    assert warming.on_battery(tmp_path / "missing") is False
