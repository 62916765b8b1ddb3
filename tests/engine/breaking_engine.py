"""A real engine process whose first backend breaks its device on the first step; for a test.

The next request must start a new process, with the real model. Reads a ``daemon.Start`` as JSON.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from algosmith import config  # noqa: E402  run as a script it needs the path first
from algosmith.engine import daemon  # noqa: E402
from algosmith.engine.backends import choose  # noqa: E402
from tests.engine.scripted_backend import FATAL, ScriptedBackend  # noqa: E402


def main() -> int:
    """Serve with a backend that breaks."""
    raw = json.load(sys.stdin)
    settings, _ = config.parse(raw["settings"])
    backend = ScriptedBackend(lambda group, index: b"text " * 50, step_seconds=0.02)
    backend.fail = lambda step: FATAL if step == 5 else None
    choose.load = lambda path, settings, report, connector: backend
    return daemon.serve(daemon.Start(settings, Path(raw["path"]), raw["fingerprint"]))


if __name__ == "__main__":
    sys.exit(main())
