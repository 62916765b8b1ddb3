"""Prints the sandbox's figures: ``python tests/bench/bench_sandbox.py [tier …]``.

Run it on a quiet machine, from the repository's root, with ``server`` importable.
"""

import asyncio
import contextlib
import gc
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from algosmith.errors import SandboxError
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.opening import SWITCH
from algosmith.sandbox.types import Call, Limits, Program, Sandbox

GOOD = Program(
    "def two_sum(nums, target):\n"
    "    seen = {}\n"
    "    for i, n in enumerate(nums):\n"
    "        if target - n in seen:\n"
    "            return [seen[target - n], i]\n"
    "        seen[n] = i\n",
    "two_sum",
)
CALLS = [Call((list(range(n, n + 20)), 2 * n + 21)) for n in range(12)]
EXPECTED = [[10, 11]] * 12
LOOPS = {
    "bytecode": "def f():\n while True: pass",
    "one long C call": "def f(): return sum(range(10**13))",
    "sleep": "import time\ndef f(): time.sleep(99)",
    "signals ignored": "import signal\ndef f():\n"
    " [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15, 24)]\n while True: pass",
}
FLOOD = Program("import os\ndef f():\n while True: os.write(1, b'x' * 65536)", "f")
HOSTILE = (
    Program("import os\ndef two_sum(a, t):\n while True: os.fork()", "two_sum"),
    Program("import ctypes\ndef two_sum(a, t): ctypes.string_at(0)", "two_sum"),
    Program("import os\ndef two_sum(a, t): os.write(4, b'[0]\\n' * 9)", "two_sum"),
    Program("def two_sum(a, t):\n while True: print('x' * 9999)", "two_sum"),
)


def show(name: str, values: list[float], goal: str, scale: float = 1000, unit: str = "ms") -> None:
    ordered = sorted(value * scale for value in values)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(f"  {name:34} min {ordered[0]:7.1f}  median {statistics.median(ordered):7.1f}  "
          f"p95 {p95:7.1f}  max {ordered[-1]:7.1f} {unit}   ({goal})")  # fmt: skip


def below() -> list[int]:
    text = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True,
                          check=True)  # fmt: skip
    rows = [line.split(maxsplit=2) for line in text.stdout.splitlines()]
    found, waiting = [], [os.getpid()]
    while waiting:
        top = waiting.pop()
        children = [int(pid) for pid, ppid, comm in rows if int(ppid) == top and comm != "ps"]
        waiting += children
        found += children
    return found


def memory(pid: int | str = "self") -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def candidates(sandbox: Sandbox) -> None:
    times, prepared = [], []
    for _ in range(300):
        started = time.perf_counter()
        run = await sandbox.run(GOOD, CALLS)
        times.append(time.perf_counter() - started)
        assert len(run.answers) == 12, run
    for _ in range(100):
        await asyncio.sleep(0.02)
        started = time.perf_counter()
        await sandbox.run(GOOD, CALLS)
        prepared.append(time.perf_counter() - started)
    started = time.perf_counter()
    await asyncio.gather(*(sandbox.run(GOOD, CALLS) for _ in range(200)))
    both = (time.perf_counter() - started) / 200
    show("candidate of 12 calls, in a row", times, "median ≤ 10, p95 ≤ 25")
    show("candidate of 12 calls, after a pause", prepared, "median ≤ 10, p95 ≤ 25")
    print(f"  {'candidate, 200 at once':34} {1000 * both:11.1f} ms each")


