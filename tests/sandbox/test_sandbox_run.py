"""What a program's calls come to: values, failures, limits."""

import re
import sys
from pathlib import Path

import pytest

from algosmith.sandbox import same
from algosmith.sandbox.types import Call, Limits, Node, Program, Record, Sandbox, Value
from tests.sandbox.conftest import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

NODES = '''
class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next

class Box:
    """A linked list with names of its own."""
    __slots__ = ("value", "next_node")
    def __init__(self, value, next_node):
        self.value, self.next_node = value, next_node

class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right

def same(x): return x
def reverse(head):
    last = None
    while head:
        head.next, last, head = last, head, head.next
    return last
def mirror(root):
    if root:
        root.left, root.right = mirror(root.right), mirror(root.left)
    return root
def kinds(x): return [type(x).__name__, type(x.next).__name__]
def cycle(head):
    head.next = head
    return head
'''

VALUES: list[Value] = [
    None, True, False, 0, -1, 10**5000, -(2**64), 0.0, -0.0, 1.5, 1e-320, float("inf"),
    float("-inf"), float("nan"), "", "x\n\0\x1b", "汉字🎈", "\ud800", b"", bytes(range(256)),
    [], [1, [2, [3]]], (), (1,), {}, {1: "a", "b": [2], (1, 2): None, None: 3, 1.5: 2}, set(),
    {1, "a", (2, 3)}, frozenset({1}), [{frozenset({(1, b"x")}): {"k": {2.5}}}],
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=[str(n) for n in range(len(VALUES))])
async def test_values_come_back_as_they_went(cage: Sandbox, value: Value) -> None:
    calls = [Call((value,)), Call((), {"x": value})]
    run = await cage.run(Program("def f(x): return x", "f"), calls)
    assert [answer.status for answer in run.answers] == ["value", "value"], run
    assert all(same(answer.value, value, relative=0, absolute=0) for answer in run.answers)


CASES = [
    # source, entry, arguments, what comes back
    ("def f(a):\n a.append(1)\n return len(a)", "f", ([5],), 1 + 1),
    ("def f(*a, k=1): return a", "f", (1, 2), (1, 2)),
    ("f = lambda x: x * 2", "f", (4,), 8),
    ("import functools\n@functools.lru_cache\ndef f(n): return n", "f", (4,), 4),
    ("class Solution:\n def go(self, x): return x + 1", "Solution.go", (1,), 2),
    ("class Solution:\n @staticmethod\n def go(x): return x", "Solution.go", (1,), 1),
    ("class A:\n class B:\n  def go(self): return 1", "A.B.go", (), 1),
    ("class S:\n n = 0\n def go(self):\n  self.n += 1\n  return self.n", "S.go", (), 1),
    ("async def f(x): return x", "f", (1,), 1),
    ("import asyncio\nasync def g(x): return x\nasync def f(x):\n"
     " await asyncio.sleep(0.001)\n return await asyncio.gather(g(x), g(2))", "f", (1,), [1, 2]),
    ("import asyncio\nasync def g(): return 3\ndef f(): return asyncio.run(g())", "f", (), 3),
    ("async def f(n):\n for i in range(n): yield i", "f", (3,), [0, 1, 2]),
    ("from collections import *\ndef f(s): return Counter(s)", "f", ("aab",), {"a": 2, "b": 1}),
    ("from collections import *\ndef f():\n d = defaultdict(list); d[1].append(2); return d",
     "f", (), {1: [2]}),
    ("import heapq, bisect, math, itertools, re, string, decimal, fractions, statistics, json\n"
     "import hashlib, zlib, datetime, random, typing, dataclasses, enum, uuid, textwrap\n"
     "def f(): return hashlib.sha256(zlib.decompress(zlib.compress(b'abc'))).hexdigest()[:4]",
     "f", (), "ba78"),
    ("import random\nx = random.random()\ndef f(): return x == random.Random(0).random()",
     "f", (), True),
    ("def f(): return list({'a', 'b', 'c', 'd'}) == list({'a', 'b', 'c', 'd'})", "f", (), True),
    ('def f():\n """doc"""\n return f.__doc__', "f", (), ""),
    ("def f():\n return __name__ == '__main__'", "f", (), False),
    ("import tempfile\ndef f():\n return 3", "f", (), 3),
    ("def f():\n  try: return input()\n  except EOFError: return 'no input'", "f", (), "no input"),
    ("import dataclasses\n@dataclasses.dataclass\nclass P:\n x: int\ndef f(): return P(1).x",
     "f", (), 1),
]  # fmt: skip


@pytest.mark.parametrize(("source", "entry", "arguments", "expected"), CASES)
async def test_entries(cage: Sandbox, source: str, entry: str, arguments, expected) -> None:
    run = await cage.run(Program(source, entry), [Call(arguments)] * 2)
    assert [answer.status for answer in run.answers] == ["value"] * 2, run
    assert same(run.answers[0].value, expected), run


