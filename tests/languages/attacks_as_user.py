"""Plays the attacks of a compiled language in a process of its own, as the user that it runs as.

Started by ``test_attacks_as_user.py``; what it is to do stands in its environment as JSON.
"""

import asyncio
import json
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from algosmith.paths import state_dir
from algosmith.sandbox.types import Call, Limits, Program


async def main(job: dict[str, Any], source: str, folder: Path) -> dict[str, Any]:
    """What came of each kind of attack on the program."""
    opened = import_module(f"algosmith.languages.{job['language']}.running").opened
    sandbox = await opened()
    outside = folder / "outside"
    outside.write_text("secret")
    outside.chmod(0o666)
    results: dict[str, Any] = {}
    for kind, seconds in job["kinds"].items():
        call = Call((kind, str(outside), os.getpid()))
        limits = Limits(wall_seconds=seconds)
        run = await sandbox.run(Program(source, job["entry"]), [call], limits)
        answer = run.answers[0] if run.answers else None
        results[kind] = [run.failure, answer and answer.status, answer and answer.value]
    tier = sandbox.report.tier
    await sandbox.close()
    return {
        "tier": tier, "uid": os.getuid(), "results": results, "outside": outside.read_text(),
        "files": sorted(os.listdir(folder)),  # noqa: PTH208  no need for a Path
    }  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="attack-") as place:
        os.environ["ALGOSMITH_HOME"] = str(Path(place, "home"))
        if os.environ.get("ATTACK_STATE"):  # what compilers made before: it takes its time
            shutil.copytree(os.environ["ATTACK_STATE"], state_dir(), dirs_exist_ok=True)
        world = Path(place, "world")
        world.mkdir()
        world.chmod(0o777)
        told = json.loads(os.environ["ATTACK_JOB"])
        text = Path(told["source"]).read_text("utf-8")
        print(json.dumps(asyncio.run(main(told, text, world))))
