"""Replies of all shapes: what is read out of them."""

import pytest

from algosmith.errors import ReplyError
from algosmith.model import Claims, Function, Span, Task
from algosmith.prompting import extract


def _task(name: str | None = "two_sum", language: str = "python") -> Task:
    span = Span(0, 0)
    function = Function(name, name, f"def {name}(nums, t):", span, span) if name else None
    kind = "body" if name else "function"
    return Task("TODO", "x", language, "en", kind, span, span, 1, function, "key")


CODE = "def two_sum(nums, t):\n    return [0, 1]\n"
CONTRACT = f"Approach: sort, then two pointers\nTime: O(n log n)\nSpace: O(1)\n```python\n{CODE}```"

SHAPES = {
    "contract": CONTRACT,
    "thinking before": f"<think>maybe ```python\nbad()\n``` hmm</think>\n{CONTRACT}",
    "thinking opened by the template": f"let me see\n</think>\n{CONTRACT}",
    "fence not closed": CONTRACT.removesuffix("```"),
    "no language on the fence": CONTRACT.replace("```python", "```"),
    "tilde fence": CONTRACT.replace("```", "~~~"),
    "prose around": f"Sure! Here you go.\n\n{CONTRACT}\n\nHope this helps.",
    "example calls in a second block": f"{CONTRACT}\n```python\nprint(two_sum([1, 2], 3))\n```",
    "usage shown first": f"```python\ntwo_sum([1], 2)\n```\n{CONTRACT}",
    "shell block first": f"```bash\npip install x\n```\n{CONTRACT}",
    "longer fence": CONTRACT.replace("```", "````"),
}


@pytest.mark.parametrize("reply", SHAPES.values(), ids=SHAPES.keys())
def test_the_code_is_found(reply: str) -> None:
    assert extract.candidate(reply, _task()).code.strip() == CODE.strip()


HELPER = "def help_me(x):\n    return x\n"
ROUGH = {
    "in two blocks": (
        f"First a helper:\n```python\n{HELPER}```\nThen:\n```python\n{CODE}    help_me(1)\n```",
        f"{HELPER}\n{CODE}    help_me(1)\n",
    ),
    "a second way in another block": (
        f"```python\n{CODE}```\nOr:\n```python\n{CODE}    # slower\n```", CODE),
    "cut off in a string of a test": (f"```python\n{CODE}\nprint('two_sum of", CODE),
    "cut off in a repeated line": (f"```python\n{CODE}" + "assert two_sum([1], 1) ==" * 30, CODE),
    "prose in the code": (f"{CODE}\nThis works because it's (mostly) right.", CODE),
    "javascript beside python": (
        f"```javascript\nfunction two_sum() {{}}\n```\n```python\n{CODE}```", CODE),
    "a language nobody knows": (f"```brainfudge\n{CODE}```", CODE),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "wanted"), ROUGH.values(), ids=ROUGH.keys())
def test_what_is_whole_in_a_rough_reply(reply: str, wanted: str) -> None:
    assert extract.candidate(reply, _task()).code.strip() == wanted.strip()


def test_a_reply_of_prose_may_be_continued() -> None:
    with pytest.raises(extract.NoCode):
        extract.candidate("Approach: sort\nTime: O(n)\nSpace: O(1)\n", _task())


def test_a_reply_in_another_language_says_so() -> None:
    with pytest.raises(ReplyError, match="the reply is in java, not in python"):
        extract.candidate("```java\nclass A { int f() { return 1; } }\n```", _task())
    with pytest.raises(ReplyError, match="the reply is in python, not in typescript"):
        extract.candidate(f"```python\n{CODE}```", _task("sum", "typescript"))


@pytest.mark.parametrize(
    ("comment", "approach"),
    [
        ("# Use a hash map of what was seen", "Use a hash map of what was seen"),
        ("# Approach: two pointers", "two pointers"),
        ("# TODO: do it later please", ""),
        ("# ok", ""),
        ("# 用哈希表记住见过的数", "用哈希表记住见过的数"),
    ],
)
def test_without_prose_the_first_comment_is_the_idea(comment: str, approach: str) -> None:
    reply = f"```python\ndef two_sum(nums, t):\n    {comment}\n    return 1\n```"
    assert extract.candidate(reply, _task()).approach == approach


