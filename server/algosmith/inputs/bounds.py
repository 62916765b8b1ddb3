"""Bounds that a statement gives: ``1 <= n <= 10^5``, ``k is positive``, ``nums 非空``.

An input outside of them is none that the function has to accept, so it says nothing of anybody.
What a sentence says of a case ("returns -1 if n < 0") is no bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from algosmith.sandbox.types import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from algosmith.sandbox.types import Value

_RAISED = r"(?:\s*(?:\^|\*\*)\s*\{?\d+\}?)?"
NUMBER = rf"-?\d+(?:[ ,]\d{{3}})*{_RAISED}(?:\s*(?:[·×]|\*(?!\*))\s*10{_RAISED})?"
"""``10^5``, ``2 * 10^{5}``, ``1,000``."""
LESS = r"<=?|≤|\\leq?|\\le|&lt;=?"
_MORE = r">=?|≥|\\geq?|\\ge"
_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
_SUBJECT = (
    rf"(?:len\(\s*{_WORD}\s*\)|\|{_WORD}\||{_WORD}\.(?:length|size|len)(?:\s?\(\))?"
    rf"|{_WORD}(?:\s?\[[A-Za-z0-9_]+\])*)"
)
_SUBJECTS = rf"{_SUBJECT}(?:\s*,\s*{_SUBJECT}){{0,4}}"
_CHAIN = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<first>{LESS})\s*(?P<names>{_SUBJECTS})"
    rf"(?:\s*(?P<second>{LESS})\s*(?P<high>{NUMBER})?)?"
)
_ONE_SIDED = re.compile(rf"(?P<names>{_SUBJECTS})\s*(?P<sign>{LESS}|{_MORE})\s*(?P<limit>{NUMBER})")
_CASE = re.compile(
    r"\b(?:if|when|where|whenever|unless|otherwise|returns?|raises?|throws?|else|for which"
    r"|such that|e\.g|example|output)\b|>>>|如果|若|当|返回|抛出|否则|例如",
    re.IGNORECASE,
)
"""What a line says of some inputs, not of all."""
_NAMED = rf"(?<![A-Za-z0-9_.])(?P<name>{_WORD})"
_IS = (
    r"`?\s*(?:is|are|must be|should be|will be|is always|is guaranteed to be|:|是|为|必须为|必须是)"
)
_ARTICLE = r"\s*(?:always |all )?(?:an? |一个)?\s*"
_KINDS: tuple[tuple[str, int | None, int | None, bool], ...] = (
    (r"(?:strictly )?positive|正整数|正数", 1, None, False),
    (r"non-?\s?negative|非负", 0, None, False),
    (r"non-?\s?empty|非空", 1, None, True),
)
_BETWEEN = re.compile(
    rf"{_NAMED}\s*(?P<length>的长度)?\s*(?:is |lies |must be )?(?:between|在|介于)\s*"
    rf"(?P<low>{NUMBER})\s*(?:and|到|至|和|~)\s*(?P<high>{NUMBER})"
)
_LEAST = re.compile(
    rf"{_NAMED}\s*(?P<length>的长度)?\s*(?:is |must be |should be )?(?P<way>at least|at most"
    rf"|no less than|no more than|不小于|不大于|不超过|至少为?|至多为?)\s*(?P<limit>{NUMBER})"
)
_UPWARDS = ("at least", "no less than", "不小于", "至少", "至少为")


@dataclass(frozen=True, slots=True)
class Bound:
    """What a parameter, its length or its items have to lie between."""

    name: str
    of: Literal["value", "length", "items"]
    low: int | None
    high: int | None

    def allows(self, value: Value) -> bool:
        """Whether a value lies within; one of another kind says nothing."""
        if self.of == "items":
            return all(map(self._holds, _numbers_in(value)))
        if type(value) in (int, float):
            return self.of == "length" or self._holds(cast("float", value))
        items = value.items if isinstance(value, Node) else value
        if not isinstance(items, list | tuple | str | set | frozenset | dict):
            return self.of == "value" or items is not None or not self.low
        return self.of == "value" or self._holds(len(items))

    def _holds(self, number: float) -> bool:
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )


def _numbers_in(value: Value) -> Iterator[float]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers_in(item)
    elif type(value) in (int, float):
        yield cast("float", value)


def number_of(text: str) -> int | None:
    """``10^5``, ``2 * 10^{5}``, ``1,000``."""
    text = re.sub(r"[{}\s,]", "", text.replace("**", "^").replace("·", "*").replace("×", "*"))
    value = 1
    for factor in text.split("*"):
        base, _, power = factor.partition("^")
        if not re.fullmatch(r"-?\d+", base) or (power and not re.fullmatch(r"\d{1,2}", power)):
            return None
        value *= int(base) ** int(power or 1)
    return value


def bounds_in(text: str, names: Sequence[str]) -> tuple[Bound, ...]:
    """The bounds that the words give the parameters of these names."""
    return tuple(bound for bound in all_bounds_in(text) if bound.name in names)


def all_bounds_in(text: str) -> tuple[Bound, ...]:
    """The bounds that the words give anything that has a name."""
    found: list[Bound] = []
    for line in text.replace("`", "").split("\n"):
        for sentence in re.split(r"(?<=[\w)\]])[.;。；](?:\s|$)", line):
            if not _CASE.search(sentence):
                found += _compared(sentence)
                found += _told(sentence)
    return tuple(dict.fromkeys(found))


def allow(bounds: Sequence[Bound], arguments: Mapping[str, Value]) -> bool:
    """Whether all arguments lie within the bounds."""
    return all(b.allows(arguments[b.name]) for b in bounds if b.name in arguments)


def _compared(sentence: str) -> Iterator[Bound]:
    rest = sentence
    for match in _CHAIN.finditer(sentence):
        low, high = number_of(match["low"]), number_of(match["high"]) if match["high"] else None
        if low is not None and (high is None or low <= high):
            low += match["first"] in ("<", "&lt;")
            high = high if high is None else high - (match["second"] in ("<", "&lt;"))
            yield from _bounds(match["names"], low, high)
        rest = rest.replace(match[0], " ")
    for match in _ONE_SIDED.finditer(rest):
        limit, sign = number_of(match["limit"]), match["sign"]
        if limit is not None and re.fullmatch(_MORE, sign):
            yield from _bounds(match["names"], limit + (sign == ">"), None)
        elif limit is not None:
            yield from _bounds(match["names"], None, limit - (sign in ("<", "&lt;")))


def _bounds(names: str, low: int | None, high: int | None) -> Iterator[Bound]:
    for subject in re.findall(_SUBJECT, names):
        name = re.search(
            _WORD, subject.removeprefix("len(") if subject.startswith("len(") else subject
        )
        if name is not None:
            long = re.search(r"^len\(|^\||\.(?:length|size|len)", subject)
            of = "length" if long else "items" if "[" in subject else "value"
            yield Bound(name[0], of, low, high)


def _told(sentence: str) -> Iterator[Bound]:
    for words, low, high, long in _KINDS:
        told = rf"{_NAMED}{_IS}{_ARTICLE}(?:{words})"
        before = rf"(?:{words})\s+(?:integer|int|number|list|array|string)\s+{_NAMED}"
        bare = rf"{_NAMED}\s*(?:{words})" if long else r"(?!)(?P<name>)"
        for form in (told, before, bare):
            for match in re.finditer(form, sentence, re.IGNORECASE | re.ASCII):
                yield Bound(match["name"], "length" if long else "value", low, high)
    for match in _BETWEEN.finditer(sentence):
        of = "length" if match["length"] else "value"
        yield Bound(match["name"], of, number_of(match["low"]), number_of(match["high"]))
    for match in _LEAST.finditer(sentence):
        limit, of = number_of(match["limit"]), "length" if match["length"] else "value"
        up = match["way"] in _UPWARDS
        yield Bound(match["name"], of, limit if up else None, None if up else limit)
