"""What code at a place can be held to: a brute force beside it, its being a conjecture, examples.

Found by names and words only, so that an editor may ask for it whenever the cursor moves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from algosmith import languages
from algosmith.features.checking import says_examples
from algosmith.syntax.functions import functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from algosmith.model import Function, Snapshot

_SLOW = ("brute_force", "bruteforce", "brute", "naive", "slow", "reference", "ref", "oracle",
         "simple", "trivial", "baseline", "expected", "correct", "baoli")  # fmt: skip
"""Words in the names of implementations that are trusted because they are simple."""
_FILLERS = {"solve", "solution", "by", "with", "using", "force", "algorithm", "impl", "version"}
_VALID = ("valid_input", "is_valid_input", "is_valid", "valid", "validate", "validator")
_MOST_BYTES = 256 << 10
"""In larger files nobody looks for a second implementation while the cursor moves."""
_CONJECTURE = re.compile(
    r"\b(?:conjectures?|hypothes[ie]s|theorems?|lemmas?)\b|猜想|定理|引理", re.IGNORECASE
)
_PROPERTY = re.compile(
    r"\b(?:propert(?:y|ies)|invariants?|for (?:all|every|each|any)|always|never|holds?|every|must "
    r"be true)\b|性质|对所有|对任意|对于任意|总是|恒",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\s*(?:whether|returns?|checks?|tells?|tests?|determines?|true (?:if|when|for)|is |are |does "
    r"|do |can |has |if |says?|decides?|verif(?:y|ies)|validates?|finds? out|判断|检查|是否"
    r"|如果|返回)",
    re.IGNORECASE,
)
"""How words begin that ask something of one input, and claim nothing of all."""
_PROPERTY_NAME = re.compile(
    r"(?:^|_)(?:conjecture|property|prop|invariant|theorem|lemma|hypothesis|holds|always)(?:_|$)"
    r"|(?:conjecture|property|invariant|theorem|lemma)$",
    re.IGNORECASE,
)
_IS_BOOL = re.compile(r"->\s*bool\b|\)\s*:\s*boolean\b|^\s*(?:\w+\s+)*(?:bool|boolean)\s+\w+\s*\(")
_FALSE = re.compile(r"^\s*False\s*$|==\s*False\b|(?:=>|→)\s*[Ff]alse\b", re.MULTILINE)

NOTHING = (
    "There is nothing to hold this function to: write a slower function that does the same beside "
    "it (gcd_brute for gcd), or give it an example."
)

Kind = Literal["against", "property", "examples"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a search is about."""

    kind: Kind
    function: Function
    """The one that is to be proven wrong."""
    other: Function | None = None
    """The implementation it is compared with."""
    valid: Function | None = None
    """Says which inputs are valid."""

    @property
    def title(self) -> str:
        """For a menu."""
        name = self.function.name
        match self.kind:
            case "against":
                against = self.other.name if self.other else ""
                return f"Find a counterexample: {name} against {against}"
            case "property":
                return f"Find a counterexample to {name}"
            case _:
                return f"Find a counterexample: {name} against its examples and tests"


def aim_at(snapshot: Snapshot, function: Function) -> Aim | None:
    """What the function can be held to; None where there is nothing."""
    if not _can_run(snapshot) or "<" in function.qualified_name:
        return None
    beside = _beside(snapshot, function)
    slow, other = _pair(function, beside)
    tested = other if slow and other is not None else function
    valid = _named(tested, beside, _VALID)
    if other is not None:
        return Aim("against", tested, function if slow else other, valid)
    if is_property(function):
        return Aim("property", function, None, valid)
    if snapshot.language == "python" and says_examples(function):
        return Aim("examples", function)
    return None


def is_property(function: Function) -> bool:
    """Whether a function says that something holds for all that it takes.

    ``is_prime`` gives a bool, too, and means no such thing; nor does one whose own example is
    False.
    """
    if not _IS_BOOL.search(function.signature) or not parameters(function):
        return False
    words = function.docstring or ""
    if _FALSE.search(words):
        return False
    if _CONJECTURE.search(words) or _PROPERTY_NAME.search(_snake(function.name)):
        return True
    return bool(_PROPERTY.search(words)) and not _PREDICATE.match(words)


