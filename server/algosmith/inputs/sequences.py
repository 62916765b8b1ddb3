"""Lists, strings, sets and their families. Standard library only: it also runs in the cage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from algosmith.inputs.grow import Maker, Spec

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS = ("lorem", "ipsum", "dolor", "sitam", "amico", "elite", "sedon", "tempo")


def numbers(rng: Random, family: str, n: int, low: int) -> list[int]:
    """``n`` integers of a family, none below ``low`` unless the family is signed."""
    maker = _NUMBERS.get(family)
    values = maker(rng, n) if maker else rng.choices(range(1000), k=n)
    if low and family != "signed":
        values = [value + low for value in values]
    return values


_NUMBERS: dict[str, Callable[[Random, int], list[int]]] = {
    "ascending": lambda rng, n: list(range(1, n + 1)),
    "descending": lambda rng, n: list(range(n, 0, -1)),
    "equal": lambda rng, n: [1] * n,
    "zeros": lambda rng, n: [0] * n,
    "few": lambda rng, n: rng.choices((1, 2, 3), k=n),
    "signed": lambda rng, n: [-n, *rng.choices(range(-n - 1, n + 2), k=n - 1)] if n else [],
    "small": lambda rng, n: rng.choices(range(10), k=n),
    "spread": lambda rng, n: rng.choices(range(2 * n + 2), k=n),
    "binary": lambda rng, n: rng.choices((0, 1), k=n),
    "shuffled": lambda rng, n: rng.sample(range(n), n),
    "shuffled1": lambda rng, n: rng.sample(range(1, n + 1), n),
    "cycle": lambda rng, n: [(i + 1) % n for i in range(n)],
    "mountain": lambda rng, n: [*range(1, n // 2 + 1), *range(n - n // 2, 0, -1)],
    "alternating": lambda rng, n: [i % 2 for i in range(n)],
    "even": lambda rng, n: [2 * (i % 500) for i in range(n)],
    "disjoint": lambda rng, n: [i % 1000 for i in range(n)],
}


def make_list(maker: Maker, kind: Spec, n: int) -> Any:
    """A list; of lists, pairs, strings or numbers."""
    whole: Spec = {**kind, "base": "int", "parts": [], "traits": []}
    part: Spec = kind["parts"][0] if kind["parts"] else whole
    traits = set(kind["traits"])
    if "edges" in traits or "graph" in traits:
        return maker.parts["graph"](maker, kind, n)
    if part["base"] == "list" and "rows" not in traits:
        return maker.parts["matrix"](maker, kind, n)
    if part["base"] in ("int", "float"):
        values: list[Any] = _plain(maker, kind, part, n)
    elif part["base"] == "tuple" or "rows" in traits:
        values = _records(maker, part, n, traits)
    elif part["base"] == "str":
        values = _strings(maker, part, n, traits)
    else:
        values = [maker.value(part, max(1, min(n, 8))) for _ in range(n)]
    return tuple(values) if "tuple" in traits else values


def _plain(maker: Maker, kind: Spec, part: Spec, n: int) -> list[Any]:
    traits = set(kind["traits"]) | set(part["traits"])
    family = "shuffled1" if "distinct" in traits and maker.family in _REPEATING else maker.family
    lists = sum(isinstance(made, list) for made in maker.made.values())
    low = part["low"] if part["low"] is not None else int("positive" in traits)
    values = numbers(maker.rng, family, n, max(low, 0))
    if traits & {"positive", "nonnegative"}:
        values = [abs(value) for value in values]
        values = [value or low for value in values]
    if part["high"] is not None:
        low = low if part["low"] is not None else 0
        values = [low + value % (part["high"] - low + 1) for value in values]
    if family == "disjoint":
        values = [value + 1001 * lists for value in values]
    if "sorted" in traits:
        values.sort()
    if part["base"] == "float":
        return [float(value) for value in values]
    return list(values)


_REPEATING = {
    "equal",
    "few",
    "small",
    "binary",
    "zeros",
    "random",
    "signed",
    "spread",
    "alternating",
}


def _records(maker: Maker, part: Spec, n: int, traits: set[str]) -> list[Any]:
    width = len(part["parts"]) or 2
    if "intervals" in traits or "points" in traits:
        rows = _intervals(maker, n)
    else:
        rows = [[*numbers(maker.rng, maker.family, n, 0)] for _ in range(width)]
        rows = [list(row) for row in zip(*rows, strict=False)]
    if part["parts"] and any(p["base"] not in ("int", "float") for p in part["parts"]):
        rows = [[maker.value(p, 4) for p in part["parts"]] for _ in range(n)]
    if "sorted" in traits:
        rows.sort()
    return [tuple(row) for row in rows] if part["base"] == "tuple" else rows


def _intervals(maker: Maker, n: int) -> list[list[int]]:
    starts = {
        "ascending": [2 * i for i in range(n)],
        "descending": [2 * (n - i) for i in range(n)],
        "equal": [1] * n,
    }.get(maker.family) or maker.rng.choices(range(2 * n + 1), k=n)
    reach = 2 * n if maker.family in ("signed", "mountain") else 3
    reach = 1 if maker.family in ("ascending", "descending") else reach
    return [[start, start + 1 + maker.rng.randrange(reach)] for start in starts]


def _strings(maker: Maker, part: Spec, n: int, traits: set[str]) -> list[str]:
    width = part["high"] or 5
    if set(part["traits"]) & {"digits", "binary"}:
        made = [str(value) for value in numbers(maker.rng, maker.family, n, 1)]
    elif maker.family == "equal":
        made = ["a" * width] * n
    elif maker.family == "ascending" or "distinct" in traits:
        made = [_word(i, width) for i in range(n)]
    else:
        made = ["".join(maker.rng.choices(LETTERS, k=width)) for _ in range(n)]
    return sorted(made) if "sorted" in traits else made


def _word(index: int, width: int) -> str:
    letters: list[str] = []
    for _ in range(width):
        index, digit = divmod(index, 26)
        letters.append(LETTERS[digit])
    return "".join(reversed(letters))


def make_string(maker: Maker, kind: Spec, n: int) -> str:
    """A string of exactly ``n`` characters (formats with fixed pieces may be off by a few)."""
    family = maker.family
    for trait in ("brackets", "digits", "binary", "expression", "words", "path", "roman", "upper"):
        if trait in kind["traits"]:
            family = _TRAIT_FAMILY.get((trait, maker.family), trait)
    text = _STRINGS.get(family, _STRINGS["random"])(maker.rng, n)
    first = next((made for made in maker.made.values() if isinstance(made, str)), None)
    if first is not None and n <= len(first):
        if family == "needle":
            n = n // 2 if n == len(first) else n
            return "a" * (n - 1) + "b" if n else ""
        if family in ("copy", "words"):
            return first[:n]
        if family == "anagram":
            return "".join(maker.rng.sample(first, len(first)))[:n]
        if family == "mirror":
            return first[::-1][:n]
    return text


_TRAIT_FAMILY = {
    ("brackets", "equal"): "nested",
    ("brackets", "ascending"): "flat",
    ("brackets", "descending"): "opening",
    ("digits", "equal"): "ones",
    ("digits", "ascending"): "twos",
    ("digits", "zeros"): "zeros",
    ("binary", "equal"): "ones",
    ("binary", "ascending"): "alternate01",
    ("words", "equal"): "oneword",
    ("expression", "equal"): "sum",
    ("expression", "ascending"): "parentheses",
}

_STRINGS: dict[str, Callable[[Random, int], str]] = {
    "random": lambda rng, n: "".join(rng.choices(LETTERS, k=n)),
    "upper": lambda rng, n: "".join(rng.choices(LETTERS.upper(), k=n)),
    "equal": lambda rng, n: "a" * n,
    "needle": lambda rng, n: "a" * n,
    "mirror": lambda rng, n: "".join(rng.choices("ab", k=n)),
    "copy": lambda rng, n: "".join(rng.choices("ab", k=n)),
    "anagram": lambda rng, n: "".join(rng.choices(LETTERS[:8], k=n)),
    "last": lambda rng, n: "a" * (n - 1) + "b" if n else "",
    "two": lambda rng, n: "".join(rng.choices("ab", k=n)),
    "alternate": lambda rng, n: ("ab" * n)[:n],
    "alternate01": lambda rng, n: ("01" * n)[:n],
    "binary": lambda rng, n: "1" + "".join(rng.choices("01", k=n - 1)) if n else "",
    "digits": lambda rng, n: "".join(rng.choices("123456789", k=n)),
    "ones": lambda rng, n: "1" * n,
    "twos": lambda rng, n: ("12" * n)[:n],
    "zeros": lambda rng, n: "0" * n,
    "nested": lambda rng, n: "(" * (n // 2) + ")" * (n // 2),
    "flat": lambda rng, n: "()" * (n // 2),
    "opening": lambda rng, n: "(" * n,
    "brackets": lambda rng, n: _balanced(rng, n),
    "expression": lambda rng, n: "".join(
        rng.choice("123456789") if i % 2 == 0 else rng.choice("+-*") for i in range(n - 1 + n % 2)
    ),
    "sum": lambda rng, n: ("1+" * n)[: n - 1 + n % 2],
    "parentheses": lambda rng, n: "(" * (n // 3) + "1" + "+1)" * (n // 3),
    "words": lambda rng, n: " ".join(rng.choices(_WORDS, k=n // 6 + 1))[:n].strip(),
    "oneword": lambda rng, n: "a" * n,
    "path": lambda rng, n: "".join(
        rng.choice(("/a", "/..", "/b", "/.")) for _ in range(n // 2 + 1)
    ),
    "roman": lambda rng, n: ("M" * n)[:n],
    "distinct": lambda rng, n: "".join(chr(0x4E00 + i % 20000) for i in range(n)),
}


def _balanced(rng: Random, n: int) -> str:
    opened: list[str] = []
    text: list[str] = []
    for left in range(n, 0, -1):
        if opened and (len(opened) >= left or rng.random() < 0.5):
            text.append(opened.pop())
        else:
            pair = rng.choice(("()", "[]", "{}"))
            opened.append(pair[1])
            text.append(pair[0])
    return "".join(text)


def make_set(maker: Maker, kind: Spec, n: int) -> Any:
    """A set of ``n`` values."""
    part = kind["parts"][0] if kind["parts"] else None
    if part is not None and part["base"] == "str":
        return {_word(i, 5) for i in range(n)}
    if part is not None and part["base"] == "tuple":
        return {(i, i + 1) for i in range(n)}
    return set(range(1, n + 1))


def make_tuple(maker: Maker, kind: Spec, n: int) -> Any:
    """A tuple with fixed fields."""
    return tuple(maker.value(part, n) for part in kind["parts"])


def make_bytes(maker: Maker, kind: Spec, n: int) -> bytes:
    """Bytes."""
    return make_string(maker, {**kind, "traits": []}, n).encode("utf-8")[:n]
