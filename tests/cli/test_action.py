"""The action for GitHub and the hook for pre-commit: their own steps, run as they are."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "check"
TEXT = '''\
def plus(n):
    """
    >>> plus(3)
    4
    """
    return n + {}
'''


def action() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ACTION / "action.yml").read_text("utf-8")))


def test_no_input_is_pasted_into_a_script() -> None:
    steps = action()["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]
    given = {name for step in steps for name in re.findall(r"inputs\.([\w-]+)", str(step))}
    assert given == set(action()["inputs"])


def run(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """The last step, with inputs under the names of its variables; and what it gave out."""
    step = action()["runs"]["steps"][-1]
    assert set(inputs) <= set(step["env"])
    output = folder / "github_output"
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        env={
            **os.environ, **inputs, "GITHUB_ACTION_PATH": str(ACTION), "GITHUB_OUTPUT": str(output),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done, output.read_text("utf-8") if output.exists() else ""


@pytest.mark.sandbox
@pytest.mark.slow
def test_the_step_checks_and_its_findings_stand_at_their_lines(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(TEXT.format(1), "utf-8")
    (tmp_path / "two words").mkdir()
    (tmp_path / "two words" / "wrong.py").write_text(TEXT.format(2), "utf-8")
    done, _ = run(tmp_path, PATHS="right.py\n")
    assert (done.returncode, done.stderr) == (0, "")
    done, given = run(tmp_path, PATHS="right.py\ntwo words", SARIF="o.sarif", JUNIT="o.xml")
    assert done.returncode == 1
    assert given == "sarif=o.sarif\n"
    assert json.loads((tmp_path / "o.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert "failures=" in (tmp_path / "o.xml").read_text("utf-8")
    pattern = json.loads((ACTION / "matcher.json").read_text("utf-8"))["problemMatcher"][0]
    shown = [re.match(pattern["pattern"][0]["regexp"], line) for line in done.stdout.splitlines()]
    places = [found.groups() for found in shown if found]
    assert [(place[0], place[1]) for place in places] == [(str(Path("two words/wrong.py")), "3")]


@pytest.mark.sandbox
@pytest.mark.slow
def test_inputs_are_data(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TEXT.format(1), "utf-8")
    done, _ = run(tmp_path, PATHS="$(touch owned); touch owned\n--help", AT_MOST="$(touch owned)")
    assert done.returncode == 2
    assert not (tmp_path / "owned").exists()
    done, _ = run(tmp_path, PATHS="a.py", AT_MOST="O(n log n)", BASELINE="-b ase.json")
    assert done.returncode == 0
    assert (tmp_path / "-b ase.json").exists()


def test_the_hook_is_a_command_of_ours() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["entry"] for hook in hooks] == ["algosmith check"]
