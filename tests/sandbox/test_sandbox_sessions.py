"""Sessions, as a doctest is one, and whole programs that read standard input."""

import asyncio
from pathlib import Path

import pytest

from algosmith.sandbox.types import Call, Limits, Program, Sandbox, Session, StandardInput
from tests.sandbox.conftest import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

SOURCE = """
import collections
class Bad(ValueError): pass
class Bag:
    def __init__(self, *items): self.items = list(items)
    def add(self, item):
        self.items.append(item)
        return len(self.items)
def f(x): return x
def fail(x): raise Bad(x)
def flood():
    while True: print("x" * 1000)
def hang():
    while True: pass
"""

STEPS = {
    "the value of an expression is shown": (["f(2)\n"], ["2\n"]),
    "None shows nothing": (["f(None)\n"], [""]),
    "printed text comes first": (["print('a'), f(1)\n"], ["a\n(None, 1)\n"]),
    "what is printed ends with a line": (
        ["print('a', end='')\n", "print('b', end='') or f(1)\n", "f(2)\n"],
        ["a\n", "b1\n", "2\n"],
    ),
    "names live on": (["x = 1\n", "x += 1\n", "x\n"], ["", "", "2\n"]),
    "objects keep their state": (
        ["b = Bag(1)\n", "b.add(7)\n", "b.items\n"], ["", "2\n", "[1, 7]\n"],
    ),
    "a loop is one step": (["for i in range(2):\n    print(i)\n"], ["0\n1\n"]),
    "the order of a dict shows": (["f({'b': 1, 'a': 2})\n"], ["{'b': 1, 'a': 2}\n"]),
    "the sign of zero shows": (["f(-0.0)\n"], ["-0.0\n"]),
    "any object has a text": (["collections.Counter('aab')\n"], ["Counter({'a': 2, 'b': 1})\n"]),
    "the last value has a name": (["f(3)\n", "_ + 1\n"], ["3\n", "4\n"]),
    "the program itself can be imported": (
        ["from shop.prices import Bag as B\n", "B is Bag\n"], ["", "True\n"],
    ),
    "print may be replaced": (["print = lambda *a: None\n", "f(1)\n"], ["", "1\n"]),
    "a stream replaced holds until it is put back": (
        [
            "import io, sys; old, sys.stdout = sys.stdout, io.StringIO()\n",
            "print('a')\n", "text, sys.stdout = sys.stdout.getvalue(), old\n", "text\n",
        ],
        ["", "", "", "'a\\n'\n"],
    ),
    "a stream kept by name still shows": (
        ["import sys; out = sys.stdout\n", "_ = out.write('a\\n')\n"], ["", "a\n"],
    ),
    "values may be shown in another way": (
        [
            "import sys; old = sys.displayhook\n",
            "sys.displayhook = lambda value: print('<', value, '>')\n",
            "f('a')\n", "sys.displayhook = old\n", "f('a')\n",
        ],
        ["", "", "< a >\n", "", "'a'\n"],
    ),
    "the plain way to show values has a name": (
        ["import sys; sys.displayhook = sys.__displayhook__\n", "f(2)\n", "_ + 1\n"],
        ["", "2\n", "3\n"],
    ),
    "chdir changes nothing outside": (["import os\n", "os.getcwd() and 1\n"], ["", "1\n"]),
    "surrogates and emoji are text": (["print('\\ud800🎈')\n"], ["\ud800🎈\n"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_displays_what_the_prompt_would(cage: Sandbox, name: str) -> None:
    steps, shown = STEPS[name]
    program = Program(SOURCE, "f", module="shop.prices")
    run = await cage.run(program, [Session(tuple(steps))])
    assert [step.displayed for step in run.answers[0].steps] == shown, run
    assert run.answers[0].status == "value"


async def test_an_exception_is_told_as_a_traceback_ends_and_the_session_goes_on(
    cage: Sandbox,
) -> None:
    session = Session(("fail('no')\n", "f(\n", "1/0\n", "f(1)\n"))
    run = await cage.run(Program(SOURCE, "f", module="shop"), [session])
    steps = run.answers[0].steps
    assert [step.status for step in steps] == ["raised", "raised", "raised", "value"]
    assert steps[0].raised == "shop.Bad: no\n"
    assert steps[1].raised.startswith("SyntaxError")
    assert steps[2].raised == "ZeroDivisionError: division by zero\n"


async def test_sessions_and_calls_share_a_process_but_no_names(cage: Sandbox) -> None:
    jobs = [Session(("x = 1\n", "f = None\n")), Call((5,)), Session(("x\n", "f(6)\n"))]
    run = await cage.run(Program(SOURCE, "f"), jobs)
    assert run.answers[1].value == 5
    assert run.answers[2].steps[0].raised == "NameError: name 'x' is not defined\n"
    assert run.answers[2].steps[1].value == 6


async def test_plain_values_come_out_beside_the_text(cage: Sandbox) -> None:
    session = Session(("f([1, (2,)])\n", "object()\n", "f(1); f(2)\n", "y = 1\n"))
    steps = (await cage.run(Program(SOURCE, "f"), [session])).answers[0].steps
    assert [step.status for step in steps] == ["value", "unserialisable", "unserialisable", "value"]
    assert steps[0].value == [1, (2,)]
    assert steps[2].displayed == "1\n2\n"


@pytest.mark.parametrize("show", ["print", "lambda value: old(value)", "sys.__displayhook__"])
async def test_values_come_out_however_the_session_shows_them(cage: Sandbox, show: str) -> None:
    steps = ("import sys; old = sys.displayhook\n", f"sys.displayhook = {show}\n", "f([1])\n")
    run = await cage.run(Program(SOURCE, "f"), [Session(steps), Session(("f('a')\n",))])
    assert run.answers[0].steps[2].value == [1]
    assert run.answers[1].steps[0].displayed == "'a'\n", "a session's way ends with it"


async def test_a_megabyte_of_text_is_too_much(cage: Sandbox) -> None:
    limits = Limits(answer_bytes=100_000)
    session = Session(("flood()\n", "print('x' * 99_000)\n", "print('\\0' * 30_000)\n"))
    steps = (await cage.run(Program(SOURCE, "f"), [session], limits)).answers[0].steps
    assert steps[0].error == "went on displaying after 100000 bytes"
    assert len(steps[1].displayed) == 99_001
    assert steps[2].error == "displayed over 100000 bytes"


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("hang()\n", "timeout"),
        ("import os; os._exit(3)\n", "crashed"),
        ("import ctypes; ctypes.string_at(0)\n", "crashed"),
        ("import os; os.write(4, b'[0]\\n')\n", "protocol"),
        ("x = bytearray(1 << 40)\n", "memory"),
    ],
)
async def test_what_ends_the_process_ends_the_session(
    cage: Sandbox, step: str, status: str
) -> None:
    session = Session(("f(1)\n", step, "f(2)\n"))
    run = await cage.run(Program(SOURCE, "f"), [session, Call((1,))], Limits(0.7, 0.7))
    steps = run.answers[0].steps
    assert steps[0].displayed == "1\n"
    assert steps[1].status == status, run
    if status != "memory":
        assert len(steps) == 2
        assert len(run.answers) == 1
        assert run.answers[0].status == status


async def test_a_terminal_is_not_there(cage: Sandbox) -> None:
    session = Session(("input()\n", "import getpass\n", "import sys; sys.stdin.isatty()\n"))
    steps = (await cage.run(Program(SOURCE, "f"), [session])).answers[0].steps
    assert steps[0].raised.startswith("EOFError")
    assert steps[2].value is False


async def test_a_file_named_like_a_library_module_harms_no_import(cage: Sandbox) -> None:
    session = Session(("import statistics, random\n", "statistics.mean([1, 3])\n"))
    run = await cage.run(Program("def f(): pass\n", "f", module="random"), [session])
    assert run.answers[0].steps[1].displayed == "2\n"


async def test_modules_of_the_workspace_can_be_imported_by_steps(
    cage: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("from .other import g\n")
    (tmp_path / "pack" / "other.py").write_text("def g(): return 'g'\n")
    (tmp_path / "pack" / "mine.py").write_text("raise RuntimeError('not the program')\n")
    program = Program(
        "from .other import g\ndef f(): return g()\n", "f", (tmp_path,), module="pack.mine"
    )
    steps = ("import pack.mine\n", "pack.mine.f()\n", "from pack import mine\n", "mine.f()\n")
    run = await cage.run(program, [Session(steps)])
    assert [step.displayed for step in run.answers[0].steps] == ["", "'g'\n", "", "'g'\n"], run


PROGRAMS = {
    "input and print": ("a = int(input())\nprint(a + int(input()))", "3"),
    "a main guard": ("def main():\n    print(1)\nif __name__ == '__main__':\n    main()", "1"),
    "the whole text": ("import sys\nprint(len(sys.stdin.read().split()))", "2"),
    "bytes": ("import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))", "3"),
    "an opened descriptor": ("print(sum(map(int, open(0).read().split())))", "3"),
    "a bare descriptor": ("import os\nprint(len(os.read(0, 99).split()))", "2"),
    "lines of the stream": ("import sys\nfor line in sys.stdin: print(int(line) * 2)", "2 4"),
    "a thread": ("import threading\nthreading.Thread(target=lambda: print(input())).start()", "1"),
    "exit functions": ("import atexit\natexit.register(print, 'bye')", "bye"),
    "sys.exit": ("print(1)\nimport sys\nsys.exit()\nprint(2)", "1"),
    "os._exit": ("import os\nprint(7, flush=True)\nos._exit(0)", "7"),
    "written bytes": ("import sys\nsys.stdout.buffer.write(b'8')", "8"),
    "standard error is no answer": ("import sys\nprint('debug', file=sys.stderr)\nprint(1)", "1"),
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_reads_its_input_and_prints(cage: Sandbox, name: str) -> None:
    source, printed = PROGRAMS[name]
    run = await cage.run(Program(source, ""), [StandardInput("1\n2\n")])
    assert run.answers[0].status == "value", run
    assert run.answers[0].output.split() == printed.split()


@pytest.mark.parametrize(
    ("source", "status", "error"),
    [
        ("print(input(), input())", "raised", "EOFError"),
        ("1/0", "raised", "ZeroDivisionError"),
        ("raise SystemExit(2)", "raised", "SystemExit: 2"),
        ("import os; os._exit(4)", "crashed", "ended its own process with status 4"),
        ("while True: pass", "timeout", "no answer"),
        ("while True: print('x' * 999)", "crashed", "wrote over"),
        ("import threading\nthreading.Thread(target=lambda: 1/0).start()", "raised", "ZeroDiv"),
    ],
)
async def test_a_program_that_fails_says_how(
    cage: Sandbox, source: str, status: str, error: str
) -> None:
    run = await cage.run(Program(source, ""), [StandardInput("1")], Limits(0.7, 0.7))
    assert run.answers[0].status == status, run
    assert error in run.answers[0].error


async def test_a_program_that_does_not_parse_is_a_failure(cage: Sandbox) -> None:
    run = await cage.run(Program("print(", ""), [StandardInput("")])
    assert run.cause == "syntax"


async def test_large_input_and_output_pass(cage: Sandbox) -> None:
    text = "1 " * 300_000
    source = "import sys\nsys.stdout.write(sys.stdin.read())"
    limits = Limits(10.0, 10.0, output_bytes=4 << 20)
    run = await cage.run(Program(source, ""), [StandardInput(text)], limits)
    assert run.answers[0].output == text


async def test_the_samples_in_a_program_do_not_enter_the_cage(cage: Sandbox) -> None:
    source = '"""Sample output: 42"""\nprint(repr(__doc__))  # 42'
    run = await cage.run(Program(source, ""), [StandardInput("")])
    assert run.answers[0].output == "''\n"


async def test_webassembly_runs_both() -> None:
    async with asyncio.timeout(120):
        sandbox = await open_tier("wasi")
        try:
            run = await sandbox.run(Program(SOURCE, "f"), [Session(("f(1)\n", "fail(2)\n"))])
            assert [step.status for step in run.answers[0].steps] == ["value", "raised"], run
            for name, (source, printed) in PROGRAMS.items():
                if name != "a thread":  # this Python has none
                    run = await sandbox.run(Program(source, ""), [StandardInput("1\n2\n")])
                    assert run.answers[0].output.split() == printed.split(), (name, run)
        finally:
            await sandbox.close()
