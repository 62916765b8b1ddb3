"""A session may give the function's name to something else: its lines then show nothing of ours."""

from pathlib import Path

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox


def written(session: str, name: str = "gcd") -> str:
    lines = "\n".join(f"    {line}" for line in session.splitlines())
    return f'def {name}(a, b):\n    """Of two numbers.\n\n{lines}\n    """\n    # TODO: do it\n'


CALL = ">>> gcd(4, 6)\n2"
ELSEWHERE = [
    f">>> from math import gcd\n{CALL}",
    f">>> from math import *\n{CALL}",
    f">>> from math import isqrt as gcd\n{CALL}",
    ">>> import math\n>>> math.gcd(4, 6)\n2",
    ">>> import math as m\n>>> m.gcd(4, 6)\n2",
    f">>> import math\n>>> gcd = math.gcd\n{CALL}",
    f">>> def gcd(a, b):\n...     return 2\n{CALL}",
    f">>> gcd = lambda a, b: 2\n{CALL}",
    f">>> class gcd(int):\n...     __new__ = lambda *_: 2\n{CALL}",
]


@pytest.mark.parametrize("session", ELSEWHERE)
async def test_what_calls_another_function_is_no_example(cage: Sandbox, session: str) -> None:
    found = await judged(written(session), ["return 7"], cage)
    assert found.examples == ()
    assert found.verdicts[0].level == "unchecked"
    assert any("is not the function of this file" in note for note in found.notes)


OURS = [
    f">>> from math import isqrt\n{CALL}",
    f">>> from functools import *\n{CALL}",
    f">>> from work import gcd\n{CALL}",
    ">>> from work import gcd as ours\n>>> ours(4, 6)\n2",
    ">>> import work\n>>> work.gcd(4, 6)\n2",
    f">>> from functools import lru_cache\n>>> gcd = lru_cache(gcd)\n{CALL}",
    f">>> from math import gcd\n>>> from work import gcd\n{CALL}",
    ">>> import math\n>>> gcd(4, 6) == math.gcd(4, 6)\nTrue",
]


@pytest.mark.parametrize("session", OURS)
async def test_what_calls_ours_by_any_name_is_one(cage: Sandbox, session: str) -> None:
    found = await judged(written(session), ["return 7"], cage)
    assert found.verdicts[0].level in ("refuted", "unchecked")
    assert len(found.examples) == 1


@pytest.mark.parametrize("name", ["bisect", "queue", "statistics", "typing", "shelve"])
@pytest.mark.parametrize("line", ["from {0} import gcd", "import {0}\n>>> gcd = {0}.gcd"])
async def test_a_file_called_like_a_module_of_the_library(
    cage: Sandbox, tmp_path: Path, name: str, line: str
) -> None:
    uri = (tmp_path / f"{name}.py").as_uri()
    session = f">>> {line.format(name)}\n{CALL}\n>>> gcd(9, 6)\n3"
    codes = ["return 7", "while b:\n    a, b = b, a % b\nreturn a"]
    found = await judged(written(session), codes, cage, uri=uri)
    wrong, right = found.verdicts
    assert wrong.level == "refuted"
    assert right.level in ("consistent", "verified")


async def test_the_library_s_own_is_there_for_the_lines_behind(cage: Sandbox) -> None:
    session = (
        ">>> from bisect import gcd\n>>> from statistics import median\n"
        ">>> import bisect\n>>> hasattr(bisect, 'insort')\nFalse\n>>> gcd(4, int(median([6])))\n2"
    )
    codes = ["return 7", "while b:\n    a, b = b, a % b\nreturn a"]
    found = await judged(written(session), codes, cage, uri="file:///bisect.py")
    wrong, right = found.verdicts
    assert wrong.level == "refuted"
    assert right.level in ("consistent", "verified")
