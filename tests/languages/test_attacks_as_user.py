"""Hostile Java and Rust find the same cage where a user without rights runs algosmith."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from algosmith.languages.java import jdk
from algosmith.languages.rust import toolchain
from tests.languages.java import test_java_attacks as java
from tests.languages.rust import test_rust_attacks as rust
from tests.sandbox.conftest import gives, python_for_everyone, start_as_user

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
NOBODY = 65534
LONG, SHORT = 60.0, 3.0
CHEAP = ("flood", "exit", "stack", "long answer")
"""The others end by a limit, which takes its time: ``make test-languages``."""


def _rust_for_everyone() -> toolchain.Toolchain | None:
    """The Rust compiler, where another user can start it."""
    found = toolchain.find()
    if found is None or any(
        not one.stat().st_mode & 1 for one in (found.path, *found.path.parents)
    ):
        return None
    return found


JOBS: dict[str, dict[str, Any]] = {
    "java": {"source": str(HERE / "java/Attacks.java"), "entry": "Attacks.attack",
             "ran": java.RAN, "ended": java.ENDED, "there": jdk.find},
    "rust": {"source": str(HERE / "rust/attacks.rs"), "entry": "attack",
             "ran": rust.RAN, "ended": rust.ENDED, "there": _rust_for_everyone},
}  # fmt: skip


def _played(language: str, tier: str) -> dict[str, Any]:
    """What came of the attacks as a user without rights."""
    job = JOBS[language]
    if not gives(tier):
        pytest.skip(f"this machine gives no {tier}")
    if os.getuid() != 0:
        pytest.skip("only root can act as another user; the other tests are run as this one")
    if job["there"]() is None:
        pytest.skip(f"nothing here that compiles {language} for another user")
    python = python_for_everyone()
    if python is None:
        pytest.skip("no interpreter that another user can start")
    every = os.environ.get("ALGOSMITH_TEST_ALL_TASKS")
    kinds = dict.fromkeys(job["ran"], LONG) | {
        kind: SHORT if "timeout" in statuses else LONG
        for kind, statuses in job["ended"].items()
        if every or kind in CHEAP
    }
    told = {"language": language, "kinds": kinds} | {k: job[k] for k in ("source", "entry")}
    environment = {
        "ALGOSMITH_CAGE": tier, "ATTACK_JOB": json.dumps(told), "PATH": os.environ.get("PATH", ""),
        "JAVA_HOME": os.environ.get("JAVA_HOME", ""), "RUSTC": os.environ.get("RUSTC", ""),
        "HOME": "/nonexistent",
    }  # fmt: skip
    script = HERE / "attacks_as_user.py"
    return json.loads(start_as_user(python, script, environment, NOBODY))


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
@pytest.mark.parametrize("language", JOBS)
def test_nothing_leaves_the_cage_of_a_user_without_rights(language: str, tier: str) -> None:
    found = _played(language, tier)
    assert (found["tier"], found["uid"]) == (tier, NOBODY)
    for kind, (failure, status, value) in found["results"].items():
        assert failure is None, (kind, failure)
        if kind in JOBS[language]["ran"]:
            assert value == "held" or status == "crashed", (kind, status, value)
        else:
            assert status in JOBS[language]["ended"][kind], (kind, status, value)
    assert (found["outside"], found["files"]) == ("secret", ["outside"])
