"""What the scripted model knows, the files it is asked about, and how the server is started."""

import sys
from pathlib import Path

from tests.fakes import Scripted

ROOT = Path(__file__).resolve().parents[3]
SERVER = [sys.executable, "-m", "algosmith"]

TWO_SUM = '''\
def two_sum(nums: list[int], target: int) -> list[int]:
    """Indices of the two numbers that add up to target.

    >>> two_sum([2, 7, 11, 15], 9)
    [0, 1]
    >>> two_sum([3, 3], 6)
    [0, 1]
    """
    # TODO: one pass with a dictionary
    pass
'''

TWO_SUM_ANSWERS = (
    """Keep the places of the numbers seen.
```python
seen = {}
for place, number in enumerate(nums):
    if target - number in seen:
        return [seen[target - number], place]
    seen[number] = place
return []
```
Time complexity: O(n), space complexity: O(n)
""",
    """Try all pairs.
```python
for first in range(len(nums)):
    for second in range(first + 1, len(nums)):
        if nums[first] + nums[second] == target:
            return [first, second]
return []
```
Time complexity: O(n^2), space complexity: O(1)
""",
    """Guess.
```python
return [0, 1]
```
Time complexity: O(1), space complexity: O(1)
""",
)


SORTED = """Sort them.
```python
return sorted(items)
```
Time complexity: O(n log n), space complexity: O(n)
"""


EXPLAINED = """Algorithm: exchange sort
Idea: Each place in turn gets the smallest of the items that follow, by swapping whenever a smaller
one is met.
Time: O(n^2)
Space: O(n)
"""


SQUARES = {
    "squares.cpp": """\
#include <vector>

// The sum of the squares of the numbers.
// sum_squares({1, 2, 3}) == 14
// sum_squares({}) == 0
int sum_squares(const std::vector<int>& numbers) {
    // TODO: add up the squares in a loop
}
""",
    "squares.ts": """\
/**
 * The sum of the squares of the numbers.
 * @example
 * sumSquares([1, 2, 3]) // => 14
 * sumSquares([]) // => 0
 */
export function sumSquares(numbers: number[]): number {
    // TODO: add up the squares with reduce
}
""",
}
"""Tasks in other languages than Python, with examples in the comments above them."""

SQUARES_TOOLS = {"squares.cpp": "g++", "squares.ts": "node"}
"""What each is run with; the tests need it on the machine."""

SQUARES_ANSWERS = {
    "squares in a loop": """```cpp
int sum = 0;
for (int number : numbers) {
    sum += number * number;
}
return sum;
```
Time complexity: O(n), space complexity: O(1)
""",
    "squares with reduce": """```typescript
return numbers.reduce((sum, number) => sum + number * number, 0);
```
Time complexity: O(n), space complexity: O(1)
""",
}


def task(words: str, name: str = "ordered") -> str:
    """A function whose body is a TODO with these words, and an example that sorting meets."""
    return f'''\
def {name}(items: list[int]) -> list[int]:
    """The items from small to large.

    >>> {name}([3, 1, 2])
    [1, 2, 3]
    """
    # TODO: {words}
    pass
'''


def script() -> list[Scripted]:
    """The answers, by words of the TODO."""
    long_thought = "Let me think about the order once more. " * 600
    return [
        *(
            Scripted(text, when="one pass with a dictionary", thinking="Hash map? " * 40, pace=0.03)
            for _ in range(6)
            for text in TWO_SUM_ANSWERS
        ),
        Scripted(SORTED, when="very slow", thinking=long_thought, pace=0.2, sticky=True),
        Scripted(SORTED, when="rather slow", thinking=long_thought[:2000], pace=0.05, sticky=True),
        Scripted(SORTED, when="take the first"),
        Scripted(SORTED, when="take the first", thinking=long_thought, pace=0.2, sticky=True),
        Scripted(SORTED, when="sort the items", sticky=True),
        Scripted(SORTED, when="排序", sticky=True),
        Scripted(EXPLAINED, when="smallest_first", sticky=True),
        *(Scripted(text, when=words, sticky=True) for words, text in SQUARES_ANSWERS.items()),
        Scripted("I can't.", when="beyond the model", sticky=True),
    ]
