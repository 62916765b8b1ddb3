"""What evaluating one problem gave, and how that is written to a line of JSON."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from algosmith.model import Level


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """One answer of the model, marked."""

    code: str
    """As extracted from the reply; empty where there was none."""
    placed: bool
    """It could be put into the file."""
    level: Level
    right: bool
    """It passes every hidden test."""
    agrees: bool | None = None
    """It does what the reference does on generated inputs; None where that can't be told."""
    seconds: float | None = None
    """Since the task was begun."""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Plain:
    """One greedy answer to "complete this function", without any of the product."""

    code: str
    right: bool
    seconds: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Row:
    """One problem."""

    id: str
    examples: int
    """The user's examples that were found in the file."""
    answers: tuple[MarkedAnswer, ...] = ()
    """In order of arrival."""
    chosen: int | None = None
    """Index of the answer that is inserted by itself."""
    seconds_first: float | None = None
    """Until the first answer was judged and could be offered."""
    seconds: float | None = None
    """Until the chosen answer was judged and could be taken; where there is none, until the end."""
    seconds_end: float | None = None
    """Until the whole job was done: an answer that is not verified is chosen only then."""
    tokens: int = 0
    plain: Plain | None = None
    problem: str = ""
    """Why there is no answer, for people."""

    @property
    def is_right(self) -> bool:
        """Whether the chosen answer is right."""
        return self.chosen is not None and self.answers[self.chosen].right

    @property
    def is_verified(self) -> bool:
        """Whether the chosen answer is called verified."""
        return self.chosen is not None and self.answers[self.chosen].level == "verified"


def to_record(row: Row) -> dict[str, Any]:
    """The row as JSON holds it."""
    return asdict(row)


def from_record(record: dict[str, Any]) -> Row:
    """The row of a line; ValueError, KeyError or TypeError where the line is no row."""
    if not isinstance(record.get("id"), str):
        raise ValueError("no id")
    answers = tuple(MarkedAnswer(**one) for one in cast("list[dict[str, Any]]", record["answers"]))
    plain = Plain(**record["plain"]) if record.get("plain") else None
    given: dict[str, Any] = {**record, "answers": answers, "plain": plain}
    row = Row(**given)
    if row.chosen is not None and not 0 <= row.chosen < len(answers):
        raise ValueError("chosen is no answer")
    return row
