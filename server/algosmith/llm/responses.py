"""Reading what OpenAI-compatible servers answer, error bodies of many shapes included. No I/O."""

import json
from collections.abc import Mapping
from typing import Any, cast

import httpx

from algosmith.errors import EngineBusy, EngineError, RequestRejected
from algosmith.wire import EngineStatus, ModelInfo


def refusal(status: int, message: str, url: str) -> EngineError:
    """The error for an HTTP status other than 200, with what to do about it."""
    if status in (401, 403):
        return EngineError(f"{url} refused access ({message}): check `engine.key_file`")
    if status in (429, 503):
        return EngineBusy(f"the engine is busy ({message}); try again in a moment")
    if 400 <= status < 500:
        return RequestRejected(f"the engine refused the request: {message}")
    return EngineError(f"the engine failed ({status}): {message}")


def object_of(content: bytes) -> dict[str, Any]:
    """A JSON object; EngineError when it is no JSON at all."""
    try:
        value: object = json.loads(content)
    except ValueError as error:
        raise EngineError(
            "the server's answer is not JSON; is `engine.url` an OpenAI-compatible server?",
            detail=repr(content[:500]),
        ) from error
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def message_of(content: bytes) -> str:
    """The reason in an error body, whatever its shape."""
    try:
        body: object = json.loads(content)
    except ValueError:
        return content[:200].decode("utf-8", "replace").strip() or "no reason given"
    if isinstance(body, dict):
        fields = cast("dict[str, Any]", body)
        reason = fields.get("error") or fields.get("detail") or fields.get("message")
        return error_text(reason) or "no reason given"
    return str(body)[:200]


def error_text(error: object) -> str:
    """The text of an ``error`` field: an object with a message, or a string."""
    if isinstance(error, dict):
        return str(cast("dict[str, Any]", error).get("message", ""))[:500]
    return str(error)[:500] if error else ""


def status_of(response: httpx.Response) -> EngineStatus:
    """What ``/health`` said; other servers fill little of it."""
    try:
        body = object_of(response.content)
    except EngineError:
        return EngineStatus("ready")  # vLLM answers with an empty body
    known = {name: body[name] for name in EngineStatus.__slots__ if name in body}
    if known.get("state") not in ("starting", "loading", "ready", "failed"):
        known["state"] = "ready"
    if isinstance(known.get("adapters"), list):
        known["adapters"] = tuple(str(name) for name in known["adapters"])
    return EngineStatus(**known)


def model_of(row: Mapping[str, Any]) -> ModelInfo:
    """One row of ``/v1/models``."""
    context = row.get("max_model_len") or row.get("context_tokens")
    return ModelInfo(
        name=str(row.get("id", "")),
        context_tokens=context if isinstance(context, int) else None,
        reasoning=row.get("reasoning") is True,
        adapter_of=str(row["parent"]) if row.get("parent") else None,
    )
