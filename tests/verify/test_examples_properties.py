"""Property tests of hypothesis: strategies are read and drawn from by ourselves, never executed."""

import ast
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from algosmith.sandbox.types import Call, Sandbox
from algosmith.verify import examples
from algosmith.verify.examples import drawing, strategies, tests
from algosmith.verify.examples.reading import Target
from algosmith.verify.examples.scope import scope_of
from algosmith.verify.probing import VALID, probes
from algosmith.verify.statements import ExampleSet
from tests.verify.judging import judged, task_in

HEAD = """
import string
import hypothesis
import hypothesis.strategies as hs
from hypothesis import assume, example, given, settings, strategies as st
from hypothesis.strategies import integers, lists as many
LIMIT = 9
DIGITS = st.integers(0, LIMIT)
"""
F = Target(frozenset({"f"}), (), ("x", "y"))

UNDERSTOOD: list[tuple[str, Callable[[Any], bool]]] = [
    ("st.integers()", lambda v: type(v) is int),
    ("integers(-3, LIMIT)", lambda v: -3 <= v <= 9),
    ("hs.integers(min_value=10**12)", lambda v: v >= 10**12),
    ("hypothesis.strategies.integers(max_value=-5)", lambda v: v <= -5),
    ("st.floats(0, 1, allow_nan=False, width=32)", lambda v: type(v) is float and 0 <= v <= 1),
    ("st.floats(min_value=0, exclude_min=True)", lambda v: v > 0),
    ("st.booleans()", lambda v: type(v) is bool),
    ("st.none()", lambda v: v is None),
    ("st.just([1])", lambda v: v == [1]),
    ("st.sampled_from('abc')", lambda v: v in "abc"),
    ("st.characters(min_codepoint=97, max_codepoint=99)", lambda v: v in "abc"),
    ("st.characters(whitelist_categories=['Lu'])", lambda v: v.isupper()),
    ("st.text('ab', min_size=2, max_size=4)", lambda v: 2 <= len(v) <= 4 and set(v) <= set("ab")),
    ("st.text(alphabet=string.digits)", lambda v: v == "" or v.isdigit()),
    ("st.text(st.characters(codec='ascii'))", str.isascii),
    ("st.binary(max_size=3)", lambda v: type(v) is bytes and len(v) <= 3),
    ("many(DIGITS, min_size=1, max_size=5)", lambda v: 1 <= len(v) <= 5 and max(v) <= 9),
    ("st.lists(st.integers(0, 3), unique=True)", lambda v: len(set(v)) == len(v)),
    ("st.lists(st.lists(DIGITS))", lambda v: all(type(row) is list for row in v)),
    ("st.sets(DIGITS, min_size=2)", lambda v: type(v) is set and len(v) >= 2),
    ("st.frozensets(DIGITS)", lambda v: type(v) is frozenset),
    ("st.tuples(DIGITS, st.text())", lambda v: type(v[0]) is int and type(v[1]) is str),
    ("st.dictionaries(st.text('ab'), DIGITS, max_size=2)", lambda v: len(v) <= 2),
    ("st.fixed_dictionaries({'a': DIGITS})", lambda v: list(v) == ["a"] and v["a"] <= 9),
    ("st.one_of(DIGITS, st.none())", lambda v: v is None or v <= 9),
    ("DIGITS | st.just('x')", lambda v: v == "x" or v <= 9),
    ("st.permutations([1, 2, 3])", lambda v: sorted(v) == [1, 2, 3]),
    ("st.lists(DIGITS).map(sorted)", lambda v: v == sorted(v)),
    ("st.lists(DIGITS).map(lambda v: [*v])", lambda _: False),
    ("DIGITS.map(lambda n: n * 2)", lambda v: v % 2 == 0),
    ("st.integers().filter(lambda n: n % 2 == 1)", lambda v: v % 2 == 1),
]  # fmt: skip
NOT_UNDERSTOOD = [
    "st.data()", "st.builds(dict)", "st.from_regex('a')", "st.recursive(DIGITS, st.lists)",
    "mine()", "st.lists(mine())", "st.lists(DIGITS, unique_by=abs)", "...",
    "st.text().filter(str.isdigit)",
    "st.integers(LOWEST)", "st.integers(3, 2)", "DIGITS.flatmap(st.just)", "other.integers()",
    "st.characters(min_codepoint='a')", "st.lists(DIGITS, min_size=10**9)", "st.integers(0.5)",
    "st.lists(*[DIGITS])", "st.sampled_from([])", "st." + "lists(st." * 60 + "none()" + ")" * 60,
]  # fmt: skip