async def limits(sandbox: Sandbox) -> None:
    over = []
    for source in LOOPS.values():
        for wall in (0.2, 0.5):
            started = time.perf_counter()
            await sandbox.run(Program(source, "f"), [Call()], Limits(wall_seconds=wall))
            over.append(time.perf_counter() - started - wall)
    show("wall limit overrun", over, "≤ 250")
    gone = []
    for source in LOOPS.values():
        await sandbox.run(GOOD, CALLS)
        idle = len(below())
        task = asyncio.ensure_future(sandbox.run(Program(source, "f"), [Call()]))
        await asyncio.sleep(0.2)
        started = time.perf_counter()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        while len(below()) > idle:  # noqa: ASYNC110  processes give no event
            await asyncio.sleep(0.001)
        gone.append(time.perf_counter() - started)
    show("cancel until nothing is left", gone, "≤ 100, a ps included")
    before = memory()
    await sandbox.run(FLOOD, [Call()])
    print(f"  {'growth by a flood of output':34} {(memory() - before) / 2**20:11.1f} MiB   (≤ 8)")


async def mixed(sandbox: Sandbox) -> None:
    for number in range(40):
        await sandbox.run((GOOD, *HOSTILE)[number % 5], CALLS)
    gc.collect()
    started = time.perf_counter()
    before = len(below()), len(os.listdir("/proc/self/fd")), memory()  # noqa: PTH208
    good = bad = 0
    for number in range(1000):
        hostile = number % 5 == 0
        run = await sandbox.run(HOSTILE[number // 5 % 4] if hostile else GOOD, CALLS)
        fine = [answer.value for answer in run.answers] == EXPECTED
        good, bad = good + (fine and not hostile), bad + (hostile and not fine)
    await asyncio.sleep(0.1)
    gc.collect()
    after = len(below()), len(os.listdir("/proc/self/fd")), memory()  # noqa: PTH208
    print(f"  1,000 mixed: {good} of 800 good passed, {bad} of 200 hostile refused, "
          f"{time.perf_counter() - started:.1f} s; left over: processes {after[0] - before[0]:+d}, "
          f"descriptors {after[1] - before[1]:+d}, memory {(after[2] - before[2]) / 2**20:+.1f} MiB"
          f"   (± the prepared child; < 2 MiB)")  # fmt: skip
    parents = [memory(pid) / 2**20 for pid in below()]
    print(f"  memory of its processes, shared pages counted in each: "
          f"{', '.join(f'{size:.0f}' for size in parents)} MiB   (parent ≤ 40)")  # fmt: skip


_SERVER = """
import asyncio
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Call, Limits, Program
async def main():
    sandbox = await open_sandbox()
    program = Program("def f():\\n while True: pass", "f")
    runs = [asyncio.ensure_future(sandbox.run(program, [Call()], Limits(60, 60))) for _ in "12"]
    await asyncio.sleep(0.3)
    print("running", flush=True)
    await asyncio.gather(*runs)
asyncio.run(main())
"""


def killed_server() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdout
        server.stdout.readline()
        ours = [pid for pid in below() if pid != server.pid]
        started = time.perf_counter()
        server.send_signal(signal.SIGKILL)
        server.wait()
        while any(_lives(pid) for pid in ours):
            time.sleep(0.001)
        print(f"  {'server killed, until nothing lives':34} "
              f"{1000 * (time.perf_counter() - started):11.1f} ms of {len(ours)} processes"
              "   (≤ 1000)")  # fmt: skip


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def measure(tier: str) -> None:
    os.environ[SWITCH] = tier
    starts = []
    for _ in range(10):
        started = time.perf_counter()
        try:
            sandbox = await open_sandbox()
        except SandboxError as error:
            print(f"{tier}: {error}")
            return
        starts.append(time.perf_counter() - started)
        await sandbox.close()
    sandbox = await open_sandbox()
    print(f"{sandbox.report.tier}, user {os.getuid()}, load {os.getloadavg()[0]:.1f}")
    show("warm start, self-test included", starts, "≤ 150")
    await asyncio.sleep(1)
    await candidates(sandbox)
    await limits(sandbox)
    await mixed(sandbox)
    await sandbox.close()
    killed_server()


if __name__ == "__main__":
    for name in sys.argv[1:] or ("namespaces", "landlock"):
        asyncio.run(measure(name))
