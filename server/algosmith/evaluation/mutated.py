"""Pools of right and wrong candidates made from a problem's reference solution, without a model."""

from __future__ import annotations

import ast
import random
from typing import TYPE_CHECKING

from algosmith.verify import source
from algosmith.verify.mutants import mutants
from algosmith.verify.rewrites import rewritten

if TYPE_CHECKING:
    from algosmith.evaluation.problems import Problem
    from algosmith.verify.source import Definition

_RIGHT = (0, 1, 1, 2, 3)
"""How many right answers a pool may hold; drawn for each problem."""
_MUTANTS = 40


def pool(problem: Problem, size: int = 8, seed: int = 0) -> tuple[str, ...]:
    """Some rewrites of the reference among its mutants, some of these alike; () where none fit."""
    tree = source.tree_of(problem.reference)
    node = source.definition(tree, problem.entry) if tree and problem.entry else None
    if tree is None or node is None:
        return ()
    rng = random.Random(f"{problem.id} {seed}")  # noqa: S311 - a sample, no secret
    wrong = mutants(node, _MUTANTS, rng.randrange(1 << 30))
    rng.shuffle(wrong)
    made: list[Definition] = [
        rewritten(node, rng.randrange(1 << 30)) for _ in range(rng.choice(_RIGHT))
    ]
    for mutant in wrong[: size - len(made)]:
        other = rng.random() < 0.5
        made.append(rewritten(mutant, rng.randrange(1 << 30)) if other else mutant)
    while wrong and len(made) < size:
        made.append(rewritten(rng.choice(wrong), rng.randrange(1 << 30)))
    rng.shuffle(made)
    rest = [ast.unparse(part) for part in tree.body if part is not node]
    return tuple("\n".join([*rest, ast.unparse(one)]) for one in made)
