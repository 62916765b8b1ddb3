"""What counts as the same behaviour."""

import pytest

from algosmith.sandbox.types import Answer, Call
from algosmith.verify.behaviour import key
from algosmith.verify.types import View

CALL = Call(([3, 1],))
IN_PLACE = View(in_place=True)


@pytest.mark.parametrize("value", [2, None, [1, 3]])
def test_where_the_task_is_to_change_arguments_they_belong_to_it(value: object) -> None:
    sorted_, turned, same = (
        Answer("value", value, (left,))  # type: ignore[arg-type]  # plain values
        for left in ([1, 3], [0, 3], [3, 1])
    )
    assert key(sorted_, IN_PLACE, CALL) != key(turned, IN_PLACE, CALL)
    assert key(sorted_, IN_PLACE, CALL) != key(same, IN_PLACE, CALL)
    assert key(sorted_, IN_PLACE, CALL) == key(sorted_, IN_PLACE, CALL)
    # Elsewhere what a function leaves behind is nobody's business where it gives something.
    assert (key(sorted_, View(), CALL) == key(turned, View(), CALL)) == (value is not None)


def test_what_changes_nothing_is_as_it_was() -> None:
    for value in (2, None):
        answer = Answer("value", value, ([3, 1],))
        assert key(answer, IN_PLACE, CALL) == key(answer, View(), CALL)
    assert key(Answer("raised", error="ValueError: x"), IN_PLACE, CALL) == ("raised", "ValueError")