def drawn(expression: str) -> list[Any] | None:
    tree = ast.parse(HEAD + f"WANTED = {expression}\n")
    scope = scope_of(tree)
    strategy = strategies.read(scope.assigned["WANTED"], scope)
    return None if strategy is None else drawing.draw(strategy, random.Random(1), 40)


@pytest.mark.parametrize(("expression", "valid"), UNDERSTOOD, ids=[e for e, _ in UNDERSTOOD])
def test_what_is_drawn_is_what_the_strategy_allows(
    expression: str, valid: Callable[[Any], bool]
) -> None:
    if "[*v]" in expression:
        with pytest.raises(strategies.NotPlain):
            drawn(expression)
        return
    namespace: dict[str, Any] = {}
    exec(HEAD, namespace)
    eval(expression, namespace).validate()  # hypothesis itself reads it as a strategy
    values = drawn(expression)
    assert values
    assert all(map(valid, values)), [v for v in values if not valid(v)]
    assert values == drawn(expression), "the same every time"


@pytest.mark.parametrize("expression", NOT_UNDERSTOOD, ids=[e[:40] for e in NOT_UNDERSTOOD])
def test_a_strategy_that_is_not_understood_whole_is_not_used(expression: str) -> None:
    assert drawn(expression) is None


def test_edges_come_first() -> None:
    values = drawn("st.lists(st.integers(0, 7), max_size=9)")
    assert values is not None
    edges = values[:10:2]
    assert edges[:3] == [[], [0], [0, 1, 7, 2]]
    assert any(len(v) > 1 and len(set(v)) == 1 for v in edges), "equal items"
    numbers = drawn("st.integers(-4, 60)")
    assert numbers is not None
    assert {-4, 0, 1, -1, 60} <= set(numbers[:10:2])


def test_a_filter_that_lets_nothing_through_ends() -> None:
    with pytest.raises(strategies.NotPlain):
        drawn("st.integers().filter(lambda n: n != n)")
    rare = "st.integers().filter(lambda n: n % 90 == 1)"
    with pytest.raises(strategies.NotPlain):
        drawn(f"st.lists(st.lists({rare}, min_size=90), min_size=90)")


def read(body: str) -> ExampleSet:
    return tests.read(ast.parse(HEAD + body), F, "t.py", "test")


def test_a_property_gives_inputs_and_a_few_examples() -> None:
    found = read(
        "@given(st.lists(DIGITS))\n@example([2, 1])\n"
        "def test(xs):\n    assert f(xs) == sorted(xs)\n"
    )
    first = found.examples[0]
    assert (first.text, first.drawn) == ("f([2, 1]) == [1, 2]", False)
    assert len(found.examples) == 1 + 8
    assert all(e.drawn and e.fixes and e.kind == "test" for e in found.examples[1:])
    assert Call(([],)) in found.inputs
    assert len(found.inputs) == 1 + 16


NONE, CALLS, CLAIMS = (False, False), (True, False), (True, True)


@pytest.mark.parametrize(
    ("head", "body", "wanted"),
    [
        # in the place of the last parameters, by name, in a method, beside parametrized ones
        ("@given(DIGITS)\ndef test(self, x):", "assert ok(f(x))", CALLS),
        ("@hypothesis.given(y=DIGITS, x=DIGITS)\ndef test(x, y):", "f(x, y + 1)", CALLS),
        ("class T:\n @given(x=DIGITS)\n def test(self, x):", "self.assertEqual(f(x), 3)", CLAIMS),
        ("@mark.parametrize('n', [1])\n@given(DIGITS)\ndef test(n, x):", "f(x, n)", CALLS),
        # what is not known keeps the call out, not the test
        ("@given(st.data(), DIGITS)\ndef test(x, y):", "f(x.draw(DIGITS))\n  f(y)", CALLS),
        ("@given(st.data())\ndef test(x):", "f(x)", NONE),
        ("x = 1\n@given(st.data())\ndef test(x):", "assert f(x) == 2", NONE),
        ("@mine.given(DIGITS)\ndef test(x):", "assert f(x) == 2", NONE),
        # what raises is no valid input
        ("@given(DIGITS)\ndef test(x):", "with raises(ValueError):\n   f(-x)", (False, True)),
    ],
)
def test_which_calls_count(head: str, body: str, wanted: tuple[bool, bool]) -> None:
    found = read(f"{head}\n  {body}\n")
    assert (bool(found.inputs), bool(found.examples)) == wanted, found


