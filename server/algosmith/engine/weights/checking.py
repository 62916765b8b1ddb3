"""``check``: everything about a model folder or GGUF file, before anything loads it."""

import math
import os
import re
from collections.abc import Collection
from pathlib import Path

from algosmith.engine.cards import published
from algosmith.engine.text import templates
from algosmith.engine.weights.configuration import Configuration, read_configuration
from algosmith.engine.weights.expected import check_tensors
from algosmith.engine.weights.files import foreign_content, open_inside, read_json, refuse
from algosmith.engine.weights.gguf_header import GgufHeader
from algosmith.engine.weights.gguf_header import read_header as read_gguf
from algosmith.engine.weights.gguf_types import ARCHITECTURES
from algosmith.engine.weights.report import ACCEPTED, TensorEntry, WeightsReport
from algosmith.engine.weights.safetensors_header import read_header as read_safetensors
from algosmith.engine.weights.tokenizer_files import TokenizerFacts, read_tokenizer
from algosmith.errors import ModelError

_INDEX = "model.safetensors.index.json"
_MOST_FILES = 2000
_SHARD = re.compile(r"[A-Za-z0-9_.-]{1,200}\.safetensors")
_SAMPLING = {
    "temperature": "general.sampling.temp",
    "top_p": "general.sampling.top_p",
    "top_k": "general.sampling.top_k",
    "min_p": "general.sampling.min_p",
    "repetition_penalty": "general.sampling.penalty_repeat",
}
"""Where a GGUF file keeps what its publisher says about sampling."""
_PLAIN_TYPES = {"F32", "F16", "BF16"}


def check(path: Path) -> WeightsReport:
    """Judges a model folder or a GGUF file by its headers alone.

    Raises:
        ModelError: naming the file, what is wrong with it, and what is accepted.
    """
    try:
        real = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise ModelError(
            f"{path}: no such model ({error}); name a folder or a GGUF file, or fetch a model "
            "with `algosmith models get`"
        ) from error
    if not real.is_dir():
        return _gguf(real)
    names = _names(real)
    ggufs = [name for name in names if name.lower().endswith(".gguf")]
    if "config.json" not in names and len(ggufs) == 1:
        with open_inside(real, ggufs[0]) as file:
            return _gguf(file.path)
    if "config.json" not in names and ggufs:
        refuse(real, f"holds {len(ggufs)} GGUF files; name one of them: {', '.join(ggufs[:4])}")
    return _folder(real, names)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_MOST_FILES + 1), strict=False)]
    except OSError as error:
        refuse(folder, f"can't be listed ({error})")
    if len(names) > _MOST_FILES:
        refuse(folder, f"holds more than {_MOST_FILES:,} files: not a model's folder")
    for name in names:
        if name.endswith((".py", ".pyc", ".so", ".pyd")):
            refuse(folder / name, "is code, which is never run; remove it if you trust the rest")
    return sorted(names)


def _folder(folder: Path, names: list[str]) -> WeightsReport:
    notes = _pickles(folder, names)
    _has_weights(folder, names, notes)
    configuration = read_configuration(folder)
    tokenizer = read_tokenizer(folder, configuration.shape.vocabulary)
    tensors = _tensors(folder, names)
    check_tensors(folder, configuration.shape, tensors)
    return _report(folder, configuration, tokenizer, tensors, tuple(notes))


