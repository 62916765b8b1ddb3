"""Complexity as text: reads what models and people write, compares it, prints it.

Several variables are compared as if all were n: ``O(m*n)`` counts as quadratic, ``O(V + E)`` as
linear. Division and the height of a tree are read as upper bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bn ?log ?n\b|linearithmic|loglinear|quasilinear|线性对数", "O(n log n)"),
    (r"factorial|阶乘", "O(n!)"),
    (r"exponential|指数", "O(2^n)"),
    (r"cubic|立方", "O(n^3)"),
    (r"quadratic|平方", "O(n^2)"),
    (r"logarithmic|对数", "O(log n)"),
    (r"linear|线性", "O(n)"),
    (r"constant|常数|常量", "O(1)"),
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵏᵐ", "0123456789nkm")
_TOKEN = re.compile(r"\s*(\d+\.\d+|\d+|[A-Za-z_φα]\w*|\*\*|\S)")
_PLAIN = re.compile(r"(?:[nmkNMKVE\d\s^*+()!·×²³√/]|log|sqrt)+")
_UNREADABLE = re.compile(r"[?=<>{}\[\]|;:]")


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """How fast something grows, in one variable; compared by size."""

    level: int = 0
    """0 polynomial, 1 exponential, 2 factorial or worse."""
    power: Fraction = Fraction(0)
    logs: Fraction = Fraction(0)

    @property
    def constant(self) -> bool:
        """It does not grow."""
        return self == Rate()


_NAMES = {
    Rate(): "O(1)",
    Rate(0, Fraction(0), Fraction(1)): "O(log n)",
    Rate(0, Fraction(1, 2)): "O(sqrt n)",
    Rate(0, Fraction(1)): "O(n)",
    Rate(0, Fraction(1), Fraction(1)): "O(n log n)",
    Rate(0, Fraction(2)): "O(n^2)",
    Rate(0, Fraction(2), Fraction(1)): "O(n^2 log n)",
    Rate(0, Fraction(3)): "O(n^3)",
}


def rate(text: str) -> Rate | None:
    """The growth that a text names: ``O(n log n)``, ``O(N²)``, ``linear``, ``线性``; else None."""
    inner = _bracketed(text)
    if inner is None:
        lowered = text.lower()
        named = next((name for pattern, name in _WORDS if re.search(pattern, lowered)), None)
        inner = named[2:-1] if named else text.strip()
        if named is None and not _PLAIN.fullmatch(inner):
            return None
    inner = re.sub(r"([A-Za-z\d)])\s*(log|lg|ln)(?=[^a-z]|[a-zA-Z]\b)", r"\1 \2", inner)
    inner = re.sub(r"\b(log|lg|ln)([a-zA-Z])\b", r"\1 \2", inner)
    inner = re.sub(r"(?<=\w)\[\d+\]", "", inner)
    inner = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵏᵐ]+)", r"^\1", inner).translate(_SUPERSCRIPTS)
    if not inner or _UNREADABLE.search(inner) or len(inner) > 120:
        return None
    try:
        parser = _Parser(_TOKEN.findall(inner))
        result = parser.sum()
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None
    return result if parser.done else None


def _bracketed(text: str) -> str | None:
    """What stands between the brackets of the first ``O( )`` (or Θ, Ω is not one)."""
    match = re.search(r"[OΘ𝑂]\s*[((]", text)
    if match is None:
        return None
    depth, start = 1, match.end()
    for position in range(start, len(text)):
        depth += (text[position] in "((") - (text[position] in "))")
        if depth == 0:
            return text[start:position].replace("(", "(").replace(")", ")")
    return None


class _Parser:
    """``sum := product ("+" product)*``; variables are all alike."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def peek(self) -> str:
        return "" if self.done else self.tokens[self.at]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self) -> Rate:
        result = self.product()
        while self.peek() in ("+", "-", ","):
            self.take()
            result = max(result, self.product())
        return result

    def product(self) -> Rate:
        result = self.powered()
        while self.peek() not in ("", "+", "-", ")", ","):
            if self.peek() in ("*", "·", "×", "⋅"):
                self.take()
                result = _times(result, self.powered())
            elif self.peek() == "/":
                self.take()
                self.powered()
            else:
                result = _times(result, self.powered())
        return result

    def powered(self) -> Rate:
        number = self.peek()
        base = self.atom()
        while self.peek() in ("^", "**", "!"):
            if self.take() == "!":
                base = Rate() if base.constant else Rate(2)
                continue
            shown = self.peek()
            base = _power(base, number, self.atom(), shown)
        return base

    def atom(self) -> Rate:
        word = self.take()
        if word == "(":
            inner = self.sum()
            if self.take() != ")":
                raise ValueError("unbalanced")
            return inner
        lowered = word.lower()
        if lowered in ("log", "ln", "lg", "log2", "log10"):
            return self.logarithm()
        if lowered in ("sqrt", "√"):
            return _power(self.atom(), "", Rate(), "1/2")
        if lowered in ("len", "length", "size", "max", "min", "abs", "sum"):
            return self.atom() if self.peek() == "(" else Rate(0, Fraction(1))
        if lowered in ("α", "alpha"):
            if self.peek() == "(":
                self.atom()
            return Rate()
        if re.fullmatch(r"[\d.]+|φ|phi", lowered):
            return Rate()
        if re.fullmatch(r"[A-Za-z_]\w*", word):
            return Rate(0, Fraction(1))
        raise ValueError(word)

    def logarithm(self) -> Rate:
        times = Fraction(1)
        if self.peek() in ("^", "**"):
            self.take()
            times = Fraction(self.take())
        elif self.peek() == "_":
            self.take()
            self.take()
        inner = self.powered()
        if inner.level:
            return Rate(0, Fraction(1))
        return Rate() if inner.constant else Rate(0, Fraction(0), times)