@pytest.mark.parametrize(
    "before",
    [
        "shuffle(xs)", "xs[0] = 1", "xs.sort()", "xs, y = both()", "if odd(xs):\n    return",
        "if len(xs) >= 0:\n    return", "assume(len(xs) > 99)", "assume(odd(xs))",
        "while odd(xs):\n    xs = [1]", "same = xs\n  same.append(1)",
    ],
)  # fmt: skip
def test_what_may_have_changed_or_may_not_be_reached_is_not_claimed(before: str) -> None:
    found = read(f"@given(many(DIGITS))\ndef test(xs):\n  {before}\n  assert f(xs) == 2\n")
    assert found == ExampleSet()


def test_a_guard_decides_which_claim_holds() -> None:
    found = read(
        "@given(st.integers(-2, 2))\ndef test(x):\n    assume(x)\n    total = 1\n"
        "    for n in [1, 2]:\n        if n == 1:\n            continue\n        total += n\n"
        "    if x > 0:\n        assert f(x) == total\n    else:\n        assert f(x) == -total\n"
    )
    assert {e.text for e in found.examples} <= {
        "f(1) == 3", "f(2) == 3", "f(-1) == -3", "f(-2) == -3"
    }  # fmt: skip
    assert len(found.examples) > 2


SORT = "def order(xs: list[int]) -> list[int]:\n    # TODO: sort the list\n    pass\n"
INSERTION = (
    "out = []\nfor x in xs:\n    i = 0\n    while i < len(out) and out[i] <= x:\n        i += 1\n"
    "    out.insert(i, x)\nreturn out"
)


def workspace(folder: Path, test: str) -> str:
    (folder / "work.py").write_text(SORT)
    (folder / "test_work.py").write_text(
        f"from work import order\nfrom hypothesis import given, strategies as st\n"
        f"raise SystemExit('never run')\n{test}"
    )
    return (folder / "work.py").as_uri()


PROPERTY = "@given(st.lists(st.integers(0, 100), min_size=1))\ndef test(xs):\n    assert {}\n"


def test_inputs_of_properties_come_before_made_up_ones(tmp_path: Path) -> None:
    uri = workspace(tmp_path, PROPERTY.format("is_sorted(order(xs))"))
    snapshot, task = task_in(SORT, uri=uri)
    found = examples.study(snapshot, task, (tmp_path,))
    assert found.examples == ()
    calls = probes(task, (), found, 0).calls
    assert len(calls) == VALID
    assert all(xs and min(xs) >= 0 for (xs,) in (call.args for call in calls))  # type: ignore[arg-type]
    assert examples.study(snapshot, task).inputs == (), "only of a trusted workspace"


@pytest.mark.sandbox
async def test_a_property_that_fixes_the_result_verifies_and_refutes(
    tmp_path: Path, cage: Sandbox
) -> None:
    uri = workspace(tmp_path, PROPERTY.format("order(xs) == sorted(xs)"))
    codes = ["return sorted(xs)", INSERTION, "return sorted(set(xs))"]
    found = await judged(SORT, codes, cage, uri=uri, roots=(tmp_path,))
    assert [v.level for v in found.verdicts] == ["verified", "verified", "refuted"]
    assert "order([" in found.verdicts[2].summary
    assert "expected [" in found.verdicts[2].summary


@pytest.mark.sandbox
async def test_a_property_that_does_not_only_refutes(tmp_path: Path, cage: Sandbox) -> None:
    uri = workspace(tmp_path, PROPERTY.format("len(order(xs)) == len(xs)"))
    codes = ["return sorted(xs)", INSERTION, "return sorted(set(xs))"]
    found = await judged(SORT, codes, cage, uri=uri, roots=(tmp_path,))
    assert [v.level for v in found.verdicts] == ["consistent", "consistent", "refuted"]
