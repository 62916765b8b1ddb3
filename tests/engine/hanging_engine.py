"""A real engine process whose backend never lets go, and keeps Python's lock; for a test.

Reads a ``daemon.Start`` as JSON. Its watch is short, so that the test is.
"""

import ctypes
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from algosmith import config  # noqa: E402  run as a script it needs the path first
from algosmith.engine import daemon  # noqa: E402
from algosmith.engine.backends import choose  # noqa: E402
from tests.engine.scripted_backend import ScriptedBackend  # noqa: E402


class Hanging(ScriptedBackend):
    """One whose library waits for itself."""

    def close(self) -> None:
        """Never comes back; ``PyDLL`` keeps the lock during the call."""
        ctypes.PyDLL(None).pause()


def main() -> int:
    """Serve with a backend that hangs at its end."""
    raw = json.load(sys.stdin)
    settings, _ = config.parse(raw["settings"])
    backend = Hanging(lambda group, index: b"text " * 50)
    choose.load = lambda path, settings, report, connector: backend
    daemon._END_SECONDS = 3.0
    return daemon.serve(daemon.Start(settings, Path(raw["path"]), raw["fingerprint"]))


if __name__ == "__main__":
    sys.exit(main())
