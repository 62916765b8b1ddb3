"""Hostile Java, Rust and Go find the same cage where a user without rights runs algosmith."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from algosmith.languages.go import toolchain as go_toolchain
from algosmith.languages.java import jdk
from algosmith.languages.rust import toolchain
from algosmith.paths import state_dir
from tests.languages.go import test_go_attacks as go
from tests.languages.java import test_java_attacks as java
from tests.languages.rust import test_rust_attacks as rust
from tests.sandbox.conftest import gives, python_for_everyone, start_as_user

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
NOBODY = 65534
LONG, SHORT = 60.0, 3.0
CHEAP = ("flood", "exit", "stack", "long answer")
"""The others end by a limit, which takes its time: ``make test-languages``."""


def _is_for_everyone(path: Path) -> bool:
    """Whether another user can start it."""
    return all(one.stat().st_mode & 1 for one in (path, *path.parents))


def _rust_for_everyone() -> toolchain.Toolchain | None:
    """The Rust compiler, where another user can start it."""
    found = toolchain.find()
    return found if found is not None and _is_for_everyone(found.path) else None


def _go_for_everyone() -> go_toolchain.Toolchain | None:
    """The Go, where another user can start it."""
    found = go_toolchain.find()
    return found if found is not None and _is_for_everyone(found.go) else None


JOBS: dict[str, dict[str, Any]] = {
    "go": {"source": str(HERE / "go/attacks.go"), "entry": "attack",
           "ran": go.RAN, "ended": go.ENDED, "there": _go_for_everyone},
    "java": {"source": str(HERE / "java/Attacks.java"), "entry": "Attacks.attack",
             "ran": java.RAN, "ended": java.ENDED, "there": jdk.find},
    "rust": {"source": str(HERE / "rust/attacks.rs"), "entry": "attack",
             "ran": rust.RAN, "ended": rust.ENDED, "there": _rust_for_everyone},
}  # fmt: skip


def _state_for_everyone(language: str, folder: Path) -> str:
    """What the compiler of a language made before, where another user can read it."""
    known = state_dir() / language
    if not known.is_dir():
        return ""
    folder.chmod(0o755)
    shutil.copytree(known, folder / language)
    return str(folder)


def _played(language: str, tier: str, folder: Path) -> dict[str, Any]:
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
        "HOME": "/nonexistent", "ATTACK_STATE": _state_for_everyone(language, folder),
    }  # fmt: skip
    script = HERE / "attacks_as_user.py"
    return json.loads(start_as_user(python, script, environment, NOBODY))


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
@pytest.mark.parametrize("language", JOBS)
def test_nothing_leaves_the_cage_of_a_user_without_rights(language: str, tier: str) -> None:
    # Not pytest's folder: another user can't enter those above it.
    with tempfile.TemporaryDirectory(prefix="state-") as folder:
        found = _played(language, tier, Path(folder))
    assert (found["tier"], found["uid"]) == (tier, NOBODY)
    for kind, (failure, status, value) in found["results"].items():
        assert failure is None, (kind, failure)
        if kind in JOBS[language]["ran"]:
            assert value == "held" or status == "crashed", (kind, status, value)
        else:
            assert status in JOBS[language]["ended"][kind], (kind, status, value)
    assert (found["outside"], found["files"]) == ("secret", ["outside"])
