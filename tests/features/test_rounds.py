"""Fast first: what is asked when, what ends the asking, and what the user is told meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from algosmith import sandbox
from algosmith.config import ComplexitySettings, EngineSettings, Settings, ThinkingSettings
from algosmith.errors import EngineError
from algosmith.features import asking, rounds
from algosmith.features.services import Services
from algosmith.features.solve import solve
from algosmith.features.store import Store
from algosmith.model import Outcome, Snapshot, Step
from algosmith.prompting.ask import Failure
from algosmith.sandbox.types import Sandbox
from algosmith.syntax.tasks import find_tasks
from algosmith.wire import ChatRequest, EngineStatus, Progress, Reply

pytestmark = pytest.mark.sandbox

FILE = b'''def largest_gap(nums: list[int]) -> int:
    """The largest difference of two neighbours once sorted, 0 for fewer than two.

    >>> largest_gap([3, 6, 9, 1])
    3
    >>> largest_gap([10])
    0
    >>> largest_gap([1, 100, 2, 50])
    50
    >>> largest_gap([7, 7, 7])
    0
    >>> largest_gap([-5, 0, 20])
    20
    """
    # TODO: sort
'''
BARE = b"def double_all(nums: list[int]) -> list[int]:\n    # TODO: every number twice as large\n"
RIGHT = """```python
def largest_gap(nums):
    nums = sorted(nums)
    return max((b - a for a, b in zip(nums, nums[1:])), default=0)
```"""
WRONG = "```python\ndef largest_gap(nums):\n    return max(nums) - min(nums)\n```"
HALF = "```python\ndef largest_gap(nums):\n    return 3 if len(nums) == 4 else 0\n```"


@dataclass
class Model:
    """Gives its replies in turn, whatever is asked; each may wait for something first."""

    replies: list[str] = field(default_factory=list)
    status_now: EngineStatus = field(default_factory=lambda: EngineStatus("ready", sequences=2))
    gate: Callable[[int], Any] | None = None
    """Called with the number of each reply before it is given; what it returns is awaited."""
    reasoning: str = ""
    tokens: int = 50
    fails_after: int = 1000
    asked: list[ChatRequest] = field(default_factory=list)
    given: int = 0
    stopped: int = 0
    """Requests that were closed before their end."""

    async def stream(
        self, request: ChatRequest, on_progress: Any = None, on_delta: Any = None
    ) -> AsyncGenerator[Reply]:
        self.asked.append(request)
        try:
            for index in range(request.n):
                number, self.given = self.given, self.given + 1
                if on_progress:
                    on_progress(Progress("writing", 30, 36.0))
                if self.gate:
                    await self.gate(number)
                await asyncio.sleep(0)
                if number >= self.fails_after:
                    raise EngineError("the engine ended")
                text = self.replies[min(number, len(self.replies) - 1)]
                yield Reply(text, self.reasoning, tokens=self.tokens, index=index)
        except (asyncio.CancelledError, GeneratorExit):
            self.stopped += 1
            raise

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        return tuple([reply async for reply in self.stream(request, on_progress)])

    async def warm(self, request: ChatRequest) -> None: ...

    async def status(self) -> EngineStatus:
        return self.status_now

    async def models(self) -> tuple[Any, ...]:
        return ()

    async def close(self) -> None: ...


@pytest.fixture
async def cage() -> AsyncIterator[Sandbox]:
    opened = await sandbox.open_sandbox()
    yield opened
    await opened.close()


def _services(model: Model, cage: Sandbox | None, **settings: Any) -> Services:
    given = {"model": "x", "complexity": ComplexitySettings(enabled=False), **settings}
    services = Services(Settings(**given), model, Store(), trusted=True)  # type: ignore[arg-type]
    services._cage = cage
    return services


async def _solve(
    services: Services, data: bytes = FILE, report: Callable[[Step], None] = lambda _: None
) -> Outcome:
    snapshot = Snapshot("file:///input.py", "python", data, 1)
    return await solve(services, snapshot, find_tasks(snapshot, ("TODO",))[0], report)


async def _until_checked(services: Services, data: bytes, number: int) -> None:
    """Waits until so many answers have been judged."""
    key = find_tasks(Snapshot("file:///input.py", "python", data, 1), ("TODO",))[0].key
    while number and not services.store.best_so_far(key).startswith(f"{number} of"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_a_verified_first_answer_is_the_end(cage: Sandbox) -> None:
    model = Model([RIGHT])
    outcome = await _solve(_services(model, cage))
    assert outcome.solutions[0].verdict.level == "verified"
    assert (model.asked[0].n, model.asked[0].temperature) == (1, 0.0)
    assert len(outcome.answers) <= 3, "at most what was written while the first one was checked"
    assert outcome.seconds_first == outcome.seconds_chosen
    assert outcome.rounds[0].kind == "first"


async def test_the_others_are_stopped_in_the_middle_of_a_wave(cage: Sandbox) -> None:
    stuck = asyncio.Event()

    async def gate(number: int) -> None:
        if number > 0:
            await stuck.wait()

    model = Model([RIGHT], gate=gate)
    async with asyncio.timeout(300):
        outcome = await _solve(_services(model, cage))
    assert [a.level for a in outcome.answers] == ["verified"]
    assert model.stopped == 1, "the one that was being written"


async def test_more_follow_until_one_is_verified(cage: Sandbox) -> None:
    model = Model([HALF, WRONG, HALF, RIGHT, WRONG])
    outcome = await _solve(_services(model, cage))
    assert outcome.solutions[0].verdict.level == "verified"
    first, other, *more = model.asked
    assert [(r.n, r.temperature) for r in (first, other)] == [(1, 0.0), (1, 0.0)]
    assert {r.temperature for r in more} == {None}, "the model's card decides"
    assert [r.n for r in more][:1] == [2], "waves of the machine's size"
    assert outcome.answers[0].level == "refuted"
    assert outcome.seconds_first is not None
    assert outcome.seconds_chosen is not None
    assert outcome.seconds_first < outcome.seconds_chosen <= outcome.seconds


async def test_an_answer_many_times_as_long_as_the_others_is_not_waited_for(cage: Sandbox) -> None:
    model = Model([HALF])
    await _solve(_services(model, cage, candidates=4))
    first, *later = [r.max_tokens - (r.thinking_tokens or 0) for r in model.asked]
    assert first == 1024, "nothing is known yet"
    assert later
    assert max(later) == 512
    model = Model([HALF.replace("return 3", "[nums,\n    ] " * 300 + "and 3")])
    await _solve(_services(model, cage, candidates=3))
    assert max(r.max_tokens - (r.thinking_tokens or 0) for r in model.asked[1:]) == 1024


async def test_the_number_of_candidates_is_kept(cage: Sandbox) -> None:
    model = Model([HALF])
    outcome = await _solve(_services(model, cage, candidates=4))
    kinds = [(r.kind, r.answers) for r in outcome.rounds]
    assert kinds == [("first", 1), ("other", 1), ("more", 2), ("repair", 2)]
    assert "gave" in model.asked[-1].messages[-1].content


async def test_where_many_decode_as_fast_as_one_all_are_asked_for_at_once(cage: Sandbox) -> None:
    waiting = 0
    all_there = asyncio.Event()

    async def gate(number: int) -> None:
        nonlocal waiting
        del number
        waiting += 1
        if waiting == 2:
            all_there.set()
        async with asyncio.timeout(300):
            await all_there.wait()

    model = Model([WRONG], EngineStatus("ready", sequences=8), gate)
    await _solve(_services(model, cage))
    assert [r.n for r in model.asked[:2]] == [1, 7]


async def test_nothing_is_drawn_greedily_from_a_server_we_do_not_know(cage: Sandbox) -> None:
    model = Model([RIGHT])
    await _solve(_services(model, cage, engine=EngineSettings(url="http://127.0.0.1:1/v1")))
    assert model.asked[0].temperature is None


async def test_seeds_differ_between_waves(cage: Sandbox) -> None:
    model = Model([HALF])
    await _solve(_services(model, cage, seed=7, candidates=5))
    assert [r.seed for r in model.asked[:3]] == [7, 8, 9]


async def test_the_time_is_bounded_once_something_may_stand(cage: Sandbox) -> None:
    stuck = asyncio.Event()

    async def gate(number: int) -> None:
        if number > 0:
            await stuck.wait()

    double = "```python\ndef double_all(nums):\n    return [2 * n for n in nums]\n```"
    model = Model([double], gate=gate)
    async with asyncio.timeout(300):
        outcome = await _solve(_services(model, cage, seconds=0.1), BARE)
    assert outcome.chosen == 0
    assert len(outcome.answers) == 1


async def test_without_examples_three_that_agree_are_enough(cage: Sandbox) -> None:
    double = "```python\ndef double_all(nums):\n    return [2 * n for n in nums]\n```"
    model = Model([double, double.replace("2 * n", "n + n"), double.replace("2 * n", "n * 2")])
    services = _services(model, cage)
    model.gate = lambda number: _until_checked(services, BARE, number)
    outcome = await _solve(services, BARE)
    assert outcome.chosen == 0
    assert len(outcome.answers) == 3


async def test_the_user_may_take_the_best_so_far(cage: Sandbox) -> None:
    stuck, seen = asyncio.Event(), list[str]()

    async def gate(number: int) -> None:
        if number > 0:
            await stuck.wait()

    model = Model([HALF], gate=gate)
    services = _services(model, cage)
    solving = asyncio.create_task(_solve(services, report=lambda step: seen.append(step.message)))
    key = find_tasks(Snapshot("file:///input.py", "python", FILE, 1), ("TODO",))[0].key
    async with asyncio.timeout(300):
        await _until_checked(services, FILE, 1)
        assert services.store.best_so_far(key) == "1 of 8 checked, best: refuted"
        assert services.store.take_best(key) == 1
        outcome = await solving
    assert outcome.chosen is None
    assert len(outcome.solutions) == 1
    assert [r.n for r in model.asked] == [1, 1], "nothing is repaired or asked for afterwards"
    assert services.store.take_best(key) == 0


async def test_what_is_known_is_told_while_more_is_written(cage: Sandbox) -> None:
    seen: list[str] = []
    model = Model([HALF])
    await _solve(_services(model, cage), report=lambda step: seen.append(step.message))
    assert any(
        m.startswith("writing, 30 tokens, 36 tok/s · ") and m.endswith("checked, best: refuted")
        for m in seen
    )


async def test_an_engine_that_dies_later_leaves_what_is_there(cage: Sandbox) -> None:
    outcome = await _solve(_services(Model([HALF], fails_after=1), cage))
    assert len(outcome.answers) == 1
    with pytest.raises(EngineError):
        await _solve(_services(Model([HALF], fails_after=0), cage))


async def test_cancelling_frees_the_engine(cage: Sandbox) -> None:
    stuck = asyncio.Event()
    writing = asyncio.Event()

    async def gate(number: int) -> None:
        del number
        writing.set()
        await stuck.wait()

    model = Model([RIGHT], gate=gate)
    solving = asyncio.create_task(_solve(_services(model, cage)))
    async with asyncio.timeout(300):
        await writing.wait()
        solving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await solving
    assert model.stopped == 1


async def test_a_model_that_used_up_its_thoughts_gets_more(cage: Sandbox) -> None:
    model = Model([HALF], reasoning="hm", tokens=7000)
    thinking = ThinkingSettings(tokens=6144, most_tokens=32768)
    outcome = await _solve(_services(model, cage, thinking=thinking, candidates=1))
    kinds = [r.kind for r in outcome.rounds]
    assert kinds == ["first", "repair", "thinking"]
    assert [r.thinking_tokens for r in model.asked] == [6144, 6144, 16384]
    assert model.asked[-1].max_tokens - 16384 == model.asked[0].max_tokens - 6144


async def test_a_second_model_thinks_where_nothing_is_verified(cage: Sandbox) -> None:
    quick, slow = Model([HALF]), Model([RIGHT], reasoning="hm")
    services = _services(quick, cage, candidates=1, thinking_model="thinker")
    services._thinker = slow
    outcome = await _solve(services)
    assert outcome.solutions[0].verdict.level == "verified"
    assert outcome.model == "thinker"
    assert [r.model for r in slow.asked] == ["thinker"]
    sure = Model([RIGHT])
    services = _services(sure, cage, thinking_model="thinker")
    services._thinker = unasked = Model([RIGHT])
    await _solve(services)
    assert not unasked.asked


@pytest.mark.parametrize(
    ("tokens", "most", "spent", "wanted"),
    [
        (6144, 32768, 0, [6144, 16384, 32768]),
        (6144, 32768, 6144, [16384, 32768]),
        (6144, 6144, 6144, []),
        (6144, 0, 0, [6144]),
        (0, 0, 0, []),
    ],
)
def test_budgets_of_thoughts_grow(tokens: int, most: int, spent: int, wanted: list[int]) -> None:
    settings = replace(Settings(), thinking=ThinkingSettings(tokens=tokens, most_tokens=most))
    assert rounds.budgets(settings, spent) == wanted


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (RIGHT, "plain loops"),
        (HALF, "plain loops"),
        ("```python\nfor n in nums:\n    pass\n```", "instead of"),
    ],
)
async def test_the_second_answer_is_asked_for_in_another_way(
    cage: Sandbox, first: str, wanted: str
) -> None:
    model = Model([first.replace("0 for fewer", ""), WRONG])
    await _solve(_services(model, cage, candidates=2), BARE)
    mine, other = (request.messages[-1].content for request in model.asked[:2])
    assert wanted in other
    assert other.startswith(mine.rstrip()), "what is before it is known to the engine"
    assert first.splitlines()[1] not in other, "it is not shown the first answer"


async def test_an_example_is_shown_to_the_model_once(cage: Sandbox) -> None:
    """Every token that is read delays the answer on a processor."""
    model = Model([RIGHT])
    await _solve(_services(model, cage), FILE + b"\nassert largest_gap([9, 1]) == 8\n")
    asked = model.asked[0].messages[-1].content
    assert asked.count("largest_gap([1, 100, 2, 50])") == 1
    assert asked.count("largest_gap([9, 1])") == 1


async def test_with_one_example_three_that_agree_are_enough(cage: Sandbox) -> None:
    """An answer that fails the example is no rival of theirs."""
    head = BARE.replace(b"# TODO", b'"""double_all([]) == []"""\n    # TODO')
    double = "```python\ndef double_all(nums):\n    return [2 * n for n in nums]\n```"
    model = Model([double, "```python\ndef double_all(nums):\n    return 2\n```", double])
    services = _services(model, cage)
    model.gate = lambda number: _until_checked(services, head, number)
    outcome = await _solve(services, head)
    assert outcome.solutions[0].verdict.level == "consistent"
    assert len(outcome.answers) == 4


async def test_every_other_wave_is_written_in_another_way(cage: Sandbox) -> None:
    model = Model([HALF])
    await _solve(_services(model, cage, candidates=6))
    asked = [(r.n, "plain loops" in r.messages[-1].content) for r in model.asked]
    assert asked[:4] == [(1, False), (1, True), (2, True), (2, False)]


async def test_a_prompt_that_has_no_place_for_rules_is_not_asked_twice(cage: Sandbox) -> None:
    model = Model([HALF])
    services = _services(model, cage, candidates=3)
    services.settings = replace(services.settings, model="smollm2-135m")
    outcome = await _solve(services)
    assert [r.kind for r in outcome.rounds] == ["first", "more", "repair"]
    assert [r.temperature for r in model.asked[:2]] == [0.0, 0.6]


def _inquiry(model: Model) -> rounds.Inquiry:
    services, snapshot = _services(model, None), Snapshot("file:///input.py", "python", FILE, 1)
    question = asking.question(services, snapshot, find_tasks(snapshot, ("TODO",))[0])
    return rounds.Inquiry(services, question, lambda progress: None)


async def test_a_round_that_is_closed_has_freed_the_engine() -> None:
    async def gate(number: int) -> None:
        if number:
            await asyncio.Event().wait()

    wide = Model([HALF], gate=gate, status_now=EngineStatus("ready", sequences=8))
    later, repairing = Model([HALF]), Model([HALF])
    for model, found, answers in (
        (wide, rounds.candidates(_inquiry(wide)), 1),
        (later, rounds.candidates(_inquiry(later)), 3),
        (repairing, rounds.repairs(_inquiry(repairing), Failure("x", "y")), 1),
    ):
        for _ in range(answers):
            await anext(found)
        await found.aclose()
        assert model.stopped == 1
