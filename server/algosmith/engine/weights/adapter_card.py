"""The card beside an adapter that ``algosmith tune`` made: its base, and what the gate said."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from algosmith.engine.weights.files import read_json
from algosmith.engine.weights.identity import identity
from algosmith.engine.weights.report import WeightsReport
from algosmith.errors import ModelError

FILE = "adapter.json"
_LIMIT = 4 << 20

State = Literal["promoted", "refused", "not gated"]
_STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Card:
    """What of a card decides whether an adapter may be used."""

    base: str
    """The model's name, for people."""
    identity: str
    """Of the base's weights; empty where it is not known."""
    state: State
    why: str
    """The gate's words."""


def read_card(folder: Path) -> Card | None:
    """The card of an adapter's folder; None where there is none, as for adapters made elsewhere.

    Raises:
        ModelError: There is one that can't be read.
    """
    if not (folder / FILE).is_file():
        return None
    raw = read_json(folder.resolve(), FILE, _LIMIT)
    base, verdict = _table(raw, "base"), _table(raw, "verdict")
    state = verdict.get("state")
    return Card(
        str(base.get("name", "an unnamed model"))[:200],
        str(base.get("identity", ""))[:64],
        state if state in _STATES else "not gated",
        str(verdict.get("why", ""))[:1000],
    )


def check_card(name: str, folder: Path, weights: WeightsReport) -> str:
    """Refuses an adapter of another base; gives a warning for one that the gate did not promote.

    Raises:
        ModelError: The adapter was made for another model than the one that is loaded.
    """
    card = read_card(folder)
    if card is None:
        return f"adapter {name}: nobody compared it with its base (`algosmith tune` does)"
    if card.identity:
        own = identity(weights)
        if own and own != card.identity:
            raise ModelError(
                f"adapter {name}: it was made for {card.base}, and {weights.path.name} is another "
                "model; take it out of `adapters`, or choose its model"
            )
    if card.state == "promoted":
        return ""
    return f"adapter {name}: {card.state}: {card.why}" if card.why else f"adapter {name}: not gated"


def _table(raw: dict[str, Any], name: str) -> dict[str, Any]:
    value = raw.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
