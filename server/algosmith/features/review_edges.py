"""The edges that a good teacher tries first: 0, empty, one item, duplicates, negative, enormous.

Nothing says what is right there. What is told is that the code raises where it does not mean to,
hangs, leaves the range of floats, or changes what it was given.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.features.parties import shown_call
from algosmith.inputs.sized import families, sized_call
from algosmith.sandbox.types import UNFIT
from algosmith.verify import source
from algosmith.verify.behaviour import plain_key
from algosmith.verify.running import call_text as exact
from algosmith.verify.telling import gave, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from algosmith.features.parties import Party
    from algosmith.features.review_pace import Limit
    from algosmith.inputs.kinds import Parameter, Signature
    from algosmith.sandbox.types import Answer, Call, Sandbox, Value

_HUGE = 10**18
_HUGE_FLOAT = 1e308
_SECONDS = 4.0
_MOST = 40
_BATCH_SECONDS = 2.0
_EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Interrupt|Iteration)\b")


_THROWN = re.compile(r"\bthrow\s+(?:new\s+)?([\w:.]+)")


@dataclass(frozen=True, slots=True)
class Edge:
    """An input at the edge, and what came of it."""

    name: str
    """``empty nums``, ``n = 0``."""
    call: Call
    told: str
    """``f([]) raised IndexError: …``; empty where nothing speaks against it."""
    value: bool
    """Whether it came to a value."""
    changed: str = ""
    """What the call did to its argument."""


async def edges(
    party: Party, signature: Signature, cage: Sandbox, limits: Mapping[str, Limit]
) -> list[Edge]:
    """What the function does at the edges that its words do not exclude."""
    if signature.reason is not None or not signature.parameters:
        return []
    given = [example.call for example in party.found.examples if example.call]
    cases = list(_cases(signature, given, limits))[:_MOST]
    answers = await party.run(cage, [call for _, call in cases], _SECONDS)
    meant = _raised_by(party)
    found: list[Edge] = []
    for (name, call), answer in zip(cases, answers, strict=True):
        if answer is not None:
            changed = _changed(signature, call, answer)
            told = _told(party, call, answer, meant)
            found.append(Edge(name, call, told, answer.status == "value", changed))
    return found


def _cases(
    signature: Signature, given: Sequence[Call], limits: Mapping[str, Limit]
) -> Iterator[tuple[str, Call]]:
    base = next(iter(given), None) or _made(signature, 3)
    if base is None:
        return
    seen: set[str] = set()
    for at, parameter in enumerate(p for p in signature.parameters if not p.keyword):
        if at >= len(base.args):
            return
        for name, value in _values(parameter, base.args[at]):
            if not _within(limits.get(parameter.name), value):
                continue
            call = replace(base, args=(*base.args[:at], value, *base.args[at + 1 :]))
            if (text := exact(call)) not in seen:
                seen.add(text)
                yield name, call


def _made(signature: Signature, size: int) -> Call | None:
    try:
        return sized_call(signature, size, families(signature)[0], 1)
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _values(parameter: Parameter, usual: Value) -> Iterator[tuple[str, Value]]:
    name, kind = parameter.name, parameter.kind
    if isinstance(usual, bool) or parameter.role in ("vertices", "vertex", "length"):
        return
    if isinstance(usual, int | float):
        yield from _numbers(parameter, usual)
    elif isinstance(usual, str):
        if not kind.traits and (kind.low or 0) < 1:
            yield f"empty {name}", ""
            yield f"{name} of one character", usual[:1] or "a"
        if "nonempty" in kind.traits:
            yield f"{name} of one character", usual[:1] or "a"
    elif isinstance(usual, list):
        yield from _lists(parameter, usual)
    elif isinstance(usual, dict | set | frozenset | tuple) and _may_be_empty(parameter):
        if not isinstance(usual, tuple):
            yield f"empty {name}", type(usual)()
    elif usual is not None and kind.base in ("linked", "tree"):
        yield f"empty {name}", None


def _within(limit: Limit | None, value: Value) -> bool:
    """Whether the user's own words allow it."""
    if limit is None:
        return True
    size = value if isinstance(value, int | float) else 0
    size = len(value) if isinstance(value, str | list | dict | set | tuple) else size
    return limit.low <= size <= limit.high


