"""Processes of the JVM to talk with, and the driver that they run, compiled once for each JDK."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.languages.workers import Lost, started
from algosmith.paths import state_dir
from algosmith.sandbox.commands import Command
from algosmith.sandbox.scratch import session_folder
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Limits

if TYPE_CHECKING:
    from algosmith.languages.java.jdk import Jdk
    from algosmith.languages.workers import Worker
    from algosmith.sandbox.commands import CommandCage, CommandResult

_JAR = "driver.jar"
_BUILD_SECONDS = 300.0
LIFE = Limits(
    wall_seconds=7200.0, cpu_seconds=1200.0, memory_bytes=6 << 30, output_bytes=1 << 18,
    answer_bytes=8 << 20,
)  # fmt: skip
"""Of a process; the heap has a limit of its own, what the JVM only reserves is far more."""
_START_SECONDS = 60.0
_OWN_SECONDS = 10.0
"""What a busy machine may take to start Java, on top of a program's own time."""
_HEAP = 512
_FLAGS = (
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData",
    "-XX:+DisableAttachMechanism", "-XX:-CreateCoredumpOnCrash", "-XX:-UseContainerSupport",
    "-XX:ReservedCodeCacheSize=64m", "-XX:CompressedClassSpaceSize=128m",
    "-XX:MaxDirectMemorySize=64m", "-XX:ActiveProcessorCount=2", "-Dfile.encoding=UTF-8",
    "-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC",
    "-Djava.awt.headless=true",
)  # fmt: skip


class Runtime:
    """Starts processes that run the driver's classes."""

    def __init__(self, jdk: Jdk) -> None:
        self._jdk = jdk
        self._own = session_folder("java")
        self._jar: asyncio.Task[None] | None = None
        self._reads = (*jdk.reads, Path(self._own.name))
        # Without /proc the loader does not know where a program stands, so not where its parts are.
        self._environment = {
            "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "LD_LIBRARY_PATH": f"{jdk.home}/lib",
        }  # fmt: skip

    def close(self) -> None:
        """Removes what was built for this session."""
        if self._jar is not None:
            self._jar.cancel()
        self._own.cleanup()

    async def started(self, cage: CommandCage, main: str, heap: int) -> Worker:
        """A process that runs ``main`` with a heap of so many megabytes; raises Lost."""
        if self._jar is None or (self._jar.done() and _went_wrong(self._jar)):
            self._jar = asyncio.create_task(self._prepared())
        await asyncio.shield(self._jar)
        jar = Path(self._own.name, _JAR)
        command = Command(
            argv=(self._jdk.java, *_FLAGS, f"-Xmx{heap}m", "-XX:MaxMetaspaceSize=192m", "-cp",
                  str(jar), "--add-opens", "java.base/java.io=ALL-UNNAMED", f"algosmith.{main}"),
            reads=self._reads,
            environment=self._environment,
        )  # fmt: skip
        begun = asyncio.get_running_loop().time()
        worker = await started(cage, command, LIFE, _START_SECONDS, "Java")
        worker.seconds = asyncio.get_running_loop().time() - begun
        return worker

    async def ran(
        self, cage: CommandCage, main: str, classes: list[str], stdin: bytes, limits: Limits
    ) -> CommandResult:
        """One run of a whole program; Java itself takes more of the limits than small ones do."""
        files = {f"{name.replace('.', '/')}.class": base64.b64decode(data)
                 for name, data in zip(classes[::2], classes[1::2], strict=True)}  # fmt: skip
        command = Command(
            argv=(self._jdk.java, *_FLAGS, f"-Xmx{_HEAP}m", "-XX:MaxMetaspaceSize=192m", "-Xss16m",
                  "-cp", ".", main),
            reads=self._reads,
            files=files,
            environment={**self._environment, "ONLINE_JUDGE": "1"},
        )  # fmt: skip
        return await cage.run(command, replace(
            limits, memory_bytes=LIFE.memory_bytes, wall_seconds=limits.wall_seconds + _OWN_SECONDS,
            cpu_seconds=limits.cpu_seconds + 1.0,
        ), stdin)  # fmt: skip

    async def _prepared(self) -> None:
        """The jar in its place, from an earlier session where there is one; raises Lost."""
        folder = Path(__file__).with_name("runtime")
        sources = [file.read_bytes() for file in sorted(folder.glob("*.java"))]
        key = hashlib.sha256(repr((sources, self._jdk)).encode()).hexdigest()[:16]
        kept = state_dir() / "java" / f"{key}.jar"
        jar = await asyncio.to_thread(_read, kept)
        if jar is None:
            jar = await asyncio.to_thread(_built, self._jdk, folder)
            await asyncio.to_thread(_keep, kept, jar)
        await asyncio.to_thread(Path(self._own.name, _JAR).write_bytes, jar)


def _built(jdk: Jdk, folder: Path) -> bytes:
    """The driver's classes as a jar. This code is ours, so it is compiled outside the cage.

    (There, ``javac`` could read no file: to Java that is a matter of sockets.)
    """
    with tempfile.TemporaryDirectory(prefix="algosmith-javac-") as place:
        argv = [jdk.javac, *(f"-J{flag}" for flag in _FLAGS), "-proc:none", "-nowarn", "-encoding",
                "UTF-8", "-d", place, *map(str, sorted(folder.glob("*.java")))]  # fmt: skip
        try:
            done = subprocess.run(
                argv, cwd=place, capture_output=True, timeout=_BUILD_SECONDS, check=False
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Lost(f"its own driver does not compile ({error})") from error
        if done.returncode:
            said = (done.stderr + done.stdout).decode("utf-8", "replace")
            raise Lost(f"its own driver does not compile ({clean(said, 300)})")
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as jar:
            for file in sorted(Path(place).rglob("*.class")):
                jar.writestr(zipfile.ZipInfo(str(file.relative_to(place))), file.read_bytes())
        return data.getvalue()


def _went_wrong(task: asyncio.Task[None]) -> bool:
    return task.cancelled() or task.exception() is not None


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _keep(kept: Path, data: bytes) -> None:
    """For the next start; a full disk only costs time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        older = sorted(kept.parent.glob("*.jar"), key=lambda one: one.stat().st_mtime)
        for one in older[:-3]:
            one.unlink()
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(data)
        part.replace(kept)
    except OSError:
        return
