"""The user's C++ compiler: found, and asked to compile inside the cage for commands only."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.compiled import CompileFailure
from algosmith.languages.cpp.building import AS_C, IN_C, changes_in
from algosmith.languages.versions import without
from algosmith.paths import state_dir
from algosmith.sandbox.commands import Command
from algosmith.sandbox.reaches import LIBRARIES
from algosmith.sandbox.scratch import session_folder
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Limits

if TYPE_CHECKING:
    from algosmith.sandbox.commands import CommandCage, CommandResult

HOW = "install g++ or clang++ (Debian and Ubuntu: `sudo apt install g++`)"
_NAMES = ("g++", "clang++", "c++")
LIMITS = Limits(
    wall_seconds=150.0, cpu_seconds=20.0, memory_bytes=2 << 30, output_bytes=1 << 18,
)  # fmt: skip
_HEADER_LIMITS = Limits(
    wall_seconds=300.0, cpu_seconds=120.0, memory_bytes=4 << 30, output_bytes=1 << 16,
)  # fmt: skip
_FAST = ("-O1",)
_BASE = ("-w", "-pipe", "-fmax-errors=40", "-ftemplate-depth=256", "-fconstexpr-depth=256")
_ROUNDS = 4
"""How often versions that do not compile are left out."""
_STANDARDS = ("gnu++17", "gnu++20")
"""The older one first: its library is read in half the time."""
_CHECKS = ("-O0", "-fsanitize=undefined", "-fno-sanitize-recover=all")
_JUDGED = ("-DONLINE_JUDGE",)
"""As judges have it: what reads a file at home then reads standard input."""
_DEFINES = ("-D_GLIBCXX_ASSERTIONS",)
"""With the checks only: an index that is out of range ends the program."""
_UNSET = "-ftrivial-auto-var-init=pattern"
"""With the checks, where the compiler knows it: a variable that was never set holds no zero."""
_ERROR = re.compile(r"^(?:candidate\.cpp|<stdin>):(\d+)(?::\d+)?: (?:fatal )?error: (.*)$", re.M)
_ANY_ERROR = re.compile(r"\berror: (.*)$", re.M)
_NEWER = re.compile(
    r"\bconcept\b|\brequires\b|<=>|\bco_\w+\b|\bstd::ranges\b|\branges::|\bviews::|<(?:ranges|concepts"
    r"|format|span|numbers|bit|compare)>|\bcontains\(|\bstarts_with\(|\bends_with\(|\bconsteval\b"
)


@dataclass(frozen=True, slots=True)
class Compiler:
    """A compiler that was found."""

    path: Path
    version: str
    reads: tuple[Path, ...]
    """What it, and what it makes, has to read."""
    checks: tuple[str, ...] = _CHECKS


@functools.cache
def find() -> Compiler | None:
    """The first compiler on the path that works; None where there is none."""
    for name in (os.environ.get("CXX", ""), *_NAMES):
        path = shutil.which(name) if name else None
        version = _asked(path, "--version").partition("\n")[0] if path else ""
        if path and version:
            checks = (*_CHECKS, _UNSET) if _takes(path, _UNSET) else _CHECKS
            return Compiler(Path(path), clean(version, 80), _reads(path), checks)
    return None


def tools() -> tuple[bool, str]:
    """Whether there is a compiler, and a sentence about it."""
    compiler = find()
    if compiler is None:
        return False, f"C and C++ are not run: no compiler here; {HOW}"
    return True, f"{compiler.version} compiles C and C++ ({compiler.path})"


def _asked(path: str, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _takes(path: str, flag: str) -> bool:
    try:
        done = subprocess.run(
            [path, flag, "-x", "c++", "-fsyntax-only", os.devnull], capture_output=True,
            timeout=30, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _reads(path: str) -> tuple[Path, ...]:
    """Libraries, headers and the compiler's own programs."""
    parts = [
        Path(_asked(path, f"-print-prog-name={name}"))
        for name in ("cc1plus", "as", "ld", "collect2")
    ]
    parts = [Path(shutil.which(str(part)) or part) for part in parts]
    own = Path(os.path.realpath(path))
    prefix = own.parent.parent
    extra = () if prefix in (Path("/usr"), Path("/")) else (prefix,)
    found = [Path(path), own, *(part for part in parts if part.is_absolute()), *extra]
    headers = (Path("/usr/include"), Path("/usr/libexec"), Path("/usr/local/include"))
    return tuple(dict.fromkeys([*LIBRARIES, *headers, *found]))


