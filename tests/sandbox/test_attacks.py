"""Every attack is contained, in each tier, as root and as a user without rights.

``attacks/*.py`` hold the attacks, ``attacks/expected.toml`` what becomes of each,
``attack_driver.py`` what they are let loose on.
"""

import functools
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.sandbox.attack_driver import attacks
from tests.sandbox.conftest import TIERS, gives, python_for_everyone, start_as_user

pytestmark = pytest.mark.sandbox

_HERE = Path(__file__).parent
_EXPECTED = tomllib.loads((_HERE / "attacks" / "expected.toml").read_text("utf-8"))
_MARKER = "marker-5d1f0c"
_NOBODY = 65534


@functools.cache
def _drive(tier: str, user: int) -> dict:
    if not gives(tier):
        pytest.skip(f"this machine gives no {tier}")
    python = sys.executable
    if user != os.getuid():
        if os.getuid() != 0:
            pytest.skip("only root can act as another user")
        python = python_for_everyone()
        if python is None:
            pytest.skip("no interpreter that another user can start")
    environment = {"ALGOSMITH_CAGE": tier, "ATTACK_MARKER": _MARKER}
    text = start_as_user(python, _HERE / "attack_driver.py", environment, user if user else 0)
    # The server's own standard output is the editor's channel: nothing of an attack is in it.
    assert _MARKER not in text
    assert text.count("\n") == 1
    return json.loads(text)


def _users() -> tuple[int, ...]:
    return tuple(dict.fromkeys((os.getuid(), _NOBODY)))


_CAGES = [(tier, user) for tier in TIERS for user in _users()]


@pytest.fixture(scope="module", params=_CAGES, ids=lambda cage: f"{cage[0]}-{cage[1]}")
def outcomes(request: pytest.FixtureRequest) -> dict:
    tier, user = request.param
    found = _drive(tier, user)
    assert (found["tier"], found["uid"]) == (tier, user)
    return found


@pytest.mark.parametrize("name", attacks())
def test_attack_is_contained(outcomes: dict, name: str) -> None:
    result = outcomes["results"][name]
    family, _, attack = name.partition(".")
    known = _EXPECTED[outcomes["tier"]].get(name) if outcomes["tier"] == "landlock" else None
    expected = known or _EXPECTED[family][attack]
    assert re.fullmatch(expected, result["outcome"]), (result["outcome"], result["shown"])
    assert result["touched"] == []
    assert result["plain"], result["shown"]


def test_attacks_leave_no_process(outcomes: dict) -> None:
    assert outcomes["left"] == []


def test_every_attack_has_an_expectation() -> None:
    listed = {f"{family}.{name}" for family, names in _EXPECTED.items() if family != "landlock"
              for name in names}  # fmt: skip
    assert listed == set(attacks())
    assert len(listed) >= 60
    assert not any("through" in text for family, names in _EXPECTED.items()
                   if family != "landlock" for text in names.values())  # fmt: skip
