"""Chat templates, by model family, from our own list.

A model file's own template is a Jinja program by a stranger; it is never run. Which family a model
belongs to is told by the special tokens in its vocabulary.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from algosmith.engine.backends.base import Piece
from algosmith.errors import ModelError
from algosmith.wire import Message


@dataclass(frozen=True, slots=True)
class Family:
    """How one family of models writes a conversation."""

    tokens: tuple[str, ...]
    """Special tokens that its vocabulary must have; they identify the family."""
    before: dict[str, str]
    """What stands before a message of each role."""
    after: dict[str, str]
    end_of_turn: tuple[str, ...]
    """Tokens with which the model ends its answer."""
    start: str = ""
    answer: str | None = None
    """What stands before the model's answer; by default what precedes an assistant message."""
    system: bool = True
    """Has a system role; else the system text goes before the first user message."""
    opens_thinking: bool = False
    """``answer`` ends with the opening tag, so the model's own text starts within the thinking."""

    @property
    def opening(self) -> str:
        """What ends a prompt that opens the thinking; empty where the model opens it."""
        return self.answer or "" if self.opens_thinking else ""


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(("system", "user", "assistant"), text)


FAMILIES: dict[str, Family] = {
    "chatml": Family(
        tokens=("<|im_start|>", "<|im_end|>"),
        before={role: f"<|im_start|>{role}\n" for role in ("system", "user", "assistant")},
        after=_same("<|im_end|>\n"),
        end_of_turn=("<|im_end|>", "<|endoftext|>"),
    ),
    "llama3": Family(
        tokens=("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        before={
            role: f"<|start_header_id|>{role}<|end_header_id|>\n\n"
            for role in ("system", "user", "assistant")
        },
        after=_same("<|eot_id|>"),
        end_of_turn=("<|eot_id|>", "<|end_of_text|>", "<|eom_id|>"),
        start="<|begin_of_text|>",
    ),
    "gemma": Family(
        tokens=("<start_of_turn>", "<end_of_turn>"),
        before={"user": "<start_of_turn>user\n", "assistant": "<start_of_turn>model\n"},
        after=_same("<end_of_turn>\n"),
        end_of_turn=("<end_of_turn>", "<eos>"),
        start="<bos>",
        system=False,
    ),
    "phi": Family(
        tokens=("<|user|>", "<|assistant|>", "<|end|>"),
        before={role: f"<|{role}|>\n" for role in ("system", "user", "assistant")},
        after=_same("<|end|>\n"),
        end_of_turn=("<|end|>", "<|endoftext|>"),
    ),
    "deepseek-r1": Family(
        tokens=("<｜User｜>", "<｜Assistant｜>"),
        before={"system": "", "user": "<｜User｜>", "assistant": "<｜Assistant｜>"},
        after={"system": "", "user": "", "assistant": "<｜end▁of▁sentence｜>"},
        end_of_turn=("<｜end▁of▁sentence｜>",),
        start="<｜begin▁of▁sentence｜>",
        answer="<｜Assistant｜><think>\n",
        opens_thinking=True,
    ),
}
"""Asked in this order."""

REASONING_NAMES = ("vibethinker", "deepseek-r1", "qwq", "thinking", "reasoning")


def family_of(has_token: Callable[[str], bool]) -> str:
    """The family whose special tokens are all in the vocabulary.

    Raises:
        ModelError: none; the model is a base model or of a family algosmith does not know.
    """
    for name, family in FAMILIES.items():
        if all(has_token(token) for token in family.tokens):
            return name
    raise ModelError(
        "this model's vocabulary has the chat tokens of no known family "
        f"({', '.join(FAMILIES)}): use an instruction-tuned model of one of these"
    )


def is_reasoning(name: str, has_token: Callable[[str], bool]) -> bool:
    """Whether the model thinks before it answers, as far as name and vocabulary tell."""
    return has_token("<think>") or any(word in name.lower() for word in REASONING_NAMES)


def render(family_name: str, messages: Sequence[Message]) -> tuple[Piece, ...]:
    """The conversation as the family writes it, ready for the model's answer.

    A last message of the assistant is left open, for the model to go on with.
    Contents are untrusted: special tokens written in them stay plain characters.
    """
    family = FAMILIES[family_name]
    pieces = [Piece(family.start, trusted=True)]
    carried = ""
    prefilled = bool(messages) and messages[-1].role == "assistant"
    for message in messages:
        content = message.content
        if message.role == "system" and not family.system:
            carried += content.strip() + "\n\n"
            continue
        if message.role == "user" and carried:
            content, carried = carried + content, ""
        pieces += [
            Piece(family.before[message.role], trusted=True),
            Piece(content, trusted=False),
            Piece(family.after[message.role], trusted=True),
        ]
    if prefilled:
        pieces.pop()  # what would end the assistant's turn
    else:
        answer = family.before["assistant"] if family.answer is None else family.answer
        pieces.append(Piece(answer, trusted=True))
    return _joined(pieces)


def system_pieces(family_name: str, prompt: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of a rendered prompt that are its system part; empty where it has none."""
    family = FAMILIES[family_name]
    opening = Piece(family.start + family.before.get("system", ""), trusted=True)
    if family.system and len(prompt) > 2 and prompt[0] == opening:
        return tuple(prompt[:2])
    return ()


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of equal trust become one piece, so that they are tokenized together."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].trusted == piece.trusted:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.trusted)
        else:
            joined.append(piece)
    return tuple(joined)
