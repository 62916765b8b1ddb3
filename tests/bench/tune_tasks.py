"""A repository's own kind of tasks, made up: functions that put list steps one after the other.

python -m tests.bench.tune_tasks FOLDER [COUNT]

Each is one filter, one change and one end, with a docstring in the house's words and examples that
were computed. Every combination is another function, so what is kept back was never learned.
"""

import itertools
import random
import sys
from collections.abc import Callable
from pathlib import Path

Step = tuple[str, str, str, Callable]
_FILTERS: list[Step] = [
    ("even", "keep the even numbers", "[n for n in numbers if n % 2 == 0]", lambda n: n % 2 == 0),
    ("odd", "keep the odd numbers", "[n for n in numbers if n % 2 == 1]", lambda n: n % 2 == 1),
    ("positive", "keep the positive numbers", "[n for n in numbers if n > 0]", lambda n: n > 0),
    ("negative", "keep the negative numbers", "[n for n in numbers if n < 0]", lambda n: n < 0),
    ("large", "keep the numbers above 10", "[n for n in numbers if n > 10]", lambda n: n > 10),
    ("small", "keep the numbers below 10", "[n for n in numbers if n < 10]", lambda n: n < 10),
    ("thirds", "keep the multiples of 3", "[n for n in numbers if n % 3 == 0]",
     lambda n: n % 3 == 0),
    ("nonzero", "leave the zeros out", "[n for n in numbers if n != 0]", lambda n: n != 0),
]  # fmt: skip
_CHANGES: list[Step] = [
    ("squares", "square each of them", "[n * n for n in kept]", lambda n: n * n),
    ("doubles", "double each of them", "[2 * n for n in kept]", lambda n: 2 * n),
    ("halves", "halve each of them, rounded down", "[n // 2 for n in kept]", lambda n: n // 2),
    ("sizes", "take the absolute value of each", "[abs(n) for n in kept]", abs),
    ("digits", "take the last digit of each", "[abs(n) % 10 for n in kept]",
     lambda n: abs(n) % 10),
    ("opposites", "negate each of them", "[-n for n in kept]", lambda n: -n),
]  # fmt: skip
_ENDS: list[Step] = [
    ("sum", "return their sum", "return sum(changed)", sum),
    ("count", "return how many different ones there are", "return len(set(changed))",
     lambda c: len(set(c))),
    ("largest", "return the largest, or 0 when there is none", "return max(changed, default=0)",
     lambda c: max(c, default=0)),
    ("sorted", "return them in rising order", "return sorted(changed)", sorted),
    ("reversed", "return them in reverse order", "return changed[::-1]", lambda c: c[::-1]),
    ("first", "return the first two", "return changed[:2]", lambda c: c[:2]),
]  # fmt: skip
_EXAMPLES = ([3, -4, 12, 0, 7, 6], [10, 11, -2, -9, 4, 4], [])
_RETURNS = {"sum": "int", "count": "int", "largest": "int"}


def main(folder: Path, count: int) -> None:
    """Writes the functions, ten to a file."""
    combinations = list(itertools.product(_FILTERS, _CHANGES, _ENDS))
    random.Random(3).shuffle(combinations)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(0, count, 10):
        texts = [_function(*steps) for steps in combinations[number : min(number + 10, count)]]
        (folder / f"steps_{number // 10:02}.py").write_text("\n\n".join(texts), "utf-8")


def _function(keep: Step, change: Step, end: Step) -> str:
    name = f"{keep[0]}_{change[0]}_{end[0]}"
    kind = _RETURNS.get(end[0], "list[int]")
    lines = [f"def {name}(numbers: list[int]) -> {kind}:",
             f'    """Of a list of numbers, {keep[1]}, {change[1]}, and {end[1]}.', ""]  # fmt: skip
    for example in _EXAMPLES:
        result = end[3]([change[3](n) for n in example if keep[3](n)])
        lines += [f"    >>> {name}({example})", f"    {result}"]
    lines += ['    """', f"    kept = {keep[2]}", f"    changed = {change[2]}", f"    {end[2]}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 240)
