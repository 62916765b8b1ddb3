"""Real OpenAI-compatible servers that are not ours, started for tests on a port of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from algosmith import catalogue
from algosmith.config import EngineSettings, Settings

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-this-test"
_ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""Torch's threads wait for each other as soon as another process has a core."""
_LLAMA_SERVER = """
import sys, time
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel, params.kv_unified = 2048, 4, True
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.verbosity = 1
server = xllamacpp.Server(params)
time.sleep(3600)
"""


@dataclass
class Server:
    """A server process; what it can't do is said here and left out of the tests."""

    kind: str
    model: str
    command: list[str]
    port: int
    folder: Path
    """Its log, and the file with the key where it wants one."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    key_file: str | None = None
    repeats: bool = True
    """The same seed gives the same answer, several requests at once included."""
    refuses_long: bool = True
    """A prompt that does not fit is refused."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def root(self) -> str:
        """The URL below which ``/health`` and ``/v1`` are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Everything it printed."""
        return self.folder / f"{self.kind}.log"

    def settings(self, **changes: Any) -> Settings:
        """What a user of this server sets."""
        engine = EngineSettings(url=f"{self.root}/v1", key_file=self.key_file)
        return Settings(**{"model": self.model, "engine": engine, **changes})

    def start(self, *more: str, seconds: float = 600) -> None:
        """Start it and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.command, *more],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.root}/health", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"{self.kind} did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End it, as ``kill`` does; as ``kill -9`` when it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """As ``kill -9``, of all its processes: vLLM's workers would live on."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def llama_cpp(folder: Path) -> Server:
    """llama.cpp's own server, its Jinja chat template included."""
    port = _free_port()
    command = [
        sys.executable,
        "-c",
        _LLAMA_SERVER,
        str(catalogue.resolve("smollm2-135m")),
        str(port),
    ]
    return Server("llama.cpp", "demo", command, port, folder)


def transformers_serve(folder: Path) -> Server:
    """``transformers serve``: one request after the other; knows neither ``n`` nor a context limit.

    Its seed is the process's, set when a request arrives, so requests at once share it.
    """
    port = _free_port()
    cache = folder / "hub"
    cache.mkdir()  # without it, /v1/models is an internal error
    command = [str(Path(sys.executable).with_name("transformers")), "serve", "--device", "cpu"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    environment = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(cache), **_ONE_THREAD}
    model = str(safetensors(folder))
    return Server("transformers", model, command, port, folder, environment, None, False, False)


def vllm(folder: Path, program: str) -> Server:
    """A real vLLM with an adapter called ``dp`` and a key."""
    port = _free_port()
    model = safetensors(folder)
    adapter = folder / "dp"
    _script("random_adapter.py", model, adapter)
    (folder / "key").write_text(f"{KEY}\n")
    command = [program, "serve", str(model), "--served-model-name", "demo"]
    command += ["--max-model-len", "2048", "--enforce-eager", "--enable-lora"]
    command += ["--max-lora-rank", "8", "--lora-modules", f"dp={adapter}"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    environment = {"HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_API_KEY": KEY}
    return Server("vllm", "demo", command, port, folder, environment, str(folder / "key"))


def safetensors(folder: Path) -> Path:
    """The demo model as a folder with safetensors, for servers that take no GGUF file."""
    model = folder / "smollm2"
    _script("gguf_to_safetensors.py", model)
    return model


def _script(name: str, *arguments: Path) -> None:
    # In a process of its own, so that this one never holds torch and the weights.
    command = [sys.executable, str(ROOT / "tests" / "e2e" / name), *map(str, arguments)]
    environment = {**os.environ, **_ONE_THREAD}
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env=environment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
