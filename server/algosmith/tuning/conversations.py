"""What is learned from: conversations that end with the answer to be taught. Plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from algosmith.wire import Message


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row of a data set."""

    row: int
    """Its number in the file, from 1."""
    messages: tuple[Message, ...]
    """The last one is the assistant's: what is taught."""
    problem: Mapping[str, Any] | None = None
    """The task behind it, as ``algosmith eval`` reads one: with it, answers can be marked."""

    @property
    def asked(self) -> str:
        """What the user says last."""
        return next((m.content for m in reversed(self.messages) if m.role == "user"), "")

    @property
    def answer(self) -> str:
        """What is taught."""
        return self.messages[-1].content


@dataclass(frozen=True, slots=True)
class DataSet:
    """The rows of a file that can be used, and what is wrong with the others."""

    conversations: tuple[Conversation, ...]
    left_out: tuple[str, ...] = ()
    """For people: ``row 7: it has no "output"``."""
    forms: Mapping[str, int] = field(default_factory=dict[str, int])
    """Rows of each form."""


def turns(conversations: Sequence[Conversation]) -> list[Conversation]:
    """Each answer within a conversation as a row of its own, with all that was said before it.

    So every answer is learned behind exactly the prompt that the engine would have made.
    """
    found: list[Conversation] = []
    for one in conversations:
        for place, message in enumerate(one.messages):
            if message.role == "assistant":
                found.append(Conversation(one.row, one.messages[: place + 1], one.problem))
    return found
