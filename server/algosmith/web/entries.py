"""One question with its answer, as it grows and as the page and the history know it."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

from algosmith.features.ask import Mode

State = Literal["waiting", "thinking", "writing", "checking", "done", "stopped", "failed"]
ENDED: frozenset[State] = frozenset(("done", "stopped", "failed"))


@dataclass(slots=True)
class Entry:
    """A question and what has come of it so far."""

    question: str
    mode: Mode
    prompt: str
    """Name of the prompt file that was asked for; empty for that of the mode."""
    model: str
    budget: int
    """Most tokens that the reasoning may take."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    asked: float = field(default_factory=time.time)
    state: State = "waiting"
    message: str = ""
    """For people: what it waits for, why it failed."""
    check: str = ""
    """What of a mathematical answer was checked."""
    tokens: int = 0
    seconds: float = 0.0
    seq: int = 0
    """Number of changes so far, so that a reader knows whether it missed one."""
    reasoning: list[str] = field(default_factory=list[str])
    answer: list[str] = field(default_factory=list[str])

    def record(self) -> dict[str, Any]:
        """The whole entry as JSON knows it."""
        return {
            "id": self.id,
            "asked": self.asked,
            "question": self.question,
            "mode": self.mode,
            "prompt": self.prompt,
            "model": self.model,
            "budget": self.budget,
            "state": self.state,
            "message": self.message,
            "check": self.check,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 2),
            "seq": self.seq,
            "reasoning": "".join(self.reasoning),
            "answer": "".join(self.answer),
        }
