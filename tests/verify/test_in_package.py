"""A module that stands in a package is judged as what it is there: the package imports it back."""

from dataclasses import replace
from pathlib import Path

import pytest

from algosmith.model import Candidate, Snapshot
from algosmith.sandbox.types import Sandbox
from algosmith.verify import modules, standing
from algosmith.verify.judge import assess
from algosmith.verify.types import Case
from tests.verify.test_examples_as_written import SETTINGS

FILES = {
    "shop/__init__.py": "from shop.prices import total, cheapest\nfrom .words import shout\n",
    "shop/words.py": "from shop import prices\n\n\ndef shout(text):\n    return text.upper()\n",
    "shop/prices.py": '''"""Prices."""
import shop


def total(prices):
    """Sum.

    >>> from shop import total, cheapest, shout
    >>> total([2, 3]), cheapest([2, 3]), shout("a")
    (5, 2, 'A')
    >>> import shop as s
    >>> s.prices.total([4])
    4
    """
    return sum(prices)


def cheapest(prices):
    """Least.

    >>> shop.cheapest([3, 1])
    1
    """
    return min(prices)
''',
}
WRONG = {"total": "return sum(prices[1:])", "cheapest": "return max(prices)"}


def package(folder: Path, **changed: str) -> Path:
    for name, text in (FILES | {f"shop/{k}.py": v for k, v in changed.items()}).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return folder / "shop" / "prices.py"


def opened_in(file: Path, function: str) -> standing.StandingTask:
    data = file.read_bytes()
    start = data.index(b"def " + function.encode())
    return standing.open_function(Snapshot(file.as_uri(), "python", data), start)


async def level(file: Path, function: str, cage: Sandbox, wrong: str = "") -> tuple[str, int]:
    right = opened_in(file, function)
    new = (right.candidate, right.edit)
    if wrong:
        new = (Candidate(wrong), replace(right.edit, new_text=wrong))
    case = Case(right.snapshot, right.task, trusted=True, roots=(file.parents[1],))
    found = await assess(case, [new], cage, SETTINGS)
    return found.verdicts[0].level, len(found.examples)


@pytest.mark.sandbox
@pytest.mark.parametrize("function", WRONG)
async def test_the_package_gives_the_candidate_itself(
    function: str, tmp_path: Path, cage: Sandbox
) -> None:
    file = package(tmp_path)
    assert await level(file, function, cage) == ("consistent", 2 if function == "total" else 1)
    assert (await level(file, function, cage, WRONG[function]))[0] == "refuted"


@pytest.mark.sandbox
async def test_a_large_module_of_a_package_stays_whole(tmp_path: Path, cage: Sandbox) -> None:
    many = "".join(f"def part{n}(x):\n    return x + {n:80}\n\n\n" for n in range(1_000))
    names = "from shop.prices import part7\nfrom shop.prices import total, cheapest, part9\n"
    file = package(
        tmp_path,
        prices=FILES["shop/prices.py"] + "\n\n" + many,
        words=names + "shout = str.upper\n",
    )
    assert await level(file, "total", cage) == ("consistent", 2)


@pytest.mark.sandbox
async def test_where_the_module_does_not_load_whole_the_function_still_runs(
    tmp_path: Path, cage: Sandbox
) -> None:
    text = FILES["shop/prices.py"].replace(
        "import shop\n", "import numpy\nfrom shop.names import N\n"
    )
    text = text.replace("shop.cheapest", "cheapest").replace("min(prices)", "min(prices) * N")
    file = package(tmp_path, prices=text, names="N = 1\n", __init__="", words="")
    assert await level(file, "cheapest", cage) == ("consistent", 1)


@pytest.mark.parametrize(
    ("name", "wanted", "inside"),
    [
        ("shop/prices.py", "shop.prices", "shop"),
        ("shop/__init__.py", "shop", "shop"),
        ("alone.py", "alone", ""),
        ("shop/not-a-name.py", "", ""),
        ("shop/notes.txt", "", ""),
    ],
)
def test_a_file_is_known_by_its_place_among_packages(
    name: str, wanted: str, inside: str, tmp_path: Path
) -> None:
    package(tmp_path)
    assert modules.name_of(tmp_path / name) == wanted
    assert modules.package_of(tmp_path / name) == inside


