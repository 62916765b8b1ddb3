"""The system part of prompts, as llama.cpp computed it, in files that outlive the engine.

Every prompt of one kind begins with it, so the first answer of a new engine need not read it again.
Nothing of the user's is in it. A file is used only for the very tokens, model and library that made
it, and only if its content has the hash that its name tells; any other is removed.
"""

import contextlib
import hashlib
import importlib.metadata
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from algosmith.engine.backends.llamacpp_native import Native
from algosmith.errors import EngineError

_log = logging.getLogger(__name__)

FEWEST_TOKENS = 32
"""Less is read as fast as a file."""
_SUFFIX = ".prefix"
_MOST_FILES = 8
_MOST_BYTES = 64 << 20
_SAMPLES, _SAMPLE_BYTES = 64, 4096


def identity(model: Path) -> str:
    """Names a model's content without reading a gigabyte: size, time, and samples of all of it."""
    found = model.stat()
    digest = hashlib.sha256(f"{found.st_size} {found.st_mtime_ns}".encode())
    with model.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(number * found.st_size // _SAMPLES)
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()


class KeptPrefixes:
    """The files of one model in a folder that exists."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.folder = folder
        self._made_by = f"{identity(model)} {importlib.metadata.version('xllamacpp')}"

    def load(self, native: Native, slot: int, tokens: Sequence[int]) -> bool:
        """Put what is known of these tokens into an idle slot of the library."""
        for file in self.folder.glob(f"{self._key(tokens)}-*{_SUFFIX}"):
            if _digest(file) == file.stem.rpartition("-")[2]:
                with contextlib.suppress(EngineError):
                    if native.restore(slot, file.name) == len(tokens):
                        _log.info("%d tokens are known from an earlier start", len(tokens))
                        return True
            _log.warning("%s is damaged, it is removed", file)
            _remove(file)
        return False

    def save(self, native: Native, slot: int, tokens: Sequence[int]) -> None:
        """Keep what a slot holds; where that fails there is no file.

        Nor is there one where another request took the slot meanwhile: it would hold that one's
        prompt.
        """
        hidden = self.folder / f"new-{os.getpid()}{_SUFFIX}"
        try:
            written = native.save(slot, hidden.name)
            digest = _digest(hidden)
            if digest is None or written != (len(tokens), hidden.stat().st_size):
                raise EngineError("the file does not hold it, whole and alone")
            hidden.replace(self.folder / f"{self._key(tokens)}-{digest}{_SUFFIX}")
            self._prune()
        except (OSError, EngineError) as error:
            _log.warning("the system part of the prompt can't be kept: %s", error)
        finally:
            _remove(hidden)

    def _key(self, tokens: Sequence[int]) -> str:
        text = f"{self._made_by} {' '.join(map(str, tokens))}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _prune(self) -> None:
        files = sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime)
        for file in files[:-_MOST_FILES]:
            _remove(file)


def _digest(file: Path) -> str | None:
    """The hash of a plain file's content; None for anything else, and for what is too large."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return None
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
