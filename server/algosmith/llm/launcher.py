"""Finding, starting and stopping our own engine: one for each user and build.

One engine holds one model. Settings that name another model (or device, adapters, …) switch it:
the starter waits until the running engine is idle, ends it and starts its own. Two windows with
unlike settings therefore take turns; each switch is reported as progress.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, cast

from algosmith import paths
from algosmith.catalogue import could_lie_at, name_of, resolve
from algosmith.config import Settings
from algosmith.errors import EngineError, ModelError
from algosmith.sockets import own_address, private_folder
from algosmith.wire import EngineStatus, Progress, ProgressSink

_POLL_SECONDS = 0.05
_START_SECONDS = 60.0
"""A started engine listens within this time; loading may take as long as it takes."""
_STOP_SECONDS = 20.0


def fingerprint(settings: Settings, path: Path) -> str:
    """Hash of everything that decides what an engine serves."""
    relevant = (str(path), asdict(settings.engine), [asdict(a) for a in settings.adapters])
    engine = {k: v for k, v in relevant[1].items() if k not in ("url", "key_file", "idle_minutes")}
    thinking = asdict(settings.thinking)
    text = json.dumps([relevant[0], engine, relevant[2], thinking], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def status(name: str = paths.ENGINE) -> EngineStatus:
    """What the running engine says; state ``away`` when there is none. Starts nothing."""
    address = own_address(name)
    if address is None:
        return EngineStatus("away", message="no engine runs")
    from algosmith.llm.client import HttpCompleter

    client = HttpCompleter(address.url, key=address.token, own=True, retries=0)
    try:
        found = await client.status()
    finally:
        await client.close()
    return replace(found, message="no engine runs") if found.state == "away" else found


async def start(
    settings: Settings, report: ProgressSink | None = None, name: str = paths.ENGINE
) -> EngineStatus:
    """A ready engine for these settings: found, switched or started.

    Args:
        settings: name the model, and all else that decides how it is served.
        report: takes what is being done.
        name: which of the user's engines; each holds one model.

    Raises:
        ModelError: the model is missing or can't be loaded.
        EngineError: the engine does not come up; the message names its log.
    """
    sink = report or _silent
    settings = replace(settings, model=name_of(settings.model))
    found = await status(name)
    path = served_path(settings, found)
    wanted = fingerprint(settings, path)
    child: subprocess.Popen[bytes] | None = None
    deadline = time.monotonic() + _START_SECONDS
    while True:
        if found.state == "away":
            if child is None or child.poll() is not None:
                _check_child(child, name)
                sink(Progress("starting"))
                child = _spawn(settings, name, path, wanted)
            if deadline < time.monotonic():
                raise EngineError(f"the engine does not come up; see {paths.log_file(name)}")
        elif found.pid is None:  # it listens, but is too busy to say more
            sink(Progress("loading"))
        elif found.fingerprint != wanted:
            await _make_leave(found, name, sink)
            deadline = time.monotonic() + _START_SECONDS
        elif found.state == "ready":
            return found
        elif found.state == "failed":
            await _end(found, name)
            raise ModelError(found.message or "the model could not be loaded")
        else:
            sink(Progress("loading", fraction=found.fraction))
        await asyncio.sleep(_POLL_SECONDS)
        found = await status(name)


def served_path(settings: Settings, running: EngineStatus) -> Path:
    """Where the settings' model lies, or lay when the running engine loaded it.

    Raises:
        ModelError: it is not there, and no engine has it.
    """
    try:
        return resolve(settings.model)
    except ModelError:
        path = Path(running.path)
        if running.state == "ready" and could_lie_at(settings.model, path):
            return path
        raise


async def stop() -> bool:
    """End the user's running engines, whatever they do; false when none runs."""
    running = False
    for name in (paths.ENGINE, paths.THINKER):
        found = await status(name)
        if found.state != "away":
            running = True
            await _end(found, name)
    return running


def _silent(_: Progress) -> None:
    return None


def _spawn(settings: Settings, name: str, path: Path, wanted: str) -> "subprocess.Popen[bytes]":
    private_folder(paths.runtime_dir())
    log = paths.log_file(name)
    private_folder(log.parent)
    start = {"settings": asdict(settings), "path": str(path), "fingerprint": wanted}
    start["name"] = name
    try:
        child = _process(log.with_suffix(".err"))
    except OSError as error:
        raise EngineError(
            f"the engine can't be started: {error.filename}: {error.strerror}; make room, or see "
            "`algosmith doctor`"
        ) from error
    pipe = cast("IO[bytes]", child.stdin)
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(json.dumps(start).encode())
    # Reaped when it ends, which may be long after; it never holds us up.
    threading.Thread(target=child.wait, daemon=True).start()
    return child


def _process(errors: Path) -> "subprocess.Popen[bytes]":
    with errors.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "algosmith", "engine", "serve", "--start-from-stdin"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/" if os.name == "posix" else None,
            start_new_session=True,  # it outlives the window that needed it first
            # Decoding threads spin a moment, then sleep; see the llama.cpp backend.
            env={**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"},
        )


def _check_child(child: "subprocess.Popen[bytes] | None", name: str) -> None:
    """A started engine that ended with an error does not become better by starting another."""
    # 3: another was faster, and has gone since; 4: the device broke, which a new process mends.
    if child is None or child.returncode in (0, 3, 4):
        return
    errors = paths.log_file(name).with_suffix(".err")
    with contextlib.suppress(OSError):
        lines = errors.read_text("utf-8", "replace").strip().splitlines()
        words = lines[-1] if lines else f"exit status {child.returncode}"
        raise EngineError(f"the engine could not start: {words}", detail=f"see {errors}")


async def _make_leave(found: EngineStatus, name: str, sink: ProgressSink) -> None:
    """Another model is loaded: wait until nobody uses it, then end it."""
    while found.state != "away" and (found.running or found.queue):
        sink(Progress("queued"))
        await asyncio.sleep(0.3)
        found = await status(name)
    if found.state != "away":
        sink(Progress("starting"))
        await _end(found, name)


async def _end(found: EngineStatus, name: str) -> None:
    pid = found.pid
    if pid is None or pid == os.getpid():
        raise EngineError("the engine does not tell its process; end it by hand")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        now = await status(name)
        if now.state == "away" or now.pid != pid:
            return
        await asyncio.sleep(_POLL_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
