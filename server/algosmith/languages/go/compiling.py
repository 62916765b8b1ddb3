"""Compiles programs inside the cage for commands, against a standard library compiled once.

The ``go`` command looks at a whole tree of packages before it compiles one file; the compiler and
the linker, asked directly, take a tenth of a second together.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.languages.compiled import CompileFailure
from algosmith.languages.go.building import GLUE
from algosmith.languages.go.toolchain import QUIET
from algosmith.languages.versions import versions_at, without
from algosmith.paths import state_dir
from algosmith.sandbox.commands import Command
from algosmith.sandbox.scratch import session_folder
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Limits
from algosmith.syntax.goimports import PLACES

if TYPE_CHECKING:
    from algosmith.languages.go.toolchain import Toolchain
    from algosmith.sandbox.commands import CommandCage, CommandResult

LIMITS = Limits(
    wall_seconds=150.0, cpu_seconds=20.0, memory_bytes=3 << 30, output_bytes=1 << 20,
)  # fmt: skip
_LIBRARY_LIMITS = Limits(
    wall_seconds=600.0, cpu_seconds=300.0, memory_bytes=6 << 30, output_bytes=1 << 18,
)  # fmt: skip
_ROUNDS = 5
"""How often versions that do not compile are left out."""
MORE = ("crypto/md5", "crypto/sha256", "hash", "io/fs", "log", "math/rand/v2", "os/exec",
        "os/signal", "path", "path/filepath", "runtime/debug", "strings", "syscall",
        "text/template", "unsafe")  # fmt: skip
"""Packages of the standard library that are there beside the well-known ones."""
LIBRARY = frozenset({*PLACES.values(), *MORE})
DRIVER = "algosmith_driver"
_AT_ONCE = 40
"""Packages that are compiled by one command: of its files there may be a thousand."""
_KEPT = 2
_ERROR = re.compile(r"^(?:\./)?candidate\.go:(\d+)(?::\d+)?: (.*)$", re.MULTILINE)
_UNUSED = re.compile(r'^(".*") imported(?: as \w+)? and not used')


class Builder:
    """Compiles programs in the cage. Use one for a session."""

    def __init__(self, found: Toolchain, cage: CommandCage) -> None:
        self._found, self._cage = found, cage
        self._driver = Path(__file__).with_name("driver.go").read_bytes()
        self._own = session_folder("go")
        self._nothing = Path(self._own.name, "nothing")
        self._nothing.touch()
        self._library: asyncio.Task[str] | None = None
        self.reads = (*found.reads, Path(self._own.name))

    def close(self) -> None:
        """Removes the library of this session."""
        if self._library is not None:
            self._library.cancel()
        self._own.cleanup()

    async def build(self, text: str) -> bytes | CompileFailure:
        """The program; changed versions in it that do not compile are left out."""
        problem = await self._made_library()
        if problem:
            return CompileFailure(problem, limit=True)
        made = await self._built(text)
        for _ in range(_ROUNDS):
            if isinstance(made, bytes) or made.limit:
                break
            gone = versions_at(text, made.lines)
            shorter = without(text, gone) if gone else text
            # Of what is cut out, an import may be left that only a comment or a shadowed name used.
            shorter = (
                _without_lines(shorter, made.unused) if isinstance(made, _Refusal) else shorter
            )
            if shorter == text:
                break
            text = shorter
            made = await self._built(text)
        return made

    async def _built(self, text: str) -> bytes | CompileFailure:
        config = f"{self._own.name}/importcfg"
        compiler = (str(self._found.tools / "compile"), "-p", "main", "-complete", "-e", "-c=1",
                    "-importcfg", config, "-o", "candidate.o", "candidate.go")  # fmt: skip
        files = {"candidate.go": text.encode("utf-8", "replace")}
        finished = await self._run(compiler, files, ("candidate.o",), LIMITS)
        made = finished.files.get("candidate.o")
        if finished.status or not made:
            return _failed(finished, text)
        linker = (str(self._found.tools / "link"), "-importcfg", config, "-s", "-w",
                  "-buildmode=exe", "-o", "program", "candidate.o")  # fmt: skip
        finished = await self._run(linker, {"candidate.o": made}, ("program",), LIMITS)
        program = finished.files.get("program")
        return program if finished.status == 0 and program else _failed(finished, text)

    async def _run(
        self, argv: tuple[str, ...], files: dict[str, bytes], produces: tuple[str, ...],
        limits: Limits, environment: dict[str, str] | None = None,
    ) -> CommandResult:  # fmt: skip
        known = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "GOROOT": str(self._found.root),
                 "GOMAXPROCS": "2", **QUIET, **(environment or {})}  # fmt: skip
        links = (("/dev/null", self._nothing),)  # what `go` gives to the tools that it starts
        command = Command(argv, self.reads, files, known, produces, links, tool=True)
        return await self._cage.run(command, limits)

    # What programs are linked with.

    async def _made_library(self) -> str:
        """Compiles the standard library and the driver, once; what is wrong, or nothing."""
        if self._library is None:
            self._library = asyncio.create_task(self._compile_library())
        try:
            problem = await asyncio.shield(self._library)
        except BaseException:
            if self._library.done():
                self._library = None
            raise
        if problem:
            self._library = None  # another time there may be more of what it lacked
        return problem

    async def _compile_library(self) -> str:
        told = repr((sorted(LIBRARY), self._found)).encode()
        key = hashlib.sha256(told + self._driver).hexdigest()[:16]
        kept = state_dir() / "go" / key
        own = Path(self._own.name)
        if not await asyncio.to_thread(_taken, kept, own):
            made = await self._compiled_packages()
            if isinstance(made, str):
                return made
            await asyncio.to_thread(_written, own, made)
            driver = await self._compiled_driver()
            if driver is None:
                return "the values' library does not compile with this Go"
            made[DRIVER] = driver
            await asyncio.to_thread(_written, own, {DRIVER: driver})
            await asyncio.to_thread(_keep, kept, made)
        return ""

    async def _compiled_packages(self) -> dict[str, bytes] | str:
        """The archives of all packages by their paths."""
        # HOME, where its caches go, is the scratch folder; counting its users takes a process.
        quiet = {".config/go/telemetry/mode": b"off"}
        caches = {"GODEBUG": "installgoroot=all"}
        go = str(self._found.go)
        listing = (go, "list", "-deps", *sorted(LIBRARY))
        finished = await self._run(listing, quiet, (), _LIBRARY_LIMITS, caches)
        names = [n for n in finished.stdout.decode("utf-8", "replace").split() if n != "unsafe"]
        if finished.status or not names:
            said = finished.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            return f"the standard library of this Go can't be listed ({clean(said, 120)})"
        made: dict[str, bytes] = {}
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            install = (go, "install", "-trimpath", "-pkgdir", "pkg", *some)
            files = quiet | {f"pkg/{name}.a": data for name, data in made.items()}
            produces = tuple(f"pkg/{name}.a" for name in some)
            finished = await self._run(install, files, produces, _LIBRARY_LIMITS, caches)
            if finished.status or len(finished.files) < len(some):
                said = finished.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
                return f"the standard library of this Go does not compile ({clean(said, 120)})"
            for name, data in finished.files.items():
                made[name.removeprefix("pkg/").removesuffix(".a")] = data
        return made

    async def _compiled_driver(self) -> bytes | None:
        argv = (str(self._found.tools / "compile"), "-p", DRIVER, "-complete",
                "-importcfg", f"{self._own.name}/importcfg", "-o", "driver.a",
                "driver.go")  # fmt: skip
        finished = await self._run(argv, {"driver.go": self._driver}, ("driver.a",), LIMITS)
        return finished.files.get("driver.a") if finished.status == 0 else None


def _archive(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('/', '_')}.a"


def _written(folder: Path, made: dict[str, bytes]) -> None:
    """Writes archives, and the file that says where each is."""
    for name, data in made.items():
        _archive(folder, name).write_bytes(data)
    with (folder / "importcfg").open("a", encoding="utf-8") as config:
        config.writelines(f"packagefile {name}={_archive(folder, name)}\n" for name in made)


def _taken(kept: Path, own: Path) -> bool:
    """Takes what an earlier session compiled; whether it is all there."""
    try:
        names = (kept / "names").read_text("utf-8").split()
        for name in names:
            source, target = _archive(kept, name), _archive(own, name)
            try:
                os.link(source, target)
            except OSError:
                shutil.copyfile(source, target)
            target.chmod(0o644)
    except OSError:
        return False
    text = "".join(f"packagefile {name}={_archive(own, name)}\n" for name in names)
    (own / "importcfg").write_text(text, "utf-8")
    return True


def _keep(kept: Path, made: dict[str, bytes]) -> None:
    """For the next start; a full disk only costs time."""
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        part.mkdir(parents=True, exist_ok=True)
        others = sorted(kept.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in others[: max(0, len(others) - _KEPT)]:
            shutil.rmtree(old, ignore_errors=True)
        for name, data in made.items():
            _archive(part, name).write_bytes(data)
        (part / "names").write_text("\n".join(made), "utf-8")
        part.rename(kept)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)


def _without_lines(text: str, lines: tuple[int, ...]) -> str:
    """The program without some of its lines; the others stay where they are."""
    rows = text.split("\n")
    return "\n".join("" if number in lines else row for number, row in enumerate(rows, 1))


@dataclass(frozen=True, slots=True)
class _Refusal(CompileFailure):
    """The same, with what may be left out."""

    unused: tuple[int, ...] = ()
    """Lines of imports that nothing uses, where a function was cut out of its file."""


def _failed(finished: CommandResult, text: str) -> CompileFailure:
    if finished.ended == "timeout" or finished.status in (-24, -9):
        return CompileFailure("takes too long to compile", limit=True)
    said = (finished.stdout + finished.stderr).decode("utf-8", "replace")
    errors = [(int(line), words) for line, words in _ERROR.findall(said)]
    if not errors:
        if finished.ended == "output":
            return CompileFailure("gives too many errors to compile", limit=True)
        if "out of memory" in said or "stack overflow" in said or finished.status in (-6, -11):
            return CompileFailure("is more than the compiler takes", limit=True)
        first = clean(said.strip().partition("\n")[0], 160)
        why = f"is not linked: {first}" if first else f"ends the compiler ({finished.status})"
        return CompileFailure(why, limit=True)
    end = text[: text.find(GLUE)].count("\n") + 1 if GLUE in text else 1 << 60
    lines = tuple(line for line, _ in errors)
    own = [one for one in errors if one[0] <= end and not versions_at(text, (one[0],))]
    line, words = (own or errors)[0]
    if not own and not versions_at(text, lines):
        return CompileFailure(
            "has parameters or a result of a type that is not carried into the cage", limit=True
        )
    unused = tuple(n for n, said in errors if _UNUSED.match(said)) if GLUE in text else ()
    return _Refusal(f"line {line}: {clean(words, 160)}", lines=lines, unused=unused)
