"""What the container's start script makes of its environment; no container is needed."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "server" / "packaging" / "container" / "start.sh"


@pytest.mark.skipif(shutil.which("sh") is None, reason="it is a script of the POSIX shell")
def test_settings_and_link_are_what_was_given(tmp_path: Path) -> None:
    command = tmp_path / "bin" / "algosmith"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    command.chmod(0o755)
    given = {"ALGOSMITH_MODEL": 'C:\\new "7"', "ALGOSMITH_URL": "https://a https://b"}
    done = subprocess.run(
        ["sh", str(SCRIPT)], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, **given, "ALGOSMITH_HOME": str(tmp_path),
             "PATH": f"{command.parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    settings = tomllib.loads((tmp_path / "config" / "config.toml").read_text())
    assert settings["model"] == given["ALGOSMITH_MODEL"]
    key = (tmp_path / "key").read_text().strip()
    assert f" https://a/#key={key}\n" in done.stderr
    assert done.stdout.split()[-4:] == ["--url", "https://a", "--url", "https://b"]
