"""The forms in which people keep conversations, told from the fields of each row.

alpaca (``instruction``, ``input``, ``output``, ``system``, ``history``), ShareGPT
(``conversations`` of ``from`` and ``value``), ``messages`` of ``role`` and ``content``, and
``prompt`` with ``completion`` (texts, or lists of messages). A thought stays in its answer.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from algosmith.errors import ConfigError
from algosmith.wire import Message

Role = Literal["system", "user", "assistant"]
Row = Mapping[str, Any]

_ROLES: dict[str, Role] = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
}
_FORMS = {
    "messages": "messages",
    "conversations": "sharegpt",
    "completion": "prompt/completion",
    "output": "alpaca",
}
"""The field that tells a form."""
KNOWN = "instruction/input/output, conversations, messages, or prompt/completion"


def form_of(row: Row) -> str:
    """The name of the row's form; ConfigError where it has none that is known."""
    for name, form in _FORMS.items():
        if name in row:
            return form
    there = ", ".join(str(key)[:30] for key in list(row)[:6]) or "nothing"
    raise ConfigError(f"its fields are {there}; known are {KNOWN}")


def messages_of(row: Row) -> tuple[Message, ...]:
    """The conversation of a row; ConfigError says what is wrong with it."""
    match form_of(row):
        case "messages":
            found = _listed(row["messages"])
        case "sharegpt":
            system = _optional(row, "system")
            found = (*_system(system), *_listed(row["conversations"]))
        case "prompt/completion":
            found = _completed(row)
        case _:
            found = _alpaca(row)
    return _checked(found)


def _alpaca(row: Row) -> tuple[Message, ...]:
    asked, more = _text(row, "instruction"), _optional(row, "input")
    history: list[Message] = []
    for pair in _list(_decoded(row.get("history") or [])):
        question, answer = _pair(pair)
        history += [Message("user", question), Message("assistant", answer)]
    whole = f"{asked}\n\n{more}" if more.strip() else asked
    said = (Message("user", whole), Message("assistant", _text(row, "output")))
    return (*_system(_optional(row, "system")), *history, *said)


def _pair(pair: object) -> tuple[str, str]:
    items = _list(pair)
    if len(items) != 2 or not all(isinstance(item, str) for item in items):
        raise ConfigError("its `history` is no list of pairs of texts")
    return str(items[0]), str(items[1])


def _completed(row: Row) -> tuple[Message, ...]:
    if "prompt" not in row:
        raise ConfigError('it has no "prompt"')
    before, after = _said(row["prompt"], "user"), _said(row["completion"], "assistant")
    return (*_system(_optional(row, "system")), *before, *after)


def _said(value: object, role: Role) -> tuple[Message, ...]:
    found = _decoded(value)
    return (Message(role, found),) if isinstance(found, str) else _listed(found)


def _listed(value: object) -> tuple[Message, ...]:
    return tuple(_message(item) for item in _list(_decoded(value)))


def _message(item: object) -> Message:
    if not isinstance(item, dict):
        raise ConfigError("a message in it is no object")
    fields = cast("dict[str, Any]", item)
    name = fields.get("role", fields.get("from"))
    role = _ROLES.get(str(name).lower())
    if role is None:
        raise ConfigError(f"a message in it is by {str(name)[:30]!r}, not by user or assistant")
    return Message(role, _is_text(fields.get("content", fields.get("value"))))


def _checked(found: tuple[Message, ...]) -> tuple[Message, ...]:
    if not found or found[-1].role != "assistant":
        raise ConfigError("it does not end with an answer of the assistant")
    if not found[-1].content.strip():
        raise ConfigError("its answer is empty")
    body = found[1:] if found[0].role == "system" else found
    wanted: tuple[Role, Role] = ("user", "assistant")
    if any(message.role != wanted[place % 2] for place, message in enumerate(body)):
        raise ConfigError("user and assistant do not take turns in it")
    if not any(message.content.strip() for message in body[:-1]):
        raise ConfigError("nothing is asked in it")
    return found


def _system(text: str) -> tuple[Message, ...]:
    return (Message("system", text),) if text.strip() else ()


def _decoded(value: object) -> object:
    """CSV holds lists as JSON text."""
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        try:
            decoded: object = json.loads(value)
        except (ValueError, RecursionError):
            return value
        is_list = isinstance(decoded, list)
        items = cast("list[object]", decoded) if is_list else []
        return items if items and all(isinstance(item, dict | list) for item in items) else value
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ConfigError("a list of messages is expected in it")
    return cast("list[object]", value)


def _text(row: Row, name: str) -> str:
    if name not in row:
        raise ConfigError(f'it has no "{name}"')
    return _is_text(row[name])


def _optional(row: Row, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _is_text(value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError("a text is expected where it has something else")
    return value
