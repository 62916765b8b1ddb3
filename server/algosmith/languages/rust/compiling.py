"""Compiles programs inside the cage for commands; what they are linked with is compiled once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algosmith.languages.compiled import CompileFailure
from algosmith.languages.rust.building import GLUE
from algosmith.languages.versions import versions_at, without
from algosmith.paths import state_dir
from algosmith.sandbox.commands import Command
from algosmith.sandbox.scratch import session_folder
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Limits

if TYPE_CHECKING:
    from algosmith.languages.rust.toolchain import Toolchain
    from algosmith.sandbox.commands import CommandCage, CommandResult

LIMITS = Limits(
    wall_seconds=150.0, cpu_seconds=20.0, memory_bytes=2 << 30, output_bytes=1 << 20,
)  # fmt: skip
_LIBRARY_LIMITS = Limits(
    wall_seconds=300.0, cpu_seconds=120.0, memory_bytes=4 << 30, output_bytes=1 << 18,
)  # fmt: skip
_ROUNDS = 5
"""How often versions that do not compile are left out."""
_FLAGS = ("--edition", "2021", "-C", "opt-level=1", "-C", "overflow-checks=on", "-C", "debuginfo=0",
          "-C", "codegen-units=1", "-C", "panic=unwind", "--cap-lints", "allow",
          "--error-format", "json")  # fmt: skip
_LIBRARY = "libalgosmith_driver.rlib"
_KEPT = 4


class Builder:
    """Compiles programs in the cage. Use one for a session."""

    def __init__(self, found: Toolchain, cage: CommandCage) -> None:
        self._found, self._cage = found, cage
        self._driver = _driver()
        self._own = session_folder("rust")
        self._library: asyncio.Task[bool] | None = None
        self._rustc = (str(found.path), "--sysroot", str(found.root))
        self.reads = (*found.reads, Path(self._own.name))

    def close(self) -> None:
        """Removes the library of this session."""
        if self._library is not None:
            self._library.cancel()
        self._own.cleanup()

    async def build(self, text: str) -> bytes | CompileFailure:
        """The program; changed versions in it that do not compile are left out."""
        made = await self._built(text)
        for _ in range(_ROUNDS):
            if isinstance(made, bytes) or made.limit or not (gone := versions_at(text, made.lines)):
                break
            text = without(text, gone)
            made = await self._built(text)
        return made

    async def _built(self, text: str) -> bytes | CompileFailure:
        linked = ("-C", f"linker={self._found.linker}", "-C", "strip=symbols", *self._found.links)
        if await self._made_library():
            linked = (*linked, "--extern", f"algosmith_driver={self._own.name}/{_LIBRARY}")
        elif GLUE in text:  # what it would be linked with becomes a part of it
            driver = self._driver.decode().replace("//!", "//")
            text = text.replace("::algosmith_driver", "crate::algosmith_driver")
            text = f"{text}\nmod algosmith_driver {{\n{driver}\n}}\n"
        argv = (*self._rustc, "--crate-name", "candidate", "--crate-type", "bin", *_FLAGS,
                *linked, "-o", "program", "candidate.rs")  # fmt: skip
        files = {"candidate.rs": text.encode("utf-8", "replace")}
        finished = await self._run(argv, files, ("program",), LIMITS)
        made = finished.files.get("program")
        return made if finished.status == 0 and made else _failed(finished, text)

    async def _run(
        self, argv: tuple[str, ...], files: dict[str, bytes], produces: tuple[str, ...],
        limits: Limits,
    ) -> CommandResult:  # fmt: skip
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                       "LD_LIBRARY_PATH": f"{self._found.root}/lib"}  # fmt: skip
        command = Command(argv, self.reads, files, environment, produces, tool=True)
        return await self._cage.run(command, limits)

    async def _made_library(self) -> bool:
        """Compiles what programs are linked with, once; whether it is there.

        Compilers move it to its place, which old kernels refuse in a cage.
        """
        if self._library is None:
            self._library = asyncio.create_task(self._compile_library())
        try:
            return await asyncio.shield(self._library)
        except BaseException:
            if self._library.done():
                self._library = None
            raise

    async def _compile_library(self) -> bool:
        key = hashlib.sha256(repr((_FLAGS, self._found)).encode() + self._driver).hexdigest()[:16]
        kept = state_dir() / "rust" / f"{key}.rlib"
        known = await asyncio.to_thread(_read, kept)
        if known is None:
            argv = (*self._rustc, "--crate-name", "algosmith_driver", "--crate-type",
                    "rlib", *_FLAGS, "-o", _LIBRARY, "driver.rs")  # fmt: skip
            files = {"driver.rs": self._driver}
            finished = await self._run(argv, files, (_LIBRARY,), _LIBRARY_LIMITS)
            known = finished.files.get(_LIBRARY)
            if known is None or finished.status:
                return False
            await asyncio.to_thread(_keep, kept, known)
        folder = Path(self._own.name)
        await asyncio.to_thread((folder / _LIBRARY).write_bytes, known)
        return True


def _driver() -> bytes:
    """What programs are linked with, the counter in a module of its own."""
    own, counting = (Path(__file__).with_name(name).read_bytes()
                     for name in ("driver.rs", "counting.rs"))  # fmt: skip
    return b"%s\npub mod counting {\n%s}\n" % (own, counting)


def _read(kept: Path) -> bytes | None:
    try:
        return kept.read_bytes()
    except OSError:
        return None


def _keep(kept: Path, data: bytes) -> None:
    """For the next start; a full disk only costs time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        others = sorted(kept.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in others[: max(0, len(others) - _KEPT + 1)]:
            old.unlink()
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(data)
        part.replace(kept)
    except OSError:
        return


def _failed(finished: CommandResult, text: str) -> CompileFailure:
    if finished.ended == "timeout" or finished.status in (-24, -9):
        return CompileFailure("takes too long to compile", limit=True)
    errors = list(_errors(finished.stderr))
    if not errors:
        if finished.ended == "output":
            return CompileFailure("gives too many errors to compile", limit=True)
        if finished.status in (-6, -11, 101):
            return CompileFailure("is more than the compiler takes", limit=True)
        return CompileFailure(f"the compiler ended with status {finished.status}", limit=True)
    end = text[: text.find(GLUE)].count("\n") + 1 if GLUE in text else 1 << 60
    lines = tuple(line for one in errors for line in _lines(one))
    own = [one for one in errors if any(line <= end for line in _lines(one))]
    if not own and (unfit := _not_carried(errors)):
        return CompileFailure(unfit, limit=True)
    shown = (own or errors)[0]
    where = next(iter(_lines(shown)), 0)
    return CompileFailure(f"line {where}: {clean(_message(shown), 160)}", lines=lines)


def _not_carried(errors: list[dict[str, Any]]) -> str:
    """Why what is ours around the function does not compile, where that is its types."""
    if any("algosmith_driver" in json.dumps(one) for one in errors):
        return "has parameters or a result of a type that is not carried into the cage"
    return ""


def _errors(said: bytes) -> list[dict[str, Any]]:
    """The errors that the compiler tells as JSON, one in a line."""
    found: list[dict[str, Any]] = []
    for line in said.decode("utf-8", "replace").splitlines():
        if not line.startswith("{"):
            continue
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and str(told.get("level", "")).startswith("error"):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            found.append(told)  # pyright: ignore[reportUnknownArgumentType]
    return [one for one in found if one.get("spans")] or found[:1]


def _lines(error: dict[str, Any]) -> list[int]:
    """The lines that an error is about, its main one first; of a macro where it was called."""
    found: list[int] = []
    for span in sorted(error.get("spans") or [], key=lambda span: not span.get("is_primary")):
        while span.get("expansion") and span["file_name"] != "candidate.rs":
            span = span["expansion"]["span"]
        if span.get("is_primary") or not found:
            found.append(int(span["line_start"]))
    return found


def _message(error: dict[str, Any]) -> str:
    """What is wrong, with what the marked place is called where that says more."""
    text = str(error.get("message", ""))
    spans: list[dict[str, Any]] = error.get("spans") or []
    label = next((str(s["label"]) for s in spans if s.get("is_primary") and s["label"]), "")
    return f"{text} ({label})" if label and label not in text else text