def test_no_fence_at_all() -> None:
    found = extract.candidate(f"Approach: a\n\n{CODE}", _task())
    assert found.code == CODE
    assert found.approach == "a"


def test_claims_and_approach() -> None:
    found = extract.candidate(CONTRACT, _task())
    assert found.claims == Claims("O(n log n)", "O(1)")
    assert found.approach == "sort, then two pointers"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Time Complexity: $O(n \\log n)$\nSpace Complexity: $O(1)$", ("O(n log n)", "O(1)")),
        ("**Time:** O(n^2), **Space:** O(n)", ("O(n^2)", "O(n)")),
        ("It runs in O(n) time and uses O(1) extra space.", ("O(n)", "O(1)")),
        ("时间复杂度:O(n²)\n空间复杂度:O(1)", ("O(n²)", "O(1)")),
        ("Time: O(max(n, m))\nSpace: O(f(g(n)))", ("O(max(n, m))", "O(f(g(n)))")),
        ("Time: O(...)\nSpace: O(...)", (None, None)),
        ("Time complexity is \\(O(V + E)\\).", ("O(V + E)", None)),
        ("Time: linear", (None, None)),
    ],
)
def test_claims_are_read(text: str, claims: tuple[str | None, str | None]) -> None:
    found = extract.candidate(f"{text}\n```python\n{CODE}```", _task()).claims
    assert (found.time, found.space) == claims


def test_claims_in_comments_of_the_code() -> None:
    reply = "```python\n# Time: O(n)\n# Space: O(1)\ndef two_sum(nums, t):\n    return 1\n```"
    assert extract.candidate(reply, _task()).claims == Claims("O(n)", "O(1)")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "no code"),
        ("I can't do that.", "no code"),
        ("<think>first I would", "still thinking"),
        ("```python\n```", "no code"),
    ],
)
def test_unusable_replies_say_why(reply: str, reason: str) -> None:
    with pytest.raises(ReplyError, match=reason):
        extract.candidate(reply, _task())


def test_the_approach_is_one_clean_line() -> None:
    reply = f"Approach: **use** a `set`\u202e and \x1b[31mgo\n```python\n{CODE}```"
    assert extract.candidate(reply, _task()).approach == "use a set and [31mgo"


def test_a_long_approach_is_cut() -> None:
    found = extract.candidate(f"Approach: {'word ' * 100}\n```python\n{CODE}```", _task())
    assert len(found.approach) <= 162


def test_typescript_without_a_fence() -> None:
    code = "export function sum(a: number[]): number {\n  return 0;\n}\n"
    assert extract.candidate(f"Here:\n{code}", _task("sum", "typescript")).code == code


def test_an_explanation() -> None:
    reply = "Algorithm: **binary search**\nIdea: It halves. It ends.\nTime: O(log n)\nSpace: O(1)"
    found = extract.explanation(reply, "demo")
    assert (found.algorithm, found.idea) == ("binary search", "It halves. It ends.")
    assert found.claims == Claims("O(log n)", "O(1)")


def test_an_idea_may_run_over_lines() -> None:
    reply = (
        "Algorithm: binary search\nIdea: It halves.\nIt ends.\n**Time:** O(log n)\n\nSpace: O(1)"
    )
    found = extract.explanation(reply, "demo")
    assert found.idea == "It halves. It ends."
    assert found.claims == Claims("O(log n)", "O(1)")


def test_an_explanation_in_free_prose() -> None:
    found = extract.explanation("This sorts the list and takes the middle.", "demo")
    assert found.idea == "This sorts the list and takes the middle."


def test_an_empty_explanation() -> None:
    with pytest.raises(ReplyError):
        extract.explanation("<think>a</think>\n", "demo")
