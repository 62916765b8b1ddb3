"""Conversations as tokens, exactly as the engine makes a prompt, and which of them are learned.

The engine's own chat formats and tokenizer are used, so that training and serving can't differ:
the prompt is what the engine would read, and what follows is what it should write, with the token
that ends the turn. Only that part is learned. Nothing is ever cut: an answer without its end
would teach answers that never end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from algosmith.engine.backends.base import Piece
from algosmith.engine.text import templates
from algosmith.engine.text.templates import FAMILIES
from algosmith.engine.weights import WeightsReport
from algosmith.errors import ConfigError
from algosmith.tuning.conversations import Conversation

_THOUGHT = re.compile(r"(</?think>)")
_EMPTY_THOUGHT = re.compile(r"<think>\s*</think>")


@dataclass(frozen=True, slots=True)
class EncodedConversation:
    """One conversation as numbers."""

    conversation: Conversation
    tokens: tuple[int, ...]
    prompt: int
    """So many of them are the prompt, which is not learned."""


@dataclass(frozen=True, slots=True)
class EncodedSet:
    """Those conversations that fit, and how many do not."""

    encoded: tuple[EncodedConversation, ...]
    too_long: tuple[EncodedConversation, ...]


class Encoder:
    """Turns conversations into tokens for one model folder."""

    def __init__(self, base: WeightsReport) -> None:
        from algosmith.engine.backends.torch_decode.tokens import load_tokens

        self.family = base.family
        self.tokens = load_tokens(base.path, base.family, base.end_tokens)

    def encode(self, conversation: Conversation) -> EncodedConversation:
        """The conversation; ConfigError where the model's chat format can't hold it."""
        prompt = self.tokens.encode(templates.render(self.family, conversation.messages[:-1]))
        answer = self.tokens.encode(self._answer(conversation.answer))
        return EncodedConversation(conversation, (*prompt, *answer, self._end()), len(prompt))

    def encode_all(self, conversations: Sequence[Conversation], most: int) -> EncodedSet:
        """All of them; those of more than ``most`` tokens apart."""
        found = [self.encode(one) for one in conversations]
        return EncodedSet(
            tuple(one for one in found if len(one.tokens) <= most),
            tuple(one for one in found if len(one.tokens) > most),
        )

    def shown(self, one: EncodedConversation) -> tuple[str, str]:
        """Prompt and answer as the model sees them, special tokens written out."""
        prompt = templates.render(self.family, one.conversation.messages[:-1])
        answer = "".join(piece.text for piece in self._answer(one.conversation.answer))
        return "".join(piece.text for piece in prompt), answer + FAMILIES[self.family].end_of_turn[
            0
        ]

    def _answer(self, text: str) -> list[Piece]:
        """The answer; its thought's tags are the model's own tokens, all else is plain text."""
        if FAMILIES[self.family].opens_thinking:
            opened, found, rest = text.partition("<think>")
            if not found or opened.strip():
                raise ConfigError(
                    "its answer does not begin with <think>, which this model's prompt opens"
                )
            text = rest.lstrip("\n")
        parts = _THOUGHT.split(text)
        return [Piece(part, trusted=bool(place % 2)) for place, part in enumerate(parts) if part]

    def _end(self) -> int:
        """The first token of the family's that ends a turn."""
        name = FAMILIES[self.family].end_of_turn[0]
        found = self.tokens.encode_trusted(name)
        if len(found) != 1:
            raise ConfigError(f"this model's tokenizer has no token {name}; take its own files")
        return found[0]


def teaches_empty_thought(conversation: Conversation) -> bool:
    """Whether the answer holds a thought with nothing in it: that teaches not to think."""
    return _EMPTY_THOUGHT.search(conversation.answer) is not None
