"""A real engine process that, once its real model is loaded, tries to leave its cage; for a test.

Reads the ``daemon.Start``, the folder to try and a file of the model as JSON; what came of it lies
in the run folder.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from algosmith import config, paths  # noqa: E402  run as a script it needs the path first
from algosmith.engine import daemon  # noqa: E402
from algosmith.engine.backends import choose  # noqa: E402
from algosmith.engine.backends.base import Backend, LoadReport  # noqa: E402
from algosmith.engine.connector import Connector  # noqa: E402
from tests.engine import cage_attempts  # noqa: E402


def main() -> int:
    """Serve, and try everything on the inference thread after the library has loaded."""
    raw = json.load(sys.stdin)
    settings, _ = config.parse(raw["start"]["settings"])
    start = daemon.Start(settings, Path(raw["start"]["path"]), raw["start"]["fingerprint"])
    outside, model = Path(raw["outside"]), Path(raw["model"])
    load = choose.load

    def load_and_try(
        path: Path, settings: config.Settings, report: LoadReport, connector: Connector | None
    ) -> Backend:
        backend = load(path, settings, report, connector)
        attempts = cage_attempts.file_attempts(outside, model)
        attempts |= cage_attempts.call_attempts(outside)
        told = {"refused": cage_attempts.outcomes(attempts),
                "needs": cage_attempts.outcomes(cage_attempts.needs(model))}  # fmt: skip
        (paths.runtime_dir() / "attempts.json").write_text(json.dumps(told))
        return backend

    choose.load = load_and_try
    return daemon.serve(start)


if __name__ == "__main__":
    sys.exit(main())
