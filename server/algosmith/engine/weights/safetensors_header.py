"""A bounded reader of safetensors headers.

Every length is compared with the file's size before it is used; tensors must fill the data
exactly, without overlap, hole or trailing bytes. Names are only ever compared, never used as paths.
"""

import math
from pathlib import Path
from typing import Any, cast

from algosmith.engine.weights.files import (
    OpenFile,
    foreign_content,
    open_inside,
    parse_object,
    refuse,
)
from algosmith.engine.weights.report import TensorEntry

ITEM_BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
"""Bytes of one item by dtype."""

_HEADER_LIMIT = 4 * 1024 * 1024
"""The format allows 100 MB; a model of 400 tensors needs 50 kB."""
_MOST_DIMENSIONS = 8


def read_header(folder: Path, name: str) -> tuple[TensorEntry, ...]:
    """The tensors of ``folder/name`` in the order of their data."""
    with open_inside(folder, name) as file:
        entries, data_start = _entries(file)
        _must_fill(file, entries, data_start)
    return tuple(entries)


def _entries(file: OpenFile) -> tuple[list[TensorEntry], int]:
    head = file.read(0, 64)
    what = foreign_content(head)
    if what is not None:
        refuse(file.path, f"is {what}")
    if len(head) < 10:
        refuse(file.path, f"is cut off: it has {file.size} bytes")
    length = int.from_bytes(head[:8], "little")
    if length > _HEADER_LIMIT:
        refuse(file.path, f"is no safetensors file, or damaged: its header claims {length:,} bytes")
    if 8 + length > file.size:
        refuse(file.path, f"is cut off inside its header ({file.size:,} of {8 + length:,} bytes)")
    if head[8:9] != b"{":
        refuse(file.path, "is no safetensors file: its header is not a JSON object")
    header = parse_object(file.path, file.read(8, length))
    header.pop("__metadata__", None)
    start = 8 + length
    entries = [_entry(file, name, raw, start) for name, raw in header.items()]
    if not entries:
        refuse(file.path, "holds no tensors")
    return sorted(entries, key=lambda entry: (entry.start, entry.stop)), start


def _entry(file: OpenFile, name: str, raw: object, data_start: int) -> TensorEntry:
    label = f"the entry of tensor {name[:80]!r}"
    if not isinstance(raw, dict):
        refuse(file.path, f"{label} is malformed")
    fields = cast("dict[str, Any]", raw)
    if set(fields) != {"dtype", "shape", "data_offsets"}:
        refuse(file.path, f"{label} is malformed")
    dtype, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_BYTES:
        refuse(file.path, f"{label} has the unknown type {str(dtype)[:20]!r}")
    if not _naturals(shape, _MOST_DIMENSIONS) or not _naturals(offsets, 2) or len(offsets) != 2:
        refuse(file.path, f"{label} has unusable numbers")
    begin, end = offsets
    if end < begin or math.prod(shape) * ITEM_BYTES[dtype] != end - begin:
        refuse(file.path, f"{label} claims {end - begin:,} bytes, which its shape contradicts")
    return TensorEntry(
        name, file.path.name, dtype, tuple(shape), data_start + begin, data_start + end
    )


def _naturals(value: object, most: int) -> bool:
    if not isinstance(value, list):
        return False
    items = cast("list[object]", value)
    return len(items) <= most and all(type(item) is int and 0 <= item < 2**48 for item in items)


def _must_fill(file: OpenFile, entries: list[TensorEntry], data_start: int) -> None:
    last = max(entry.stop for entry in entries)
    if last > file.size:
        refuse(file.path, f"is cut off: {file.size:,} of {last:,} bytes are there")
    at = data_start
    for entry in entries:
        if entry.start != at:
            what = "overlaps another" if entry.start < at else "leaves a hole before it"
            refuse(file.path, f"is damaged: tensor {entry.name[:80]!r} {what}")
        at = entry.stop
    if at != file.size:
        refuse(file.path, f"has {file.size - at:,} bytes after its last tensor")
