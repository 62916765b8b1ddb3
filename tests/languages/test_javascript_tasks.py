"""Each task with its right answer and four wrong ones: the verdicts, by the common rules."""

import os

import pytest

from algosmith.config import Settings, VerifySettings
from algosmith.sandbox.types import Sandbox
from tests.languages.judging import Task, tasks
from tests.verify.judging import judged

ALL = "ALGOSMITH_TEST_ALL_TASKS"
"""Set by `make test-languages`: else every second task is judged."""
SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
TASKS = tasks()
CHOSEN = TASKS if ALL in os.environ else TASKS[::2]
CONSISTENT = {
    "two_sum": "most inputs have no answer",
    "balanced": "yes and no say little",
    "digits_squared": "yes and no say little",
    "change": "a small change shows on no example",
    "longest_unique": "a small change shows on no example",
    "reverse_list": "the list it is given is taken apart",
    "majority": "null and a text are two kinds of results",
}
"""Right answers that, alone, are not verified, and why."""


async def levels(sandbox: Sandbox, task: Task, codes: list[str]) -> list[str]:
    """The verdicts' levels."""
    found = await judged(
        task.file, codes, sandbox, language=task.language, uri=task.uri, settings=SETTINGS
    )
    return [verdict.level for verdict in found.verdicts]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("task", CHOSEN, ids=[task.name for task in CHOSEN])
async def test_right_is_not_refuted_and_wrong_is_not_verified(
    javascript: Sandbox, task: Task
) -> None:
    wanted = "consistent" if task.name in CONSISTENT else "verified"
    assert await levels(javascript, task, [task.right]) == [wanted]
    for wrong in task.wrong:
        alone = await levels(javascript, task, [wrong])
        if alone != ["refuted"]:
            beside = await levels(javascript, task, [wrong, task.right])
            assert beside[0] != "verified"
            assert beside[1] in ("consistent", "verified")
            assert alone != ["verified"]


def test_most_right_answers_are_verified_by_their_examples() -> None:
    assert len(TASKS) == 25
    assert all(len(task.wrong) == 4 for task in TASKS)
    assert len(CONSISTENT) <= 0.4 * len(TASKS)