class Builder:
    """Compiles programs in the cage; the driver's header is compiled once for each way."""

    def __init__(self, compiler: Compiler, cage: CommandCage) -> None:
        self._compiler, self._cage = compiler, cage
        self._driver = Path(__file__).with_name("driver.hpp").read_bytes()
        self._own = session_folder("cpp")
        self._headers: dict[tuple[str, ...], asyncio.Task[bool]] = {}
        self.reads = (*compiler.reads, Path(self._own.name))

    def close(self) -> None:
        """Removes the headers of this session."""
        for task in self._headers.values():
            task.cancel()
        self._own.cleanup()

    async def build(self, text: str, *, checked: bool = False) -> bytes | CompileFailure:
        """The program, with ``checked`` one that ends where its behaviour is undefined."""
        if text.startswith(IN_C):
            return await self._in_c(text, checked)
        standards = _STANDARDS if not _NEWER.search(text) else _STANDARDS[::-1]
        first = CompileFailure("does not compile")
        for standard in standards:
            made = await self._built(text, standard, checked)
            for _ in range(_ROUNDS):
                if isinstance(made, bytes) or not made.changes:
                    break
                text = without(text, made.changes)
                made = await self._built(text, standard, checked)
            if isinstance(made, bytes) or made.limit:
                return made
            first = made if standard == standards[0] else first
        return first

    async def _in_c(self, text: str, checked: bool) -> bytes | CompileFailure:
        """A whole program as the C that it is."""
        checks = self._compiler.checks if checked else _FAST
        argv = (str(self._compiler.path), "-std=gnu17", "-x", "c", "-w", "-pipe", *_JUDGED, *checks,
                "candidate.c", "-o", "program", "-lm")  # fmt: skip
        files = {"candidate.c": text.encode("utf-8", "replace")}
        finished = await self._run(argv, files, ("program",), LIMITS)
        made = finished.files.get("program")
        return made if finished.status == 0 and made else _failed(finished)

    async def _built(self, text: str, standard: str, checked: bool) -> bytes | CompileFailure:
        flags = (f"-std={standard}", *_BASE, *(self._compiler.checks if checked else _FAST))
        flags = (*flags, "-fpermissive") if text.startswith(AS_C) else flags
        defines = _DEFINES if checked else ()
        header = ()
        if standard == _STANDARDS[0] and await self._header(flags, defines):
            header = ("-include", f"{self._folder(flags)}/driver.hpp")
        files = {"candidate.cpp": text.encode("utf-8", "replace")}
        if not header:
            header, files = ("-include", "driver.hpp"), {**files, "driver.hpp": self._driver}
        argv = (
            str(self._compiler.path),
            *flags,
            *defines,
            *header,
            *_JUDGED,
            "candidate.cpp",
            "-o",
            "program",
        )
        finished = await self._run(argv, files, ("program",), LIMITS)
        made = finished.files.get("program")
        if finished.status == 0 and made:
            return made
        return _failed(finished)

    async def _run(
        self,
        argv: tuple[str, ...],
        files: dict[str, bytes],
        produces: tuple[str, ...],
        limits: Limits,
    ) -> CommandResult:
        command = Command(
            argv, self.reads, files, {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, produces,
            tool=True,
        )  # fmt: skip
        return await self._cage.run(command, limits)

    def _folder(self, flags: tuple[str, ...]) -> str:
        key = hashlib.sha256(repr((flags, self._compiler)).encode() + self._driver).hexdigest()[:16]
        return f"{self._own.name}/{key}"

    async def _header(self, flags: tuple[str, ...], defines: tuple[str, ...]) -> bool:
        """Whether the compiled header is there; it is made where it is not."""
        key = (*flags, *defines)
        if key not in self._headers:
            self._headers[key] = asyncio.create_task(self._make_header(flags, defines))
        return await asyncio.shield(self._headers[key])

    async def _make_header(self, flags: tuple[str, ...], defines: tuple[str, ...]) -> bool:
        folder = Path(self._folder(flags))
        kept = state_dir() / "cpp" / folder.name
        try:
            known = await asyncio.to_thread(_prepared, folder, self._driver, kept)
            if known is None:
                what = ("-x", "c++-header", "driver.hpp", "-o", "made.gch")
                argv = (str(self._compiler.path), *flags, *defines, *what)
                files = {"driver.hpp": self._driver}
                finished = await self._run(argv, files, ("made.gch",), _HEADER_LIMITS)
                known = finished.files.get("made.gch")
                if known is None or finished.status:
                    return False
                await asyncio.to_thread(_keep, kept, known)
            await asyncio.to_thread((folder / "driver.hpp.gch").write_bytes, known)
        except (OSError, SandboxError):
            return False
        return True


def _prepared(folder: Path, driver: bytes, kept: Path) -> bytes | None:
    """Puts the header's text in its place; what is known of it compiled."""
    folder.mkdir(exist_ok=True)
    (folder / "driver.hpp").write_bytes(driver)
    try:
        return kept.read_bytes()
    except OSError:
        return None


def _keep(kept: Path, data: bytes) -> None:
    """For the next start; a full disk only costs time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.iterdir():
            if len(list(kept.parent.iterdir())) > 3:
                old.unlink()
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(data)
        part.replace(kept)
    except OSError:
        return


def _failed(finished: CommandResult) -> CompileFailure:
    if finished.ended == "timeout" or finished.status in (-24, -9):
        return CompileFailure("takes too long to compile", limit=True)
    text = finished.stderr.decode("utf-8", "replace")
    if "algosmith_unsupported" in text:
        return CompileFailure(
            "has parameters or a result of a type that is not carried into the cage", limit=True
        )
    match = _ERROR.search(text)
    if match:
        return CompileFailure(f"line {match[1]}: {clean(match[2], 160)}", changes=changes_in(text))
    other = _ANY_ERROR.search(text) or re.search(r"(undefined reference to .*)$", text, re.M)
    if other:
        return CompileFailure(clean(other[1], 160), changes=changes_in(text))
    if finished.ended == "output":
        return CompileFailure("gives too many errors to compile", limit=True)
    return CompileFailure(f"the compiler ended with status {finished.status}", limit=True)
