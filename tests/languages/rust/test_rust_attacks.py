"""Hostile Rust: what is compiled, and what the compiler itself is asked to do, finds a cage."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.languages.rust import compiling, toolchain
from algosmith.languages.rust.compiling import Builder
from algosmith.languages.rust.running import RustSandbox
from algosmith.sandbox.types import Call, Limits, Program, StandardInput
from tests.languages import attacking
from tests.sandbox.attack_driver import descendants
from tests.sandbox.command_tiers import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

HERE = Path(__file__).parent
SOURCE = (HERE / "attacks.rs").read_text("utf-8")
ATTACKS = Program(SOURCE, "attack")
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=2.0)
SHORT = Limits(wall_seconds=3.0, cpu_seconds=2.0)
RAN = (
    "read", "passwd", "proc", "sys", "home", "list", "write", "append", "write here",
    "overwrite itself", "unlink", "symlink", "hard link", "rename", "folder", "chmod", "tcp",
    "listen", "udp", "unix", "unix pair", "netlink", "lookup", "command", "rustc", "itself",
    "system", "fork", "clone", "exec", "ptrace", "attach", "kill server", "kill parent", "session",
    "root", "mount", "unshare", "chroot", "bpf", "io_uring", "perf", "userfaultfd", "memfd", "load",
    "asm", "environment",
)  # fmt: skip
"""These say what came of it; the kernel may also end them."""
ENDED = {
    "memory": ("memory", "crashed"), "loop": ("timeout",), "sleep": ("timeout",),
    "threads": ("raised", "crashed", "timeout", "memory"),
    "stop": ("timeout",), "stack": ("crashed",), "flood": ("crashed", "timeout"),
    "flood errors": ("crashed", "timeout"),
    # Its first line may pass as its answer, which it could have returned as well.
    "flood answers": ("protocol", "value"),
    "long answer": ("protocol",), "early answer": ("protocol",), "wrong number": ("protocol",),
    "half an answer": ("crashed", "protocol"), "no answer": ("timeout", "crashed"),
    "exit": ("crashed",), "abort": ("crashed",), "segfault": ("crashed",),
    "double panic": ("crashed",), "signals": ("timeout",),
}  # fmt: skip
COMPILED = {
    "a file of the machine": 'pub fn f(x: i32) -> i32 { include_str!("/etc/passwd").len() as i32 }',
    "its bytes": 'pub fn f(x: i32) -> i32 { include_bytes!("/etc/passwd").len() as i32 }',
    "a file as code": 'include!("/etc/passwd");\npub fn f(x: i32) -> i32 { x }',
    "a module elsewhere": '#[path = "/etc/passwd"]\nmod stolen;\npub fn f(x: i32) -> i32 { x }',
    "the environment": 'pub fn f(x: i32) -> i32 { let t = env!("ALGOSMITH_HOME"); '
    "x + t.len() as i32 }",
    "incbin": 'std::arch::global_asm!(".global stolen", "stolen: .incbin \\"/etc/passwd\\"");\n'
    "pub fn f(x: i32) -> i32 { x }",
    "an assembler include": 'std::arch::global_asm!(".include \\"/etc/passwd\\"");\n'
    "pub fn f(x: i32) -> i32 { x }",
    "a library": '#[link(name = ":/etc/passwd")]\nextern "C" {}\npub fn f(x: i32) -> i32 { x }',
    "a procedural macro": "extern crate proc_macro;\n#[proc_macro]\n"
    "pub fn m(i: proc_macro::TokenStream)"
    ' -> proc_macro::TokenStream { std::fs::read("/etc/passwd").unwrap(); i }\n'
    "pub fn f(x: i32) -> i32 { x }",
    "an endless constant": "const fn spin() -> u64 { let mut s = 0u64; loop { "
    "s = s.wrapping_add(1); if s == u64::MAX { return s; } } }\nconst MADE: u64 = spin();\n"
    "pub fn f(x: i32) -> i32 { x + MADE as i32 }",
    "a constant that takes memory": "const BIG: [u8; 1 << 40] = [1; 1 << 40];\n"
    "pub fn f(x: i32) -> i32 { x + BIG[x as usize] as i32 }",
    "a macro bomb": "".join(
        f"macro_rules! m{n} {{ () => {{ m{n - 1}!(); m{n - 1}!(); m{n - 1}!(); m{n - 1}!(); }} }}\n"
        if n
        else "macro_rules! m0 { () => { std::hint::black_box(1); } }\n"
        for n in range(16)
    )
    + "pub fn f(x: i32) -> i32 { m15!(); x }",
    "an endless macro": "macro_rules! m { ($($t:tt)*) => { m!($($t)* $($t)* x) } }\n"
    "pub fn f(x: i32) -> i32 { m!(x); x }",
    "endless types": "fn g<T>(n: u32, t: T) -> u32 { if n == 0 { 0 } else { g(n - 1, (t, 1)) } }\n"
    "pub fn f(x: i32) -> i32 { g(x as u32, 1) as i32 }",
    "endless traits": "trait A { const N: usize; }\nstruct S<T>(T);\n"
    "impl<T> A for S<T> where S<S<T>>: A { const N: usize = <S<S<T>>>::N; }\n"
    "pub fn f(x: i32) -> i32 { x + <S<i32>>::N as i32 }",
    "a nest of brackets": f"pub fn f(x: i32) -> i32 {{ {'(' * 20_000}x{')' * 20_000} }}",
    "a thousand errors": "pub fn f(x: i32) -> i32 { " + "y + " * 20_000 + "x }",
    "writes": '#![crate_name = "../../../tmp/left"]\npub fn f(x: i32) -> i32 { x }',
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=("namespaces", "landlock"))
async def rust(request: pytest.FixtureRequest) -> AsyncIterator[RustSandbox]:
    """A sandbox for Rust in each tier that this machine gives."""
    found = toolchain.find()
    if found is None:
        pytest.skip(toolchain.why_none())
    cage = await open_tier(request.param)
    sandbox = RustSandbox(Builder(found, cage), cage)
    run = await sandbox.run(Program("fn f(x: i32) -> i32 { x }", "f"), [Call((1,))], LIMITS)
    if run.failure is not None:
        await sandbox.close()
        pytest.skip(f"the tool chain is out of reach for the cage's user: {run.failure}")
    yield sandbox
    await sandbox.close()


async def test_nothing_leaves_the_cage(rust: RustSandbox, tmp_path: Path) -> None:
    await attacking.nothing_leaves(rust, ATTACKS, RAN, tmp_path, LIMITS)


async def test_what_never_ends_or_lies_is_ended(rust: RustSandbox, tmp_path: Path) -> None:
    before = descendants()
    await attacking.all_end(rust, ATTACKS, ENDED, tmp_path / "outside", (LIMITS, SHORT))
    assert len(descendants()) <= len(before)


@pytest.mark.parametrize("name", COMPILED)
async def test_the_compiler_is_held_too(
    rust: RustSandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rust.report.tier != "namespaces" and not os.environ.get("ALGOSMITH_TEST_ALL_TASKS"):
        pytest.skip("make test-languages tries the compiler in this tier, too")
    monkeypatch.setattr(compiling, "LIMITS", Limits(30.0, 3.0, 1 << 30, 1 << 16))
    for entry, jobs in (("f", [Call((7,))]), ("", [StandardInput("7")])):
        main = "" if entry else '\nfn main() { println!("{}", f(7)) }'
        text = COMPILED[name] + main
        made = await rust.run(Program(text, entry), jobs, LIMITS)
        if made.failure is None:
            answer = made.answers[0]
            assert answer.value in (7, None), made
            assert answer.output in ("7\n", ""), made
        assert "root:" not in (made.failure or "")
    assert not Path("/tmp/left").exists()  # noqa: ASYNC240  one look


async def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:  # noqa: ASYNC110  processes give no event
        await asyncio.sleep(0.01)


async def test_cancelling_ends_the_compiler_and_all_it_started(rust: RustSandbox) -> None:
    await rust.run(Program("fn f(x: i32) -> i32 { x }", "f"), [Call((1,))], LIMITS)
    before = descendants()
    task = asyncio.create_task(
        rust.run(Program(f"{COMPILED['an endless constant']}\n", "f"), [Call((7,))], LIMITS)
    )
    await _until(lambda: len(descendants()) > len(before))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await _until(lambda: len(descendants()) <= len(before))
    assert len(descendants()) <= len(before)


async def test_a_program_that_does_not_compile_says_why_in_one_line(rust: RustSandbox) -> None:
    run = await rust.run(Program("fn f(x: i32) -> i32 { y }", "f"), [Call((7,))], LIMITS)
    assert run.cause == "syntax"
    assert run.failure is not None
    assert run.failure.startswith("line 1: cannot find value `y`")
    assert "\n" not in run.failure
