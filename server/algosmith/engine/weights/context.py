"""How long a prompt and its answer may be together, where the settings leave it open."""

from algosmith.engine.weights.report import WeightsReport

_USUAL = 8_192
_MOST = 40_960
"""A prompt, 32,768 tokens of thinking, and an answer."""


def context_of(weights: WeightsReport, wanted: int | None, free: int, value_bytes: int = 2) -> int:
    """Tokens of context.

    A thinking model gets as many as one sequence may fill without taking more than half of the free
    memory, so that its budget can grow; others write short answers.

    Args:
        weights: the model; nothing is longer than what it was trained for.
        wanted: the setting, if there is one.
        free: bytes of memory that can be had.
        value_bytes: of one number of the cache.
    """
    if wanted is not None or not weights.reasoning:
        return min(wanted or _USUAL, weights.context_tokens)
    context = min(_MOST, weights.context_tokens)
    per_token = weights.kv_values_per_token * value_bytes
    while context > _USUAL and weights.bytes + context * per_token > free // 2:
        context = max(_USUAL, context // 2)
    return context
