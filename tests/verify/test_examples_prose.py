"""Examples in words: what is read, and what must not be taken for one."""

import pytest

from algosmith.verify.examples import prose
from algosmith.verify.examples.reading import Target

ONE = Target(frozenset({"f"}), ("",), ("nums",))
NONE = Target(frozenset({"f"}))
TWO = Target(frozenset({"f"}), ("", ""), ("nums", "k"))

READ = [
    (TWO, "f([1,2], 3) -> 5.", ["f([1, 2], 3) == 5"]),
    (ONE, "f([1, 2]) => [2, 1]", ["f([1, 2]) == [2, 1]"]),
    (ONE, "`f([1, 2])` returns `3`", ["f([1, 2]) == 3"]),
    (ONE, "f('abc') == 'cba' and f('') == ''", ["f('abc') == 'cba'", "f('') == ''"]),
    (ONE, "f(2) = 3, f(3) = 4", ["f(2) == 3", "f(3) == 4"]),
    (ONE, "f(3) should raise ValueError", ["f(3) raises ValueError"]),
    (ONE, "Solution().f([3]) should return true", ["f([3]) == True"]),
    (ONE, "f((1, 2)) gives (2, 1)", ["f((1, 2)) == (2, 1)"]),
    (TWO, "Input: nums = [2,7], k = 9\nOutput: [0,1]\nExplanation: 2", ["f([2, 7], 9) == [0, 1]"]),
    (TWO, "输入:nums = [1,2], k = 3\n输出:[0,1]", ["f([1, 2], 3) == [0, 1]"]),
    (TWO, "输入：nums = [1,2], k = 3\n输出：[0,1]", ["f([1, 2], 3) == [0, 1]"]),
    (TWO, "Input:\n[1, 2]\n3\nOutput:\n5", ["f([1, 2], 3) == 5"]),
    (TWO, "Input: [1,2], 3  Output: 5", ["f([1, 2], 3) == 5"]),
    (ONE, 'Example 1:\nInput: s = "()"\nOutput: true\n\nExample 2:\nInput: s = "("\nOutput: false',
     ["f('()') == True", "f('(') == False"]),
    (ONE, "Input: root = [3,null,20]\nOutput: null", ["f([3, None, 20]) == None"]),
    (ONE, "returns 6 for [1,2,3]", ["f([1, 2, 3]) == 6"]),
    (ONE, "for [1,2] returns 3", ["f([1, 2]) == 3"]),
    (ONE, "对于 [1,2] 返回 3。", ["f([1, 2]) == 3"]),
    (ONE, "示例: [1,2,3] => 6", ["f([1, 2, 3]) == 6"]),
    (ONE, "e.g. [1,2,3] -> 6, [] -> 0", ["f([1, 2, 3]) == 6"]),
    (ONE, '"abc" -> "cba"', ["f('abc') == 'cba'"]),
    (ONE, "- 3 → 'Fizz'", ["f(3) == 'Fizz'"]),
    (NONE, "f() returns 3", ["f() == 3"]),
]  # fmt: skip

NOT_READ = [
    (ONE, "Returns -1 if nothing is found"),
    (ONE, "`f()` returns `True` when all are equal"),
    (TWO, "f() raises ValueError where k is negative"),
    (ONE, "f(x) = x + 1"),
    (ONE, "def f(nums) -> int"),
    (ONE, "returns None for an empty list"),
    (TWO, "[1, 2] -> 3"),
    (ONE, "f([1, 2"),
    (ONE, "list[int] -> int"),
    (ONE, "a -> b -> c"),
    (ONE, "O(n) is better than O(n^2)"),
    (ONE, "f(__import__('os').system('ls')) == 0"),
    (ONE, "f([1]) == 10 ** 10 ** 10"),
    (ONE, "f('a' * 10**12) == 1"),
]


@pytest.mark.parametrize(("target", "text", "wanted"), READ, ids=[t for _, t, _ in READ])
def test_reads(target: Target, text: str, wanted: list[str]) -> None:
    found = prose.read(text, target, "docstring")
    assert [e.text for e in (*found.examples, *found.hints)] == wanted


@pytest.mark.parametrize(("target", "text"), NOT_READ, ids=[t for _, t in NOT_READ])
def test_is_no_example(target: Target, text: str) -> None:
    found = prose.read(text, target, "docstring")
    assert (found.examples, found.hints) == ((), ())


@pytest.mark.parametrize("text", ["4 => 100", "In binary 6 -> 110", "'a' → 'b'"])
def test_what_may_be_no_example_is_only_a_hint(text: str) -> None:
    found = prose.read(text, Target(frozenset({"f"}), parameters=("n",)), "docstring")
    assert not found.examples


@pytest.mark.parametrize(
    "text",
    [
        "A wrong version would give f(3) == 4.",
        "Unlike sorted, f([2, 1]) == [2, 1].",
        "f(2) -> 3 is not what you want",
        "a naive solution returns 5 for [1, 2]",
    ],
)
def test_what_a_wrong_version_does_is_left_out_and_named(text: str) -> None:
    found = prose.read(text, Target(frozenset({"f"}), parameters=("n",)), "docstring")
    assert (found.examples, found.hints) == ((), ())
    assert "wrong answer" in found.notes[0]


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ('Explanation: "aba" is also a valid answer.', True),
        ("[2, 1] is also accepted.", True),
        ("If there are several, return any of them.", True),
        ("Any valid answer will do.", True),
        ("There may be multiple answers.", True),
        ("如果有多个答案，返回其中任意一个。", True),
        ("Returns True if any of them is even.", False),
        ("Every answer is valid.", False),
        ("There is also a faster way.", False),
    ],
)
def test_where_words_allow_other_results_an_example_is_a_hint(words: str, choice: bool) -> None:
    text = f'Input: nums = "babad"\nOutput: "bab"\n{words}'
    found = prose.read(text, ONE, "docstring")
    assert (len(found.examples), len(found.hints)) == ((0, 1) if choice else (1, 0))


@pytest.mark.parametrize(
    ("output", "claim"),
    [
        ("2, nums = [1,2,_]", "sorted(_0[:2]) == sorted([1, 2])"),
        ("2, and nums = [1, 2]", "_0 == [1, 2]"),
        ("2, nums = [_,_,_]", ""),
        ("2, other = [1]", ""),
        ("2 for n = 1, nums = [1]", ""),
    ],
)
def test_what_an_argument_holds_afterwards_is_an_example_as_well(output: str, claim: str) -> None:
    found = prose.read(f"Input: nums = [1,1,2]\nOutput: {output}", ONE, "docstring")
    claims = [one.claim for one in found.examples]
    assert claims[:1] == ["_ == 2"] or "for" in output
    assert claims[1:] == [claim] * bool(claim)
