"""Wrong candidates that pass every example: none is called verified, no right one is refuted."""

import tomllib
from pathlib import Path

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

FILES = sorted((Path(__file__).parent / "wrong").glob("*.toml"))
TASKS = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in FILES}


@pytest.mark.parametrize("name", TASKS)
async def test_wrong_candidates_are_not_verified(cage: Sandbox, name: str) -> None:
    task = TASKS[name]
    right = [one["code"] for one in task["right"]]
    for wrong in task["wrong"]:
        found = await judged(task["file"], [wrong["code"]], cage)
        assert found.verdicts[0].level != "verified", wrong["name"]
    # Beside right ones: they may be told apart only by inputs larger than usual.
    for wrong in task["wrong"]:
        found = await judged(task["file"], [wrong["code"], *right], cage)
        assert found.verdicts[0].level != "verified", f"{wrong['name']} with right ones"
        assert "refuted" not in {v.level for v in found.verdicts[1:]}
