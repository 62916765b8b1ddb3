"""At which depth does the recursion end the stack? Measured: sizes doubled, then halved in."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.inputs.sized import families, sized_call
from algosmith.verify import source

if TYPE_CHECKING:
    from algosmith.features.parties import Party
    from algosmith.inputs.kinds import Signature
    from algosmith.sandbox.types import Call, Sandbox

_MOST_SIZE = 20_000
_FAMILIES = 3
_LONGEST = 400_000
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Depth:
    """How far the recursion goes."""

    recursive: bool
    fails_at: int | None = None
    """The smallest size tried at which the stack ends."""
    expression: str = ""
    family: str = ""
    crashed: bool = False
    """The program itself died, with nothing to catch."""
    error: str = "RecursionError"
    """What is thrown there."""
    holds_to: int = 0
    """The largest size that it came through."""


async def depth(party: Party, signature: Signature, cage: Sandbox) -> Depth:
    """Whether the function calls itself, and the size at which that ends the stack."""
    if not is_recursive(party) or signature.reason is not None or not signature.sizes:
        return Depth(recursive=is_recursive(party))
    expression = signature.sizes[0].expression
    best: Depth | None = None
    reached = 0
    for family in _deep(signature):
        found = await _in_family(party, signature, cage, family)
        reached = max(reached, found.holds_to)
        if found.fails_at is not None and (best is None or found.fails_at < (best.fails_at or 0)):
            best = found
    return best or Depth(recursive=True, expression=expression, holds_to=reached)


def is_recursive(party: Party) -> bool:
    """Whether the function, or one that it defines inside, calls itself by name."""
    if languages.running(party.language) is not None:
        body = party.snapshot.slice(party.function.body) if party.function else ""
        return re.search(rf"(?<![\w.]){re.escape(party.name)}\s*\(", body) is not None
    tree = source.tree_of(party.program.source)
    node = source.definition(tree, party.program.entry) if tree else None
    if node is None:
        return False
    names = {
        n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    calls = {
        called.func.id if isinstance(called.func, ast.Name) else called.func.attr
        for called in ast.walk(node)
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name | ast.Attribute)
    }
    return bool(names & calls)


def _deep(signature: Signature) -> list[str]:
    """The families in which a chain is longest come first."""
    known = families(signature)
    chains = [f for f in known if f.startswith(("ascending", "descending"))]
    return list(dict.fromkeys([*chains[:2], *known[:_FAMILIES]]))[:_FAMILIES]


async def _in_family(party: Party, signature: Signature, cage: Sandbox, family: str) -> Depth:
    expression = signature.sizes[0].expression
    held, fails, crashed = 0, None, False
    size = 16
    while size <= _MOST_SIZE:
        went = await _went(party, signature, cage, size, family)
        if went == "no answer":
            break
        if went != "held":
            fails, crashed = size, went == "crashed"
            break
        held, size = size, size * 2
    while fails is not None and fails - held > max(1, held // 200):
        middle = (held + fails) // 2
        went = await _went(party, signature, cage, middle, family)
        if went in ("held", "no answer"):
            held = middle
        else:
            fails, crashed = middle, went == "crashed"
    error = _overflows(party)[0].partition(":")[0] if not crashed else ""
    return Depth(True, fails, expression, family, crashed, error, held)


async def _went(party: Party, signature: Signature, cage: Sandbox, size: int, family: str) -> str:
    call = _call(signature, size, family)
    if call is None:
        return "no answer"
    (answer,) = await party.run(cage, [call], _SECONDS)
    if answer is None or answer.status in ("timeout", "memory", "protocol"):
        return "no answer"
    if answer.status == "crashed":
        return "crashed"
    if answer.status == "raised":
        return "raised" if answer.error.startswith(_overflows(party)) else "no answer"
    if answer.status == "unserialisable" and "recursion" in answer.error.lower():
        return "no answer"
    return "held"


def _overflows(party: Party) -> tuple[str, ...]:
    """How the error begins that tells of a stack that is used up."""
    running = languages.running(party.language)
    return ("RecursionError",) if running is None else running.overflows


def _call(signature: Signature, size: int, family: str) -> Call | None:
    try:
        call = sized_call(signature, size, family, 1)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return call if len(repr(call.args)) <= _LONGEST else None