LIST, TREE = (lambda *items: Node("ListNode", items)), (lambda *items: Node("TreeNode", items))
NODE_CASES = [
    ("same", LIST(1, 2, 3), LIST(1, 2, 3)),
    ("same", LIST(), None),
    ("same", LIST(None, "x", (1, [2])), LIST(None, "x", (1, [2]))),
    ("reverse", LIST(1, 2, 3), LIST(3, 2, 1)),
    ("reverse", LIST(*range(5000)), LIST(*reversed(range(5000)))),
    ("same", TREE(1, None, 2, 3), TREE(1, None, 2, 3)),
    ("same", TREE(5, 4, 8, 11, None, 13, 4, 7, 2, None, None, None, 1),
     TREE(5, 4, 8, 11, None, 13, 4, 7, 2, None, None, None, 1)),
    ("mirror", TREE(1, 2, 3, 4), TREE(1, 3, 2, None, None, None, 4)),
    ("same", Node("Box", (1, 2)), Node("Box", (1, 2))),
    ("same", [LIST(1), LIST(2, 3)], [LIST(1), LIST(2, 3)]),
    ("kinds", LIST(1, 2), ["ListNode", "ListNode"]),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "argument", "expected"), NODE_CASES)
async def test_nodes_of_the_source_go_in_and_come_out(
    cage: Sandbox, entry: str, argument: Value, expected: Value
) -> None:
    run = await cage.run(Program(NODES, entry), [Call((argument,))])
    assert same(run.answers[0].value, expected), run


async def test_unusable_nodes_are_told(cage: Sandbox) -> None:
    calls = [Call((Node("ListNode", (1,)),)), Call((Node("Missing", (1,)),))]
    run = await cage.run(Program(NODES, "cycle"), calls)
    assert [answer.status for answer in run.answers] == ["unserialisable", "raised"]
    assert "cycle" in run.answers[0].error
    assert "defines no class Missing" in run.answers[1].error


async def test_changes_in_place_are_seen(cage: Sandbox) -> None:
    mine: list[Value] = [3, 1, 2]
    run = await cage.run(Program("def f(a, n): a.sort()", "f"), [Call((mine, 7))])
    assert run.answers[0].value is None
    assert run.answers[0].arguments == ([1, 2, 3], 7)
    assert mine == [3, 1, 2]


async def test_an_iterator_is_told_from_a_list(cage: Sandbox) -> None:
    source = "def f(kind):\n return [[1], iter([1]), (x for x in [1]), map(int, '1')][kind]"
    run = await cage.run(Program(source, "f"), [Call((kind,)) for kind in range(4)])
    assert [(answer.value, answer.lazy) for answer in run.answers] == [
        ([1], False), ([1], True), ([1], True), ([1], True),
    ]  # fmt: skip


async def test_what_hangs_on_the_order_of_a_set_shows_under_the_other_seed(cage: Sandbox) -> None:
    source = "def f(words): return list(set(words))"
    call = [Call(([f"word{n}" for n in range(30)],))]
    runs = [await cage.run(Program(source, "f", hash_seed=seed), call) for seed in (0, 0, 1, 1)]
    first, again, other, other_again = (run.answers[0].value for run in runs)
    assert first == again
    assert other == other_again
    assert first != other


FAILURES = [
    ("import numpy\ndef f(): pass", "f", "import", "imports numpy, not installed"),
    ("import json.nothing\ndef f(): pass", "f", "import", "imports json.nothing, not installed"),
    ("def f(:", "f", "syntax", "line 1: SyntaxError"),
    ("def f(): return 1\n  x", "f", "syntax", "line 2: IndentationError"),
    ("x = '\0'", "f", "syntax", ""),
    ("def f():\n return\n" + "x" * (2 << 20), "f", "syntax", "over 1 MiB"),
    ("def f(): pass", "g", "entry", "defines no function g"),
    ("f = 3", "f", "entry", "defines no function f"),
    ("def f(): pass", "Solution.f", "entry", "defines no class Solution"),
    ("class S:\n def __init__(self): 1 / 0\n def f(self): pass", "S.f", "load", "ZeroDivision"),
    ("1 / 0", "f", "load", "ZeroDivisionError"),
    ("raise SystemExit(0)", "f", "load", "SystemExit"),
    ("import os\nos._exit(0)", "f", "load", "ended its own process"),
    ("from __future__ import nothing", "f", "syntax", "nothing"),
    ("", "f", "entry", "defines no function f"),
]


