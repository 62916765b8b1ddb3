"""What calls did, in words for people: one line each, with nothing that an editor acts on."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.languages.lines import parts_of
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Answer, Node
from algosmith.verify import source, transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import StepAnswer, Value
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Observation, Trial

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_MOST_FAILURES = 3
"""Failing examples that the model is shown at once."""


def shown(value: Value, limit: int = 120, language: str = "python") -> str:
    """A value for people, as its language writes it: one line, cut, nothing an editor acts on."""
    running = languages.running(language)
    items = list(value.items) if isinstance(value, Node) else value
    try:
        return clean(repr(items) if running is None else running.spelled(value), limit)
    except ValueError:  # Python writes no number of over 4,300 digits
        return "a value with a number too long to write"


def gave(answer: Answer | None, seconds: float, limit: int = 120, language: str = "python") -> str:
    """What a call did, for people: ``gave [0, 0]``, ``raised IndexError: …``."""
    if answer is None:
        return "was not reached"
    match answer.status:
        case "value":
            return f"gave {shown(answer.value, limit, language)}"
        case "raised":
            return f"raised {answer.error[:limit]}"
        case "timeout":
            return f"did not return within {seconds:g} s"
        case "memory":
            return "needed more memory than allowed"
        case "crashed":
            return answer.error[:limit] or "crashed the interpreter"
        case "unserialisable":
            return f"gave no plain value ({answer.error[:limit]})"
        case _:
            return "wrote into the checker's channel"


def company(trial: Trial, one: Observation) -> str:
    """What the other answers do: ``same results as two other answers on 29 new inputs``."""
    group, inputs = trial.group_of(one.index), len(trial.inputs)
    alike = len(group.members) - 1
    where = f"on {inputs} new {_plural('input', inputs)}" if inputs else "on the examples"
    if not alike:
        return f"no other answer gives the same results {where}"
    written = ", written alike," if group.distinct == 1 else ""
    return f"same results as {counted(alike)} other {_plural('answer', alike)}{written} {where}"


def counted(number: int) -> str:
    """A number as people write it in a sentence."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def displayed(step: StepAnswer | None, seconds: float, limit: int = 120) -> str:
    """What a line of a session did, for people."""
    if step is None:
        return "was not reached"
    if step.raised:
        return f"raised {clean(step.raised, limit)}"
    if step.status == "value" and step.value is not None:
        return f"gave {shown(step.value, limit)}"
    if step.status in ("value", "unserialisable"):
        text = clean(step.displayed, limit)
        return f"displayed {text}" if text else "displayed nothing"
    return gave(Answer(step.status, error=step.error), seconds, limit)


def failing(
    one: Observation, examples: Sequence[Example], seconds: float, disputed: Sequence[Example] = ()
) -> list[str]:
    """One line for each example that does not hold: call, result, expected.

    ``disputed`` examples, which contradict each other, refute nobody.
    """
    told = (failure(one, i, e, seconds) for i, e in enumerate(examples) if e not in disputed)
    return [line for line in told if line]


def failure(one: Observation, index: int, example: Example, seconds: float) -> str:
    """What speaks against the candidate in one example; empty where it holds or is excused."""
    if one.passed[index] or index in one.excuses:
        return ""
    answer = one.behaviour.told[index]
    if example.script:
        return contrast(example, displayed(transcript.told(example, answer), seconds))
    language = one.placed.language
    told = left(example, answer, language) or gave(answer, seconds, language=language)
    return contrast(example, told)


def left(example: Example, answer: Answer | None, language: str = "python") -> str:
    """What a call made of the one argument that an example speaks of: ``left v as [1, 2]``.

    Empty where it speaks of the result, or the call did not come to its end.
    """
    if answer is None or answer.status != "value":
        return ""
    claim = source.expression_of(example.claim) if example.claim else None
    named = claim.left if isinstance(claim, ast.Compare) else None
    place = re.fullmatch(r"_(\d?)", named.id) if isinstance(named, ast.Name) else None
    given = parts_of(example.call_text.partition("(")[2].rpartition(")")[0])
    # What only changes what it is lent has no result to speak of.
    lent = answer.value is None and bool(given) and given[0].strip().startswith("&mut ")
    if place is None or not (place[1] or lent):
        return ""
    number = int(place[1] or 0)
    if number >= len(answer.arguments):
        return ""
    text = re.sub(r"^&\s*(?:mut\s+)?", "", given[number].strip()) if number < len(given) else ""
    name = text if re.fullmatch(r"[^\W\d]\w*", text) else f"argument {number + 1}"
    return f"left {name} as {shown(answer.arguments[number], language=language)}"


def contrast(example: Example, told: str) -> str:
    """``two_sum([3, 3], 6) gave [0, 0], expected [0, 1]``."""
    if example.expected == example.call_text:
        return f"{example.call_text} does not hold: it {told}"
    return f"{example.call_text} {told}, expected {_wanted(example)}"


def _wanted(example: Example) -> str:
    """What was expected, in one line: ``[1, 2]``, or ``sorted(it) == [1, 2, 3]`` of a claim."""
    text = " ".join(example.expected.splitlines())
    node = source.expression_of(text) if text and text in example.claim else None
    if node is None or not any(map(_stands_for, ast.walk(node))):
        return text
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if _is_result(
            left
        ) and not any(map(_stands_for, ast.walk(right))):
            return ast.unparse(_Spoken().visit(right))
        case _:
            return ast.unparse(_Spoken().visit(node))


def _stands_for(node: ast.AST) -> bool:
    """Whether it is one of the names that claims use: ``_``, ``_0``."""
    return isinstance(node, ast.Name) and re.fullmatch(r"_\d?|_each", node.id) is not None


def _is_result(node: ast.expr) -> bool:
    """``_``, ``_0``, ``(n := _)``."""
    node = node.value if isinstance(node, ast.NamedExpr) else node
    return isinstance(node, ast.Name) and re.fullmatch(r"_\d?", node.id) is not None


class _Spoken(ast.NodeTransformer):
    """A claim's names as people say them."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id == "_each":
            return ast.Name("_", node.ctx)
        place = re.fullmatch(r"_(\d?)", node.id)
        if place is None:
            return node
        return ast.Name(f"argument {int(place[1]) + 1}" if place[1] else "it", node.ctx)


def for_repair(one: Observation, examples: Sequence[Example], seconds: float) -> str:
    """What to show the model; empty when nothing failed."""
    lines = failing(one, examples, seconds)
    more = [f"… and {len(lines) - _MOST_FAILURES} more"] if len(lines) > _MOST_FAILURES else []
    return "\n".join(lines[:_MOST_FAILURES] + more)


def refused(language: str, failure: str) -> str:
    """What a compiler says of the best candidate: for the repair, it refutes nothing.

    The file may have what it needs where we don't look, as in a header of the project.
    """
    compiled = language in ("cpp", "c", "java", "rust", "go") and failure.startswith("line ")
    return f"It does not compile: {failure.partition(': ')[2]}" if compiled else ""
