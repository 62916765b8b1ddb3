"""A bounded reader of GGUF headers (version 2 and 3, little-endian).

Every count and length is compared with what is left of the header before any loop over it, so a
file of 100 bytes that claims 2^60 entries is refused at once.
"""

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path

from algosmith.engine.weights.files import OpenFile, foreign_content, open_inside, refuse
from algosmith.engine.weights.gguf_types import SCALARS, TENSOR_TYPES

_HEADER_LIMIT = 96 * 1024 * 1024
_MOST_KEYS = 4096
_MOST_TENSORS = 32_768
_MOST_ITEMS = 2_000_000
"""Items of one array: the largest vocabularies have 262,144 tokens and twice as many merges."""
_STRING, _ARRAY = 8, 9

Scalar = int | float | bool | str


@dataclass(slots=True)
class GgufHeader:
    """What a GGUF header says."""

    values: dict[str, Scalar] = field(default_factory=dict[str, Scalar])
    """Every key whose value is not an array."""
    lengths: dict[str, int] = field(default_factory=dict[str, int])
    """Number of items by key, for arrays."""
    specials: set[bytes] = field(default_factory=set[bytes])
    """Tokens of the vocabulary that look special (``<…>``)."""
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    places: dict[str, tuple[int, int, str]] = field(default_factory=dict[str, tuple[int, int, str]])
    """Where each tensor's bytes start and stop in the file, and its type."""
    type_bytes: dict[str, int] = field(default_factory=dict[str, int])
    """Bytes of tensors by type name."""
    parameters: int = 0


class _Cursor:
    """Reads forward through the header; refuses to pass its end."""

    def __init__(self, file: OpenFile) -> None:
        self.path = file.path
        self.whole = file.size <= _HEADER_LIMIT
        self.data = file.read(0, min(file.size, _HEADER_LIMIT))
        self.at = 0

    def take(self, count: int) -> int:
        """Passes ``count`` bytes; gives where they start."""
        start, left = self.at, len(self.data) - self.at
        if count > left:
            what = "is cut off" if self.whole else "is damaged, or its header is far too large"
            refuse(self.path, f"{what}: {count:,} bytes claimed at {start:,}, {left:,} are there")
        self.at += count
        return start

    def number(self, code: str) -> int:
        return struct.unpack_from("<" + code, self.data, self.take(struct.calcsize("<" + code)))[0]

    def string(self, most: int) -> bytes:
        length = self.number("Q")
        if length > most:
            refuse(self.path, f"claims a text of {length:,} bytes where {most:,} are the most")
        start = self.take(length)
        return self.data[start : start + length]

    def name(self, most: int) -> str:
        try:
            return self.string(most).decode("utf-8")
        except UnicodeDecodeError:
            refuse(self.path, "is damaged: a name in its header is not UTF-8")

    def bounded(self, code: str, most: int, least_bytes: int, what: str) -> int:
        """A count, refused when it is over ``most`` or can't fit into what is left."""
        count = self.number(code)
        if count > most or count * least_bytes > len(self.data) - self.at:
            refuse(self.path, f"claims {count:,} {what}, more than the file can hold")
        return count


def read_header(folder: Path, name: str) -> GgufHeader:
    """The checked header of ``folder/name``."""
    with open_inside(folder, name) as file:
        cursor = _Cursor(file)
        tensors, keys = _start(cursor)
        header = GgufHeader()
        for _ in range(keys):
            _key(cursor, header)
        _tensors(cursor, header, tensors, file.size)
    return header


def _start(cursor: _Cursor) -> tuple[int, int]:
    magic = cursor.data[:64]
    what = foreign_content(magic)
    if what is not None:
        refuse(cursor.path, f"is {what}")
    if magic[:4] != b"GGUF":
        refuse(cursor.path, "is no GGUF file")
    cursor.take(4)
    version = cursor.number("I")
    if version not in (2, 3):
        refuse(cursor.path, f"has GGUF version {version}; 2 and 3 are known (little-endian)")
    tensors = cursor.bounded("Q", _MOST_TENSORS, 24, "tensors")
    return tensors, cursor.bounded("Q", _MOST_KEYS, 13, "keys")


def _key(cursor: _Cursor, header: GgufHeader) -> None:
    key = cursor.name(65_535)
    if key in header.values or key in header.lengths:
        refuse(cursor.path, f"has the key {key[:60]!r} twice")
    kind = cursor.number("I")
    if kind == _STRING:
        header.values[key] = cursor.string(4 * 1024 * 1024).decode("utf-8", "replace")
    elif kind == _ARRAY:
        header.lengths[key] = _array(cursor, header, key)
    elif kind in SCALARS:
        header.values[key] = cursor.number(SCALARS[kind])
    else:
        refuse(cursor.path, f"is damaged: the value of {key[:60]!r} has the unknown type {kind}")