PROPERTIES = '''import functools


class Ring:
    def __init__(self, radius):
        self.radius = radius
        self._seen = {object(): id(self)}

    @property
    def twice(self):
        """
        >>> Ring(2).twice
        4
        """
        return 2 * self.radius

    @functools.cached_property
    def thrice(self):
        """
        >>> Ring(2).thrice
        6
        """
        return 3 * self.radius

    @classmethod
    def unit(cls):
        """
        >>> Ring.unit()
        Ring(1)
        >>> {Ring.unit().radius, "a", "b"} == {"b", "a", 1}
        True
        """
        return cls(1)

    def __repr__(self):
        return f"Ring({self.radius})"


class Plain:
    @property
    def one(self):
        """
        >>> Plain().one
        1
        """
        return 1
'''


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["twice", "thrice", "unit", "one"])
async def test_properties_and_objects_with_a_state_of_their_own_are_judged(
    name: str, tmp_path: Path, cage: Sandbox
) -> None:
    file = tmp_path / "rings.py"
    file.write_text(PROPERTIES)
    assert (await level(file, name, cage))[0] == "consistent"
    wrong = "return cls(7)" if name == "unit" else "return 7"
    assert (await level(file, name, cage, wrong))[0] == "refuted"


PACKAGES = {
    "it imports its modules": (
        "from .words import shout\nfrom . import prices\n\n\n"
        'def sign(text):\n    """Loud.\n\n    >>> sign("a")\n    \'A!\'\n    """\n'
        '    return shout(text) + prices.mark()\n',
        "return shout(text)",
    ),
    "a module imports it back": (
        "RATE = 2\nfrom .prices import doubled\n\n\n"
        'def sign(price):\n    """Twice.\n\n    >>> sign(4)\n    8\n    >>> import shop\n'
        '    >>> shop.prices.doubled(3)\n    6\n    """\n    return doubled(price)\n',
        "return price",
    ),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("folder", ["shop", "town/shop"])
@pytest.mark.parametrize("name", PACKAGES)
async def test_the_package_itself_is_judged_like_a_module_of_it(
    tmp_path: Path, cage: Sandbox, name: str, folder: str
) -> None:
    text, wrong = PACKAGES[name]
    place = tmp_path / folder
    place.mkdir(parents=True)
    if folder == "town/shop":
        text = text.replace("import shop", "import town.shop as shop")
        (tmp_path / "town" / "__init__.py").write_text("")
    (place / "words.py").write_text("def shout(text):\n    return text.upper()\n")
    (place / "prices.py").write_text(
        "from . import RATE\n\n\ndef doubled(price):\n    return price * RATE\n"
        if "back" in name else "def mark():\n    return '!'\n"
    )  # fmt: skip
    file = place / "__init__.py"
    file.write_text(text)
    opened = opened_in(file, "sign")
    case = Case(opened.snapshot, opened.task, trusted=True, roots=(tmp_path,))
    given = [(opened.candidate, opened.edit),
             (Candidate(wrong), replace(opened.edit, new_text=wrong))]  # fmt: skip
    found = await assess(case, given, cage, SETTINGS)
    assert [verdict.level for verdict in found.verdicts] == ["consistent", "refuted"], [
        verdict.summary for verdict in found.verdicts
    ]


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["functools", "text", "json"])
async def test_a_package_called_like_a_module_of_the_library_hides_it_from_nobody(
    tmp_path: Path, cage: Sandbox, name: str
) -> None:
    file = tmp_path / "space" / name / "__init__.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "import functools\nimport json\n\n\ndef thrice(function):\n"
        '    """\n    >>> thrice(lambda n: n + 1)(4)\n    \'15\'\n    """\n'
        "    @functools.wraps(function)\n    def inner(n):\n"
        "        return json.dumps(3 * function(n))\n    return inner\n"
    )
    assert await level(file, "thrice", cage) == ("consistent", 1)
    assert (await level(file, "thrice", cage, "return function"))[0] == "refuted"


MONEY = """
class Money:
    def __init__(self, amount):
        self.amount = amount
        self.words = [*{"pound", "penny", "coin", "note"}]  # in another order in each process
    def __eq__(self, other):
        return isinstance(other, Money) and other.amount == self.amount
    def __repr__(self):
        return f"Money({self.amount})"
"""
PAID = '''
def paid(amount: int):
    """
    >>> paid(2)
    Money(4)
    >>> paid(3)
    Money(6)
    """
    return Money(2 * amount)
'''


async def test_what_an_object_of_a_library_keeps_for_itself_says_nothing(
    tmp_path: Path, cage: Sandbox
) -> None:
    file = package(tmp_path, prices=f"from .money import Money\n{PAID}", money=MONEY, __init__="")
    assert await level(file, "paid", cage) == ("consistent", 2)
    assert (await level(file, "paid", cage, "    return Money(amount)"))[0] == "refuted"
    # Of a class that stands in the file it may be what the answer is about.
    file = package(tmp_path, prices=MONEY + PAID, __init__="")
    assert (await level(file, "paid", cage))[0] == "unchecked"
