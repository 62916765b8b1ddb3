"""What an answer counts as: equal keys for the same behaviour. Made outside the cage."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.codec import crowded
from algosmith.sandbox.types import Node, Record
from algosmith.verify.types import View

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from algosmith.sandbox.types import Answer, Call, StepAnswer, Value

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]+")
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_WHOLE = View()


def missing_module(answers: Sequence[Answer | None]) -> str:
    """``imports numpy, not installed`` where a call failed on that; empty where none did."""
    for answer in answers:
        if answer is not None and answer.status == "raised":
            match = _MISSING.match(answer.error)
            if match:
                return f"imports {match[1]}, not installed"
    return ""


def key(answer: Answer | None, view: View = _WHOLE, call: Call | None = None) -> Hashable:
    """Equal for answers that count as the same behaviour.

    3 and 3.0 are the same, as ``==`` has it. Where nothing is returned, the arguments as they are
    afterwards are the answer, unless they are as they were in ``call``; they belong to it, too,
    where the task is to change them.
    """
    if view.in_place and call is not None and answer is not None and answer.status == "value":
        whole = key(answer, replace(view, in_place=False), call)
        if answer.value is None or not changes(call, answer):
            return whole
        return (whole, tuple(plain_key(a, view.digits) for a in answer.arguments))
    if answer is None:
        return ("none",)
    if answer.steps:
        return ("session", tuple(map(_step_key, answer.steps)))
    if answer.status == "raised":
        return ("raised", answer.error.split(":", 1)[0])
    if answer.status != "value":
        return ("bad", answer.status)
    if answer.value is None and call is not None and not changes(call, answer):
        return ("nothing",)
    if answer.value is None:
        return ("changed", tuple(plain_key(a, view.digits) for a in answer.arguments))
    if view.unordered and isinstance(answer.value, list | tuple | set | frozenset):
        keys = [written(plain_key(item, view.digits)) for item in answer.value]
        return ("items", tuple(sorted(set(keys) if view.distinct else keys)))
    return ("lazy" if answer.lazy else "value", plain_key(answer.value, view.digits))


def _step_key(step: StepAnswer) -> Hashable:
    """What the step displays, as the user reads it; objects may hold caches that differ.

    The items of a set are displayed in any order, so there the value counts; an address is another
    one each time.
    """
    shown = _ADDRESS.sub("at", step.displayed)
    if step.status == "value" and isinstance(step.value, _PLAIN) and "{" in shown:
        return ("value", plain_key(step.value))
    ended = step.status in ("value", "unserialisable")
    return ("ended" if ended else step.status, shown, _ADDRESS.sub("at", step.raised))


def repeats(first: Answer, second: Answer, text: str) -> bool:
    """Whether two runs of the program ``text`` gave the same.

    What an object of a library holds, whose class decides itself what it equals, says nothing: a
    cache of its own is filled in another order each time. What it displays still counts.
    """
    return key(_bare(first, text)) == key(_bare(second, text))


def _bare(answer: Answer, text: str) -> Answer:
    arguments = tuple(_without_state(one, text) for one in answer.arguments)
    return replace(answer, value=_without_state(answer.value, text), arguments=arguments)


def _without_state(value: Value, text: str) -> Value:
    match value:
        case Record(kind=kind, decides=True, like=()) if not re.search(
            rf"\bclass\s+{re.escape(kind)}\b", text
        ):
            return Record(kind, (), ())
        case Record():
            return replace(value, items=tuple(_without_state(one, text) for one in value.items))
        case list():
            return [_without_state(one, text) for one in value]
        case tuple():
            return tuple(_without_state(one, text) for one in value)
        case dict():
            return {name: _without_state(one, text) for name, one in value.items()}
        case _:
            return value


_PLAIN = (list, tuple, dict, set, frozenset)


def changes(call: Call, answer: Answer) -> bool:
    """Whether the arguments are not what they were before the call."""
    pairs = zip(call.args, answer.arguments, strict=False)
    return any(plain_key(before) != plain_key(after) for before, after in pairs)


def plain_key(value: Value, digits: int = 9) -> Hashable:
    """A hashable stand-in for a plain value."""
    match value:
        case float():
            return _number_key(value, digits)
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return (kind, *(plain_key(item, digits) for item in value))
        case dict():
            pairs = [(plain_key(k, digits), plain_key(v, digits)) for k, v in value.items()]
            return ("dict", _all_of(pairs))
        case set() | frozenset():
            return ("set", _all_of([plain_key(item, digits) for item in value]))
        case Node():
            return (
                ("node", *(plain_key(item, digits) for item in value.items))
                if value.items
                else None
            )
        case Record():
            return _record_key(value, digits)
        case _:
            parts = stdvalues.parts_of(value)
            if parts is None:
                return cast("Hashable", value)
            return (parts[0], *(plain_key(part, digits) for part in parts[1]))


def _record_key(record: Record, digits: int) -> Hashable:
    """What it equals as a builtin; else its class and fields."""
    if record.like:
        return plain_key(record.like[0], digits)
    items = (plain_key(item, digits) for item in record.items)
    return ("object", record.kind, record.fields, *items)


def written(value: Any) -> str:
    """The value's text; for one with a number of over 4,300 digits a stand-in."""
    try:
        return repr(value)
    except ValueError:
        return f"hash {hash(value) if isinstance(value, int) else len(value)}"


def _all_of(keys: Sequence[Hashable]) -> Hashable:
    """The keys in no order; only their number where they were made to collide."""
    return ("crowded", len(keys)) if crowded(keys) else frozenset(keys)


def _number_key(value: float, digits: int) -> Hashable:
    if value != value:
        return ("nan",)
    if abs(value) < 1e15 and value == int(value):
        return value
    return float(f"{value:.{digits}g}")
