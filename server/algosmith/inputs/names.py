"""What the name of a parameter suggests: the weakest evidence, used where nothing else speaks."""

from __future__ import annotations

import re

from algosmith.inputs.kinds import Kind

_INT = Kind("int")
_NUMBERS = Kind("list", (_INT,))
_PAIR = Kind("list", (_INT,))
_MATRIX = Kind("list", (_NUMBERS,))
_STRINGS = Kind("list", (Kind("str"),))


def _kind(base: Kind, *traits: str) -> Kind:
    return Kind(base.base, base.parts, frozenset(traits), class_name=base.class_name)


_TABLE: tuple[tuple[str, Kind], ...] = (
    (r"head\w*|l1|l2|linked_?list\w*|node1|node2", Kind("linked", class_name="ListNode")),
    (r"root\w*|tree\d?|subroot", Kind("tree", class_name="TreeNode")),
    (
        r"edges|edge_?list|connections|prerequisites|roads|links|dislikes|relations|dependencies",
        Kind("list", (_PAIR,), frozenset({"edges"})),
    ),
    (r"flights|times|weighted_?edges", Kind("list", (_PAIR,), frozenset({"edges", "weighted"}))),
    (
        r"intervals|meetings|ranges|segments|activities|jobs|envelopes|bookings|events",
        Kind("list", (_PAIR,), frozenset({"rows", "intervals"})),
    ),
    (r"points|coordinates|pairs|trips", Kind("list", (_PAIR,), frozenset({"rows", "points"}))),
    (
        r"graph|adj\w*|neighbou?rs|network",
        Kind("dict", (_INT, Kind("list", (_INT,))), frozenset({"graph"})),
    ),
    (r"dist(ance)?_?matrix|distances|cost_?matrix", _kind(_MATRIX, "square")),
    (r"matrix\w*|mat\d?|grid|board|image|maze|dungeon|rooms|table|mat_?[ab]|cost_?grid", _MATRIX),
    (r"triangle", _kind(_MATRIX, "triangle")),
    (
        r"words?_?list|words|strs|strings|tokens|word_?dict|names|sentences|emails|dictionary",
        _STRINGS,
    ),
    (r"parens?|parenthes[ei]s|brackets", _kind(Kind("str"), "brackets")),
    (r"expr(ession)?|formula|equation", _kind(Kind("str"), "expression")),
    (r"binary(_?(str|string))?|bits|bin_?str", _kind(Kind("str"), "binary")),
    (r"roman\w*", _kind(Kind("str"), "roman")),
    (r"num_?str|digit_?str(ing)?|num[12]_?str", _kind(Kind("str"), "digits")),
    (r"sentence|paragraph|phrase|message", _kind(Kind("str"), "words")),
    (r"path", _kind(Kind("str"), "path")),
    (
        r"s|t|st|text\d?|strings?\d?|str\d?|str_?[ab]|s\d|t\d|word\d?|pattern|pat|haystack|needle"
        r"|ransom_?note|magazine|dna|prefix|suffix|chars|input_?str\w*|input_?string|name|char|ch"
        r"|substring|sub|seq_?[ab]|source|txt|first_?str\w*|second_?str\w*",
        Kind("str"),
    ),
    (r"digits", Kind("list", (Kind("int", low=0, high=9),), frozenset({"small"}))),
    (
        r"nums\d?|nums_?[ab]|arr\w*|array\w*|lst\w*|list\d?|a_?list|data\w*|values|vals|numbers"
        r"|items|elements|sequence|seq|xs|ys|collection|candidates|prices|heights?|weights|wts"
        r"|coins|scores|costs?_?list|stones|piles|ratings|gas|cookies|arr_?[ab]|ints|input_?list"
        r"|l|lists?_?[ab]|profits?|nums_?list|deck|cards|people|gifts|temperatures|bars|wall"
        r"|denominations|stock\w*|unsorted|samples|population|keys|in_?order|pre_?order"
        r"|post_?order|v(alue)?s|asteroids|flowerbed|citations|balloons|baskets|fruits|jobs_?time",
        _NUMBERS,
    ),
    (
        r"n\d?|k|m|num\d?|number|x\d?|y\d?|target\w*|limit|count|amount|capacity|cap|index|idx|pos"
        r"|position|i|j|lo|hi|low|high|start|end|src|dst|dest|destination|val|value|key|size"
        r"|length|exp|exponent|base|power|mod|modulus|max_\w+|min_\w+|total|sum|steps?|depth"
        r"|width|height|rows?|cols?|level|bound|upper|lower|radius|dividend|divisor|year|month|day"
        r"|num_\w+|number_of_\w+|c|d|p|q|r|e|w|z|budget|threshold|disks?|discs?|nodes|order|degree",
        _INT,
    ),
)


def kind_of_name(name: str) -> Kind | None:
    """The kind that a parameter of this name usually has."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    for pattern, kind in _TABLE:
        if re.fullmatch(pattern, snake):
            return kind
    for ending, kind in _ENDINGS:
        if snake.endswith(ending):
            return kind
    return None


_ENDINGS = (
    ("_edges", _TABLE[2][1]),
    ("_matrix", _MATRIX),
    ("_grid", _MATRIX),
    ("_words", _STRINGS),
    ("_string", Kind("str")),
    ("_str", Kind("str")),
    ("_text", Kind("str")),
    ("_list", _NUMBERS),
    ("_array", _NUMBERS),
    ("_arr", _NUMBERS),
    ("_nums", _NUMBERS),
    ("_numbers", _NUMBERS),
    ("_values", _NUMBERS),
)

_TRAITS: tuple[tuple[str, str], ...] = (
    (r"sorted|ordered", "sorted"),
    (r"unique|distinct", "distinct"),
    (r"positive", "positive"),
)


def traits_of_name(name: str) -> frozenset[str]:
    """What a name says about the values: ``sorted_nums`` are sorted; ``unsorted`` are not."""
    lowered = name.lower()
    if "unsorted" in lowered or "unordered" in lowered:
        return frozenset()
    return frozenset(trait for pattern, trait in _TRAITS if re.search(pattern, lowered))
