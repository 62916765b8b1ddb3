"""Imports that an answer forgot are added where only one meaning is possible."""

import pytest

from algosmith.model import Snapshot
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import find_tasks
from algosmith.syntax.unimported import with_imports

ADDED = {
    "a module": ("heapq.heappush(h, 1)\n", "import heapq\n"),
    "names of one module": ("x = Counter(), deque()\n", "from collections import Counter, deque\n"),
    "both": (
        "x = math.pi, reduce(f, a)\n",
        "import math\nfrom functools import reduce\n",
    ),
    "types in annotations": (
        "def f(a: List[int]) -> Optional[Dict[str, int]]:\n    return None\n",
        "from typing import Dict, List, Optional\n",
    ),
    "a decorator": ("@lru_cache(None)\ndef f(a):\n    return a\n",
                    "from functools import lru_cache\n"),
    "an indented body": ("    return math.floor(2.5)\n", "    import math\n"),
    "though another function's parameter is called like a module": (
        "def f(string):\n    return string\n\n\ndef g():\n    return math.pi\n",
        "import math\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), ADDED.values(), ids=ADDED.keys())
def test_an_import_that_lacks_is_added(code: str, lines: str) -> None:
    assert with_imports(code, _file("")) == lines + code


LEFT = {
    "imported": ("", "import heapq\nheapq.heappush([], 1)\n"),
    "imported under another name": ("", "import math as heapq\nheapq.f()\n"),
    "the file imports it": ("import heapq\n", "heapq.heappush([], 1)\n"),
    "the file has a function of that name": ("def product(a):\n    return a\n", "product([1])\n"),
    "the file may have it from anywhere": ("from math import *\n", "gcd(4, 6)\n"),
    "a parameter": ("", "def f(copy, deque):\n    return copy.deep(), deque.pop()\n"),
    "a variable": ("", "string = 'a'\nstring.upper()\n"),
    "a loop's variable": ("", "for chain in a:\n    chain.f()\n"),
    "a comprehension's variable": ("", "b = [product.x for product in a]\n"),
    "a walrus": ("", "if (prod := f()):\n    prod.x()\n"),
    "a module's name alone": ("", "return string\n"),
    "an attribute": ("", "a.product()\n"),
    "a keyword argument": ("", "f(inf=1)\n"),
    "a name nobody knows": ("", "frobnicate.x()\n"),
    "code that does not parse": ("", "def f(:\n"),
    "a future import stands first": ("", "from __future__ import annotations\nmath.pi\n"),
}


@pytest.mark.parametrize(("file", "code"), LEFT.values(), ids=LEFT.keys())
def test_what_has_another_meaning_is_left_alone(file: str, code: str) -> None:
    assert with_imports(code, _file(file)) == code


def test_what_another_function_binds_has_no_meaning_here() -> None:
    file = (
        "def other(math):\n    from collections import deque\n    return deque(), math\n\n\n"
        "def least(nums, heapq):\n    # TODO: a heap\n    pass\n"
    )
    at = file.index("# TODO")
    code = "return deque(nums), math.pi\n"
    added = "import math\nfrom collections import deque\n" + code
    assert with_imports(code, _file(file), at) == added
    assert with_imports("heapq.f()\n", _file(file), at) == "heapq.f()\n", "its own parameter"


def test_other_languages_are_left_alone() -> None:
    snapshot = Snapshot("file:///a.js", "javascript", b"")
    assert with_imports("math.pi", snapshot) == "math.pi"


def test_the_import_is_part_of_the_edit() -> None:
    snapshot = _file("def least(nums, k):\n    # TODO: a heap\n    pass\n")
    task = find_tasks(snapshot, ("TODO",))[0]
    code = "def least(nums, k):\n    return heapq.nsmallest(k, nums)\n"
    placed = place(snapshot, task, code).apply(snapshot.data).decode()
    assert "    import heapq\n    return heapq.nsmallest(k, nums)\n" in placed


def _file(text: str) -> Snapshot:
    return Snapshot("file:///a.py", "python", text.encode())
