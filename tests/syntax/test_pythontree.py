import ast
import gc
import sys
import threading
from collections.abc import Iterator

import pytest

from algosmith.syntax.pythontree import Unreadable, expression, literal, module_of, parsed


class _Finalized:
    """In a circle, so that collecting it runs Python code in the middle of whatever allocates."""

    def __init__(self) -> None:
        self.myself = self

    def __del__(self) -> None:
        for _ in range(50):
            pass


@pytest.fixture
def _busy_collector() -> Iterator[None]:
    """Threads change places, and rubbish is collected, as often as can be."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("_busy_collector")
def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    deep = "x" + "[1]" * 100
    trees: list[str] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(150):
                _Finalized()
                trees.append(type(parsed(deep).body[0]).__name__)
                trees.append(type(expression(deep)).__name__)
                assert literal("[1, [2, [3]]]") == [1, [2, [3]]]
                module_of(deep)
        except (SystemError, RecursionError, AssertionError, Unreadable) as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert trees.count("Expr") == trees.count("Subscript") == 600


@pytest.mark.parametrize("text", ["f(", "'\ud800'", "a\x00b", "(" * 500, "1" * 5_000])
def test_what_is_no_python_is_one_of_the_documented_errors(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        parsed(text)
    with pytest.raises(Unreadable):
        module_of(text)


def test_a_literal_is_a_value_and_never_a_call() -> None:
    assert literal(" {'a': (1, -2.5)} ") == {"a": (1, -2.5)}
    assert ast.unparse(expression(" f(x)\n")) == "f(x)"
    with pytest.raises(ValueError, match="malformed"):
        literal("print(1)")
