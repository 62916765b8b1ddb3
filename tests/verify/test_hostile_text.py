"""Values, sources and workspaces made to harm the checker itself: a plain verdict, at once."""

import os
from pathlib import Path

import pytest

from algosmith.sandbox import codec, same
from algosmith.sandbox.types import Sandbox
from algosmith.verify import constructors, values
from tests.verify.judging import judged

TASK = '''def f(n: int) -> int:
    """Twice.

    >>> f(2)
    4
    """
    # TODO: implement
'''


def test_elements_made_to_collide_are_refused_before_they_are_compared() -> None:
    prime = (1 << 61) - 1
    items = [f"i{prime * k:x}" for k in range(1, 20_000)]
    for value in (["e", *items], ["d", *(part for item in items for part in (item, None))]):
        with pytest.raises(codec.FrameError, match="same hash"):
            codec.decode(value)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("return [10 ** 100_000]", "refuted"),
        ("return {10 ** 100_000: 1}", "refuted"),
        ("return " + "+".join(["n"] * 2_000), "unchecked"),
        ("return n" + ".real" * 900, "unchecked"),
        ("return 0x" + "f" * 20_000 + " and 2 * n", "unchecked"),
        ("return '[x](command:y)'", "refuted"),
    ],
    ids=lambda value: value[:24],
)
async def test_each_gets_a_plain_verdict(cage: Sandbox, code: str, level: str) -> None:
    """What can't be worked on may be right: only what ran and failed is refuted."""
    found = await judged(TASK, [code], cage)
    assert found.verdicts[0].level == level
    assert "](" not in found.verdicts[0].summary


async def test_true_passes_for_one_in_a_doctest_as_doctest_has_it_but_is_not_verified(
    cage: Sandbox,
) -> None:
    found = await judged(TASK.replace("    4\n", "    1\n"), ["return n == 2"], cage)
    assert found.verdicts[0].summary == "consistent (1/1 example)"
    assert found.judged[0].proof
    assert not found.judged[0].proof.exact


async def test_the_order_of_a_set_is_noticed(cage: Sandbox) -> None:
    text = TASK.replace("n: int) -> int", "n: str) -> str").replace("f(2)", "f('')")
    text = text.replace("    4\n", "    ''\n")
    found = await judged(text, ["return ''.join(set(n))"], cage)
    assert found.verdicts[0].summary.startswith("unchecked: not the same result twice")


async def test_a_pipe_among_the_tests_stops_nothing(cage: Sandbox, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "test_pipe.py")
    os.mkfifo(tmp_path / ".gitignore")
    os.mkfifo(tmp_path / "helper.py")
    uri = (tmp_path / "work.py").as_uri()
    code = "import helper\nreturn 2 * n"
    found = await judged(TASK, ["return 2 * n", code], cage, uri=uri, roots=(tmp_path,))
    assert [v.level for v in found.verdicts] == ["consistent", "unchecked"]


HUGE = {
    "a decimal number as a whole one": "int(Decimal('1e99999999'))",
    "a decimal number rounded": "round(Decimal('-1e99999999'))",
    "a decimal number as a fraction": "Fraction(Decimal('1e99999999'))",
    "no number with a huge exponent": "Decimal('0e99999999')",
    "fractions multiplied": "*".join(f"Fraction(2**19000, {n})" for n in (3, 7, 11, 13)),
    "lists of lists": "[[0] * 100000] * 100000",
    "texts in a list": "['a' * 1000] * 1000",
    "a range": "range(10 ** 9)",
    "bytes": "bytearray(10 ** 9)",
    "a span of time": "timedelta(days=10 ** 12)",
    "objects that are none": "_value_of('object', 1, 2, 3)",
    "an object with a field too many": "_value_of('object', 'A', ('x', 'y'), (1,))",
    "nodes that are none": "_value_of('node', 1, 2)",
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_what_would_take_hours_is_no_plain_value(text: str) -> None:
    with pytest.raises(values.NotPlain):
        values.parse(text)


def test_tuples_with_names_in_each_other_cost_no_more_than_their_items() -> None:
    text: object = None
    for n in range(80):
        text = ["r", "Stack", False, ["stop", "srest"], True, f"i{n:x}", text]
    one, other = codec.decode(text), codec.decode(text)
    assert same(one, other)
    assert values.parse(constructors.spelled(one)) == other
    assert codec.encode(one) == text
