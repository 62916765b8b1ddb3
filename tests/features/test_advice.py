"""Asking the model for tests and inputs: when, how, and what a failure or a cancel does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from algosmith import sandbox
from algosmith.config import ComplexitySettings, Settings, ThinkingSettings, VerifySettings
from algosmith.errors import EngineBusy
from algosmith.features.services import Services
from algosmith.features.solve import solve
from algosmith.features.store import Store
from algosmith.model import Outcome, Snapshot, Step
from algosmith.sandbox.types import Sandbox
from algosmith.syntax.tasks import find_tasks
from algosmith.wire import ChatRequest, EngineStatus, Reply
from tests import scenario
from tests.completers import WholeCompleter

pytestmark = pytest.mark.sandbox

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "solve"
TIE = scenario.read(SCENARIOS / "model_tests_break_a_tie.txt").sections
NO_INPUT = scenario.read(SCENARIOS / "model_inputs.txt").sections


class Model(WholeCompleter):
    """Writes the scenario's candidates; what a request for tests or inputs does is given."""

    def __init__(self, sections: dict[str, str], advise: Callable[[str], Any]) -> None:
        self.sections, self.advise = sections, advise
        self.asked: list[tuple[str, ChatRequest]] = []
        self.given = 0

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        del on_progress
        words = "".join(message.content for message in request.messages)
        if "make_input" not in words and "begins with assert" not in words:
            replies = [text for name, text in self.sections.items() if name.startswith("reply")]
            first, self.given = self.given, self.given + request.n
            return tuple(Reply(text) for text in replies[first : self.given])
        kind = "inputs" if "make_input" in words else "tests"
        self.asked.append((kind, request))
        await self.advise(kind)
        replies = [text for name, text in self.sections.items() if name.startswith(kind)]
        return tuple(Reply(text, tokens=100) for text in replies)

    async def status(self) -> EngineStatus:
        return EngineStatus("ready", sequences=2)

    async def close(self) -> None: ...


@pytest.fixture
async def cage() -> AsyncIterator[Sandbox]:
    opened = await sandbox.open_sandbox()
    yield opened
    await opened.close()


async def _nothing(kind: str) -> None:
    del kind


def _ignore(step: Step) -> None:
    del step


def _services(model: Model, cage: Sandbox, **settings: Any) -> Services:
    given = {
        "model": "smollm2-135m",
        "seed": 1,
        "complexity": ComplexitySettings(enabled=False),
        "seconds": 600.0,
        **settings,
    }
    services = Services(Settings(**given), model, Store(), trusted=True)  # type: ignore[arg-type]
    services._cage = cage
    return services


async def _solve(services: Services, sections: dict[str, str]) -> Outcome:
    snapshot = Snapshot("file:///input.py", "python", sections["input.py"].encode(), 1)
    return await solve(services, snapshot, find_tasks(snapshot, ("TODO",))[0], _ignore)


async def test_the_request_for_tests_is_small(cage: Sandbox) -> None:
    model = Model(TIE, _nothing)
    thinking = ThinkingSettings(tokens=6144)
    outcome = await _solve(_services(model, cage, thinking=thinking), TIE)
    [(kind, request)] = model.asked
    assert kind == "tests"
    assert "assert span(" in request.messages[-1].content
    assert "span([1, 5, 3]) == 4" in request.messages[-1].content
    assert request.thinking_tokens == 1024
    assert request.max_tokens <= 1024 + 200
    assert outcome.tokens == 200
    assert outcome.solutions[0].candidate.approach == "sort and take both ends"


async def test_tests_and_inputs_are_asked_for_at_the_same_time(cage: Sandbox) -> None:
    both = asyncio.Barrier(2)

    async def advise(kind: str) -> None:
        del kind
        async with asyncio.timeout(300):
            await both.wait()

    model = Model(NO_INPUT, advise)
    outcome = await _solve(_services(model, cage), NO_INPUT)
    assert {kind for kind, _ in model.asked} == {"tests", "inputs"}
    assert outcome.chosen == 0


async def test_tests_are_waited_for_in_the_time_of_the_task_only(cage: Sandbox) -> None:
    async def advise(kind: str) -> None:
        del kind
        await asyncio.Event().wait()

    model = Model(TIE, advise)
    async with asyncio.timeout(300):
        outcome = await _solve(_services(model, cage, seconds=5.0), TIE)
    assert outcome.chosen is not None
    assert outcome.tokens == 0, "what was not written counts as nothing"


@pytest.mark.parametrize("sections", [TIE, NO_INPUT], ids=["tie", "no input"])
async def test_an_engine_that_refuses_changes_nothing(
    cage: Sandbox, sections: dict[str, str]
) -> None:
    async def advise(kind: str) -> None:
        raise EngineBusy(f"no room for {kind}")

    model = Model(sections, advise)
    refused = await _solve(_services(model, cage), sections)
    assert model.asked
    off = Model(sections, advise)
    services = _services(off, cage, verify=VerifySettings(advice=False))
    plain = await _solve(services, sections)
    assert off.asked == []
    assert [s.verdict.summary for s in refused.solutions] == [
        s.verdict.summary for s in plain.solutions
    ]
    assert refused.chosen == plain.chosen


@pytest.mark.parametrize("sections", [TIE, NO_INPUT], ids=["tie", "no input"])
async def test_cancelling_ends_the_requests(cage: Sandbox, sections: dict[str, str]) -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()
    begun = asyncio.Event()

    async def advise(kind: str) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.put_nowait(kind)

    model = Model(sections, advise)
    job = asyncio.create_task(_solve(_services(model, cage), sections))
    await asyncio.wait_for(begun.wait(), 300)
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    async with asyncio.timeout(300):
        kinds = [await ended.get() for _ in model.asked]
    assert sorted(kinds) == sorted(kind for kind, _ in model.asked)


@pytest.mark.parametrize("reason", ["untrusted", "disabled", "off", "no cage"])
async def test_the_model_is_asked_only_where_candidates_run(cage: Sandbox, reason: str) -> None:
    model = Model(TIE, _nothing)
    verify = VerifySettings(enabled=reason != "disabled", advice=reason != "off")
    services = _services(model, cage, verify=verify)
    services.trusted = reason != "untrusted"
    if reason == "no cage":
        services._cage, services.cage_problem = None, "no cage here"
    await _solve(services, TIE)
    assert model.asked == []


async def test_nothing_is_measured_on_inputs_that_are_not_accepted(cage: Sandbox) -> None:
    """Short lists are refused here, and long ones are what measuring would run."""
    head = "def total(nums: list[int]) -> int:\n"
    code = (
        f"```python\n{head}    if not nums:\n        return 0\n    if len(nums) < 40:\n"
        "        raise ValueError(nums)\n    return sum(nums)\n```"
    )
    broken = f"```python\n{head}    return missing\n```"
    other = f"```python\n{head}    return missing + 1\n```"
    claim = "Approach: add\nTime: O(n)\nSpace: O(1)\n"
    sections = {"input.py": f"{head}    # TODO: add\n"}
    sections |= {"reply 1": claim + code, "reply 2": broken, "reply 3": other}
    services = _services(Model(sections, _nothing), cage, complexity=ComplexitySettings())
    outcome = await _solve(services, sections)
    assert (
        outcome.solutions[0].verdict.summary
        == "unchecked: it gave no result on any input that was tried; an example would help"
    )
    assert outcome.solutions[0].measurement is None
    why = "it gave no result on any input that was tried; an example would help"
    said = f"An answer to check yourself: unchecked: {why} · O(n) claimed"
    assert outcome.message == said
