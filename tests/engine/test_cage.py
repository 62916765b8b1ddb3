"""The engine's cage: real processes that try to leave it, and real models that work within it."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Generator
from pathlib import Path

import pytest

from algosmith import catalogue, paths
from algosmith.config import EngineSettings, Settings
from algosmith.engine import cage, daemon
from algosmith.linux import landlock
from algosmith.llm import connect, launcher
from algosmith.wire import ChatRequest, Completer, Message
from tests.engine.cage_attempts import Outcome
from tests.sandbox.conftest import python_for_everyone

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the cage"),
    pytest.mark.sandbox,
]
ROOT = Path(__file__).parents[2]
REFUSALS = {"EPERM", "EACCES", "EXDEV"}
USERS = [os.getuid(), *([64_999] if os.getuid() == 0 else [])]
SMALL = EngineSettings(context_tokens=256, parallel=2, threads=1, prefix_cache_mb=16)


def leaks(found: Outcome) -> Outcome:
    return {name: outcome for name, outcome in found.items() if outcome not in REFUSALS}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    place = Path(f"/tmp/as-cage-{os.getpid()}")
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    monkeypatch.setenv("ALGOSMITH_HOME", str(place / "home"))
    yield place
    shutil.rmtree(place)


@pytest.fixture
def outside(home: Path) -> Generator[Path]:
    """A folder that anybody may write to, with a secret and a socket somebody listens on."""
    folder = home / "outside"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "secret").write_text("secret")
    (folder / "secret").chmod(0o666)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        listening.listen()
        yield folder
    assert (folder / "secret").read_text() == "secret"
    assert sorted(file.name for file in folder.iterdir()) == ["secret", "socket"]


@pytest.mark.parametrize("uid", USERS)
@pytest.mark.parametrize("when", ["early", "late"])
def test_what_is_refused_and_what_works(when: str, uid: int, home: Path, outside: Path) -> None:
    if when == "early" and not landlock.version():
        pytest.skip("this kernel has no Landlock")
    python = sys.executable if uid == os.getuid() else python_for_everyone()
    if python is None:
        pytest.skip("no interpreter that another user may start")
    model = home / "model.gguf"
    model.write_bytes(b"GGUF")
    model.chmod(0o666)
    script = Path(__file__).with_name("cage_attempts.py")
    told = _run(python, script, [when, str(outside), str(model)], uid)
    assert told["report"].startswith("full: " if when == "early" else "calls: ")
    # A thread from before the filter, in ``late``, is bound by it as well.
    for thread in ("main", "thread"):
        assert leaks(told[thread]) == {}
        assert len(told[thread]) == (30 if when == "early" else 16)
    assert set(told["needs"].values()) == {"done"}


def _run(python: str, script: Path, arguments: list[str], uid: int) -> dict:
    packages = f"{ROOT}:{ROOT / 'server'}:{sysconfig.get_path('purelib')}"
    done = subprocess.run(
        [python, str(script), *arguments], cwd="/", capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1",
             "HOME": arguments[1]},
        **({} if uid == os.getuid() else {"user": uid, "group": uid, "extra_groups": []}),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo() -> Path:
    return catalogue.resolve("smollm2-135m")


@pytest.fixture(params=["gguf", "safetensors"])
def served(request: pytest.FixtureRequest, demo: Path, home: Path) -> tuple[Settings, Path]:
    """Settings for a real model of each backend, and a file of the model."""
    if request.param == "gguf":
        return Settings(model=str(demo), engine=SMALL), demo
    pytest.importorskip("transformers")
    from tests.engine.torch_models import qwen, write_folder

    folder = write_folder(home / "tiny", qwen()[0])
    return Settings(model=str(folder), engine=SMALL), folder / "model.safetensors"


@pytest.mark.model
@pytest.mark.slow
async def test_a_caged_engine_serves_and_its_threads_get_nowhere(
    served: tuple[Settings, Path], outside: Path
) -> None:
    settings, file = served
    path = Path(settings.model)
    start = json.loads(daemon.Start(settings, path, launcher.fingerprint(settings, path)).to_json())
    told = {"start": start, "outside": str(outside), "model": str(file)}
    script = str(Path(__file__).with_name("probing_engine.py"))
    process = await asyncio.create_subprocess_exec(sys.executable, script, stdin=-1)
    assert process.stdin is not None
    process.stdin.write(json.dumps(told).encode())
    process.stdin.close()
    engine = connect(settings)
    try:
        async with asyncio.timeout(120):
            while (await engine.status()).state != "ready":  # noqa: ASYNC110  another process
                await asyncio.sleep(0.1)
            assert await _answers(engine, settings)
            # llama.cpp hangs up meanwhile; the connector makes the next connection.
            await asyncio.sleep(7)
            assert await _answers(engine, settings)
        status = await engine.status()
        assert status.pid == process.pid
        assert status.cage.startswith("full: ")
        found = json.loads((paths.runtime_dir() / "attempts.json").read_text())
        assert leaks(found["refused"]) == {}
        assert set(found["needs"].values()) == {"done"}
        assert "cage: full" in paths.log_file("engine").read_text()
    finally:
        await engine.close()
        process.terminate()
        assert await process.wait() == 0
    left = {file.suffix for file in paths.runtime_dir().iterdir()}
    assert left == {".lock", ".json"}  # no socket, no folder of llama.cpp


async def _answers(engine: Completer, settings: Settings) -> bool:
    request = ChatRequest(settings.model, (Message("user", "Count."),), n=2, max_tokens=4)
    replies = await engine.complete(request)
    return all(reply.tokens for reply in replies)


def test_switched_off_it_says_so(home: Path) -> None:
    settings = Settings(engine=EngineSettings(cage=False))
    found = cage.Cage(settings, home / "model.gguf", "llamacpp", (home,))
    found.before_load()
    found.after_load()
    assert found.report == "none: switched off by `engine.cage`"
    assert found.connector is None


@pytest.mark.parametrize(
    ("device", "backend", "nodes", "driver", "expected"),
    [
        ("auto", "transformers", ["/dev/nvidiactl"], False, True),
        ("cpu", "transformers", ["/dev/nvidiactl"], False, False),
        ("auto", "transformers", ["/dev/dri"], False, False),
        ("xpu", "transformers", ["/dev/dri"], False, True),
        ("auto", "transformers", [], False, False),
        ("auto", "llamacpp", ["/dev/nvidiactl"], False, False),
        ("auto", "llamacpp", ["/dev/dri"], True, True),
        ("cpu", "llamacpp", ["/dev/dri"], True, False),
    ],
)
def test_when_a_gpu_may_be_used(
    monkeypatch: pytest.MonkeyPatch, device: str, backend: str, nodes: list[str],
    driver: bool, expected: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(os.path, "exists", lambda path: path in nodes)
    monkeypatch.setattr(cage.importlib.metadata, "version", lambda name: "2.9.0")
    monkeypatch.setattr(cage, "_llamacpp_names_a_driver", lambda: driver)
    assert cage._may_use_gpu(device, backend) is expected


@pytest.mark.model
def test_the_cpu_build_of_llamacpp_names_no_driver() -> None:
    assert not cage._llamacpp_names_a_driver()
