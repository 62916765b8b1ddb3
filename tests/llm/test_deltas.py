"""Text is told as it comes, reasoning apart from the answer."""

import pytest

from algosmith.llm.client import HttpCompleter
from algosmith.llm.deltas import Teller
from algosmith.wire import ChatRequest, Delta, Message
from tests.fakes import FakeEngine, Scripted


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("content", "reasoning", "answer"),
    [
        ("<think>\nwhy < so</think>\n\nbecause", "\nwhy < so", "because"),
        ("plain <b>text</b>", "", "plain <b>text</b>"),
        ("  <thin ice", "", "  <thin ice"),
        ("<think>never closed", "never closed", ""),
        ("", "", ""),
    ],
)
def test_think_tags_are_understood_wherever_they_are_cut(
    content: str, reasoning: str, answer: str, size: int
) -> None:
    told: list[Delta] = []
    teller = Teller(told.append)
    for start in range(0, len(content), size):
        teller.take(0, "", content[start : start + size], start)
    assert "".join(delta.reasoning for delta in told) == reasoning
    assert "".join(delta.text for delta in told).lstrip("\n") == answer


@pytest.mark.parametrize("tags", [False, True])
async def test_a_request_tells_all_text_of_each_choice(tags: bool) -> None:
    script = [Scripted("the answer", thinking="the reasons", tags=tags, sticky=True)]
    told: list[Delta] = []
    async with FakeEngine(script) as engine:
        completer = HttpCompleter(engine.url)
        request = ChatRequest("fake", (Message("user", "why?"),), n=2)
        stream = completer.stream(request, None, told.append)
        replies = [reply async for reply in stream]
        await completer.close()
    assert sorted(reply.index for reply in replies) == [0, 1]
    for reply in replies:
        mine = [delta for delta in told if delta.index == reply.index]
        assert "".join(delta.text for delta in mine).lstrip("\n") == reply.text == "the answer"
        assert "".join(delta.reasoning for delta in mine).strip() == reply.reasoning
        assert mine[-1].tokens > 0
