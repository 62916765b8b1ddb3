"""Hostile C++: what is compiled, and what the compiler itself is asked to do, finds a cage."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.languages.cpp import compiler
from algosmith.languages.cpp.compiler import Builder
from algosmith.languages.cpp.running import CppSandbox
from algosmith.sandbox.types import Call, Limits, Program
from tests.languages import attacking
from tests.sandbox.attack_driver import descendants
from tests.sandbox.command_tiers import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

HERE = Path(__file__).parent
SOURCE = (HERE / "attacks.cpp").read_text("utf-8")
ATTACKS = Program(SOURCE, "attack")
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=2.0)
SHORT = Limits(wall_seconds=3.0, cpu_seconds=2.0)
RAN = (
    "read", "passwd", "proc", "sys", "home", "write", "write here", "overwrite itself", "unlink",
    "symlink", "chmod", "tcp", "udp", "unix", "netlink", "socketpair", "system", "fork", "vfork",
    "exec", "ptrace", "attach", "kill server", "kill parent", "session", "mount", "unshare", "bpf",
    "io_uring", "perf", "keys", "userfaultfd", "memfd", "shared memory", "own limits", "root",
    "asm", "int80",
)  # fmt: skip
"""These say what came of it; the kernel may also end them."""
ENDED = {
    "memory": ("memory", "crashed"), "loop": ("timeout",), "sleep": ("timeout",),
    "stop": ("timeout",), "stack": ("crashed",), "flood": ("crashed", "timeout"),
    # Its first line may pass as its answer, which it could have returned as well.
    "flood answers": ("protocol", "value"),
    "long answer": ("protocol",), "early answer": ("protocol",),
    "half an answer": ("crashed", "protocol"), "no answer": ("timeout", "crashed"),
    "exit": ("crashed",), "abort": ("crashed",), "segfault": ("crashed",), "signals": ("timeout",),
}  # fmt: skip
COMPILED = {
    "a file of the machine": '#include "/etc/passwd"\nint f(int x) { return x; }',
    "a file by __has_include": '#if __has_include("/etc/passwd")\nint f(int x) { return 666; }\n'
    "#else\nint f(int x) { return x; }\n#endif",
    "incbin": 'asm(".global stolen\\nstolen: .incbin \\"/etc/passwd\\"");\n'
    "int f(int x) { return x; }",
    "an assembler include": 'asm(".include \\"/etc/passwd\\"");\nint f(int x) { return x; }',
    "a template bomb": "template <int N, int M> struct A { static const long v = A<N - 1, M>::v + "
    "A<N - 1, M + 1>::v; };\ntemplate <int M> struct A<0, M> { static const long v = M; };\n"
    "int f(int x) { return x + A<200, 0>::v; }",
    "an endless template": "template <class T> struct B { typedef typename B<B<T>>::type type; };\n"
    "int f(int x) { B<int>::type y = 0; return x + y; }",
    "an endless constexpr": "constexpr long spin() { long s = 0; for (long i = 0; i < (1L << 60); "
    "i++) s += i; return s; }\nconstexpr long made = spin();\nint f(int x) { return x + made; }",
    "a macro bomb": "".join(
        f"#define M{n} M{n - 1} M{n - 1} M{n - 1} M{n - 1}\n" if n else "#define M0 x +\n"
        for n in range(16)
    ) + "int f(int x) { return M15 0; }",
    "a huge table": "static char table[1UL << 40] = {1};\nint f(int x) { return x + table[x]; }",
    "a nest of brackets": f"int f(int x) {{ return {'(' * 20_000}x{')' * 20_000}; }}",
    "a header that includes itself": '#include "candidate.cpp"\nint f(int x) { return x; }',
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=("namespaces", "landlock"))
async def cpp(request: pytest.FixtureRequest) -> AsyncIterator[CppSandbox]:
    """A sandbox for C++ in each tier that this machine gives."""
    found = compiler.find()
    if found is None:
        pytest.skip("no C++ compiler here")
    cage = await open_tier(request.param)
    sandbox = CppSandbox(Builder(found, cage), cage)
    yield sandbox
    await sandbox.close()


async def test_nothing_leaves_the_cage(cpp: CppSandbox, tmp_path: Path) -> None:
    await attacking.nothing_leaves(cpp, ATTACKS, RAN, tmp_path, LIMITS)


async def test_what_never_ends_or_lies_is_ended(cpp: CppSandbox, tmp_path: Path) -> None:
    before = descendants()
    await attacking.all_end(cpp, ATTACKS, ENDED, tmp_path / "outside", (LIMITS, SHORT))
    assert len(descendants()) <= len(before)


@pytest.mark.parametrize("name", COMPILED)
async def test_the_compiler_is_held_too(
    cpp: CppSandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cpp.report.tier != "namespaces" and not os.environ.get("ALGOSMITH_TEST_ALL_TASKS"):
        pytest.skip("make test-languages tries the compiler in this tier, too")
    monkeypatch.setattr(compiler, "LIMITS", Limits(30.0, 2.0, 1 << 30, 1 << 16))
    made = await cpp.run(Program(COMPILED[name], "f"), [Call((7,))], LIMITS)
    if made.failure is None:
        assert made.answers[0].value in (7, None), made
    assert "root:" not in (made.failure or "")


async def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:  # noqa: ASYNC110  processes give no event
        await asyncio.sleep(0.01)


async def test_cancelling_ends_the_compiler_and_all_it_started(cpp: CppSandbox) -> None:
    await cpp.run(Program("int f(int x) { return x; }", "f"), [Call((1,))], LIMITS)
    before = descendants()
    task = asyncio.create_task(
        cpp.run(Program(f"{COMPILED['an endless constexpr']}\n", "f"), [Call((7,))], LIMITS)
    )
    await _until(lambda: len(descendants()) > len(before))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await _until(lambda: len(descendants()) <= len(before))
    assert len(descendants()) <= len(before)


async def test_a_program_that_does_not_compile_says_why_in_one_line(cpp: CppSandbox) -> None:
    run = await cpp.run(Program("int f(int x) { return y; }", "f"), [Call((7,))], LIMITS)
    assert run.cause == "syntax"
    assert run.failure is not None
    assert run.failure.startswith("line 1: ")
    assert "was not declared" in run.failure or "undeclared" in run.failure