def _pickles(folder: Path, names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if (folder / name).is_file() and not name.endswith((".json", ".safetensors", ".md")):
            with open_inside(folder, name) as file:
                what = foreign_content(file.read(0, 64))
            if what is not None:
                found.append(f"{name} is {what}; it is not read")
    return found


def _has_weights(folder: Path, names: list[str], pickles: list[str]) -> None:
    if "config.json" not in names:
        refuse(folder / "config.json", "is missing")
    if _INDEX in names or "model.safetensors" in names:
        return
    refuse(folder / "model.safetensors", f"is missing{f' ({pickles[0]})' if pickles else ''}")


def _tensors(folder: Path, names: list[str]) -> tuple[TensorEntry, ...]:
    if _INDEX not in names:
        return read_safetensors(folder, "model.safetensors")
    path = folder / _INDEX
    weight_map: object = read_json(folder, _INDEX, 16 * 1024 * 1024).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        refuse(path, "has no weight_map")
    wanted = {str(key): str(value) for key, value in weight_map.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] JSON
    shards = sorted(set(wanted.values()))
    for shard in shards:
        if not _SHARD.fullmatch(shard):
            refuse(path, f"names the shard {shard[:60]!r}, which is no file of the folder")
    if len(shards) > 256:
        refuse(path, f"names {len(shards):,} shards")
    found = [entry for shard in shards for entry in read_safetensors(folder, shard)]
    actual = {entry.name: entry.file for entry in found}
    if len(actual) != len(found):
        refuse(path, "has a tensor in two shards")
    if actual != wanted:
        name = min(set(actual.items()) ^ set(wanted.items()))[0]
        refuse(path, f"and its shards disagree about tensor {name[:80]!r}")
    return tuple(found)


def _report(
    folder: Path,
    configuration: Configuration,
    tokenizer: TokenizerFacts,
    tensors: tuple[TensorEntry, ...],
    notes: tuple[str, ...],
) -> WeightsReport:
    sizes: dict[str, int] = {}
    for entry in tensors:
        sizes[entry.dtype] = sizes.get(entry.dtype, 0) + entry.stop - entry.start
    shape = configuration.shape
    return WeightsReport(
        path=folder,
        format="safetensors",
        architecture=shape.architecture,
        family=_family(folder, tokenizer.specials),
        parameters=sum(math.prod(entry.shape) for entry in tensors),
        bytes=sum(sizes.values()),
        dtype=max(sizes, key=lambda dtype: sizes[dtype]),
        context_tokens=shape.context_tokens,
        quantization=None,
        kv_values_per_token=shape.kv_values_per_token,
        reasoning=_thinks(folder.name, tokenizer.specials, tokenizer.chat_template),
        end_tokens=configuration.end_tokens,
        sampling=configuration.sampling,
        chat_template=tokenizer.chat_template,
        shape=shape,
        tensors=tensors,
        notes=configuration.notes + notes,
    )


def _family(path: Path, specials: Collection[str]) -> str:
    try:
        return templates.family_of(specials.__contains__)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _thinks(name: str, specials: Collection[str], template: str | None) -> bool:
    return templates.is_reasoning(name, specials.__contains__) or "<think>" in (template or "")


def _gguf(path: Path) -> WeightsReport:
    header = read_gguf(path.parent, path.name)
    architecture = str(header.values.get("general.architecture", ""))
    _gguf_kind(path, header, architecture)

    def number(key: str, default: int = 0) -> int:
        value = header.values.get(f"{architecture}.{key}", default)
        if type(value) is not int or not 0 < value <= 16_777_216:
            refuse(path, f"has no usable {architecture}.{key}")
        return value

    layers, heads = number("block_count"), number("attention.head_count")
    kv_heads = number("attention.head_count_kv", heads)
    key_length = number("attention.key_length", max(1, number("embedding_length") // heads))
    template = header.values.get("tokenizer.chat_template")
    template = template if isinstance(template, str) else None
    specials = {token.decode("utf-8", "replace") for token in header.specials}
    dtype = max(header.type_bytes, key=lambda kind: header.type_bytes[kind])
    end = header.values.get("tokenizer.ggml.eos_token_id")
    return WeightsReport(
        path=path,
        format="gguf",
        architecture=architecture,
        family=_family(path, specials),
        parameters=header.parameters,
        bytes=sum(header.type_bytes.values()),
        dtype=dtype,
        context_tokens=number("context_length"),
        quantization=None if dtype in _PLAIN_TYPES else dtype,
        kv_values_per_token=2 * layers * kv_heads * key_length,
        reasoning=_thinks(path.name, specials, template),
        end_tokens=(end,) if type(end) is int else (),
        name=str(header.values.get("general.name", ""))[:200],
        sampling=published({field: header.values.get(key) for field, key in _SAMPLING.items()}),
        chat_template=template,
    )


def _gguf_kind(path: Path, header: GgufHeader, architecture: str) -> None:
    if header.values.get("general.type", "model") != "model":
        refuse(path, f"holds no model but {str(header.values['general.type'])[:40]!r}")
    if architecture not in ARCHITECTURES:
        refuse(path, f"the architecture {architecture[:60]!r} is unknown")
    split = header.values.get("split.count", 1)
    if type(split) is int and split > 1:
        refuse(path, f"is one of {split} parts; join them with `llama-gguf-split --merge`")
    if not header.lengths.get("tokenizer.ggml.tokens"):
        refuse(path, "holds no tokenizer")
    embedding = header.shapes.get("token_embd.weight")
    if embedding is None or embedding[-1] != header.lengths["tokenizer.ggml.tokens"]:
        raise ModelError(f"{path}: its embedding and its vocabulary disagree; {ACCEPTED}")