@pytest.mark.parametrize(("source", "entry", "cause", "words"), FAILURES)
async def test_what_can_not_run_says_why(
    cage: Sandbox, source: str, entry: str, cause: str, words: str
) -> None:
    run = await cage.run(Program(source, entry), [Call()])
    assert (run.cause, run.answers) == (cause, ())
    assert run.failure is not None
    assert words in run.failure


async def test_a_raising_call_does_not_end_the_run(cage: Sandbox) -> None:
    source = "def f(x):\n print('saw', x)\n return [10][x]"
    run = await cage.run(Program(source, "f"), [Call((x,)) for x in (0, 1, 0)])
    assert [answer.status for answer in run.answers] == ["value", "raised", "value"]
    assert run.answers[1].error == "IndexError: list index out of range"
    assert run.output == "saw 0\nsaw 1\nsaw 0\n"


async def test_a_fatal_call_ends_the_answers(cage: Sandbox) -> None:
    source = "import os\ndef f(x):\n if x: os._exit(3)\n return 1"
    run = await cage.run(Program(source, "f"), [Call((x,)) for x in (0, 1, 0)])
    assert [answer.status for answer in run.answers] == ["value", "crashed"]
    assert "status 3" in run.answers[1].error


async def test_limits_are_those_of_the_run(cage: Sandbox) -> None:
    source = "def f(n): return len(bytearray(n))"
    small = Limits(memory_bytes=200 << 20)
    large = Limits(memory_bytes=2 << 30, wall_seconds=60.0, cpu_seconds=30.0)
    call = [Call((300 << 20,))]
    assert (await cage.run(Program(source, "f"), call, small)).answers[0].status == "memory"
    assert (await cage.run(Program(source, "f"), call, large)).answers[0].status == "value"
    assert (await cage.run(Program(source, "f"), call, small)).answers[0].status == "memory"


async def test_answer_and_output_limits(cage: Sandbox) -> None:
    limits = Limits(answer_bytes=100, output_bytes=10)
    source = "def f(n, m):\n print('y' * m, end='')\n return 'x' * n"
    calls = [Call((90, 1)), Call((200, 1)), Call((1, 20))]
    run = await cage.run(Program(source, "f"), calls, limits)
    assert [answer.status for answer in run.answers] == ["value", "unserialisable", "crashed"]
    assert run.output == "y" * 10


@pytest.mark.parametrize(
    "item",
    ["True", "None", "7", "-1", "0.1", "-1e-300", "'算'", "'\\0'", "'a'", "()", "[]", "{0: 1}",
     "{1}", "frozenset()", "b''", "b'\\xff'", "2 ** 40", "1 + 2j", "Node(1)", "Point(1, 2)"],
)  # fmt: skip
async def test_an_answer_of_any_length_is_never_taken_for_an_intruder(
    cage: Sandbox, item: str
) -> None:
    source = f"""
import dataclasses

@dataclasses.dataclass
class Point:
    x: int
    y: int

class Node:
    def __init__(self, val): self.val, self.next = val, None

def f(n, given): given[:] = [{item}] * n; return given
"""
    limits = Limits(answer_bytes=20_000, wall_seconds=60, cpu_seconds=60)
    calls = [Call((n, [])) for n in (10, 100, 700, 1_500, 3_000, 6_000, 20_000)]
    run = await cage.run(Program(source, "f"), calls, limits)
    found = [answer.status for answer in run.answers]
    assert found == sorted(found, reverse=True)
    assert (found[0], found[-1]) == ("value", "unserialisable")


async def test_processor_time_is_limited_apart_from_wall_time(cage: Sandbox) -> None:
    limits = Limits(wall_seconds=20, cpu_seconds=1)
    run = await cage.run(Program("def f():\n while True: pass", "f"), [Call()], limits)
    assert run.answers[0].status == "timeout"
    assert run.answers[0].error == "used over 1 s of processor time"


async def test_arguments_outside_the_closed_set_are_the_callers_error(cage: Sandbox) -> None:
    with pytest.raises(TypeError, match="no plain value"):
        await cage.run(Program("def f(x): pass", "f"), [Call((object(),))])  # type: ignore[arg-type]
    run = await cage.run(Program("def f(x): return x", "f"), [Call((1,))])
    assert run.answers[0].value == 1


async def test_large_inputs_and_answers(cage: Sandbox) -> None:
    numbers: list[Value] = list(range(100_000))
    run = await cage.run(Program("def f(a): return a[::-1]", "f"), [Call((numbers,))])
    assert run.answers[0].value == numbers[::-1], run.answers[0].error


