"""The checker's reading of what a cage sends: strict, total, and the inverse of what it sends."""

import json
import random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algosmith.sandbox import codec, frames, same
from algosmith.sandbox.caged.values import Codec, Unserialisable
from algosmith.sandbox.codec import FrameError
from algosmith.sandbox.types import Answer, Call, Node, Value

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
KEYS = SCALARS | st.tuples(SCALARS, SCALARS) | st.frozensets(SCALARS, max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(KEYS, inner) | st.sets(KEYS),
    max_leaves=8,
)


def _exactly(a: object, b: object) -> bool:
    return same(cast("Value", a), cast("Value", b), relative=0, absolute=0)


@settings(max_examples=100)
@given(VALUES)
def test_both_sides_agree(value: Value) -> None:
    inside = Codec({}, 1 << 20)
    sent = json.loads(codec.dump({"v": codec.encode(value)}))["v"]
    assert _exactly(inside.decode(sent), value)
    answered = codec.load(json.dumps([inside.encode(inside.decode(sent))]).encode())[0]
    assert _exactly(codec.decode(answered), value)


@settings(max_examples=300)
@given(VALUES, st.integers(0, 2_000))
def test_what_an_answer_takes_is_never_reckoned_too_small(value: Value, limit: int) -> None:
    inside = Codec({}, limit)
    given_to = inside.decode(json.loads(codec.dump({"v": codec.encode(value)}))["v"])
    try:
        text = json.dumps(inside.encode(given_to))
    except Unserialisable:
        return
    assert len(text) <= limit


def test_arguments_may_be_as_deep_as_values() -> None:
    deep: list[object] = []
    for _ in range(99):
        deep = [deep]
    inside = Codec({}, 1 << 20)
    assert inside.encode_all([deep, deep]) == [inside.encode(deep)] * 2


def test_nested_values_have_a_limit() -> None:
    deep: list[Value] = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(TypeError):
        codec.encode(deep)
    with pytest.raises(Unserialisable, match="deep"):
        Codec({}, 1 << 20).encode(deep)
    with pytest.raises(FrameError):
        codec.decode(json.loads("[" * 200 + '"l"' + "]" * 200))


MALFORMED = [
    "", "[", "{}", '{"a": 1}', "3", "null", '"x"', "[1.5]", "[NaN]", "[1e999]", "[Infinity]",
    "[" * 100_000, "[" * 5000 + "]" * 5000, "[99999999999]", "[{}]", "\xff", "[1] [2]",
    "[-Infinity]",
]  # fmt: skip


@pytest.mark.parametrize("line", MALFORMED, ids=range(len(MALFORMED)))
def test_lines_that_are_no_frame(line: str) -> None:
    with pytest.raises(FrameError):
        codec.load(line.encode("latin-1"))


NO_VALUES = [
    1, 1.5, {}, [], [1], ["x"], ["q", "i1"], "", "q", "i", "i-", "i+1", "i 1", "i1_0", "i0x1", "iG",
    "f", "f1.5", "f0x1p0 ", "fNaN", "f-nan", "finfinity", "b0", "bzz", ["d", "i1"], ["e", ["l"]],
    ["e", "i1", "i1"], ["d", "i1", "i2", "i1", "i3"], ["d", ["d"], "i1"], ["n"], ["n", 1],
    ["n", "not a name"], ["n", "x" * 101], ["l", 1], [["l"]], ["l", "i1", {}], ["z", ["e"]],
    "i" + "f" * ((1 << 20) + 1), [None], [True],
]  # fmt: skip


@pytest.mark.parametrize("text", NO_VALUES, ids=range(len(NO_VALUES)))
def test_text_that_is_no_value(text: object) -> None:
    with pytest.raises(FrameError):
        codec.decode(text)


def _mutated(line: bytes, source: random.Random) -> bytes:
    data = bytearray(line)
    for _ in range(source.randint(1, 6)):
        kind, place = source.randrange(4), source.randrange(len(data) + 1)
        if kind == 0 and data:
            data[place % len(data)] = source.randrange(256)
        elif kind == 1:
            data[place:place] = source.choice((b"[", b"]", b'"', b"\\u0000", b"1e9", b"{", b"\0"))
        elif kind == 2:
            del data[place : place + source.randint(1, 9)]
        else:
            data[place:place] = data[: source.randint(0, 40)]
    return bytes(data)


@pytest.mark.parametrize("seed", [20261123, None], ids=["fixed", "fresh"])
def test_ten_thousand_frames_do_no_harm(seed: int | None) -> None:
    """Each is an Answer no larger than its line, or a FrameError; nothing else comes out."""
    chosen = seed if seed is not None else random.SystemRandom().getrandbits(32)
    source = random.Random(chosen)
    good = [
        b'[0,"value",["l","i1","f0x1.8p+1","sx",null,true,["d","i1",["t","b00"]]],null,"",false]',
        b'[0,"value",["n","ListNode","i1","i2"],[["l","i1"],"i2"],"",true]',
        b'[0,"raised",null,null,"IndexError: list index out of range",false]',
    ]
    seen = {"answers": 0, "refused": 0}
    for number in range(10_000):
        line = source.randbytes(source.randint(0, 300))
        if number % 4:
            line = _mutated(source.choice(good), source)
        try:
            answer = frames.answer(codec.load(line), 0, Call(), 0.0)
            assert isinstance(answer, Answer)
            text = json.dumps(codec.encode(answer.value))
            assert codec.decode(json.loads(text)) is not NotImplemented
            assert len(text) <= 4 * len(line), f"seed {chosen}, frame {number}"
            seen["answers"] += 1
        except FrameError:
            seen["refused"] += 1
    assert seen["answers"] > 100, seen
    assert seen["refused"] > 5000, seen


def test_an_empty_node_is_none() -> None:
    assert codec.encode(Node("ListNode", ())) is None


def test_a_trees_gaps_stay() -> None:
    node = Node("TreeNode", (1, None, 2))
    assert codec.decode(codec.encode(node)) == node


BROKEN = [
    ["o"], ["o", "Fraction", "i1", "i0"], ["o", "Fraction", "i1"], ["o", "Decimal", "s1e9999999"],
    ["o", "Decimal", "sNaN2"], ["o", "range", "i0", "iffffffffff", "i1"], ["o", "eval", "s1"],
    ["o", "range", "i0", "i1", "i0"], ["o", "deque", ["l", "i1", "i2"], "i1"],
    ["o", "date", "i0", "i0", "i0"],
    ["o", "array", "su", ["l"]], ["o", "array", "sb", ["l", "ifff"]], ["o", "Counter", ["l"]],
    ["o", "Fraction", "i" + "f" * 9999, "i1"], ["o", "timedelta", "ifffffffffff", "i0", "i0"],
    ["o", "datetime", *["i1"] * 7, "f0x1.0p+40"], ["o", "dict_keys", ["l", ["l"]]],
    ["r"], ["r", "P"], ["r", "P", True, ["sx"], []], ["r", "P", True, ["sx y"], [], "i1"],
    ["r", "P", None, [], []], ["r", "P", True, [], ["i1", "i2"]], ["r", "x.y", True, [], []],
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_values_of_classes_that_are_none_are_refused(text: list[object]) -> None:
    with pytest.raises(FrameError):
        codec.decode(text)
