"""The one command for a GPU: its parts on a CPU, and that a part that fails loses nothing."""

import importlib.util
import json
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.bench import bench_gpu, gpu_parts  # noqa: E402
from tests.bench.gpu_table import table  # noqa: E402

pytestmark = pytest.mark.torch
TINY = {
    "device": "cpu", "shape": "tiny", "quantization": "none", "compiled": True,
    "context": 64, "prompt": 130, "tokens": 8, "batches": [1, 2],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _bandwidth(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gpu_parts.measure, "bandwidth", lambda device: 1e10)
    with torch.inference_mode():
        yield


def session(folder: Path, seconds: float = 100) -> bench_gpu.Session:
    return bench_gpu.Session(folder, time.monotonic() + seconds, bench_gpu._environment(folder))


def test_parts_fit_into_the_table(tmp_path: Path) -> None:
    results = {
        "facts": gpu_parts.facts(TINY),
        "tiny": gpu_parts.speed(TINY),
        "profile": gpu_parts.profile(TINY),
        "maps": gpu_parts.maps(TINY),
        "tests": {"summary": "3 passed", "failures": []},
        "tiny int4": {"failed": "no memory", "log": "x"},
    }
    results = json.loads(json.dumps(results))
    text = table(results)
    assert "| tiny, plain | " in text
    assert "Profile, batch 1, plain" in text
    assert "| gate_up, 16 | " in text
    assert "- tiny int4: no memory" in text
    served = results["tiny"]["served"]
    assert [row["batch"] for row in served] == [1, 2]
    assert all(row["tokens_per_second"] > 0 for row in served)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('no such thing')", "no such thing"),
        ("import time; time.sleep(60)", "took longer"),
    ],
)
def test_a_part_that_fails_or_hangs_loses_nothing(tmp_path: Path, code: str, words: str) -> None:
    run = session(tmp_path)
    run.keep("facts", {"name": "some card"})
    assert run.run("bad", [sys.executable, "-c", code], 10) is None
    kept = json.loads((tmp_path / "results.json").read_text())
    assert words in kept["bad"]["failed"]
    assert kept["facts"] == {"name": "some card"}
    assert "some card" in (tmp_path / "table.md").read_text()


def test_what_there_is_no_time_for_is_said(tmp_path: Path) -> None:
    run = session(tmp_path, 5)
    run.part("late", "facts", TINY, 60)
    assert run.results["late"] == {"skipped": "no time was left"}


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name in ("transformers", "pytest", "platformdirs") else real(name),
    )
    run = session(tmp_path)
    bench_gpu.compare(run, TINY)
    bench_gpu.tests(run, True)
    assert run.results["generate"] == {"skipped": "transformers is missing"}
    assert run.results["tests"] == {"skipped": "pytest is missing"}
    assert str(tmp_path) in run.environment["PYTHONPATH"]
