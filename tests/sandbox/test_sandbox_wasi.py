"""The WASI tier gives what the Linux tiers give: the same cases, and what is its own."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.sandbox import describe, open_sandbox, opening, selftest
from algosmith.sandbox.types import Call, Limits, Program, Run, Sandbox
from algosmith.sandbox.wasi import module
from algosmith.sandbox.wasi.sandbox import WasiSandbox
from tests.sandbox import test_sandbox_lifecycle as lifecycle
from tests.sandbox.attack_driver import descendants
from tests.sandbox.conftest import PatientSandbox, gives, open_tier
from tests.sandbox.test_sandbox_run import (  # noqa: F401  run here with another cage
    test_a_fatal_call_ends_the_answers,
    test_a_raising_call_does_not_end_the_run,
    test_an_iterator_is_told_from_a_list,
    test_answer_and_output_limits,
    test_arguments_outside_the_closed_set_are_the_callers_error,
    test_changes_in_place_are_seen,
    test_entries,
    test_large_inputs_and_answers,
    test_limits_are_those_of_the_run,
    test_modules_of_a_trusted_workspace,
    test_nodes_of_the_source_go_in_and_come_out,
    test_processor_time_is_limited_apart_from_wall_time,
    test_unusable_nodes_are_told,
    test_values_come_back_as_they_went,
    test_what_can_not_run_says_why,
    test_what_hangs_on_the_order_of_a_set_shows_under_the_other_seed,
)

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

GOOD = Program("def f(x): return x + 1", "f")
LOOP = Program("def f(x):\n while True: pass", "f")
SLEEP = Program("import time\ndef f(x): time.sleep(60)", "f")


@pytest.fixture(scope="module")
def wasi() -> None:
    if not gives("wasi"):
        pytest.skip("the wasi extra is not installed")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cage(wasi: None) -> AsyncIterator[Sandbox]:
    sandbox = PatientSandbox(await open_tier("wasi"))
    yield sandbox
    await sandbox.close()


async def test_the_report_names_the_interpreter(cage: Sandbox) -> None:
    assert cage.report.tier == "wasi"
    assert cage.report.forbids == selftest.PROPERTIES
    assert module.PYTHON in cage.report.reason
    source = "import sys\ndef f(): return [sys.platform, '%d.%d.%d' % sys.version_info[:3]]"
    run = await cage.run(Program(source, "f"), [Call()])
    assert run.answers[0].value == ["wasi", module.PYTHON]


async def test_a_sleep_takes_its_time_and_a_long_one_is_ended(cage: Sandbox) -> None:
    source = "import time\ndef f(s):\n a = time.monotonic(); time.sleep(s)\n"
    source += " return time.monotonic() - a >= s"
    limits = Limits(wall_seconds=1.0)
    run = await cage.run(Program(source, "f"), [Call((0.02,)), Call((-1,)), Call((60,))], limits)
    assert [answer.status for answer in run.answers] == ["value", "raised", "timeout"]
    assert run.answers[0].value is True


async def test_processor_time_is_in_seconds(cage: Sandbox) -> None:
    source = "import time\ndef f():\n a = time.process_time(); time.sleep(0.02)\n"
    source += " return time.process_time() - a"
    run = await cage.run(Program(source, "f"), [Call()])
    assert isinstance(run.answers[0].value, float)
    assert 0.02 <= run.answers[0].value < 2


async def test_nothing_of_the_server_is_inside(cage: Sandbox) -> None:
    source = "import os, sys\ndef f(): return [dict(os.environ), sys.argv, sys.orig_argv, sys.path]"
    run = await cage.run(Program(source, "f"), [Call()])
    assert run.answers[0].value == [
        {"PYTHONHASHSEED": "0"}, [""], [""],
        ["/usr/local/lib/python311.zip", "/usr/local/lib/python3.11",
         "/usr/local/lib/python3.11/lib-dynload"],
    ]  # fmt: skip
    run = await cage.run(Program("import algosmith\ndef f(): pass", "f"), [Call()])
    assert run.cause == "import"


async def test_what_one_writes_into_the_library_the_next_does_not_see(cage: Sandbox) -> None:
    source = "import string\ndef f():\n with open(string.__file__, 'r+') as file:\n"
    source += (
        "  before = file.read(); file.seek(0); file.write('broken')\n return 'broken' in before"
    )
    runs = [await cage.run(Program(source, "f"), [Call()]) for _ in range(2)]
    assert all(run.answers[0].value is not True for run in runs), runs


async def test_recursion_goes_as_deep_as_elsewhere(cage: Sandbox) -> None:
    source = "from functools import cache\n{}def f(n): return 0 if n == 0 else 1 + f(n - 1)"
    calls = [Call((n,)) for n in (400, 5000, 400)]
    for decorator in ("", "@cache\n"):
        run = await cage.run(Program(source.format(decorator), "f"), calls)
        assert [answer.status for answer in run.answers] == ["value", "raised", "value"], run
        assert run.answers[1].error.startswith("RecursionError")


async def test_a_lack_of_stack_is_no_wrong_answer(cage: Sandbox) -> None:
    source = "import sys, functools\nsys.setrecursionlimit(10**6)\n@functools.cache\n"
    source += "def f(n): return 0 if n == 0 else 1 + f(n - 1)"
    run = await cage.run(Program(source, "f"), [Call((3,)), Call((20_000,))])
    assert (run.answers, run.cause) == ((), "load")
    assert run.failure is not None
    assert "less stack" in run.failure


@pytest.mark.parametrize("program", [SLEEP, LOOP])
async def test_cancelling_ends_the_worker(cage: Sandbox, program: Program) -> None:
    await cage.run(GOOD, [Call((1,))])
    idle = len(descendants())
    task = asyncio.ensure_future(cage.run(program, [Call((1,))] * 3))
    await asyncio.sleep(0.3)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    # When the task is done the worker is gone, but for the spare one.
    assert len(descendants()) <= idle
    assert (await cage.run(GOOD, [Call((1,))])).answers[0].value == 2


async def test_many_at_once(cage: Sandbox) -> None:
    runs = await asyncio.gather(*[cage.run(GOOD, [Call((n,))]) for n in range(5)])
    assert [run.answers[0].value for run in runs] == [1, 2, 3, 4, 5]


async def test_closing_leaves_no_worker(wasi: None) -> None:
    before = set(descendants())
    sandbox = await open_tier("wasi")
    running = [asyncio.ensure_future(sandbox.run(SLEEP, [Call((1,))])) for _ in range(3)]
    await asyncio.sleep(0.3)
    await sandbox.close()
    runs = await asyncio.gather(*running)
    assert not any(answer.status == "value" for run in runs for answer in run.answers)
    assert set(descendants()) <= before
    assert (await sandbox.run(GOOD, [Call((1,))])).cause == "cage"


async def test_no_worker_outlives_a_killed_server(wasi: None) -> None:
    environment = {**os.environ, opening.SWITCH: "wasi",
                   "PYTHONPATH": str(Path(__file__).parents[2] / "server")}  # fmt: skip
    server = subprocess.Popen([  # noqa: ASYNC220  it is read and waited for by hand
        sys.executable, "-c", lifecycle._SERVER], env=environment,
                              stdout=subprocess.PIPE)  # fmt: skip
    assert server.stdout
    with server.stdout:
        assert server.stdout.readline() == b"running\n"
        below = lifecycle._below(server.pid)
        assert len(below) >= 2
        server.kill()
        server.wait()
        assert await lifecycle._until(lambda: not lifecycle._alive(below), 3.0)


@pytest.mark.parametrize("leaky", range(len(selftest.PROPERTIES)))
async def test_a_leaking_machine_is_not_opened(wasi: None, leaky: int, monkeypatch) -> None:
    honest = WasiSandbox.run

    async def leaking(self: WasiSandbox, program, calls, limits=None) -> Run:
        source = program.source.replace(f"kind == {leaky}:", f"kind == {leaky}: return 'allowed'\n"
                                        f"        elif kind == {leaky}:")  # fmt: skip
        if leaky == 5:
            source = source.replace("bytearray(too_much)", "pass")
        return await honest(self, Program(source, program.entry), calls, limits)

    monkeypatch.setattr(WasiSandbox, "run", leaking)
    with pytest.raises(SandboxError, match=selftest.PROPERTIES[leaky]):
        await open_tier("wasi")


async def test_without_the_extra_the_way_to_it_is_named(monkeypatch) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(module.importlib.metadata, "version", absent)
    monkeypatch.setenv(opening.SWITCH, "wasi")
    with pytest.raises(SandboxError, match=r"wasmtime is not installed.*algosmith\[wasi\]"):
        await open_sandbox()
    opening._describe.cache_clear()
    try:
        report = describe()
    finally:
        opening._describe.cache_clear()
    assert report.tier == "none"
    assert "algosmith[wasi]" in report.reason


async def test_another_interpreter_file_is_refused(wasi: None, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    monkeypatch.setattr(module, "_SHA256", "0" * 64)
    with pytest.raises(SandboxError, match="not the file that was tried"):
        await open_tier("wasi")
    assert list((tmp_path / "state" / "wasi").iterdir()) == []


async def test_a_folder_open_to_others_is_refused(wasi: None, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    (tmp_path / "state" / "wasi").mkdir(parents=True)
    (tmp_path / "state" / "wasi").chmod(0o777)
    with pytest.raises(SandboxError, match="open to other users"):
        await open_tier("wasi")


async def test_damaged_machine_code_is_dropped(wasi: None, tmp_path, monkeypatch) -> None:
    name = (await module.compiled()).name
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    module._folder().joinpath(name).write_bytes(b"\x7fELF damaged")
    with pytest.raises(SandboxError, match="cage failed"):
        await open_tier("wasi")
    assert not module._folder().joinpath(name).exists()
