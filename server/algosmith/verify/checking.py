"""Whether an answer satisfies an example of the user; made outside the cage."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING, Any

from algosmith.programs import statement
from algosmith.sandbox.compare import same
from algosmith.sandbox.types import NOTHING
from algosmith.verify import transcript, values
from algosmith.verify.behaviour import View
from algosmith.verify.equality import equal
from algosmith.verify.types import Leeway

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Answer
    from algosmith.verify.statements import Example

_IN_PLACE = re.compile(
    r"\bin[- ]?place\b|原地|就地|\bmodif(?:y|ies)\b.{0,40}\binput\b", re.IGNORECASE
)
_ANY_ORDER = re.compile(
    r"\b(?:in )?any order\b|\border does(?:n't| not) matter\b|任意顺序|顺序不限|不考虑顺序",
    re.IGNORECASE,
)

_EXACT = Leeway()


def says_in_place(text: str) -> bool:
    """Whether the words ask for the argument itself to be changed."""
    return _IN_PLACE.search(text) is not None


def says_any_order(text: str) -> bool:
    """Whether the words allow any order of the results."""
    return _ANY_ORDER.search(text) is not None


def tolerance_in(text: str) -> float:
    """By how much numbers may differ, as the words have it; 0 where they say nothing."""
    said = statement.rules_in(text).tolerance
    return said if said > statement.Rules().tolerance else 0.0


def view_of(words: str, examples: Sequence[Example]) -> View:
    """What of a result counts when candidates are compared."""
    claims = [e.claim for e in examples if e.claim]
    sets = bool(claims) and all(c.startswith(("set(_)", "frozenset(_)")) for c in claims)
    bags = bool(claims) and all(c.startswith(("sorted(_)", "Counter(_)", "set(_)")) for c in claims)
    near = any(re.search(r"\b(?:isclose|approx|round|abs)\b", c) for c in claims)
    in_place = says_in_place(words) or any(re.search(r"\b_\d", c) for c in claims)
    return View(bags or sets or says_any_order(words), sets, 4 if near else 9, in_place)


def is_of_type(expected: Any, answer: Answer, view: View) -> bool:
    """Whether an answer that passes is of the expected value's types, all the way down."""
    if view.in_place and (answer.value is None or answer.value == NOTHING):
        return True
    return not answer.lazy and same_types(transcript.projected(answer.value), expected)


def same_types(result: Any, expected: Any) -> bool:
    """Whether a result is of the expected value's types, all the way down."""
    dicts = (isinstance(result, dict), isinstance(expected, dict))
    if result.__class__ is not expected.__class__ and not all(dicts):
        return False
    # Only a comparison without regard to order lets values pass that are not equal.
    return same(result, expected) or not equal(result, expected)


def leeway_in(words: str) -> Leeway:
    """What the task's words leave open."""
    return Leeway(says_any_order(words), says_in_place(words), tolerance_in(words))


def satisfies(example: Example, answer: Answer | None, leeway: Leeway = _EXACT) -> bool:
    """Whether what the call, or the session, did is what the example says."""
    if answer is None:
        return False
    if example.script:
        return transcript.follows(example, answer, leeway)
    if example.raises:
        return answer.status == "raised" and _is_a(answer.error.split(":")[0], example.raises)
    if answer.status != "value":
        return False
    if answer.lazy and example.kind != "prose" and example.claim.startswith("_ == ["):
        return False
    result = transcript.projected(answer.value)
    after = enumerate(map(transcript.projected, answer.arguments))
    names: dict[str, Any] = {f"_{i}": value for i, value in after}
    candidates = [result]
    if leeway.in_place and (result is None or result == NOTHING) and answer.arguments:
        candidates.append(names["_0"])
    return any(_holds(example.claim, {**names, "_": one}, leeway) for one in candidates)


def _holds(claim: str, names: dict[str, Any], leeway: Leeway) -> bool:
    if values.holds(claim, names):
        return True
    if not claim.startswith("_ == "):
        return False
    return transcript.is_alike(names["_"], claim.removeprefix("_ == "), leeway)


def _is_a(given: str, wanted: str) -> bool:
    """Whether an exception counts as another, builtin base classes included."""
    given, wanted = given.strip().rsplit(".", 1)[-1], wanted.rsplit(".", 1)[-1]
    if given == wanted or wanted in ("Exception", "BaseException"):
        return True
    one, other = getattr(builtins, given, None), getattr(builtins, wanted, None)
    return isinstance(one, type) and isinstance(other, type) and issubclass(one, other)


def expected_value(example: Example) -> Any:
    """The plain value that an example expects; raises NotPlain where it expects none."""
    if example.script and not example.claim and not example.raises:
        return values.parse(example.expected)
    if example.raises or not example.claim.startswith("_ == "):
        raise values.NotPlain(example.claim)
    return values.parse(example.claim.removeprefix("_ == "))
