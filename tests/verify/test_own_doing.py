"""What an answer does itself on an example, as asking for a file, takes no example away."""

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

SHOWN = {1: 0, 2: 1, 3: 7, 5: 5, 6: 8, 7: 16, 9: 19, 11: 14, 12: 9, 19: 20, 27: 111, 97: 118}
LINES = "".join(f"    >>> steps({n})\n    {count}\n" for n, count in SHOWN.items())
FILE = (
    f'def steps(n: int) -> int:\n    """Of the Collatz walk.\n\n{LINES}    """\n    # TODO: count\n'
)
RIGHT = "k = 0\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    k += 1\nreturn k"
OWN = [
    "open('/etc/passwd')",
    "raise PermissionError('no')",
    "raise FileNotFoundError('no')",
    "raise OSError('no')",
    "import nowhere_at_all",
    "import os; return len(os.listdir('.')) + 3",
    "from pathlib import Path; return len([*Path('.').iterdir()]) + 3",
    "import socket; socket.create_connection(('a', 1))",
    "return 'x' * 10_000_000",
    "return lambda: 0",
    "return object()",
]


@pytest.mark.parametrize("own", OWN)
async def test_no_answer_excuses_itself(cage: Sandbox, own: str) -> None:
    body = f"if n > 20:\n    {own}\n{RIGHT}"
    # Two that do so do not make it right either.
    found = await judged(FILE, [body, body.replace("k", "count")], cage)
    assert {verdict.level for verdict in found.verdicts} <= {"unchecked", "refuted"}
    assert len(found.examples) == len(SHOWN)


async def test_what_the_user_wrote_around_the_call_is_nobody_s_doing(cage: Sandbox) -> None:
    lines = LINES + "    >>> text = open('numbers.txt').read()\n    >>> steps(int(text))\n    3\n"
    found = await judged(FILE.replace(LINES, lines), [RIGHT], cage)
    assert found.verdicts[0].level == "verified"
    assert any("left out" in note for note in found.notes)
