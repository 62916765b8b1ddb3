"""Everything that is to be known of a GPU, in one command and within eight minutes.

    python tests/bench/bench_gpu.py            # or: make bench-gpu

First the tests that need a GPU, then speed, profile and single maps. Each part is a process of its
own with its own time; one that fails or hangs loses nothing of the others. Results are written
after every part, into ``artifacts/gpu/``: ``results.json`` and ``table.md``. Needs a Python with
torch, and uses pytest and transformers where they are; no network.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.gpu_table import table  # noqa: E402  run as a script it needs the path first

STUBS = {"platformdirs": "", "tokenizers": "Tokenizer = None\n"}
"""Imported by what is measured, but not used by it."""
GPU_TESTS = ("test_torch_gpu.py", "test_torch_backend.py")
INI = "[pytest]\npythonpath = . server\naddopts = --import-mode=importlib -p no:cacheprovider\n"


@dataclass
class Session:
    """The run so far."""

    out: Path
    end: float
    environment: dict[str, str]
    results: dict[str, Any] = field(default_factory=dict)

    def run(self, name: str, command: list[str], most: float) -> str | None:
        """Runs a part for at most so many seconds; gives what it printed, None when it failed."""
        seconds = min(most, self.end - time.monotonic())
        if seconds < 10:
            self.keep(name, {"skipped": "no time was left"})
            return None
        print(f"{name} (at most {seconds:.0f} s) …", flush=True)
        log = self.out / f"{name.replace(' ', '-')}.log"
        start = time.monotonic()
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, text=True,
                stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
            )  # fmt: skip
            try:
                printed, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)  # compilers are children of their own
                printed, _ = process.communicate()
                self.keep(name, {"failed": f"took longer than {seconds:.0f} s", "log": log.name})
                return None
        print(f"  {time.monotonic() - start:.0f} s, exit status {process.returncode}", flush=True)
        if name == "tests":
            return printed
        if process.returncode:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            self.keep(name, {"failed": " ".join(last)[:300], "log": log.name})
            return None
        return printed

    def part(self, name: str, part: str, options: dict[str, Any], most: float) -> None:
        """One of ``gpu_parts``."""
        command = [sys.executable, "-m", "tests.bench.gpu_parts", part, json.dumps(options)]
        printed = self.run(name, command, most)
        if printed is not None:
            self.keep(name, json.loads(printed.strip().splitlines()[-1]))

    def keep(self, name: str, result: Any) -> None:
        """Writes what is known by now."""
        self.results[name] = result
        if isinstance(result, dict):
            for word in ("failed", "skipped"):
                if word in result:
                    print(f"  {word}: {result[word]}", flush=True)
        (self.out / "results.json").write_text(json.dumps(self.results, indent=1))
        (self.out / "table.md").write_text(table(self.results))


def tests(session: Session, on_cpu: bool) -> None:
    """The tests marked gpu, with whatever pytest there is."""
    if importlib.util.find_spec("pytest") is None:
        session.keep("tests", {"skipped": "pytest is missing"})
        return
    ini = session.out / "pytest.ini"
    ini.write_text(INI)
    files = [str(ROOT / "tests" / "engine" / name) for name in GPU_TESTS]
    mark = "not gpu and torch" if on_cpu else "gpu"
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ini), "--rootdir", str(ROOT)]
    printed = session.run("tests", [*command, "-m", mark, "--maxfail=5", *files], 120)
    if printed is not None:
        (session.out / "tests.txt").write_text(printed)
        lines = printed.strip().splitlines()
        failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
        session.keep("tests", {"summary": lines[-1] if lines else "", "failures": failed})


def compare(session: Session, options: dict[str, Any]) -> None:
    """Ours and plain ``generate()`` in one run, by the benchmark that users have."""
    if importlib.util.find_spec("transformers") is None:
        session.keep("generate", {"skipped": "transformers is missing"})
        return
    command = [sys.executable, "-m", "algosmith", "bench", "--json"]
    command += ["--random-weights", options["shape"], "--device", options["device"]]
    command += [
        "--batches",
        ",".join(map(str, options["batches"])),
        "--tokens",
        str(options["tokens"]),
    ]
    command += ["--context", str(options["context"]), "--prompt", str(options["prompt"])]
    printed = session.run("generate", command, 120)
    if printed is not None:
        session.keep("generate", json.loads(printed.strip().splitlines()[-1]))


def main(arguments: list[str]) -> int:
    """Exit status 0 when every part gave figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shape", default="vibethinker-1.5b")
    parser.add_argument("--large", default="vibethinker-3b", help="a second shape; '' for none")
    parser.add_argument("--batches", default="1,4,8,16")
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--prompt", type=int, default=1528)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--out", type=Path, default=ROOT / "artifacts" / "gpu")
    given = parser.parse_args(arguments)
    if importlib.util.find_spec("torch") is None:
        print("torch is missing: run this with a Python that has torch for the GPU")
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        session = Session(
            given.out, time.monotonic() + given.minutes * 60, _environment(Path(scratch))
        )
        _all(session, given)
    print(f"\n{table(session.results)}\nwritten to {given.out}")
    return 1 if any("failed" in found for found in session.results.values()) else 0


def _environment(scratch: Path) -> dict[str, str]:
    path = [str(ROOT), str(ROOT / "server")]
    for name, text in STUBS.items():
        if importlib.util.find_spec(name) is None:
            print(f"{name} is missing; a stub serves for measuring")
            (scratch / f"{name}.py").write_text(text)
            path.append(str(scratch))
    offline = {"HF_HUB_OFFLINE": "1", "ALGOSMITH_HOME": str(scratch / "home")}
    return {**os.environ, **offline, "PYTHONPATH": os.pathsep.join(path)}


def _all(session: Session, given: argparse.Namespace) -> None:
    base: dict[str, Any] = {"device": given.device, "shape": given.shape, "quantization": "none"}
    base |= {"context": given.context, "prompt": given.prompt, "tokens": given.tokens}
    base |= {"batches": [int(size) for size in given.batches.split(",")], "compiled": True}
    session.part("facts", "facts", base, 60)
    tests(session, given.device == "cpu")
    # Without a compiler's minutes first: whatever happens later, there are figures.
    plain = {**base, "compiled": False}
    session.part(f"{given.shape} not compiled", "speed", plain, 60)
    session.part(given.shape, "speed", base, 150)
    compare(session, base)
    session.part("profile", "profile", base, 90)
    for kind in ("int4", "int8"):
        options = {**base, "quantization": kind}
        session.part(f"{given.shape} {kind}", "speed", options, 90)
    if given.large:
        session.part(f"{given.large} as second", "speed", {**base, "shape": given.large}, 120)
    session.part("maps", "maps", base, 40)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
