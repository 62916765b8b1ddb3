"""Examples from doctests, asserts and tests: read by syntax tree, never executed."""

import ast
from pathlib import Path

import pytest

from algosmith.sandbox.types import Answer, Call, Node
from algosmith.verify import examples
from algosmith.verify.checking import satisfies
from algosmith.verify.examples import doctests, tests
from algosmith.verify.examples.reading import Target
from tests.verify.judging import task_in

ONE = Target(frozenset({"f"}), ("",), ("nums",))

DOCTESTS = [
    (">>> f([1])\n1", ["f([1]) == 1"]),
    (">>> f([1]) == 2\nTrue", ["f([1]) == 2"]),
    (">>> print(f('a'))\nabc", ["print(f('a')) displays abc"]),
    (
        ">>> nums = [3, 1]\n>>> f(nums)\n>>> nums\n[1, 3]",
        ["f([3, 1]): argument 1 afterwards == [1, 3]"],
    ),
    (">>> got = f([2])\n>>> got\n4", ["f([2]) == 4"]),
    (
        ">>> f(0)\nTraceback (most recent call last):\n  ...\nValueError: no",
        ["f(0) raises ValueError"],
    ),
    (">>> sorted(f([2]))\n[1, 2]", ["sorted(f([2])) == [1, 2]"]),
    (">>> f(open('x').read())\n3", ["f(open('x').read()) displays 3"]),
]

ASSERTS = [
    ("assert f([1]) == 2", ["_ == 2"]),
    ("assert 2 == f([1])", ["_ == 2"]),
    ("assert set(f([1])) == set((1, 2))", ["set(_) == set((1, 2))"]),
    ("assert f([1]) is None and not f([2])", ["_ is None", "not _"]),
    ("assert abs(f([2]) - 3.5) < 1e-6", ["abs(_ - 3.5) < 1e-06"]),
    ("x = [1]\nassert f(x) == 2", ["_ == 2"]),
    ("got = f([1])\nassert got == 2", ["_ == 2"]),
    ("assert f([1]) == f([2])", []),
    ("assert f(load()) == 2", []),
    ("assert f([1]) == CONSTANT", []),
    ("def test_a():\n    for x, y in [([1], 2), ([3], 4)]:\n        assert f(x) == y",
     ["_ == 2", "_ == 4"]),
    ("def helper():\n    assert f([1]) == 2", []),
    ("if __name__ == '__main__':\n    assert f([1]) == 2", ["_ == 2"]),
    ("import pytest\n@pytest.mark.parametrize('a, b', [([1], 2), pytest.param([3], 4)])\n"
     "def test_p(a, b):\n    assert f(a) == b", ["_ == 2", "_ == 4"]),
    (("import pytest\ndef test_r():\n    with pytest.raises(ValueError):\n"
"        f([])"), ["raises ValueError"]),
    ("class T(TestCase):\n    def test_a(self):\n        self.assertEqual(f([1]), 2)\n"
     "        self.assertTrue(f([2]))\n        self.assertAlmostEqual(f([3]), 0.5)\n"
     "        self.assertRaises(KeyError, f, [])",
     ["_ == 2", "_", "_ == approx(0.5, abs=5e-08)", "raises KeyError"]),
]  # fmt: skip


@pytest.mark.parametrize(("docstring", "wanted"), DOCTESTS, ids=[d for d, _ in DOCTESTS])
def test_doctests(docstring: str, wanted: list[str]) -> None:
    assert [e.text for e in doctests.read(docstring, ONE, "docstring").examples] == wanted


def test_a_docstring_example_that_is_no_code_is_named_and_skipped() -> None:
    found = doctests.read(">>> f([1,)\n1\n>>> f([2])\n2", ONE, "docstring")
    assert [e.text for e in found.examples] == ["f([2]) == 2"]
    assert "not valid Python" in found.notes[0]


@pytest.mark.parametrize(("code", "wanted"), ASSERTS, ids=[c for c, _ in ASSERTS])
def test_asserts_and_tests(code: str, wanted: list[str]) -> None:
    found = tests.read(ast.parse(code), ONE, "x.py", "test").examples
    assert [e.claim or f"raises {e.raises}" for e in found] == wanted


@pytest.mark.parametrize(
    ("claim", "value", "holds"),
    [
        ("_ == [0, 1]", [0, 1], True),
        ("_ == [0, 1]", (0, 1), False),
        ("_ == 3", 3.0, True),
        ("set(_) == {1, 2}", [2, 1, 1], True),
        ("abs(_ - 3.5) < 0.01", 3.501, True),
        ("_ == approx(0.5, abs=0.1)", 0.55, True),
        ("_ == approx(0.5)", 0.55, False),
        ("_ is None", 0, False),
        ("_ == nan", float("nan"), True),
        ("sorted(_) == [1, 2]", None, False),
        ("_[0] == 1", [], False),
    ],
)
def test_claims_are_judged_on_plain_values(claim: str, value: object, holds: bool) -> None:
    found = tests.read(ast.parse("assert f([1]) == 1"), ONE, "x.py", "test").examples[0]
    made = type(found)(found.call, claim, found.call_text, "x", "test", "f")
    answer = Answer("value", value)  # type: ignore[arg-type]
    assert satisfies(made, answer) is holds


def test_lists_become_nodes_where_the_annotation_says_so() -> None:
    snapshot, task = task_in(
        "def f(head: Optional[ListNode]) -> Optional[ListNode]:\n"
        '    """Input: head = [1,2]\n    Output: [2,1]\n    """\n    # TODO: reverse\n'
    )
    (example,) = examples.find(snapshot, task)
    assert example.call == Call((Node("ListNode", (1, 2)),))


def test_asserts_name_the_function_that_a_todo_outside_any_function_is_to_write() -> None:
    snapshot, task = task_in(
        "def other(): return 1\n\n# TODO: write it\n\nassert twice(2) == 4\nassert other() == 1\n"
    )
    assert [e.text for e in examples.find(snapshot, task)] == ["twice(2) == 4"]


def test_contradicting_examples_are_shown_in_pairs() -> None:
    snapshot, task = task_in('def f(x):\n    """f(1) == 2"""\n    # TODO: f(1) -> 3\n    pass\n')
    found = examples.study(snapshot, task)
    assert [(a.text, b.text) for a, b in found.contradictions] == [("f(1) == 2", "f(1) == 3")]


def test_workspace_tests_are_read_within_bounds_and_never_run(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "ignored").mkdir()
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "work.py").write_text("def f(x):\n    # TODO: double\n    pass\n")
    trap = "raise SystemExit('ran')\nopen('/tmp/never', 'w')\n"
    (tmp_path / "tests" / "test_work.py").write_text(
        f"from work import f\n{trap}def test_a():\n    assert f(2) == 4\n"
    )
    (tmp_path / "tests" / "test_other.py").write_text(
        "from elsewhere import f\ndef test_a():\n    assert f(2) == 5\n"
    )
    (tmp_path / "tests" / "test_broken.py").write_text("from work import f\ndef test_a(:\n")
    (tmp_path / "ignored" / "test_x.py").write_text(
        "from work import f\ndef test_a():\n    assert f(2) == 6\n"
    )
    uri = (tmp_path / "work.py").as_uri()
    snapshot, task = task_in((tmp_path / "work.py").read_text(), uri=uri)
    found = examples.find(snapshot, task, (tmp_path,))
    assert [(e.text, e.source) for e in found] == [("f(2) == 4", "tests/test_work.py:5")]
    assert examples.find(snapshot, task, ()) == ()
