"""The magics in a real Jupyter kernel, cell after cell as a user runs them."""

import threading
import time
from pathlib import Path

import pytest

from tests.fakes_process import FakeProcess
from tests.notebook.conftest import Kernel, started

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HELPERS = "import math\nSTART = 0\n\n\ndef double(n):\n    return 2 * n\n"
CELL = '''%%solve
def total(values: list[int]) -> int:
    """The sum of twice the values.

    >>> total([1, 2])
    6
    >>> total([])
    0
    """
    # TODO: add them up
'''
SLOW = "%%solve\ndef late():\n    # TODO: take your time\n    pass\n"


@pytest.fixture(autouse=True, scope="module")
def _loaded(kernel: Kernel) -> None:
    assert kernel.run("%load_ext algosmith").error == ""
    assert kernel.run(HELPERS).error == ""


def test_a_cell_is_solved_with_what_other_cells_define_and_proposed_below(kernel: Kernel) -> None:
    ran = kernel.run(CELL)
    assert ran.error == ""
    shown = "".join(ran.html)
    assert "2/2 examples" in shown, ran
    assert "data:image/svg+xml" in shown
    assert ran.proposed.startswith("def total(values: list[int]) -> int:\n")
    assert "result += double(value)" in ran.proposed
    assert "TODO" not in ran.proposed
    assert "def double" not in ran.proposed, "other cells stay where they are"
    assert kernel.run(ran.proposed).error == ""
    assert kernel.run("assert total([3]) == 6").error == ""


def test_a_function_of_the_notebook_is_verified_and_measured(kernel: Kernel) -> None:
    kernel.run(
        "def third(a):\n    '''\n    >>> third([1, 2, 3])\n    3\n    '''\n    return a[2]\n"
    )
    shown = "".join(kernel.run("%verify third").html)
    assert "third: " in shown
    assert "1/1 example" in shown
    kernel.run(
        "def third(a):\n    '''\n    >>> third([1, 2, 3])\n    3\n    '''\n    return a[1]\n"
    )
    assert "refuted" in "".join(kernel.run("%verify third").html), "the last definition counts"
    kernel.run(
        "def add_up(a: list[int]):\n    s = 0\n    for x in a:\n        s += x\n    return s\n"
    )
    shown = "".join(kernel.run("%complexity add_up").html)
    assert "O(n) measured" in shown
    assert "data:image/svg+xml" in shown


def test_the_smallest_input_on_which_two_functions_differ_is_found(kernel: Kernel) -> None:
    kernel.run(
        "def most(a: list[int]) -> int:\n    return max(a, default=0)\n"
        "def largest(a: list[int]) -> int:\n    best = 0\n    for x in a:\n"
        "        best = x if x > best else best\n    return best\n"
    )
    shown = "".join(kernel.run("%stress most largest").html)
    assert "counterexample: most([-1])" in shown
    assert "name two functions" in kernel.run("%stress most").text


def test_a_hint_holds_no_code(kernel: Kernel) -> None:
    shown = "".join(kernel.run("%%hint 2\nIs there a pair with a given sum?\n").html)
    assert "Think of a set." in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%solve\nx = 1\n", "there is no TODO in this cell"),
        ("%%solve --nope\nx = 1\n", "%%solve: unrecognized arguments: --nope"),
        ("%verify nowhere", "no cell that ran defines a function nowhere"),
        ("%verify 1 + 1", "name one function"),
        ("%%hint 9\nWhat?\n", "%%hint: argument level: invalid choice"),
        ('%%hint "\nWhat?\n', "No closing quotation"),
        ('%%solve "\n# TODO: x\n', "No closing quotation"),
        ("%%solve -n 0\n# TODO: x\n", "write how many answers"),
        ("%%solve -n many\n# TODO: x\n", "write how many answers"),
        ("%%solve --seconds nan\n# TODO: x\n", "write seconds above 0"),
        ("%%solve --seconds -1\n# TODO: x\n", "write seconds above 0"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(kernel: Kernel, cell: str, sentence: str) -> None:
    ran = kernel.run(cell)
    assert sentence in ran.text
    assert ran.error == ""


def test_a_function_of_a_notebook_that_nobody_vouches_for_acts_only_in_the_cage(
    kernel: Kernel, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    act = f"open({str(mark)!r}, 'w').write('x')"
    kernel.run(f'def act() -> int:\n    """>>> act()\n    1\n    """\n    return {act}')
    kernel.run(f"def calm(n: int) -> int:\n    {act}\n    return n")
    for cell in ("%verify act", "%stress act calm", "%complexity calm"):
        ran = kernel.run(cell)
        assert ran.error == ""
        assert ran.text + "".join(ran.html), cell
        assert not mark.exists(), cell
    said = "".join(kernel.run("%verify act").html)
    assert "needs what the cage forbids" in said


def test_where_no_cage_holds_nothing_is_run_and_a_sentence_says_so(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with started({**environment, "ALGOSMITH_CAGE": "none"}, tmp_path) as kernel:
        kernel.run("%load_ext algosmith")
        kernel.run('def one() -> int:\n    """>>> one()\n    1\n    """\n    return 1')
        kernel.run("def two() -> int:\n    return 1")
        stressed = kernel.run("%stress one two")
        assert stressed.text.startswith("algosmith: Nothing was run: no cage")
        judged, measured = kernel.run("%verify one"), kernel.run("%complexity one")
        assert "not run (no cage: switched off" in "".join(judged.html)
        assert "estimated" in "".join(measured.html)
        assert judged.text == measured.text == ""


def test_an_interrupt_frees_the_engine_and_the_kernel_goes_on(
    kernel: Kernel, model: FakeProcess
) -> None:
    def interrupt() -> None:
        while not any("take your time" in str(request) for request in model.requests()):
            time.sleep(0.05)
        kernel.manager.interrupt_kernel()

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    ran = kernel.run(SLOW)
    thread.join(30)
    assert "stopped; the engine is free again" in ran.text, ran
    assert any("take your time" in str(request) for request in model.cancelled())
    assert kernel.run("1 + 1").error == ""