def _array(cursor: _Cursor, header: GgufHeader, key: str) -> int:
    kind = cursor.number("I")
    if kind in SCALARS:
        size = struct.calcsize("<" + SCALARS[kind])
        count = cursor.bounded("Q", _MOST_ITEMS, size, f"items of {key[:60]!r}")
        cursor.take(count * size)
        return count
    if kind != _STRING:
        refuse(cursor.path, f"is damaged: {key[:60]!r} is an array of the unusable type {kind}")
    count = cursor.bounded("Q", _MOST_ITEMS, 8, f"items of {key[:60]!r}")
    keep = header.specials if key == "tokenizer.ggml.tokens" else None
    _strings(cursor, count, keep)
    return count


def _strings(cursor: _Cursor, count: int, keep: set[bytes] | None) -> None:
    # Written out, not through the cursor's methods: half a million strings must take under 1 s.
    data, at, end = cursor.data, cursor.at, len(cursor.data)
    unpack = struct.Struct("<Q").unpack_from
    for _ in range(count):
        if end - at < 8:
            break
        (length,) = unpack(data, at)
        at += 8
        if length > end - at:
            refuse(cursor.path, f"is cut off: a text of {length:,} bytes, {end - at:,} are there")
        if keep is not None and 3 < length < 40 and data[at] == 60:
            keep.add(data[at : at + length])
        at += length
    else:
        cursor.at = at
        return
    refuse(cursor.path, "is cut off inside a list of texts")


def _tensors(cursor: _Cursor, header: GgufHeader, count: int, file_size: int) -> None:
    entries: list[tuple[int, int, str]] = []
    kinds: dict[str, str] = {}
    alignment = header.values.get("general.alignment", 32)
    if type(alignment) is not int or not 8 <= alignment <= 65_536 or alignment & (alignment - 1):
        refuse(cursor.path, f"has the unusable alignment {alignment}")
    for _ in range(count):
        name = cursor.name(64)
        if name in header.shapes:
            refuse(cursor.path, f"has the tensor {name!r} twice")
        shape, size, kind = _tensor(cursor, name)
        offset = cursor.number("Q")
        if offset % alignment:
            refuse(cursor.path, f"is damaged: tensor {name!r} starts off its alignment")
        entries.append((offset, offset + size, name))
        header.shapes[name], kinds[name] = shape, kind
        header.parameters += math.prod(shape)
        header.type_bytes[kind] = header.type_bytes.get(kind, 0) + size
    start = -(-cursor.at // alignment) * alignment
    for offset, stop, name in entries:
        header.places[name] = (start + offset, start + stop, kinds[name])
    _must_fill(cursor, sorted(entries), file_size - start, alignment)


def _tensor(cursor: _Cursor, name: str) -> tuple[tuple[int, ...], int, str]:
    dimensions = cursor.number("I")
    if not 1 <= dimensions <= 4:
        refuse(cursor.path, f"is damaged: tensor {name!r} has {dimensions} dimensions")
    shape = tuple(cursor.number("Q") for _ in range(dimensions))
    kind = cursor.number("I")
    if kind not in TENSOR_TYPES:
        refuse(cursor.path, f"tensor {name!r} has the unknown type {kind}")
    label, block, block_bytes = TENSOR_TYPES[kind]
    items = math.prod(shape)
    if not 0 < items < 2**48 or shape[0] % block:
        refuse(cursor.path, f"is damaged: tensor {name!r} has the unusable shape {shape}")
    return shape, items // block * block_bytes, label


def _must_fill(
    cursor: _Cursor, entries: list[tuple[int, int, str]], available: int, alignment: int
) -> None:
    if not entries:
        refuse(cursor.path, "holds no tensors")
    last = max(stop for _, stop, _ in entries)
    if last > available:
        refuse(cursor.path, f"is cut off: {max(available, 0):,} of {last:,} bytes are there")
    at = 0
    for start, stop, name in entries:
        if start != at:
            what = "overlaps another" if start < at else "leaves a hole before it"
            refuse(cursor.path, f"is damaged: tensor {name!r} {what}")
        at = -(-stop // alignment) * alignment
    if available > at:
        refuse(cursor.path, f"has {available - at:,} bytes after its last tensor")
