"""What code at a place can be held to, by names and words alone."""

import pytest

from algosmith.features.stress_aims import aim_at
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions


def titles(code: str, language: str = "python") -> list[str]:
    snapshot = Snapshot("a", language, code.encode())
    aims = [aim_at(snapshot, one) for one in functions(snapshot)]
    return [aim.title.removeprefix("Find a counterexample") if aim else "" for aim in aims]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gcd", "gcd_brute"),
        ("gcd", "brute_gcd"),
        ("gcd", "brute_force"),
        ("gcd", "naive"),
        ("gcdFast", "gcdNaive"),
        ("fast_gcd", "slow_gcd"),
        ("solve", "solve_brute_force"),
        ("count_pairs", "count_pairs_slow"),
    ],
)
def test_a_brute_force_beside_is_known_by_its_name(one: str, other: str) -> None:
    code = f"def {one}(a, b):\n    return a\n\n\ndef {other}(a, b):\n    return b\n"
    assert titles(code) == [f": {one} against {other}"] * 2


@pytest.mark.parametrize(
    "code",
    [
        "def gcd(a, b):\n    return a\n\n\ndef lcm_brute(a, b):\n    return b\n",
        "def gcd(a, b):\n    return a\n\n\ndef gcd_brute(a):\n    return a\n",
        "def gcd(a, b):\n    return a\n\n\nclass A:\n    def gcd_brute(a, b): ...\n",
        "def is_prime(n: int) -> bool:\n    return n > 1\n",
        'def closed(s: str) -> bool:\n    """Whether every bracket is closed."""\n    return s\n',
        'def p(n: int) -> bool:\n    """Always.\n\n    >>> p(1) == False\n    """\n    return n\n',
        "def f(a: int) -> int:\n    return a\n",
    ],
)
def test_where_nothing_tells_nothing_is_searched(code: str) -> None:
    assert not any(title for title in titles(code) if "examples and tests" not in title)


def test_a_mark_alone_means_the_function_that_takes_the_same() -> None:
    code = "def gcd(a, b):\n    return a\n\n\ndef cost(n, m): ...\n\n\ndef brute(n, m): ...\n"
    assert titles(code) == ["", ": cost against brute", ": cost against brute"]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('def goldbach(n: int) -> bool:\n    """A conjecture."""\n    return True\n', "python"),
        ('def p(n: int) -> bool:\n    """哥德巴赫猜想。"""\n    return True\n', "python"),
        ("def prop_sorted(xs: list[int]) -> bool:\n    return True\n", "python"),
        ("/** For all n. */\nfunction p(n: number): boolean { return true; }\n", "typescript"),
        ("// Holds for every n.\nbool p(int n) { return true; }\n", "cpp"),
    ],
)
def test_a_bool_that_says_something_of_all_inputs_is_a_conjecture(code: str, language: str) -> None:
    (title,) = titles(code, language)
    assert title.startswith(" to ")
