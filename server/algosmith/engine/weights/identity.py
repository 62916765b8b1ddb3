"""Which model some weights are, whatever file they lie in and however they were quantised.

Told by the norms' weights: quantising leaves these small vectors alone, and every full training
changes them. So a GGUF file, the folder it was made of and the folder made of it are one model.
Not told apart: a model, and what another LoRA adapter made of it without touching the norms.
"""

import array
import hashlib
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from algosmith.engine.weights.files import open_inside
from algosmith.engine.weights.gguf_header import read_header
from algosmith.engine.weights.report import WeightsReport

_GGUF_NORM = re.compile(r"blk\.\d+\.(?:attn|ffn)_norm\.weight|output_norm\.weight")
_LAYER_NORM = re.compile(r"model\.layers\.(\d+)\.(input|post_attention)_layernorm\.weight")
_PARTS = {"input": "attn", "post_attention": "ffn"}


def identity(weights: WeightsReport) -> str:
    """Sixteen hex digits; empty where the norms can't be read."""
    places = sorted(_gguf(weights) if weights.format == "gguf" else _safetensors(weights))
    found = hashlib.sha256()
    for name, file, start, stop, kind in places:
        with open_inside(file.parent, file.name) as opened:
            values = _rounded(opened.read(start, stop - start), kind)
        if values is None:
            return ""
        found.update(f"{name} {len(values)}\n".encode() + values)
    return found.hexdigest()[:16] if places else ""


_Place = tuple[str, Path, int, int, str]


def _gguf(weights: WeightsReport) -> Iterator[_Place]:
    header = read_header(weights.path.parent, weights.path.name)
    for name, (start, stop, kind) in header.places.items():
        if _GGUF_NORM.fullmatch(name):
            yield name, weights.path, start, stop, kind


def _safetensors(weights: WeightsReport) -> Iterator[_Place]:
    for entry in weights.tensors:
        match = _LAYER_NORM.fullmatch(entry.name)
        name = f"blk.{match[1]}.{_PARTS[match[2]]}_norm.weight" if match else ""
        if entry.name == "model.norm.weight":
            name = "output_norm.weight"
        if name:
            yield name, weights.path / entry.file, entry.start, entry.stop, entry.dtype


def _rounded(data: bytes, kind: str) -> bytes | None:
    """The numbers in bfloat16, in which most models were trained; None for another type."""
    if kind == "BF16":
        return data
    if kind == "F16":
        halves = struct.unpack(f"<{len(data) // 2}e", data)
        data = struct.pack(f"<{len(halves)}f", *halves)
    elif kind != "F32":
        return None
    words = array.array("I", data)
    if sys.byteorder == "big":
        words.byteswap()
    # To the nearest, ties to even.
    short = array.array("H", (((w + 0x7FFF + (w >> 16 & 1)) >> 16) & 0xFFFF for w in words))
    if sys.byteorder == "big":
        short.byteswap()
    return short.tobytes()
