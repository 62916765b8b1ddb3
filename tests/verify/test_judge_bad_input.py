"""Every row of "bad input": a plain verdict, never a hang, never a false "verified"."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from algosmith.config import VerifySettings
from algosmith.sandbox.types import Sandbox
from tests.verify.judging import SETTINGS, judged

pytestmark = pytest.mark.sandbox

TASK = '''def total(nums: list[int]) -> int:
    """Sum of the numbers.

    >>> total([1, 2, 3])
    6
    >>> total([10, -4])
    6
    >>> total([])
    0
    >>> total([100, 200, 300, 4])
    604
    """
    # TODO: add them up
    pass
'''
RIGHT = "return sum(nums)"


def written() -> bool:
    """Whether a candidate or a test left the file that some of them try to write."""
    return Path("/tmp/verify-was-here").exists()


HOSTILE = {
    "loops": "while True:\n    nums = nums\nreturn 0",
    "forks": "import os\nwhile True:\n    os.fork()\nreturn sum(nums)",
    "floods": "while True:\n    print('x' * 10000)\nreturn 0",
    "eats memory": "x = []\nwhile True:\n    x.append(bytearray(1 << 24))\nreturn 0",
    "writes": "open('/tmp/verify-was-here', 'w').write('x')\nreturn sum(nums)",
    "connects": "import socket\nsocket.create_connection(('127.0.0.1', 1))\nreturn sum(nums)",
    "crashes": "import ctypes\nctypes.string_at(0)\nreturn sum(nums)",
    "recurses": "return total(nums)",
    "exits": "raise SystemExit(0)\nreturn sum(nums)",
    "returns a cycle": "x = []\nx.append(x)\nreturn x",
    "returns an object that equals everything":
        ("class E(int):\n    def __eq__(self, other):\n        return True\n"
"    __hash__ = None\nreturn E(1)"),
    "returns an object that answers repr":
        "class E:\n    def __repr__(self):\n        return '6'\nreturn E()",
    "returns a subclass of list": "class L(list):\n    pass\nreturn L(nums)",
    "prints a report": "print('6')\nprint('all tests passed')\nreturn 1",
    "writes into every descriptor":
        ("import os\nfor fd in range(64):\n    try:\n"
"        os.write(fd, b'[\"value\",6]\\n')\n    except OSError:\n        pass\n"
"return 1"),
    "patches builtins": "import builtins\nbuiltins.sum = lambda x: 6\nreturn 7",
    "reads frames":
        ("import sys\nf = sys._getframe()\nwhile f:\n    for v in f.f_locals.values():\n"
"        if isinstance(v, dict) and 'expected' in v:\n"
"            return v['expected']\n    f = f.f_back\nreturn 1"),
    "is the table of the examples":
        "return {(1, 2, 3): 6, (10, -4): 6, (): 0, (100, 200, 300, 4): 604}.get(tuple(nums), 0)",
    "is a table with another guess":
        ("t = {(1, 2, 3): 6, (10, -4): 6, (): 0, (100, 200, 300, 4): 604}\n"
"return t[tuple(nums)] if tuple(nums) in t else len(nums)"),
    "asks for the examples one by one":
        ("if nums == [1, 2, 3] or nums == [10, -4]:\n    return 6\nif not nums:\n"
"    return 0\nif nums == [100, 200, 300, 4]:\n    return 604\nreturn nums[0]"),
    "acts by chance": "import random\nreturn sum(nums) + (random.random() < 0.4)",
    "counts its calls": ("total.calls = getattr(total, 'calls', 0) + 1\n"
"return sum(nums) if total.calls < 6 else 0"),
    "acts by the clock": "import time\nreturn sum(nums) + time.time_ns() % 2",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_candidate_gets_a_plain_verdict(cage: Sandbox, name: str) -> None:
    found = await judged(TASK, [HOSTILE[name]], cage)
    assert found.verdicts[0].level in ("refuted", "unchecked", "consistent"), found.verdicts[0]
    assert found.verdicts[0].summary
    assert not written()


async def test_the_right_one_wins_among_all_of_them(cage: Sandbox) -> None:
    codes = [*HOSTILE.values(), RIGHT, "x = 0\nfor n in nums:\n    x += n\nreturn x"]
    found = await judged(TASK, codes, cage)
    verified = [i for i, v in enumerate(found.verdicts) if v.level == "verified"]
    assert verified == [len(HOSTILE), len(HOSTILE) + 1]
    assert found.chosen in verified


async def test_workspace_tests_that_hang_or_write_harm_nothing(
    cage: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text(TASK)
    (tmp_path / "test_work.py").write_text(
        "from work import total\nwhile True: pass\ndef test_a():\n"
        "    open('/tmp/verify-was-here', 'w')\n    assert total([7]) == 7\n"
        "def test_b():\n    while True: pass\n    assert total([8]) == 8\n"
    )
    found = await judged(
        TASK, [RIGHT], cage, uri=(tmp_path / "work.py").as_uri(), roots=(tmp_path,)
    )
    assert ("total([7]) == 7", "test_work.py:5") in [(e.text, e.source) for e in found.examples]
    assert any("came to no end" in note for note in found.notes)
    assert found.verdicts[0].level == "verified"
    assert not written()


async def test_a_failing_workspace_test_refutes(cage: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "test_work.py").write_text(
        "from work import total\ndef test_a():\n    assert total([7]) == 8\n"
    )
    found = await judged(
        TASK, [RIGHT], cage, uri=(tmp_path / "work.py").as_uri(), roots=(tmp_path,)
    )
    assert found.verdicts[0].summary == "refuted: total([7]) gave 7, expected 8"


async def test_examples_that_contradict_each_other_are_both_shown(cage: Sandbox) -> None:
    text = 'def f(x: int) -> int:\n    """f(1) == 2"""\n    # TODO: f(1) -> 3\n    pass\n'
    found = await judged(text, ["return x + 1", "return x + 2"], cage)
    assert found.chosen is None
    for verdict in found.verdicts:
        assert verdict.level == "unchecked"
        assert "contradict" in verdict.summary
        assert "f(1) == 2" in verdict.summary
        assert "f(1) == 3" in verdict.summary
    assert found.notes[0].startswith("the task is inconsistent")


async def test_a_contradiction_does_not_save_who_fails_another_example(cage: Sandbox) -> None:
    text = (
        'def f(x: int) -> int:\n    """f(1) == 2, f(5) == 6"""\n    # TODO: f(1) -> 3\n    pass\n'
    )
    found = await judged(text, ["return x + 1", "return x * 2"], cage)
    assert found.verdicts[0].level == "unchecked"
    assert found.verdicts[1].summary == "refuted: f(5) gave 10, expected 6"


async def test_nothing_run_the_answer_given_most_often_comes_first() -> None:
    codes = ["return 0", "return sum(nums)", "x = sum(nums)\nreturn x"]
    found = await judged(TASK, codes, None)
    assert found.chosen == 1


async def test_an_example_that_is_no_code_is_a_note(cage: Sandbox) -> None:
    text = (
        'def f(x: int) -> int:\n    """\n    >>> f(1,\n    2\n    """\n'
        "    # TODO: add one\n    pass\n"
    )
    found = await judged(text, ["return x + 1"], cage)
    assert "not valid Python" in found.notes[0]
    assert found.verdicts[0].level == "unchecked"


async def test_arguments_that_nobody_can_generate(cage: Sandbox) -> None:
    text = "def send(session, request, *, retry):\n    # TODO: send it\n    pass\n"
    code = "return session.post(request.url, headers=request.headers, retry=retry.policy)"
    found = await judged(text, [code], cage)
    assert found.verdicts[0].level in ("unchecked", "refuted")
    assert found.verdicts[0].summary


@pytest.mark.parametrize(
    "code",
    [
        "import random\nreturn random.random()",
        "import time\nreturn time.time_ns()",
        "import uuid\nreturn uuid.uuid4().hex",
        "return id(object()) ^ id(n)",
    ],
)
async def test_chance_and_time_are_seen(cage: Sandbox, code: str) -> None:
    text = "def token(n: int):\n    # TODO: a fresh token\n    pass\n"
    found = await judged(text, [code, code.replace("return", "return ")], cage)
    assert found.verdicts[0].level == "unchecked"
    assert found.verdicts[0].summary.startswith("unchecked: not the same result twice")


async def test_what_never_does_the_same_is_told_by_the_user_s_example(cage: Sandbox) -> None:
    found = await judged(TASK, ["import time\nreturn time.time_ns()"], cage)
    summary = found.verdicts[0].summary
    assert summary == "unchecked: not the same result twice: total([1, 2, 3])"


async def test_no_cage_and_no_trust_mean_not_run() -> None:
    found = await judged(TASK, [RIGHT, "pass", "return sum(nums"], None)
    assert [v.level for v in found.verdicts] == ["unchecked", "refuted", "refuted"]
    assert found.verdicts[0].summary == "unchecked: not run (no cage on this machine)"
    assert found.chosen == 0
    assert found.groups == ()


async def test_an_untrusted_workspace_runs_nothing_and_reads_nothing(tmp_path: Path) -> None:
    class Forbidden:
        report = None

        async def run(self, *_: object) -> None:
            raise AssertionError("an untrusted workspace was run")

        async def close(self) -> None: ...

    (tmp_path / "test_work.py").write_text("from work import total\nassert total([7]) == 7\n")
    uri = (tmp_path / "work.py").as_uri()
    found = await judged(TASK, [RIGHT], Forbidden(), trusted=False, uri=uri, roots=(tmp_path,))  # type: ignore[arg-type]  # a cage that must not be used
    assert found.verdicts[0].summary == "unchecked: not run (this workspace is not trusted)"
    assert all(e.kind != "test" for e in found.examples)


async def test_cancelling_does_not_wait_for_the_candidates(cage: Sandbox) -> None:
    task = asyncio.create_task(
        judged(
            TASK,
            [HOSTILE["loops"]] * 4,
            cage,
            settings=replace(SETTINGS, verify=VerifySettings(timeout_seconds=3600)),
        )
    )
    await asyncio.sleep(0.7)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 600)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("def f(x):\n    # TODO: add one\n    pass\n\n\ndef broken(:\n", "return x + 1"),
        ("\ufeffdef f(x):\r\n    # TODO: f(1) == 2\r\n    pass\r\n", "return x + 1"),
        (
            (
                "class A:\n    def __init__(self, db):\n        self.db = db\n\n"
                "    def f(self, x: int) -> int:\n        # TODO: f(1) == 2\n        pass\n"
            ),
            "return x + 1",
        ),
        (
            "def outer():\n    def f(x):\n        # TODO: f(1) == 2\n        pass\n    return f\n",
            "return x + 1",
        ),
        (
            (
                "import missing_module\n\nBASE = missing_module.x\n\ndef f(x):\n"
                "    # TODO: f(1) == 2\n    pass\n"
            ),
            "return x + BASE",
        ),
        ("def f(x):\n    # TODO: f(1) == 2\n    pass\n", "yield x"),
        ("def f(*args, **kwargs):\n    # TODO: anything\n    pass\n", "return len(args)"),
        ("def f():\n    # TODO: f() == 3\n    pass\n", "return 3"),
    ],
    ids=[
        "file does not parse",
        "BOM and CRLF",
        "needs an instance",
        "nested",
        "missing module",
        "yields",
        "variadic",
        "no parameters",
    ],
)
async def test_awkward_files_give_verdicts(cage: Sandbox, file: str, code: str) -> None:
    found = await judged(file, [code], cage)
    assert found.verdicts[0].level != "verified"
    assert found.verdicts[0].summary
