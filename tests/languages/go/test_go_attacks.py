"""Hostile Go: what is compiled, and what the compiler itself is asked to do, finds a cage."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.languages.go import compiling, toolchain
from algosmith.languages.go.compiling import Builder
from algosmith.languages.go.running import GoSandbox
from algosmith.sandbox.types import Call, Limits, Program, StandardInput
from tests.languages import attacking
from tests.sandbox.attack_driver import descendants
from tests.sandbox.command_tiers import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

HERE = Path(__file__).parent
SOURCE = (HERE / "attacks.go").read_text("utf-8")
ATTACKS = Program(SOURCE, "attack")
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=2.0)
SHORT = Limits(wall_seconds=1.5, cpu_seconds=2.0)
RAN = (
    "read", "passwd", "proc", "sys", "home", "list", "write", "append", "write here",
    "overwrite itself", "unlink", "symlink", "hard link", "rename", "folder", "chmod", "temporary",
    "sources", "tcp", "udp", "unix", "unix pair", "netlink", "raw", "command", "go", "itself",
    "start", "fork", "vfork", "clone", "clone namespaces", "clone3", "exec", "ptrace", "attach",
    "kill server", "kill parent", "session", "root", "mount", "unshare", "chroot",
    "bpf", "io_uring", "perf", "userfaultfd", "memfd", "process memory", "limits", "environment",
    "map memory",
)  # fmt: skip
"""These say what came of it; the kernel may also end them."""
ENDED = {
    "memory": ("memory", "crashed"), "memory at once": ("memory", "crashed"),
    "loop": ("timeout",), "sleep": ("timeout",), "goroutines": ("memory", "crashed", "timeout"),
    "threads": ("raised", "crashed", "timeout", "memory"), "deadlock": ("crashed",),
    "stop": ("timeout",), "stack": ("crashed",), "flood": ("crashed", "timeout"),
    "flood errors": ("crashed", "timeout"),
    # Its first line may pass as its answer, which it could have returned as well.
    "flood answers": ("protocol", "value"),
    "long answer": ("protocol", "memory"), "early answer": ("protocol",),
    "wrong number": ("protocol",),
    "half an answer": ("crashed", "protocol"), "no answer": ("timeout", "crashed"),
    "exit": ("crashed",), "exit well": ("crashed",), "goexit": ("crashed",),
    "abort": ("crashed",), "nil": ("raised",), "segfault": ("raised", "crashed"),
    "double panic": ("raised", "crashed"), "panic elsewhere": ("crashed",),
    "races": ("crashed", "timeout"), "signals": ("timeout",),
}  # fmt: skip
F = "func f(x int) int { return x }\n"
COMPILED = {
    "cgo": f'import "C"\n{F}',
    "cgo with code": '/*\n#include <stdio.h>\n#cgo LDFLAGS: -Wl,--version\n'
    'static int g() { return 7; }\n*/\nimport "C"\nfunc f(x int) int { return int(C.g()) }\n',
    "a file of the machine": 'import _ "embed"\n\n//go:embed /etc/passwd\nvar stolen string\n\n'
    "func f(x int) int { return x + len(stolen) }\n",
    "a file of the machine without its package": "//go:embed /etc/passwd\nvar stolen string\n"
    "func f(x int) int { return x + len(stolen) }\n",
    "a name of the runtime": 'import _ "unsafe"\n\n//go:linkname fork syscall.runtime_BeforeFork\n'
    "func fork()\n\nfunc f(x int) int { fork(); return x }\n",
    "a name of our own": 'import _ "unsafe"\n\n//go:linkname serve algosmith_driver.Serve\n'
    "func serve()\n\nfunc f(x int) int { serve(); return x }\n",
    "a function without a body": "func g(x int) int\nfunc f(x int) int { return g(x) }\n",
    "a command to generate": f"//go:generate touch /tmp/left\n{F}",
    "a library to load": '//go:cgo_import_dynamic puts puts "libc.so.6"\n' + F,
    "an option of the linker": '//go:cgo_ldflag "-o/tmp/left"\n' + F,
    "a plugin": 'import "plugin"\nfunc f(x int) int { plugin.Open("/etc/passwd"); return x }\n',
    "the network": 'import "net/http"\nfunc f(x int) int { http.Get("http://localhost"); '
    "return x }\n",
    "a module of others": 'import "github.com/evil/evil"\nfunc f(x int) int { return evil.F(x) }\n',
    "a path upwards": f'import "../../../../etc/passwd"\n{F}',
    "an absolute path": f'import "/etc/passwd"\n{F}',
    "the driver": 'import d "algosmith_driver"\nfunc f(x int) int { d.Left(); return x }\n',
    "an internal package": 'import "internal/abi"\nvar _ = abi.FuncPCABI0\n' + F,
    "other lines of other files": f"//line /etc/passwd:1\nfunc g() int {{ return nothing }}\n{F}",
    "types that are nested": "type T[A any] struct{ n *T[T[A]] }\nvar t T[int]\n" + F,
    "a large array": "var big [1 << 40]byte\nfunc f(x int) int { return x + int(big[x]) }\n",
    "a large constant": "const big = 1 << 500 << 500 << 500\n"
    "func f(x int) int { return x + big }\n",
    "a nest of brackets": f"func f(x int) int {{ return {'(' * 20_000}x{')' * 20_000} }}\n",
    "a thousand errors": "func f(x int) int { return " + "y + " * 20_000 + "x }\n",
    "many functions": "".join(f"func g{n}(x int) int {{ return x * {n} }}\n" for n in range(2_000))
    + F,
    "a bomb of types": "".join(
        f"type t{n} struct {{ a, b, c, d, e, f, g, h t{n - 1} }}\n" if n else "type t0 struct{}\n"
        for n in range(7)
    )
    + "func f(x int) int { var a, b t6; if a == b { return x }; return 0 }\n",
    "code before it begins": 'import "os"\nfunc init() { os.WriteFile("/tmp/left", nil, 0o644) }\n'
    + F,
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=("namespaces", "landlock"))
async def go(request: pytest.FixtureRequest) -> AsyncIterator[GoSandbox]:
    """A sandbox for Go in each tier that this machine gives."""
    found = toolchain.find()
    if found is None:
        pytest.skip(toolchain.why_none())
    cage = await open_tier(request.param)
    sandbox = GoSandbox(Builder(found, cage), cage)
    run = await sandbox.run(Program(F, "f"), [Call((1,))], LIMITS)
    if run.failure is not None:
        await sandbox.close()
        pytest.skip(f"the tool chain is out of reach for the cage's user: {run.failure}")
    yield sandbox
    await sandbox.close()


async def test_nothing_leaves_the_cage(go: GoSandbox, tmp_path: Path) -> None:
    await attacking.nothing_leaves(go, ATTACKS, RAN, tmp_path, LIMITS)


async def test_what_never_ends_or_lies_is_ended(go: GoSandbox, tmp_path: Path) -> None:
    every = go.report.tier == "namespaces" or os.environ.get("ALGOSMITH_TEST_ALL_TASKS")
    # The others take their time; make test-languages tries them in this tier, too.
    kinds = {kind: how for kind, how in ENDED.items() if every or "timeout" not in how}
    before = descendants()
    await attacking.all_end(go, ATTACKS, kinds, tmp_path / "outside", (LIMITS, SHORT))
    assert len(descendants()) <= len(before)


@pytest.mark.parametrize("name", COMPILED)
async def test_the_compiler_is_held_too(
    go: GoSandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if go.report.tier != "namespaces" and not os.environ.get("ALGOSMITH_TEST_ALL_TASKS"):
        pytest.skip("make test-languages tries the compiler in this tier, too")
    monkeypatch.setattr(compiling, "LIMITS", Limits(30.0, 5.0, 2 << 30, 1 << 16))
    for entry, jobs in (("f", [Call((7,))]), ("", [StandardInput("7")])):
        main = "" if entry else "\nfunc main() { println(f(7)) }\n"
        made = await go.run(Program(f"package main\n{COMPILED[name]}{main}", entry), jobs, LIMITS)
        if made.failure is None:
            answer = made.answers[0]
            assert answer.value in (7, None), made
            assert answer.output == "", made
        assert "root:" not in (made.failure or "")
    assert not Path("/tmp/left").exists()  # noqa: ASYNC240  one look


async def test_a_program_that_does_not_compile_says_why_in_one_line(go: GoSandbox) -> None:
    run = await go.run(Program("func f(x int) int { return y }", "f"), [Call((7,))], LIMITS)
    assert run.cause == "syntax"
    assert run.failure is not None
    assert run.failure.endswith("undefined: y")
    assert "\n" not in run.failure
