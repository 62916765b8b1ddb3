"""How a model wants to be sampled: what its publisher says, where a request says nothing.

Publishers write it into ``generation_config.json``, which a GGUF file usually lacks, or only into
the page of the model. So the best known families stand in a table here; it goes first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn."""

    temperature: float
    """0 is greedy."""
    top_p: float = 1.0
    top_k: int = 0
    """0 considers all tokens."""
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    """1 is none."""
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0


LIMITS: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (1e-6, 1),
    "top_k": (0, 1 << 20),
    "min_p": (0, 1),
    "repetition_penalty": (0.1, 2),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}
"""What each field may be, in a request and in a model's files."""

PLAIN = Sampling(0.6, 0.95)
"""For models of which nothing is known."""
THINKING = Sampling(0.6, 0.95)
"""The advice of most thinking models."""

_CARDS = (
    ("vibethinker", Sampling(1.0, 0.95)),
    ("deepseek-r1", THINKING),
    ("qwq", Sampling(0.6, 0.95, 20)),
    ("qwen2.5-coder", Sampling(0.7, 0.8, 20, repetition_penalty=1.05)),
    ("smollm2", Sampling(0.2, 0.9)),
)
"""A word of the model's name, and what its card says. Asked in this order."""


def card(names: Iterable[str], published: Sampling | None, *, reasoning: bool) -> Sampling:
    """How to sample a model where a request says nothing.

    Args:
        names: what the model is called: file, folder, its own name within the file.
        published: what the model's files say about sampling.
        reasoning: it thinks before it answers; such a model is never greedy.
    """
    known = [_plain(name) for name in names]
    for word, sampling in _CARDS:
        if any(word in name for name in known):
            return sampling
    default = THINKING if reasoning else PLAIN
    return never_greedy(published or default, default) if reasoning else published or default


def published(values: Mapping[str, object]) -> Sampling | None:
    """What a model's file says, keyed like the fields; None where it says nothing usable."""
    usable = {
        field.name: values[field.name]
        for field in fields(Sampling)
        if _fits(values.get(field.name), *LIMITS[field.name])
    }
    return replace(PLAIN, **cast("Any", usable)) if usable else None


def never_greedy(wanted: Sampling, otherwise: Sampling) -> Sampling:
    """For thinking models, which fall into loops when they always take the likeliest token."""
    if wanted.temperature > 0:
        return wanted
    return replace(wanted, temperature=otherwise.temperature, top_p=otherwise.top_p)


def _fits(value: object, low: float, high: float) -> bool:
    return type(value) in (int, float) and low <= cast("float", value) <= high


def _plain(name: str) -> str:
    """A name in small letters, its words joined by dashes."""
    return re.sub(r"[\s_-]+", "-", name.lower())
