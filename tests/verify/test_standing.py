"""What is a task of its own among the functions that are already written."""

import pytest

from algosmith.errors import TaskError
from algosmith.model import Snapshot
from algosmith.verify import standing

NOTHING = ["pass", "...", "raise NotImplementedError", "raise NotImplementedError('below')",
           "pass\n        raise NotImplementedError"]  # fmt: skip


def opened(text: str) -> standing.StandingTask:
    data = text.encode()
    return standing.open_function(Snapshot("file:///a.py", "python", data), data.index(b"def "))


@pytest.mark.parametrize("body", NOTHING)
@pytest.mark.parametrize("name", ["parent", "__init__"])
def test_a_method_that_does_nothing_is_no_wrong_answer(body: str, name: str) -> None:
    # Its examples show what a class below it does.
    shown = '"""\n        >>> Square().side\n        4\n        """'
    text = f"class Shape:\n    def {name}(self):\n        {shown}\n        {body}\n"
    with pytest.raises(TaskError, match="does nothing itself"):
        opened(text)


@pytest.mark.parametrize(
    "body", ["return 4", "raise ValueError('no')", "self.n = 4", "pass\n        self.n = 1"]
)
def test_a_method_that_does_something_is_judged(body: str) -> None:
    assert opened(f"class Shape:\n    def side(self):\n        {body}\n").candidate.code


@pytest.mark.parametrize("body", NOTHING)
def test_a_function_that_does_nothing_is_judged(body: str) -> None:
    assert opened(f"def side():\n        {body}\n").candidate.code
