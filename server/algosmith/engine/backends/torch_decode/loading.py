"""From a checked model folder to tensors on a device, by plain bounded reads.

No memory mapping: a file that shrinks or vanishes while the model is in use must not end the
process, so everything is read once and the files are closed.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch

from algosmith.engine.backends.torch_decode.place import Place
from algosmith.engine.weights import AdapterReport, TensorEntry
from algosmith.engine.weights.files import open_inside
from algosmith.errors import ModelError

_DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
_CHUNK = 64 * 1024 * 1024


@dataclass(slots=True)
class FolderTensors:
    """A tensor source over a model folder; tells how far it is."""

    folder: Path
    entries: Sequence[TensorEntry]
    place: Place
    progress: Callable[[float], None] = lambda share: None
    _done: int = 0
    _by_name: dict[str, TensorEntry] = field(default_factory=dict[str, TensorEntry])

    def __post_init__(self) -> None:
        self._by_name = {entry.name: entry for entry in self.entries}

    def __call__(self, name: str) -> torch.Tensor:
        """The tensor called ``name``."""
        entry = self._by_name[name]
        tensor = read_tensor(self.folder, entry, self.place)
        self._done += entry.stop - entry.start
        total = sum(each.stop - each.start for each in self.entries)
        self.progress(min(1.0, self._done / total))
        return tensor


def read_tensor(folder: Path, entry: TensorEntry, place: Place) -> torch.Tensor:
    """Reads one tensor to where it is to live.

    Raises:
        ModelError: the file was removed or cut since it was checked, or the disk failed.
    """
    count = entry.stop - entry.start
    buffer = torch.empty(count, dtype=torch.uint8)
    view = memoryview(cast("Any", buffer.numpy()))
    with open_inside(folder, entry.file) as file:
        at = 0
        while at < count:
            try:
                got = os.preadv(file.fd, [view[at : at + _CHUNK]], entry.start + at)
            except OSError as error:
                raise ModelError(f"{file.path}: reading failed ({error})") from error
            if not got:
                raise ModelError(f"{file.path} became shorter while it was loaded; load it again")
            at += got
    return buffer.view(_DTYPES[entry.dtype]).view(entry.shape).to(place.device, place.dtype)


def read_adapter(place: Place) -> Callable[[AdapterReport, TensorEntry], torch.Tensor]:
    """A reader of adapters' tensors for a place."""

    def read(adapter: AdapterReport, entry: TensorEntry) -> torch.Tensor:
        return read_tensor(adapter.path, entry, place)

    return read
