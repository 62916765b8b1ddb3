"""The OpenAI chat-completions protocol: validating requests. No I/O.

A field that is not honoured is refused by name unless its value asks for nothing: silence would
make a client believe it was obeyed.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from algosmith.engine.backends.base import BackendInfo
from algosmith.engine.cards import LIMITS, Sampling, never_greedy
from algosmith.engine.http import HttpError
from algosmith.engine.jobs import Ask
from algosmith.engine.text.templates import render
from algosmith.wire import Message

MOST_CHOICES = 64
_MOST_MESSAGES = 256
_MOST_STOPS, _MOST_STOP_LENGTH = 8, 200
_CHOOSING = frozenset(("n", "seed", "stop", "thinking_tokens", *LIMITS))
_LENGTHS = frozenset(("max_tokens", "max_completion_tokens"))
_HONOURED = _CHOOSING | _LENGTHS | {"model", "messages", "stream", "stream_options", "warm"}
_ASK_NOTHING: Mapping[str, tuple[object, ...]] = {
    "frequency_penalty": (0,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "tools": ([],),
    "tool_choice": ("none",),
    "parallel_tool_calls": (True, False),
    "response_format": ({"type": "text"},),
    "store": (False,),
    "continue_final_message": (True,),
    "add_generation_prompt": (False,),
    "user": (),
}
"""Values of fields that are not honoured, but ask for what is done anyway; null always does."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a request says nothing."""

    thinking_tokens: int
    thinking_seconds: float | None
    max_tokens: int


@dataclass(frozen=True, slots=True)
class ChatCall:
    """A validated request: what to decode and how to answer."""

    ask: Ask
    stream: bool
    include_usage: bool


def parse(body: bytes, info: BackendInfo, names: frozenset[str], defaults: Defaults) -> ChatCall:
    """A chat request from its body.

    Args:
        body: the JSON text.
        info: the loaded model.
        names: names under which the base model may be asked for.
        defaults: values for absent fields.

    Raises:
        HttpError: 400 naming the field, or 404 for an unknown model.
    """
    fields = _fields(body)
    for name, value in fields.items():
        if name not in _HONOURED and value is not None and value not in _ASK_NOTHING.get(name, ()):
            raise HttpError(400, f"unsupported field: {name}", name)
    adapter = _adapter(fields, info, names)
    largest = _number(fields, "max_completion_tokens", int, (1, 1 << 20), None)
    most = _number(fields, "max_tokens", int, (1, 1 << 20), largest) or defaults.max_tokens
    thinking = _number(fields, "thinking_tokens", int, (0, 1 << 20), defaults.thinking_tokens)
    if not info.reasoning and fields.get("thinking_tokens"):
        most = max(1, most - (thinking or 0))  # see wire.ChatRequest.max_tokens
    messages = _messages(fields.get("messages"))
    warm = fields.get("warm") is True
    seed = _number(fields, "seed", int, (-(2**63), 2**63 - 1), None)
    ask = Ask(
        model=str(fields["model"]),
        prompt=render(info.family, messages),
        prefilled=messages[-1].role == "assistant",
        count=1 if warm else _number(fields, "n", int, (1, MOST_CHOICES), 1) or 1,
        seed=random.getrandbits(31) if seed is None else seed,
        sampling=_sampling(fields, info),
        max_tokens=most,
        stop=_stops(fields.get("stop")),
        thinking_tokens=thinking or 0,
        thinking_seconds=defaults.thinking_seconds,
        adapter=adapter,
        exact=seed is not None,
        warm=warm,
    )
    stream = fields.get("stream") is True
    return ChatCall(ask, stream, _include_usage(fields.get("stream_options")))


def _sampling(fields: Mapping[str, Any], info: BackendInfo) -> Sampling:
    """What the request says, else the model's card."""
    card = info.sampling
    wanted = {
        name: _number(fields, name, int if name == "top_k" else float, limits, getattr(card, name))
        for name, limits in LIMITS.items()
    }
    sampling = Sampling(**wanted)
    return never_greedy(sampling, card) if info.reasoning else sampling


def _include_usage(value: object) -> bool:
    options = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if (value is not None and not isinstance(value, dict)) or options.keys() - {"include_usage"}:
        raise HttpError(400, "stream_options: only include_usage is supported", "stream_options")
    return options.get("include_usage") is True


def _fields(body: bytes) -> dict[str, Any]:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        raise HttpError(400, "the request body is not JSON") from None
    if not isinstance(value, dict):
        raise HttpError(400, "the request body must be a JSON object")
    return cast("dict[str, Any]", value)


def _adapter(fields: Mapping[str, Any], info: BackendInfo, names: frozenset[str]) -> str | None:
    model: object = fields.get("model")
    if not isinstance(model, str):
        raise HttpError(400, "model: must be a string", "model")
    if model in info.adapters:
        return model
    if model in names:
        return None
    served = ", ".join((info.model, *info.adapters))
    raise HttpError(404, f"model {model[:100]!r} is not served here; served are: {served}", "model")


def _number(
    fields: Mapping[str, Any],
    name: str,
    kind: type[int] | type[float],
    limits: tuple[float, float],
    default: Any,
) -> Any:
    value: object = fields.get(name)
    if value is None:
        return default
    fits = isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    low, high = limits
    if not fits or not low <= cast("float", value) <= high:
        what = "a whole number" if kind is int else "a number"
        raise HttpError(400, f"{name}: must be {what} from {low:g} to {high:g}", name)
    return value


def _stops(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    stops = cast("list[object]", value) if isinstance(value, list) else [value]
    if len(stops) > _MOST_STOPS or not all(
        isinstance(stop, str) and 0 < len(stop) <= _MOST_STOP_LENGTH for stop in stops
    ):
        raise HttpError(
            400, f"stop: at most {_MOST_STOPS} strings of 1 to {_MOST_STOP_LENGTH} characters",
            "stop",
        )  # fmt: skip
    return tuple(cast("list[str]", stops))


def _messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list) or not 1 <= len(cast("list[object]", value)) <= _MOST_MESSAGES:
        raise HttpError(400, f"messages: must be a list of 1 to {_MOST_MESSAGES}", "messages")
    return tuple(_message(message) for message in cast("list[object]", value))


def _message(value: object) -> Message:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    unknown = fields.keys() - {"role", "content", "name"}
    role = "system" if fields.get("role") == "developer" else fields.get("role")
    if unknown or role not in ("system", "user", "assistant"):
        what = f"unsupported field {min(unknown)}" if unknown else "role must be system, user, …"
        raise HttpError(400, f"messages: {what}", "messages")
    return Message(role, _content(fields.get("content")))


def _content(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [_text_part(part) for part in cast("list[object]", value)]
        if None not in parts:
            return "".join(part for part in parts if part)
    raise HttpError(400, "messages: content must be text", "messages")


def _text_part(value: object) -> str | None:
    part = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    text = part.get("text")
    return text if part.get("type") == "text" and isinstance(text, str) else None