async def test_modules_of_a_trusted_workspace(cage: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("from .part import double\nname = 'pack'")
    (tmp_path / "pack" / "part.py").write_text(
        "from helper import two\ndef double(x): return two*x"
    )
    (tmp_path / "helper.py").write_text('"""secret example"""\ntwo = 2')
    source = "from pack import double\nimport pack.part as part\ndef f(x): return double(x)"
    refused = await cage.run(Program(source, "f"), [Call((4,))])
    assert refused.failure == "imports pack, not installed"
    run = await cage.run(Program(source, "f", (tmp_path,)), [Call((4,))])
    assert run.answers[0].value == 8, run


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13", "3.14"])
async def test_other_interpreters(tier: str, version: str) -> None:
    found = sorted(Path(sys.base_prefix).parent.glob(f"{version}*/bin/python3"))
    if not found:
        pytest.skip(f"no Python {version} beside ours")
    sandbox = await open_tier(tier, found[0])
    try:
        source = "import sys\ndef f(): return '.'.join(map(str, sys.version_info[:2]))"
        run = await sandbox.run(Program(source, "f"), [Call()])
        assert run.answers[0].value == version
        for source, entry, arguments, expected in CASES:
            run = await sandbox.run(Program(source, entry), [Call(arguments)])
            assert same(run.answers[0].value, expected), run
    finally:
        await sandbox.close()


BEYOND_PLAIN = """
import datetime, enum
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

class Color(enum.Enum):
    RED = 1

class Level(enum.IntEnum):
    LOW = 1

@dataclass
class Point:
    x: int
    y: int = 0

class Pair(NamedTuple):
    left: int
    right: str

class Box:
    def __init__(self, inside):
        self.inside = inside

VALUES = {
    "Fraction": Fraction(1, 3), "Decimal": Decimal("-1.50"), "complex": 1 - 2j,
    "range": range(3), "deque": deque([1], 3), "Counter": Counter("aab"),
    "OrderedDict": OrderedDict(a=1), "defaultdict": defaultdict(list, {1: [2]}),
    "array": array("i", [1]), "bytearray": bytearray(b"x"),
    "date": datetime.date(2020, 2, 29), "timedelta": datetime.timedelta(1.5),
    "datetime": datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc),
    "keys": {1: 2}.keys(), "pairs": {1: [2]}.items(), "member": Color.RED,
    "level": Level.LOW, "Point": Point(1),
    "Pair": Pair(1, "a"), "nested": {Color.RED: [Point(2), Fraction(1, 2)]},
}

def give(name): return VALUES[name]
def same(name, value): return type(value) is type(VALUES[name]) and value == VALUES[name]
def boxed(n): return [Box(n), Box(Box(n))]
def keyed(n): return {Box(n): 1}
def move(point):
    point.x += 1
class Stack:
    def __init__(self, items): self.items = items
    def push(self, item): self.items.append(item)
"""
NAMES = re.findall(r'"(\w+)": ', BEYOND_PLAIN)


@pytest.mark.parametrize("name", NAMES)
async def test_values_beyond_plain_data_come_out_and_go_in_again(cage: Sandbox, name: str) -> None:
    (given,) = (await cage.run(Program(BEYOND_PLAIN, "give"), [Call((name,))])).answers
    assert given.status == "value", given.error
    (found,) = (await cage.run(Program(BEYOND_PLAIN, "same"), [Call((name, given.value))])).answers
    assert found.value is True, (given.value, found.error)
    assert found.arguments == (name, given.value)


async def test_objects_show_their_fields_and_what_a_call_did_to_them(cage: Sandbox) -> None:
    (boxes,) = (await cage.run(Program(BEYOND_PLAIN, "boxed"), [Call((2,))])).answers
    assert repr(boxes.value) == "[Box(inside=2), Box(inside=Box(inside=2))]"
    (keyed,) = (await cage.run(Program(BEYOND_PLAIN, "keyed"), [Call((2,))])).answers
    assert keyed.status == "unserialisable"  # two with the same fields may be two keys
    point = Record("Point", ("", "y"), (1, 5))
    (moved,) = (await cage.run(Program(BEYOND_PLAIN, "move"), [Call((point,))])).answers
    assert repr(moved.arguments) == "(Point(x=2, y=5),)"
    stack = Record("Stack", ("",), ([1],))
    (pushed,) = (await cage.run(Program(BEYOND_PLAIN, "Stack.push"), [Call((stack, 2))])).answers
    assert repr(pushed.arguments) == "(Stack(items=[1, 2]), 2)"


@pytest.mark.parametrize(
    "body",
    ["return itertools.count()", "return iter([*range(10_000)])", "yield from itertools.count()",
     "class It:\n        n = -1\n        def __next__(self):\n            self.n += 1\n"
     "            return self.n\n    return It()"],
)  # fmt: skip
async def test_iterators_without_an_end_are_read_so_far(cage: Sandbox, body: str) -> None:
    source = f"import itertools\ndef f():\n    {body}\n"
    (answer,) = (await cage.run(Program(source, "f"), [Call()])).answers
    assert (answer.lazy, answer.value) == (True, [*range(10_000)])
