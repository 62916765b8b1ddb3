"""Hostile Java: what is run, and what the compiler itself is asked to do, finds a cage."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.languages.java import jdk
from algosmith.languages.java.running import JavaSandbox
from algosmith.sandbox.types import Call, Limits, Program
from tests.languages import attacking
from tests.sandbox.attack_driver import descendants
from tests.sandbox.command_tiers import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

HERE = Path(__file__).parent
SOURCE = (HERE / "Attacks.java").read_text("utf-8")
ATTACKS = Program(SOURCE, "Attacks.attack")
LIMITS = Limits(wall_seconds=60.0)
SHORT = Limits(wall_seconds=3.0)
RAN = (
    "read", "passwd", "proc", "home", "list", "nio read", "random access", "write", "write here",
    "temporary", "delete", "rename", "link", "permissions", "exec", "process builder",
    "another java", "tcp", "listen", "udp", "channel", "url", "resolve", "file url", "load",
    "load library", "kill", "all processes", "attach", "reflection", "unsafe file", "driver",
    "environment", "compiler", "hook", "threads",
)  # fmt: skip
"""These say what came of it."""
ENDED = {
    "crash": ("crashed", "value"), "memory": ("memory",), "direct memory": ("memory",),
    "native memory": ("value", "crashed"), "loop": ("timeout",), "wait": ("timeout",),
    "stack": ("raised",), "flood": ("crashed",), "raw flood": ("crashed",), "exit": ("crashed",),
    "halt": ("crashed",), "long answer": ("protocol", "memory"),
    # The first of its lines may pass as its answer, which it could have returned as well.
    "forged answer": ("protocol", "value"),
}  # fmt: skip
CHEAP = ("flood", "exit", "stack", "forged answer")
"""The others take their time: ``make test-languages``."""
FOR_ALL = os.environ.get("ALGOSMITH_TEST_ALL_TASKS")
COMPILED = {
    "an annotation processor": (
        "import javax.annotation.processing.*; import java.util.*; "
        "import javax.lang.model.element.*;\n"
        '@SupportedAnnotationTypes("*") class P extends AbstractProcessor { '
        "public boolean process(Set<? extends TypeElement> a, RoundEnvironment r) { "
        'throw new Error("ran"); } }\n@Deprecated class A { static int f(int x) { return x; } }'
    ),
    "a bomb of constants": "class A { static final String S0 = \"aaaaaaaaaaaaaaaa\";\n"
    + "".join(f"static final String S{n} = S{n - 1} + S{n - 1} + S{n - 1} + S{n - 1};\n"
              for n in range(1, 15))
    + "static int f(int x) { return x + S14.length(); } }",
    "a nest of brackets": f"class A {{ static int f(int x) {{ return {'(' * 20_000}x"
    f"{')' * 20_000}; }} }}",
    "a long sum": f"class A {{ static int f(int x) {{ return x{' + x' * 60_000}; }} }}",
    "a bomb of classes": "class A { static int f(int x) { "
    + "try { x++; } finally { " * 14 + "x--;" + " }" * 14 + " return x; } }",
    "nested generics": "class A { static int f(int x) { "
    + "java.util.Map<" * 300 + "Integer,Integer" + ",Integer>" * 299 + "> m = null; "
    "return x; } }",
    "a chain of lambdas": "import java.util.function.*; class A { static <T> T id(Supplier<T> s) "
    "{ return s.get(); } static int f(int x) { return "
    + "id(() -> " * 24 + "x" + ")" * 24 + "; } }",
    "a name that leads out": "package x; class A { static int f(int x) { return x; } }",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=("namespaces", "landlock"))
async def java(request: pytest.FixtureRequest) -> AsyncIterator[JavaSandbox]:
    """A sandbox for Java in each tier that this machine gives."""
    found = jdk.find()
    if found is None:
        pytest.skip("no JDK here")
    cage = await open_tier(request.param)
    sandbox = JavaSandbox(found, cage, await open_tier(request.param))
    yield sandbox
    await sandbox.close()


async def test_nothing_leaves_the_cage(java: JavaSandbox, tmp_path: Path) -> None:
    await attacking.nothing_leaves(java, ATTACKS, RAN, tmp_path, LIMITS)


async def test_what_never_ends_or_lies_is_ended(java: JavaSandbox, tmp_path: Path) -> None:
    kinds = {kind: how for kind, how in ENDED.items() if kind in CHEAP or FOR_ALL}
    before = descendants()
    await attacking.all_end(java, ATTACKS, kinds, tmp_path / "outside", (LIMITS, SHORT))
    await java.run(Program("class A { static int f(int x) { return x; } }", "A.f"), [Call((1,))])
    assert len(descendants()) <= len(before) + 8


@pytest.mark.parametrize("name", COMPILED)
async def test_the_compiler_is_held_too(java: JavaSandbox, name: str) -> None:
    if not FOR_ALL and name != "an annotation processor":
        pytest.skip("make test-languages tries the others")
    made = await java.run(Program(COMPILED[name], "A.f"), [Call((7,))], LIMITS)
    if made.failure is None:
        assert made.answers[0].value in (7, None), made
    assert "ran" not in (made.failure or "").split()
    after = "class A { static int f(int x) { return x + 1; } }"
    run = await java.run(Program(after, "A.f"), [Call((7,))], LIMITS)
    assert run.failure is None, run
    assert run.answers[0].value == 8


async def test_cancelling_ends_what_runs(java: JavaSandbox) -> None:
    source = "class A { static int f(int x) { while (true) x++; } }"
    await java.run(Program(source, "A.f"), [], LIMITS)
    task = asyncio.create_task(java.run(Program(source, "A.f"), [Call((1,))], LIMITS))
    await asyncio.sleep(0.3)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    run = await java.run(Program(source.replace("while (true) x++;", "return x;"), "A.f"),
                         [Call((1,))], LIMITS)  # fmt: skip
    assert run.failure is None, run
    assert run.answers[0].value == 1
