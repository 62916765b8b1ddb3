"""Whole solves on scenario files: scripted replies, the real syntax layer, the real cage.

``pytest tests/features/test_solve_scenarios.py --update-scenarios`` rewrites what was expected;
the diff is to be read.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from algosmith import sandbox
from algosmith.config import ComplexitySettings, Settings
from algosmith.errors import AlgosmithError
from algosmith.features.offers import offers
from algosmith.features.services import Services
from algosmith.features.solve import solve
from algosmith.features.store import Store
from algosmith.languages.javascript import node
from algosmith.model import Outcome, Snapshot, Span, Step
from algosmith.sandbox.types import Sandbox
from algosmith.syntax.languages import language_of
from algosmith.syntax.tasks import find_tasks
from algosmith.wire import ChatRequest, EngineStatus, ModelInfo, ProgressSink, Reply
from tests import scenario
from tests.completers import WholeCompleter

FILES = sorted((Path(__file__).parents[1] / "scenarios" / "solve").glob("*.txt"))
pytestmark = pytest.mark.sandbox


class ScriptedCompleter(WholeCompleter):
    """Gives the scenario's replies one after the other, to a request for repairs its repairs.

    Requests for tests and inputs get those of the scenario, none where it has none.
    """

    def __init__(self, sections: dict[str, str]) -> None:
        self.sections = sections
        self.given = dict.fromkeys(("reply", "repair"), 0)

    def _texts(self, kind: str) -> list[str]:
        return [text for name, text in self.sections.items() if name.split()[0] == kind]

    async def complete(
        self, request: ChatRequest, on_progress: ProgressSink | None = None
    ) -> tuple[Reply, ...]:
        words = "".join(message.content for message in request.messages)
        if "make_input" in words:
            texts = self._texts("inputs")
        elif "begins with assert" in words:
            texts = self._texts("tests")
        elif request.messages[-1].role == "assistant":
            texts = self._texts("continued")
        else:
            kind = "repair" if "solution is wrong" in words else "reply"
            first = self.given[kind]
            self.given[kind] += request.n
            texts = self._texts(kind)[first : self.given[kind]]
        return tuple(Reply(text, tokens=len(text) // 4) for text in texts)

    async def status(self) -> EngineStatus:
        return EngineStatus("ready", sequences=2)

    async def models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def close(self) -> None:
        pass


@pytest.fixture
async def cage() -> AsyncIterator[Sandbox]:
    opened = await sandbox.open_sandbox()
    yield opened
    await opened.close()


def _ignore(step: Step) -> None:
    del step


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_scenario(file: Path, cage: Sandbox, request: pytest.FixtureRequest) -> None:
    wanted = scenario.read(file)
    if "input.ts" in wanted.sections and node.find() is None:
        pytest.skip("no Node.js here")
    got = await _play(wanted, cage)
    if request.config.getoption("--update-scenarios"):
        got.write()
        return
    assert got.sections == wanted.sections


async def _play(wanted: scenario.Scenario, cage: Sandbox) -> scenario.Scenario:
    name = next(n for n in wanted.sections if n.startswith("input."))
    language = language_of(name)
    assert language is not None
    snapshot = Snapshot(f"file:///{name}", language, wanted.sections[name].encode(), 1)
    settings = Settings(
        model="smollm2-135m", seed=1, seconds=600.0, complexity=ComplexitySettings(enabled=False)
    )
    completer = ScriptedCompleter(wanted.sections)
    services = Services(settings, completer, Store(), trusted=True)
    services._cage = cage
    task = find_tasks(snapshot, settings.keywords)[0]
    try:
        outcome = await solve(services, snapshot, task, _ignore)
    except AlgosmithError as error:
        return wanted.with_section("message", f"{error}\n")
    finally:
        await services.close()
    return _result(wanted, services, outcome, name.removeprefix("input"))


def _result(
    wanted: scenario.Scenario, services: Services, outcome: Outcome, suffix: str
) -> scenario.Scenario:
    got = wanted.with_section("message", outcome.message + "\n")
    at = outcome.task.comment
    listed = offers(services, outcome.snapshot, Span(at.start, at.start))
    titles = "".join(f"{offer.title}\n" for offer in listed)
    got = got.with_section("actions", titles)
    if outcome.chosen is None:
        return got
    edit = outcome.solutions[outcome.chosen].edit
    assert edit is not None
    return got.with_section(f"output{suffix}", edit.apply(outcome.snapshot.data).decode())
