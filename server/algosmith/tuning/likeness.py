"""Texts that are nearly the same: MinHash over shingles of words (Broder 1997), in bands.

Finds pairs whose shingles overlap by about 80%; numbers and names count, layout does not.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+|[^\w\s]")
_WIDTH = 3
"""Words of a shingle."""
_BANDS, _ROWS = 10, 4
_SAME = 0.8
_PRIME = (1 << 61) - 1


def shingles(text: str) -> frozenset[int]:
    """Hashes of all runs of three words."""
    words = _WORD.findall(text.lower())
    runs = [" ".join(words[i : i + _WIDTH]) for i in range(max(1, len(words) - _WIDTH + 1))]
    return frozenset(_hash(run) for run in runs)


def overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of shingles that both have (Jaccard)."""
    return len(one & other) / max(1, len(one | other))


def contained(part: frozenset[int], whole: frozenset[int]) -> float:
    """The share of the first text's shingles that the second has, too."""
    return len(part & whole) / max(1, len(part))


def groups(texts: Sequence[str]) -> list[int]:
    """For each text the number of the first one that is nearly the same, maybe its own."""
    sets = [shingles(text) for text in texts]
    first = list(range(len(texts)))
    buckets: dict[tuple[int, ...], list[int]] = {}
    for place, found in enumerate(sets):
        for key in _keys(found):
            bucket = buckets.setdefault(key, [])
            for other in bucket:
                if first[place] == place and overlap(found, sets[other]) >= _SAME:
                    first[place] = first[other]
            if first[place] == place:
                bucket.append(place)
    return first


def _keys(found: frozenset[int]) -> Iterator[tuple[int, ...]]:
    for band in range(_BANDS):
        yield (band, *(_least(found, band * _ROWS + row) for row in range(_ROWS)))


def _least(found: frozenset[int], number: int) -> int:
    factor, shift = 2 * number * 0x9E3779B1 + 1, number * 0x85EBCA77
    return min((value * factor + shift) % _PRIME for value in found)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=7).digest())
