"""C and C++ candidates are judged: right ones are never refuted, wrong ones never verified."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.languages import lines, tokens
from algosmith.languages.cpp import heads, literals, running
from algosmith.languages.cpp.running import CppSandbox
from algosmith.languages.cpp.speech import SPEECH
from algosmith.sandbox.types import UNFIT, Call, Limits, Node, Program
from tests.languages.cpp.tasks import Written, written
from tests.verify.judging import SETTINGS, judged

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0)
ALL = [*written("cpp"), *written("c")]
FEW = ("count_pairs",)
"""Compiling takes its time: the others are judged by ``make test-languages``."""
CHOSEN = [t for t in ALL if t.name in FEW or os.environ.get("ALGOSMITH_TEST_ALL_TASKS")]
UNTOLD = (
    "islands", "brackets", "is_palindrome", "merge_lists", "shortest_path",
    "largest_sum",  # an array without its length: never
    "count_vowels", "has_cycle", "queries_of_a_range", "sorted_numbers", "steps_in_a_maze",
    "ways_to_climb", "digits_of_a_sum", "coins",
    "greatest_divisor",
)  # fmt: skip
"""Right ones that are not verified with their examples alone: a second answer has to agree."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cpp() -> AsyncIterator[CppSandbox]:
    """An open sandbox for C++, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: task.name)
async def test_right_ones_are_not_refuted_and_wrong_ones_not_verified(
    cpp: CppSandbox, task: Written
) -> None:
    uri = f"file:///{task.name}.{task.language}"
    codes = [task.right, *task.wrong]
    seen = await judged(task.file, codes, cpp, language=task.language, uri=uri, settings=SETTINGS)
    right, *wrong = seen.verdicts
    assert right.level == "verified" or task.name in UNTOLD, right
    assert right.level in ("verified", "consistent"), right
    assert not [one for one in wrong if one.level == "verified"]


VALUES = """
#include <bits/stdc++.h>
using namespace std;
struct ListNode { int val; ListNode* next; ListNode(int x) : val(x), next(nullptr) {} };
struct TreeNode { int val; TreeNode* left; TreeNode* right; };
struct Solution {
  using Pairs = map<string, vector<pair<int, double>>>;
  Pairs mapped(const Pairs& m) { return m; }
  tuple<bool, char, string> packed(bool b, char c, string s) { return {b, c, s + c}; }
  set<long long> grouped(vector<long long>& v) { v.push_back(7); return {v.begin(), v.end()}; }
  optional<int> maybe(optional<int> x) { return x; }
  ListNode* list(ListNode* head) { return head; }
  TreeNode* tree(TreeNode* root) { return root; }
  array<int, 2> twice(unsigned char x) { return {x, x * 2}; }
  void change(vector<vector<int>>& grid, int& n) { grid[0][0] = 9; n++; }
  int thrown(int x) { if (x) throw out_of_range("too far"); return x; }
  float third(float x) { return x / 3; }
};
"""


def _calls() -> dict[str, list[tuple[Call, object]]]:
    tree = Node("TreeNode", (1, None, 2, 3))
    return {
        "mapped": [(Call(({"a": [(1, 0.5)]},)), {"a": [(1, 0.5)]})],
        "packed": [(Call((True, "x", "é")), (True, "x", "éx"))],
        "grouped": [(Call(([2**62, -1],)), {2**62, -1, 7})],
        "maybe": [(Call((None,)), None), (Call((3,)), 3)],
        "list": [(Call((Node("ListNode", (1, 2)),)), Node("ListNode", (1, 2)))],
        "tree": [(Call((tree,)), tree), (Call((None,)), Node("TreeNode", ()))],
        "twice": [(Call((200,)), [200, 400])],
        "third": [(Call((1.0,)), 0.33333334)],
    }


async def test_values_cross_the_border_both_ways(cpp: CppSandbox) -> None:
    for name, pairs in _calls().items():
        run = await cpp.run(Program(VALUES, f"Solution.{name}"), [c for c, _ in pairs], LIMITS)
        assert run.failure is None, run.failure
        assert [a.value for a in run.answers] == [value for _, value in pairs], name


async def test_what_changes_in_place_is_seen_and_what_is_thrown_is_named(cpp: CppSandbox) -> None:
    run = await cpp.run(Program(VALUES, "Solution.change"), [Call(([[1, 2]], 4))], LIMITS)
    assert run.answers[0].arguments == ([[9, 2]], 5)
    run = await cpp.run(Program(VALUES, "Solution.thrown"), [Call((1,)), Call((0,))], LIMITS)
    assert [(a.status, a.error) for a in run.answers] == [
        ("raised", "out_of_range: too far"), ("value", "")
    ]  # fmt: skip


async def test_arguments_that_fit_no_parameter_are_said_to(cpp: CppSandbox) -> None:
    given = [Call((2**40,)), Call(("ab",)), Call((2.5,)), Call(()), Call((1, 2)), Call((2.0,))]
    run = await cpp.run(Program("int f(int x) { return x; }", "f"), given, LIMITS)
    assert [a.status for a in run.answers] == ["unserialisable"] * 5 + ["value"]
    assert all(a.error.startswith(UNFIT) for a in run.answers[:5])


async def test_undefined_behaviour_is_found_by_the_second_run_only(cpp: CppSandbox) -> None:
    source = "int f(int x) { return x + 1; }"
    given = [Call((2**31 - 1,))]
    plain = await cpp.run(Program(source, "f"), given, LIMITS)
    assert plain.answers[0].status == "value"
    checked = await cpp.run(Program(source, "f", checked=True), given, LIMITS)
    assert checked.answers[0].status == "crashed"
    assert "overflow" in checked.answers[0].error


@pytest.mark.parametrize(("text", "value"), [
    ("{1, 2}", [1, 2]), ("[[1],[2,3]]", [[1], [2, 3]]), ('"a[b]"', "a[b]"), ("'x'", "x"),
    ("vector<int>{1}", [1]), ("std::make_pair(1, 2)", (1, 2)), ("-3", -3), ("1e9", 1e9),
    ("1LL << 40", 1 << 40), ("INT_MIN", -(2**31)), ("nullptr", None), ("true", True),
    ("(int[]){1, -2}", [1, -2]), ("1'000'000", 1000000), ("set<int>{1, 2}", {1, 2}),
])  # fmt: skip
async def test_literals(text: str, value: object) -> None:
    assert literals.parse(text) == value


@pytest.mark.parametrize(
    "text", ["x", "f(1)", "{1, x}", "vector<int>(3)", "1 +", 'system("x")', "", "1, 2"]
)
async def test_no_literals(text: str) -> None:
    with pytest.raises(literals.NotLiteral):
        literals.parse(text)


@pytest.mark.parametrize(("text", "kind"), [
    ("const std::vector<int>&", "list[int]"), ("vector<vector<char>>", "list[list[str]]"),
    ("unordered_map<string, int>", "dict[str, int]"), ("ll", "int"), ("ListNode*", "ListNode"),
    ("const char*", "str"), ("int*", "list[int]"), ("pair<int, double>", "tuple[int, float]"),
    ("unsigned long long", "int"), ("function<int(int)>", ""),
])  # fmt: skip
async def test_types(text: str, kind: str) -> None:
    assert heads.python_of(text, {"ll": "long long"}) == kind


@pytest.mark.parametrize(("line", "expected"), [
    ("f({1, 2}) == 3", 3), ("f({1, 2}) => 3 (both)", 3), ("f({1, 2}); // 3", 3),
    ("f({1, 2}) returns 3.", 3), ("cout << f({1, 2}) << endl; // 3", 3), ("f({1, 2}) → 3", 3),
])  # fmt: skip
async def test_examples_of_a_line(line: str, expected: int) -> None:
    target = lines.Target(frozenset({"f"}), ("xs",), ("list[int]",), "int")
    (claim,), _ = lines.read(line, target, "here", SPEECH)
    assert (claim.call, claim.expected, claim.sure) == (Call(([1, 2],)), expected, True)


@pytest.mark.parametrize(
    "line", ["f(x) == 3", "f({1}) + 1 == 3", "f(2) is fast", "g({1}) == 2", "f({1}) == y"]
)
async def test_what_is_no_example(line: str) -> None:
    target = lines.Target(frozenset({"f"}), ("xs",), ("list[int]",), "int")
    assert not lines.read(line, target, "here", SPEECH)[0]


@pytest.mark.parametrize("line", [
    b"", b"0", b"1 v #1 ", b"0 v", b"0 v [9 #1 ", b"0 v #1 #2 ", b"0 x", b"0 v \"zz ",
    b"0 v [99999999999 ", b"0 v " + b"[1 " * 500, b"0 v -1 ", b"\xff\xfe",
])  # fmt: skip
async def test_malformed_answers_are_refused(line: bytes) -> None:
    with pytest.raises(tokens.FrameError):
        tokens.answer(line, 0, Call(()), 0.0)


async def test_what_the_compiler_says_goes_to_the_repair_and_refutes_nothing(
    cpp: CppSandbox,
) -> None:
    file = "// f(1) == 2\nint f(int x) {\n    // TODO: one more\n    return 0;\n}\n"
    codes = ["int f(int x) { return x + step; }"]
    seen = await judged(file, codes, cpp, language="cpp", uri="file:///f.cpp")
    assert seen.verdicts[0].level == "unchecked"
    assert seen.evidence.startswith("It does not compile: ")
    assert "step" in seen.evidence


async def test_what_is_not_run_says_why(cpp: CppSandbox) -> None:
    files = {
        "it is a template": "template <int N>\nint f(int x) {\n    // TODO: one more\n"
        "    return x;\n}\n",
        "it is overloaded": "int f(char x) { return 1; }\nint f(int x) {\n    // TODO: one more\n"
        "    return 0;\n}\n",
        "not carried into the cage": "#include <functional>\nint f(std::function<int(int)> g) {\n"
        "    // TODO: call it\n    return 0;\n}\n",
    }
    for reason, file in files.items():
        body = "return g(1);" if "function<" in file else "return x + 1;"
        seen = await judged(file, [body], cpp, language="cpp", uri="file:///f.cpp")
        assert seen.verdicts[0].level == "unchecked", seen.verdicts[0]
        assert reason in seen.verdicts[0].summary


async def test_without_a_compiler_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("algosmith.languages.cpp.compiler.find", lambda: None)
    with pytest.raises(SandboxError, match=r"no C\+\+ compiler here; install g\+\+ or clang\+\+"):
        await running.opened()
