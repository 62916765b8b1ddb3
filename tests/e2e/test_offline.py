"""Server, engine and a solve in a network namespace without any usable interface.

Where namespaces can't be had, a guard in every Python process ends it at the first socket that is
not a Unix socket.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.model, pytest.mark.e2e]

ROOT = Path(__file__).parents[2]
CHAIN = "tests/lsp/test_lsp_real_model.py::test_from_the_code_action_to_the_changed_text"
NO_NETWORK = """
import socket, sys
try:
    socket.create_connection(("127.0.0.1", 9), 1)
except ConnectionRefusedError:
    sys.exit("there is a network: even loopback should be down")
except OSError:
    pass
"""
GUARD = """
import os, sys
def _guard(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        if event == "socket.getaddrinfo" or arguments[0].family.name != "AF_UNIX":
            os.write(2, b"a socket that is not a Unix socket\\n")
            os._exit(99)
sys.addaudithook(_guard)
"""


def test_the_whole_chain_needs_no_network(tmp_path: Path) -> None:
    chain = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "nvim", CHAIN]
    environment = dict(os.environ)
    if can_unshare():
        inside = ["unshare", "--map-root-user", "--net"]
        subprocess.run([*inside, sys.executable, "-c", NO_NETWORK], check=True)
        chain = [*inside, *chain]
    else:
        (tmp_path / "sitecustomize.py").write_text(GUARD)
        environment["PYTHONPATH"] = str(tmp_path)
        blocked = [
            sys.executable,
            "-c",
            "import socket; socket.create_connection(('127.0.0.1', 9))",
        ]
        assert subprocess.run(blocked, env=environment, check=False).returncode == 99
    run = subprocess.run(
        chain, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = ["unshare", "--map-root-user", "--net", "true"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0