def _times(one: Rate, other: Rate) -> Rate:
    if one.level or other.level:
        return Rate(max(one.level, other.level))
    return Rate(0, one.power + other.power, one.logs + other.logs)


def _power(base: Rate, number: str, exponent: Rate, shown: str) -> Rate:
    if shown == "1/2":
        return Rate(base.level, base.power / 2, base.logs / 2)
    if not exponent.constant:
        grows = not base.constant or number not in ("1", "1.0")
        return Rate(2 if not base.constant else 1) if grows else Rate()
    times = Fraction(shown) if re.fullmatch(r"[\d.]+", shown) else Fraction(1)
    return Rate(base.level, base.power * times, base.logs * times)


def canonical(text: str) -> str | None:
    """The class in one variable and plain ASCII, ``O(n^2)``; None where it is none of ours."""
    found = rate(text)
    return name_of(found) if found is not None else None


def name_of(found: Rate) -> str | None:
    """The class with this growth in plain ASCII; None where it is none of ours."""
    if found.level:
        return "O(2^n)" if found.level == 1 else "O(n!)"
    return _NAMES.get(found)


def contradicts(claim: str, measured: str | None) -> bool:
    """True when the measurement is worse than the claim; a claim is an upper bound.

    ``+ k`` is the size of an answer unless the measurement names a parameter ``k``.
    """
    if measured is None:
        return False
    if not re.search(r"\bk\b", measured):
        claim = re.sub(r"\s*\+\s*k\b(?!\s*[*·^])|\bk\s*\+\s*(?=\w)", "", claim)
    claimed, found = rate(claim), rate(measured)
    return claimed is not None and found is not None and claimed < found


def better(claim: str, measured: str | None) -> bool:
    """True when the measurement is better than the claim: no defect, but worth saying."""
    return measured is not None and contradicts(measured, claim)


_RAISED = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")


def pretty(text: str) -> str:
    """For people: ``O(n^2)`` is ``O(n²)``, ``O(sqrt n)`` is ``O(√n)``, ``*`` is ``·``."""
    raised = re.sub(r"\^(\d+|n)", lambda match: match[1].translate(_RAISED), text)
    return raised.replace("sqrt ", "√").replace("*", "·")
