"""Every attack is contained in the WASI tier too, as the user who runs the tests.

Many need what this Python does not have; that counts as contained only if the error says so.
"""

import functools
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from algosmith import paths
from tests.sandbox.attack_driver import EXPECTED, attacks
from tests.sandbox.conftest import gives, start_as_user

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

_HERE = Path(__file__).parent
_OWN = tomllib.loads((_HERE / "attacks" / "expected_wasi.toml").read_text("utf-8"))
_MARKER = "marker-5d1f0c"
_ABSENT = re.compile(
    r"(AttributeError: (module '[\w.]+'|'NoneType' object) has no attribute '\w+'"
    r"|ModuleNotFoundError: No module named '[\w.]+')(?= \| |$)"
)


@functools.cache
def _drive() -> dict:
    if not gives("wasi"):
        pytest.skip("the wasi extra is not installed")
    environment = {"ALGOSMITH_CAGE": "wasi", "ATTACK_MARKER": _MARKER}
    if "ALGOSMITH_HOME" in os.environ:
        environment["ALGOSMITH_HOME"] = os.environ["ALGOSMITH_HOME"]
    environment["XDG_STATE_HOME"] = str(paths.state_dir().parent)
    text = start_as_user(sys.executable, _HERE / "attack_driver.py", environment, 0)
    # The server's own standard output is the editor's channel: nothing of an attack is in it.
    assert _MARKER not in text
    assert text.count("\n") == 1
    found = json.loads(text)
    assert found["tier"] == "wasi"
    return found


@pytest.mark.parametrize("name", attacks())
def test_attack_is_contained_by_wasi(name: str) -> None:
    result = _drive()["results"][name]
    family, _, attack = name.partition(".")
    outcome, shown = result["outcome"], result["shown"]
    absent = outcome.startswith("raised") and _ABSENT.match(shown)
    expected = _OWN.get(name) or EXPECTED[family][attack]
    assert absent or re.fullmatch(expected, outcome), (outcome, shown)
    assert result["touched"] == []
    assert result["plain"], shown


def test_attacks_leave_no_worker() -> None:
    assert _drive()["left"] == []


def test_own_expectations_are_of_attacks() -> None:
    assert set(_OWN) <= set(attacks())
    through = [name for name, text in _OWN.items() if "through" in text]
    assert through == ["files.change_a_mode"]
