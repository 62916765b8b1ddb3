"""The compiler's word on a changed file is the same whether all or only the change is compiled."""

import random
import warnings

import pytest

from algosmith.model import Snapshot
from algosmith.syntax import compiling
from algosmith.syntax.parse import parse

STATEMENTS = [
    "def f(a):\n    return a\n", "@cache\ndef g(b):\n    if b:\n        return 1\n    return 2\n",
    "class K:\n    x: int = 1\n\n    def m(self):\n        yield\n", "x = (\n1,\n2)\n", "# note\n",
    "s = '''\ndef no():\n'''\n", "a = 1; b = 2\n", "a = 1; \\\nb = 2\n", "if a:\n    pass\n", "\n",
    "try:\n    a\nexcept E:\n    pass\n", "import os\n",
]  # fmt: skip
CHANGES = [
    "", "else:\n    a\n", "    return 1\n", "return 1\n", "'''", "\\\n", "x = = 1\n", "global a\n",
    "é = 1\n", "from __future__ import annotations\n", "@d\n", "except F:\n    a\n", "(", ")\n",
    "a", "\n", "\t\tb\n", "finally:\n  b\n", "def h():\n    nonlocal q\n", "# coding: ascii\n", ":",
    "{", "  # deep\n", "await z\n", *STATEMENTS,
]  # fmt: skip


def compiles(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "x", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def refused(text: bytes) -> bool:
    return compiling.failure(text, parse(Snapshot("file:///x", "python", text))) is not None


@pytest.mark.parametrize("seed", range(40))
def test_any_change_is_judged_as_if_all_were_compiled(seed: int) -> None:
    rng = random.Random(seed)
    head = rng.choice(["", "", "from __future__ import annotations\n", "'''Doc.'''\n", "\ufeff"])
    text = head + "".join(rng.choices(STATEMENTS, k=rng.randrange(4, 30)))
    text = text.replace("\n", rng.choice(["\n", "\n", "\r\n", "\r"]))
    known = text.encode()
    assert refused(known) is not compiles(known)
    for _ in range(60):
        lines = text.splitlines(keepends=True)
        at = rng.randrange(len(lines) + 1)
        if rng.random() < 0.2 and at < len(lines):
            cut = rng.randrange(len(lines[at]) + 1)
            lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
            at += 1
        lines[at : at + rng.randrange(3)] = rng.choices(CHANGES, k=rng.randrange(1, 3))
        after = "".join(lines).encode()
        assert refused(after) is not compiles(after), after


def test_only_what_changed_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = b"def f%d():\n    return %d\n"
    known = b"".join(unit % (i, i) for i in range(500))
    assert not refused(known)
    seen: list[int] = []

    def spy(data: bytes, *rest: object, **options: object) -> None:
        seen.append(len(data))

    monkeypatch.setattr(compiling, "compile", spy, raising=False)
    assert not refused(known.replace(b"return 250\n", b"return 250 + 1\n"))
    assert len(seen) == 1
    assert seen[0] < 60
