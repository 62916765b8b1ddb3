"""Small changes really change something; rewrites change nothing."""

import ast

import pytest

from algosmith.verify.mutants import changed_programs, mutants
from algosmith.verify.rewrites import rewritten

CODE = """
def f(nums, k):
    total = 0
    for i in range(1, len(nums)):
        if nums[i] > k and nums[i] != 7:
            total += nums[i] - nums[i - 1]
        elif not nums[i]:
            continue
        else:
            total = max(total, k * 2)
    return total if total < 100 else [n for n in nums[1:] if n % 2 == 0]
"""
CALLS = [([1, 5, 2, 9], 3), ([0, 0, 0], 1), ([7, 7, 8], 2), ([500, 1, 900, 4], 2)]


def function() -> ast.FunctionDef:
    node = ast.parse(CODE).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def results(node: ast.AST) -> list[object]:
    space: dict[str, object] = {}
    exec(ast.unparse(node), space)
    run = space["f"]
    assert callable(run)
    found: list[object] = []
    for nums, k in CALLS:
        try:
            found.append(run(list(nums), k))
        except Exception as error:  # noqa: BLE001 - mutants may do anything
            found.append(type(error).__name__)
    return found


def test_mutants_differ_in_text_and_most_in_behaviour() -> None:
    made = mutants(function(), 60)
    texts = {ast.unparse(one) for one in made}
    assert len(texts) == len(made) >= 25
    assert ast.unparse(function()) not in texts
    right = results(function())
    assert sum(results(one) != right for one in made) > len(made) * 0.6


def test_the_same_seed_gives_the_same_mutants() -> None:
    one, other, third = (mutants(function(), 10, seed) for seed in (1, 1, 2))
    assert [ast.unparse(m) for m in one] == [ast.unparse(m) for m in other]
    assert [ast.unparse(m) for m in one] != [ast.unparse(m) for m in third]


def test_a_table_is_not_what_gets_changed_first() -> None:
    items = ", ".join(f"{n}: {n * n}" for n in range(60))
    node = ast.parse(f"def f(n):\n    return {{{items}}}.get(n, n + 1)").body[0]
    assert isinstance(node, ast.FunctionDef)
    made = [ast.unparse(m) for m in mutants(node, 8)]
    assert any("n - 1" in text or ".get(n)" in text for text in made)


@pytest.mark.parametrize("seed", range(12))
def test_rewrites_behave_alike(seed: int) -> None:
    assert results(rewritten(function(), seed)) == results(function())


def test_rewrites_differ_from_each_other() -> None:
    assert len({ast.unparse(rewritten(function(), seed)) for seed in range(12)}) > 3


PROGRAMS = {
    "a method among others": "import os\n\n\nclass A:\n    @property\n    def f(self):\n"
    '        """More\n        words."""\n        return self.x + 1\n\n    def g(self): return 2\n',
    "two blanks": "class A:\n  def f(self):\n    return self.x + 1\ny = 2\n",
    "tabs": "class A:\n\tdef f(self):\n\t\treturn self.x + 1\ny = 2\n",
    "other line ends": "class A:\r\n    def f(self):\r\n        return self.x + 1\r\ny = 2\r\n",
    "a byte order mark": "\ufeffclass A:\n    def f(self):\n        return self.x + 1\ny = 2\n",
    "a form feed": "y = 2\n\x0c\nclass A:\n    def f(self):\n        return self.x + 1\n",
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_changed_program_differs_in_its_function_only(kind: str) -> None:
    text = PROGRAMS[kind].removeprefix("\ufeff")
    whole = ast.parse(text)
    made = [*changed_programs(PROGRAMS[kind], "A.f", 8)]
    assert len(made) >= 3
    for changed in map(ast.parse, made):
        classes = [n for n in changed.body if isinstance(n, ast.ClassDef)]
        assert [ast.dump(n) for n in changed.body if n not in classes] == [
            ast.dump(n) for n in whole.body if not isinstance(n, ast.ClassDef)
        ]
        before = next(n for n in whole.body if isinstance(n, ast.ClassDef))
        assert ast.dump(classes[0].body[0]) != ast.dump(before.body[0])
        assert [*map(ast.dump, classes[0].body[1:])] == [*map(ast.dump, before.body[1:])]


def test_a_program_without_a_function_is_changed_as_a_whole() -> None:
    assert "print(x + 2)" in "".join(changed_programs("x = 1\nprint(x + 1)\n", "", 8))
    assert not [*changed_programs("x = 1\n", "f", 8)]
