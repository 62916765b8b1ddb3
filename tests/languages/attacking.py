"""Attacks of a compiled language's program: each is asked for by its name, and says what came."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from algosmith.sandbox.types import Answer, Call, Limits, Program, Sandbox


async def tried(
    sandbox: Sandbox, program: Program, kind: str, outside: Path, limits: Limits
) -> Answer:
    """What came of one attack."""
    call = Call((kind, str(outside), os.getpid()))
    run = await sandbox.run(program, [call], limits)
    assert run.failure is None, run.failure
    return run.answers[0]


async def nothing_leaves(
    sandbox: Sandbox, program: Program, kinds: Iterable[str], folder: Path, limits: Limits
) -> None:
    """Tries those that say what came of them, beside a file that is open to all.

    The modes of files must not be what refuses.
    """
    outside = _open_to_all(folder)
    for kind in kinds:
        answer = await tried(sandbox, program, kind, outside, limits)
        assert answer.value == "held" or answer.status == "crashed", (kind, answer)
    assert outside.read_text() == "secret"
    assert os.listdir(folder) == ["outside"]  # noqa: PTH208  no need for a Path


def _open_to_all(folder: Path) -> Path:
    folder.chmod(0o777)
    outside = folder / "outside"
    outside.write_text("secret")
    outside.chmod(0o666)
    return outside


async def all_end(
    sandbox: Sandbox,
    program: Program,
    kinds: Mapping[str, tuple[str, ...]],
    outside: Path,
    limits: tuple[Limits, Limits],
) -> None:
    """Tries those that never end or lie, each with how it may end; the second limits are short."""
    for kind, statuses in kinds.items():
        given = limits[1] if "timeout" in statuses else limits[0]
        answer = await tried(sandbox, program, kind, outside, given)
        assert answer.status in statuses, (kind, answer)
