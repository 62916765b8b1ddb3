"""A stand-in for the cage in tests of the measuring itself: a bare interpreter, nothing caged."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Answer, CageReport, Call, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Job, Limits, Program

_MAIN = """
import json, sys
program, entry, args = json.loads(sys.stdin.read())
namespace = {"__name__": "caged"}
exec(compile(program, "<program>", "exec"), namespace)
print(json.dumps(namespace[entry](*args)))
"""


class BareSandbox:
    """Runs programs in ``python -I``: no algosmith on its path, as in the cage."""

    report = CageReport("none", (), "for tests")

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """One call, its answer as JSON."""
        (call,) = (job for job in calls if isinstance(job, Call))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", _MAIN,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        text = json.dumps([program.source, program.entry, list(call.args)])
        wall = limits.wall_seconds if limits else 30.0
        try:
            out, err = await asyncio.wait_for(process.communicate(text.encode()), wall)
        except TimeoutError:
            process.kill()
            await process.wait()
            return Run((Answer("timeout"),))
        if process.returncode:
            error = err.decode(errors="replace").strip()
            return Run((Answer("crashed", error=error),))
        return Run((Answer("value", json.loads(out)),))

    async def close(self) -> None:
        """Nothing to end."""
