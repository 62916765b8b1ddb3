"""Small changes really change something; rewrites change nothing."""

import ast

import pytest

from algosmith.verify.mutants import mutants
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
