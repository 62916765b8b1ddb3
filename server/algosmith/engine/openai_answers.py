"""The OpenAI chat-completions protocol: shaping answers. No I/O."""

from collections.abc import Mapping, Sequence
from typing import Any

from algosmith.engine.backends.base import BackendInfo
from algosmith.engine.jobs import Part


def chunk(call_id: str, model: str, created: int, part: Part, *, first: bool) -> dict[str, Any]:
    """One streamed chunk; ``tokens`` counts the choice's tokens so far."""
    delta: dict[str, str] = {"role": "assistant"} if first else {}
    if part.reasoning:
        delta["reasoning_content"] = part.reasoning
    if part.answer:
        delta["content"] = part.answer
    choice = {
        "index": part.index,
        "delta": delta,
        "finish_reason": part.finish,
        "tokens": part.tokens,
    }
    head = _head(call_id, "chat.completion.chunk", model, created)
    return {**head, "choices": [choice]}


def usage_chunk(call_id: str, model: str, created: int, usage: Mapping[str, int]) -> dict[str, Any]:
    """The chunk before the last, when ``include_usage`` asked for it."""
    head = _head(call_id, "chat.completion.chunk", model, created)
    return {**head, "choices": [], "usage": dict(usage)}


def completion(
    call_id: str, model: str, created: int, parts: Sequence[Part], usage: Mapping[str, int]
) -> dict[str, Any]:
    """A whole answer."""
    choices: list[dict[str, Any]] = []
    for part in parts:
        message = {"role": "assistant", "content": part.answer}
        if part.reasoning:
            message["reasoning_content"] = part.reasoning
        choices.append(
            {
                "index": part.index,
                "message": message,
                "finish_reason": part.finish,
                "tokens": part.tokens,
            }
        )
    head = _head(call_id, "chat.completion", model, created)
    return {**head, "choices": choices, "usage": dict(usage)}


def usage(prompt_tokens: int, completion_tokens: int) -> dict[str, int]:
    """Token counts as OpenAI names them."""
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }


def model_rows(info: BackendInfo) -> list[dict[str, Any]]:
    """The rows of ``/v1/models``: the base model, then its adapters."""
    base = {
        "id": info.model,
        "object": "model",
        "owned_by": "algosmith",
        "context_tokens": info.context_tokens,
        "max_model_len": info.context_tokens,
        "reasoning": info.reasoning,
    }
    return [base, *({**base, "id": name, "parent": info.model} for name in info.adapters)]


def _head(call_id: str, kind: str, model: str, created: int) -> dict[str, Any]:
    return {"id": call_id, "object": kind, "created": created, "model": model}
