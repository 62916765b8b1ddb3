"""Hypothesis strategies as plain data, read by syntax tree: which values a test calls valid.

Nothing is executed and hypothesis is not imported. A strategy that is not understood whole is None:
half of it would let values in that the user has ruled out.
"""

from __future__ import annotations

import ast
import math
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from algosmith.verify.examples.arguments import Arguments, Builder, Strategy, StrategyReader, step
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from algosmith.verify.examples.scope import Scope

_MOST_OPTIONS = 1_000
_CHARACTERS = "".join(map(chr, range(32, 127))) + "\t\néßñλЖ中文😀"
"""Those tried of all characters."""
_LAST_CHARACTER = 0x10FFFF
_OLD_NAMES = {
    "whitelist_categories": "categories", "blacklist_categories": "exclude_categories",
    "whitelist_characters": "include_characters", "blacklist_characters": "exclude_characters",
}  # fmt: skip


def read(node: ast.expr, scope: Scope) -> Strategy | None:
    """The strategy that an expression builds; None where any part of it is not understood."""
    try:
        return StrategyReader(scope, _BUILDERS).strategy(node)
    except (NotPlain, TypeError, ValueError, OverflowError, RecursionError):
        return None


def _integers(given: Arguments) -> Strategy:
    low, high = given.bounds()
    given.over()
    if not all(bound is None or isinstance(bound, int) for bound in (low, high)):
        raise NotPlain("a bound that is no integer")
    return Strategy("integers", low=low, high=high)


def _floats(given: Arguments) -> Strategy:
    low, high = (None if b is None or math.isinf(b) else float(b) for b in given.bounds())
    if given.option("exclude_min") and low is not None:
        low = math.nextafter(low, math.inf)
    if given.option("exclude_max") and high is not None:
        high = math.nextafter(high, -math.inf)
    given.over()
    return Strategy("floats", low=low, high=high)


def _one_of_these(options: Iterable[Any]) -> Strategy:
    found = tuple(options)[:_MOST_OPTIONS]
    if not found:
        raise NotPlain("no value")
    return Strategy("sampled", options=found)


def _sampled_from(given: Arguments) -> Strategy:
    options = given.value("elements")
    given.over()
    return _one_of_these(options)


def _just(given: Arguments) -> Strategy:
    node = given.node("value")
    given.over()
    if node is None:
        raise NotPlain("no value")
    return _one_of_these([given.reading.scope.value(node)])


def _none(given: Arguments) -> Strategy:
    given.over()
    return _one_of_these([None])


def _booleans(given: Arguments) -> Strategy:
    given.over()
    return _one_of_these([False, True])


def _characters(given: Arguments) -> Strategy:
    options = {_OLD_NAMES.get(k, k): given.option(k) for k in tuple(given.named)}
    given.over()
    known = {*_OLD_NAMES.values(), "min_codepoint", "max_codepoint", "codec"}
    if not options.keys() <= known or options.get("codec") not in (None, "ascii", "utf-8"):
        raise NotPlain("an argument that is not known")
    low, high = options.get("min_codepoint") or 0, options.get("max_codepoint")
    high = min(127 if options.get("codec") == "ascii" else _LAST_CHARACTER, high or _LAST_CHARACTER)
    wanted, unwanted = options.get("categories"), tuple(options.get("exclude_categories") or ())
    excluded = options.get("exclude_characters") or ""
    near = "".join(map(chr, range(low, min(low + 64, high + 1))))
    found = [
        c
        for c in dict.fromkeys(_CHARACTERS + near)
        if low <= ord(c) <= high
        and (wanted is None or unicodedata.category(c).startswith(tuple(wanted)))
        and not unicodedata.category(c).startswith(("Cs", *unwanted))
        and c not in excluded
    ]
    return _one_of_these([*found, *(options.get("include_characters") or "")])


def _text(given: Arguments) -> Strategy:
    least, most = given.sizes()
    node = given.node("alphabet")
    given.over()
    alphabet = _one_of_these(_CHARACTERS) if node is None else _alphabet(node, given)
    return Strategy("text", (alphabet,), least=least, most=most)


def _alphabet(node: ast.expr, given: Arguments) -> Strategy:
    try:
        found = given.inner(node)
    except NotPlain:
        return _one_of_these(given.reading.scope.value(node))
    if found.kind != "sampled" or found.steps:
        raise NotPlain("alphabet")
    return found


def _binary(given: Arguments) -> Strategy:
    least, most = given.sizes()
    given.over()
    return Strategy("binary", (Strategy("integers", low=0, high=255),), least=least, most=most)


def _lists(given: Arguments) -> Strategy:
    least, most = given.sizes()
    unique = bool(given.option("unique"))
    part = given.strategy("elements")
    given.over()
    return Strategy("list", (part,), least=least, most=most, unique=unique)


def _sets(given: Arguments) -> Strategy:
    return replace(_lists(given), kind="set", unique=True)


def _frozensets(given: Arguments) -> Strategy:
    return replace(_sets(given), steps=(step(ast.Name("frozenset", ast.Load()), filters=False),))


def _tuples(given: Arguments) -> Strategy:
    parts = tuple(given.strategy() for _ in tuple(given.args))
    given.over()
    return Strategy("tuple", parts)


def _one_of(given: Arguments) -> Strategy:
    match given.args:
        case [ast.List(elts=options) | ast.Tuple(elts=options)]:
            given.args = list(options)
        case _:
            pass
    return replace(_tuples(given), kind="one_of")


def _dictionaries(given: Arguments) -> Strategy:
    least, most = given.sizes()
    parts = (given.strategy("keys"), given.strategy("values"))
    given.over()
    return Strategy("dict", parts, least=least, most=most)


def _fixed_dictionaries(given: Arguments) -> Strategy:
    node = given.node("mapping")
    given.named.pop("optional", None)  # without them it is as valid
    given.over()
    if not isinstance(node, ast.Dict) or None in node.keys:
        raise NotPlain("mapping")
    keys = tuple(given.reading.scope.value(key) for key in node.keys if key is not None)
    return Strategy("record", tuple(map(given.inner, node.values)), options=keys)


def _permutations(given: Arguments) -> Strategy:
    return replace(_sampled_from(given), kind="permutations")


_BUILDERS: dict[str, Builder] = {
    "integers": _integers, "floats": _floats, "booleans": _booleans, "none": _none, "just": _just,
    "sampled_from": _sampled_from, "text": _text, "characters": _characters, "binary": _binary,
    "lists": _lists, "sets": _sets, "frozensets": _frozensets, "tuples": _tuples,
    "one_of": _one_of, "dictionaries": _dictionaries, "permutations": _permutations,
    "fixed_dictionaries": _fixed_dictionaries,
}  # fmt: skip