def _may_be_empty(parameter: Parameter) -> bool:
    return "nonempty" not in parameter.kind.traits and (parameter.kind.low or 0) < 1


def _numbers(parameter: Parameter, usual: float) -> Iterator[tuple[str, Value]]:
    low, high = parameter.kind.low, parameter.kind.high
    wanted: list[float] = [0, 1, -1]
    if parameter.role in ("free", "value") and parameter.kind.base == "float":
        wanted.append(_HUGE_FLOAT)
    if "positive" in parameter.kind.traits:
        low = max(low or 1, 1)
    if parameter.role in ("size", "count", "index", "first", "last") and low is None:
        low = 0
    for number in wanted:
        if (low is None or number >= low) and (high is None or number <= high):
            value = float(number) if isinstance(usual, float) else number
            yield f"{parameter.name} = {value:g}", value


def _lists(parameter: Parameter, usual: Value) -> Iterator[tuple[str, Value]]:
    name, traits = parameter.name, parameter.kind.traits
    items = list(usual) if isinstance(usual, list) else []
    if _may_be_empty(parameter):
        yield f"empty {name}", []
    if not items or parameter.role in ("same", "permutation"):
        return
    if traits & {"edges", "graph", "rows", "permutation", "matrix"} or isinstance(items[0], list):
        return
    yield f"{name} with one item", items[:1]
    if "distinct" not in traits:
        yield f"{name} with equal items", items[:1] * max(2, len(items))
    low = parameter.kind.part.low
    if type(items[0]) is int and not traits & {"positive", "sorted"} and (low is None or low < 0):
        yield f"{name} with negative items", [-abs(i) - 1 if type(i) is int else i for i in items]
    if isinstance(items[0], float):
        far: list[Value] = [_HUGE_FLOAT, _HUGE_FLOAT]
        yield f"{name} with huge items (overflow)", far
    elif type(items[0]) is int and parameter.kind.part.high is None:
        # A list may be of indices or ages: only where it is refused is this worth a word.
        far = [_HUGE, _HUGE]
        yield f"{name} with huge items (overflow)", far


def _raised_by(party: Party) -> frozenset[str]:
    """The exceptions that the code, its docstring or an example names: these are meant."""
    found = set(_EXCEPTION.findall(party.words))
    if languages.running(party.language) is not None:
        body = party.snapshot.slice(party.function.span) if party.function else ""
        return frozenset(found | {name.rpartition(":")[2] for name in _THROWN.findall(body)})
    tree = source.tree_of(party.program.source)
    node = source.definition(tree, party.program.entry) if tree else None
    for example in party.found.examples:
        found.add(example.raises or "")
        for line in example.script.lines if example.script else ():
            found.add(line.raises.partition(":")[0].rpartition(".")[2])
    for inner in ast.walk(node) if node is not None else ():
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            made = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            found.add(ast.unparse(made).rpartition(".")[2])
        elif isinstance(inner, ast.Assert):
            found.add("AssertionError")
    return frozenset(found)


def _told(party: Party, call: Call, answer: Answer, meant: frozenset[str]) -> str:
    whole = shown_call(party, call)
    if answer.status == "value":
        if isinstance(answer.value, float) and not math.isfinite(answer.value):
            return f"{whole} gave {shown(answer.value, language=party.language)}"
        return ""
    kind = answer.error.partition(": ")[0].strip().rpartition(":")[2].rpartition(".")[2]
    if answer.status == "unserialisable" or answer.error.startswith(UNFIT) or kind in meant:
        return ""
    if kind == "MemoryError" or (answer.status == "timeout" and _is_huge(call)):
        return ""  # so large that nothing speaks against the code
    return f"{whole} {gave(answer, _BATCH_SECONDS, language=party.language)}"


def _is_huge(call: Call) -> bool:
    return str(_HUGE) in repr(call.args)


def _changed(signature: Signature, call: Call, answer: Answer) -> str:
    """The argument that is another one after the call, where the function gives a value, too."""
    if answer.status != "value" or answer.value is None:
        return ""
    for parameter, before, after in zip(
        signature.parameters, call.args, answer.arguments, strict=False
    ):
        if isinstance(before, list | dict | set) and plain_key(before) != plain_key(after):
            return parameter.name
    return ""
