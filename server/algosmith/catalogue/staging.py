"""The place where a model's files are put together: one command at a time, nothing half in sight.

Files grow in a hidden folder beside the models. What was fetched stays there when a fetch ends
early, so that the same command goes on from it. The folder gets its good name in one rename, when
every file has its hash.
"""

import contextlib
import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from algosmith import paths
from algosmith.catalogue.order import Order, Report, WantedFile
from algosmith.errors import ModelError

RECORD = "algosmith.json"
"""Says where a model's files came from."""
_MARGIN = 64 << 20
_SLOWEST = 10 << 10
"""Bytes a second below which nobody wants to hear how long it will take."""


@dataclass(frozen=True, slots=True)
class StagingFolder:
    """The hidden folder of one fetch."""

    order: Order
    folder: Path

    def partial(self, file: WantedFile) -> Path:
        """Where a file grows; it gets its own name when it is whole."""
        return self.folder / f"{file.name}.part"

    def accept(self, file: WantedFile) -> None:
        """Gives a finished file its name.

        Raises:
            ModelError: it has another hash than it must have; it is deleted.
        """
        path = self.partial(file)
        if not file.is_whole(path):
            path.unlink(missing_ok=True)
            raise ModelError(
                f"{file.name} did not arrive as its publisher made it (another size or hash), so "
                f"it was deleted: run `algosmith models get {self.order.name}` again, and if that "
                f"does not help, check where it comes from: {self.order.origin}"
            )
        path.replace(self.folder / file.name)


@contextlib.contextmanager
def one_at_a_time(name: str, report: Report) -> Generator[None]:
    """Waits while another command fetches the same model."""
    folder = paths.models_dir()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report.say(f"another command is fetching {name}; waiting for it (Ctrl+C stops waiting)")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def open_staging(order: Order) -> StagingFolder:
    """The folder for the order, with what an earlier try left in it.

    Raises:
        ModelError: the disk has not enough room.
    """
    folder = paths.models_dir() / f".fetch-{order.name}"
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(f.stat().st_size for f in folder.iterdir() if f.is_file())
    needed = max(order.bytes - there, 0) + order.spare_bytes + _MARGIN
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"not enough room for {order.name}: {needed / 2**20:,.0f} MiB are needed, "
            f"{free / 2**20:,.0f} MiB are free in {folder.parent}; make room, or let "
            "ALGOSMITH_HOME name a folder on another disk"
        )
    return StagingFolder(order, folder)


def target(order: Order) -> Path:
    """The folder that the model gets."""
    return paths.models_dir() / order.name


def is_there(order: Order) -> bool:
    """Whether the model already lies there, every file with its hash."""
    return all(file.is_whole(target(order) / file.name) for file in order.files)


def refuse_strangers(order: Order) -> None:
    """Stops before a folder of the user's would be replaced."""
    folder = target(order)
    if not folder.exists():
        return
    own = {RECORD, *(file.name for file in order.files)}
    if not folder.is_dir() or {path.name for path in folder.iterdir()} - own:
        raise ModelError(
            f"{folder} holds something else than {order.name}; move it away, then run "
            f"`algosmith models get {order.name}` again"
        )


def place(staging: StagingFolder) -> Path:
    """Makes the finished folder the model's own, with a record of where it came from."""
    order, folder = staging.order, target(staging.order)
    record = {
        "name": order.name,
        "origin": order.origin,
        "revision": order.revision,
        "licence": order.licence,
        "fetched": time.strftime("%Y-%m-%d"),
        "files": {f.name: f.sha256 or f"git {f.git_blob}" for f in order.files},
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (staging.folder / RECORD).write_text(text, "utf-8")
    if folder.exists():  # damaged; refuse_strangers saw that nothing else lies there
        shutil.rmtree(folder)
    staging.folder.replace(folder)
    return folder


@contextlib.contextmanager
def watched(staging: StagingFolder, report: Report) -> Generator[None]:
    """Reports how far the download is, by what lies in the folder."""
    done = threading.Event()
    begun, total = time.monotonic(), staging.order.bytes
    first = best = _bytes_below(staging.folder)

    def watch() -> None:
        nonlocal best
        while not done.wait(0.5):
            best = min(max(best, _bytes_below(staging.folder)), total)
            rate = (best - first) / (time.monotonic() - begun)
            left = f", {_duration((total - best) / rate)} left" if rate > _SLOWEST else ""
            sizes = f"{best / 2**20:,.0f} of {total / 2**20:,.0f} MiB"
            report.progress(f"{sizes}, {rate / 2**20:.1f} MiB/s{left}", best / total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextlib.contextmanager
def disk_errors_told(order: Order, retry: Callable[[], str]) -> Generator[None]:
    """A full or broken disk becomes one sentence; what was fetched stays."""
    try:
        yield
    except OSError as error:
        folder = paths.models_dir()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(folder).free if folder.exists() else 0
            text = (
                f"the disk is full ({free / 2**20:,.0f} MiB are free in {folder}): make room for "
                f"{order.bytes / 2**20:,.0f} MiB, then {retry()}; what was fetched is kept"
            )
            raise ModelError(text) from error
        where = error.filename or folder
        reason = error.strerror or str(error)
        raise ModelError(f"{where}: {reason}; mend this, then {retry()}") from error


def _bytes_below(folder: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):  # files come and go while we look
        for root, _, names in os.walk(folder):
            total += sum((Path(root) / name).stat().st_size for name in names)
    return total


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
