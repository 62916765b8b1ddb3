"""Hidden tests for a function that is known to be good: what it answers to inputs of our own.

They stand in no prompt; the gate marks answers with them. Only results that can be written down
exactly are taken, and only where a second process gives the same.
"""

from algosmith.inputs.infer import infer
from algosmith.inputs.small import small_calls
from algosmith.sandbox.types import Answer, Call, Limits, Program, Sandbox
from algosmith.syntax.pythontree import literal

_TRIED = 24
_MOST = 10
_LEAST = 4
_MOST_TEXT = 400
_SECONDS = 5.0


async def of(text: str, name: str, cage: Sandbox) -> list[str]:
    """Asserts about the function called ``name``; none where too few can be made."""
    calls = small_calls(infer(text, name), 0, _TRIED)
    if not calls:
        return []
    first, second = await _run(text, name, calls, cage), await _run(text, name, calls, cage)
    found: list[str] = []
    for call, one, other in zip(calls, first, second, strict=False):
        line = _assert(name, call, one)
        if line is not None and line == _assert(name, call, other) and line not in found:
            found.append(line)
    return found[:_MOST] if len(found) >= _LEAST and _vary(found) else []


async def _run(text: str, name: str, calls: tuple[Call, ...], cage: Sandbox) -> tuple[Answer, ...]:
    limits = Limits(wall_seconds=_SECONDS, cpu_seconds=_SECONDS)
    run = await cage.run(Program(text, name), calls, limits)
    return () if run.failure is not None else run.answers


def _assert(name: str, call: Call, answer: Answer) -> str | None:
    if answer.status != "value" or answer.lazy or answer.value is None:
        return None
    words = [repr(arg) for arg in call.args] + [f"{k}={v!r}" for k, v in call.kwargs.items()]
    line = f"assert {name}({', '.join(words)}) == {answer.value!r}"
    if len(line) > _MOST_TEXT:
        return None
    try:  # what has no literal, a NaN or an object, can't be compared by a line of text
        values = [*call.args, *call.kwargs.values(), answer.value]
        exact = all(literal(repr(value)) == value for value in values)
    except (ValueError, SyntaxError, RecursionError):
        return None
    return line if exact else None


def _vary(lines: list[str]) -> bool:
    """Whether the results differ at all: a constant would pass otherwise."""
    return len({line.rpartition(" == ")[2] for line in lines}) > 1