def _can_run(snapshot: Snapshot) -> bool:
    return snapshot.language == "python" or languages.running(snapshot.language) is not None


def _beside(snapshot: Snapshot, function: Function) -> list[Function]:
    """The other functions of the file that stand where this one stands; none unless a name tells.

    Reading the whole tree is only worth it where some word of interest stands in the text.
    """
    text = snapshot.data.lower()
    words = (*_SLOW, "bruteforce", "valid")
    if len(text) > _MOST_BYTES or not any(word.encode() in text for word in words):
        return []
    around = function.qualified_name.rpartition(".")[0]
    return [
        one
        for one in functions(snapshot)
        if one.span != function.span
        and one.qualified_name.rpartition(".")[0] == around
        and one.name != function.name
        and len(parameters(one)) == len(parameters(function))
    ]


def _pair(function: Function, beside: Sequence[Function]) -> tuple[bool, Function | None]:
    """Whether the function is the simple one of two, and the other."""
    if (other := _named(function, beside, _SLOW)) is not None:
        return False, other
    own = _core(function.name, _SLOW)
    if own is None:
        return False, None
    quick = [one for one in beside if _core(one.name, _SLOW) is None]
    quick = [one for one in quick if _core(one.name, _VALID) is None and not is_property(one)]
    same = [one for one in quick if own and own == _core_of_plain(one.name)]
    if not own and len(quick) > 1:
        quick = [one for one in quick if parameters(one) == parameters(function)]
    found = same or ([] if own else quick)
    return True, found[0] if len(found) == 1 else None


def _named(function: Function, beside: Iterable[Function], marks: Sequence[str]) -> Function | None:
    """The function that is called like this one with a mark; else one that is only a mark.

    Of several functions a mark alone means those that take the same.
    """
    if _core(function.name, marks) is not None:
        return None
    beside = tuple(beside)
    others = any(_core(one.name, (*_SLOW, *_VALID)) is None for one in beside)
    cores = [(one, _core(one.name, marks)) for one in beside]
    wanted = _core_of_plain(function.name)
    same = [one for one, core in cores if core and core == wanted]
    alone = [one for one, core in cores if core == ""]
    if others:
        alone = [one for one in alone if parameters(one) == parameters(function)]
    found = same or alone
    return found[0] if found else None


def _core(name: str, marks: Sequence[str]) -> str | None:
    """What is left of a name without its mark: ``gcd`` of ``gcd_brute``; None without a mark."""
    text = _snake(name)
    for mark in marks:
        found = re.search(rf"(?:^|_){mark}(?:_|\d*$)", text)
        if found:
            return _plain_words(f"{text[: found.start()]}_{text[found.end() :]}")
    return None


def _core_of_plain(name: str) -> str:
    text = re.sub(r"(?:^|_)(?:fast|quick|smart|optimal|optimi[sz]ed|efficient)(?:_|$)", "_",
                  _snake(name))  # fmt: skip
    return _plain_words(text)


def _plain_words(text: str) -> str:
    words = [word for word in text.strip("_").split("_") if word]
    kept = [word for word in words if word not in _FILLERS]
    return "_".join(kept)


def _snake(name: str) -> str:
    """``bruteForce`` as ``brute_force``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def parameters(function: Function) -> tuple[str, ...]:
    """What the signature shows between its commas outside of brackets, without white space."""
    start = function.signature.find(f"{function.name}")
    start = function.signature.find("(", max(start, 0))
    depth, found = 0, [""]
    for letter in function.signature[start:]:
        if letter == "," and depth == 1:
            found.append("")
            continue
        depth += (letter in "([{<") - (letter in ")]}>")
        if depth == 0:
            break
        if not letter.isspace():
            found[-1] += letter
    return tuple(word for word in (found[0][1:], *found[1:]) if word)
