"""Hostile and damaged model folders: each refused at once, by name, with little memory."""

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from algosmith.engine.weights import check
from algosmith.errors import ModelError
from tests.engine import weights_folders as make
from tests.work import calls_made

Damage = Callable[[Path], object]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    return file.getvalue()


def weights(data: bytes) -> Damage:
    return lambda folder: (folder / "model.safetensors").write_bytes(data)


def config(**changes: object) -> Damage:
    return lambda folder: (folder / "config.json").write_text(json.dumps(make.CONFIG | changes))


def raw(name: str, text: str | bytes) -> Damage:
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(data)


def header(change: Callable[[dict], object]) -> Damage:
    """A safetensors header that ``change`` got to edit."""

    def damage(folder: Path) -> None:
        data = make.safetensors(make.tensors_of())
        length = struct.unpack_from("<Q", data)[0]
        parsed = json.loads(data[8 : 8 + length])
        change(parsed)
        (folder / "model.safetensors").write_bytes(make.framed(parsed, len(data) - 8 - length))

    return damage


def link_out(folder: Path) -> None:
    outside = folder.parent / "outside.safetensors"
    (folder / "model.safetensors").rename(outside)
    (folder / "model.safetensors").symlink_to(outside)


def pipe(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    os.mkfifo(folder / "tokenizer.json")


def only_pickle(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(zipped())


def shards(change: Callable[[dict], object]) -> Damage:
    def damage(folder: Path) -> None:
        weight_map = make.split_in_shards(folder)
        change(weight_map)
        make.write_index(folder, weight_map)

    return damage


def missing_shard(folder: Path) -> None:
    make.split_in_shards(folder)
    (folder / "model-00002-of-00002.safetensors").unlink()


NORM = "model.norm.weight"
WHOLE = make.safetensors(make.tensors_of())
VAST = '{"a":' * 200_000

FOLDERS: dict[str, tuple[Damage, str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "config.json"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "model.safetensors"),
    "only a pickle": (only_pickle, "pytorch_model.bin"),
    "pickle named safetensors": (weights(pickle.dumps({"a": 1})), "pickle"),
    "zip named safetensors": (weights(zipped()), "zip archive"),
    "lfs pointer": (weights(b"version https://git-lfs.github.com/spec/v1\n"), "git-lfs"),
    "empty weights": (weights(b""), "cut off"),
    "cut in the header": (weights(WHOLE[:300]), "cut off"),
    "cut in the data": (weights(WHOLE[:-1]), "cut off"),
    "bytes after the end": (weights(WHOLE + b"x"), "after its last tensor"),
    "header of 2^60 bytes": (weights(struct.pack("<Q", 2**60) + b"{}" * 9), "header"),
    "header is a list": (weights(make.framed(b"[1, 2, 3, 4]", 0)), "header"),
    "header nested deep": (weights(make.framed(VAST.encode(), 0)), "JSON"),
    "header with a name twice": (
        weights(make.framed(b'{"a": {"dtype": 1}, "a": {"dtype": 1}}', 0)),
        "twice",
    ),
    "header with NaN": (weights(make.framed(b'{"a": NaN}    ', 0)), "NaN"),
    "no tensors": (weights(make.framed(b"{}        ", 0)), "no tensors"),
    "tensors overlap": (header(lambda h: h[NORM].update(data_offsets=[0, 32])), "overlaps"),
    "a hole": (header(lambda h: h.pop("model.layers.0.input_layernorm.weight")), "hole"),
    "shape of 2^60": (header(lambda h: h[NORM].update(shape=[2**60])), "numbers"),
    "shape that overflows": (header(lambda h: h[NORM].update(shape=[2**33, 2**33])), "claims"),
    "negative shape": (header(lambda h: h[NORM].update(shape=[-4, -4])), "numbers"),
    "offsets swapped": (header(lambda h: h[NORM].update(data_offsets=[9, 1])), "claims"),
    "offset is a text": (header(lambda h: h[NORM].update(data_offsets=["0", "1"])), "numbers"),
    "unknown type": (header(lambda h: h[NORM].update(dtype="OBJECT")), "OBJECT"),
    "entry with more keys": (header(lambda h: h[NORM].update(run="x")), "malformed"),
    "foreign tensor": (header(lambda h: h.update({"../../x": h.pop(NORM)})), NORM),
    "misshapen tensor": (header(lambda h: h[NORM].update(shape=[4, 4])), "shape"),
    "eight-bit floats": (weights(make.safetensors(make.tensors_of(), "F8_E4M3")), "F8_E4M3"),
    "auto_map": (config(auto_map={"AutoModel": "evil.Model"}), "auto_map"),
    "auto_map in the tokenizer": (
        raw("tokenizer_config.json", '{"auto_map": {"AutoTokenizer": ["x", null]}}'),
        "tokenizer_config.json",
    ),
    "auto_map in generation": (raw("generation_config.json", '{"auto_map": {}}'), "auto_map"),
    "custom code": (config(custom_pipelines={"x": {"impl": "evil.P"}}), "custom_pipelines"),
    "python file": (raw("modeling_qwen2.py", "import os"), "modeling_qwen2.py"),
    "shared library": (raw("kernel.so", b"\x7fELF"), "kernel.so"),
    "unknown architecture": (config(architectures=["EvilForCausalLM"]), "EvilForCausalLM"),
    "two architectures": (config(architectures=["Qwen2ForCausalLM"] * 2), "architecture"),
    "quantized by others": (config(quantization_config={"bits": 4}), "quantization_config"),
    "2^60 layers": (config(num_hidden_layers=2**60), "num_hidden_layers"),
    "512 layers claimed": (config(num_hidden_layers=512), "model.layers.2."),
    "hidden size is true": (config(hidden_size=True), "hidden_size"),
    "heads do not divide": (config(num_key_value_heads=3), "heads"),
    "another activation": (config(hidden_act="gelu"), "gelu"),
    "unknown rotary embedding": (config(rope_scaling={"type": "mrope"}), "mrope"),
    "rotary factor is a text": (config(rope_scaling={"type": "linear", "factor": "9"}), "factor"),
    "config is not JSON": (raw("config.json", "{"), "config.json"),
    "config is not UTF-8": (raw("config.json", b"\xff\xfe{}"), "config.json"),
    "config with a key twice": (raw("config.json", '{"a": 1, "a": 2}'), "twice"),
    "config of 2 MB": (raw("config.json", " " * 2_000_000), "config.json"),
    "config with a huge number": (raw("config.json", '{"a": 1' + "0" * 9000 + "}"), "config.json"),
    "tokenizer nested deep": (raw("tokenizer.json", VAST), "tokenizer.json"),
    "tokenizer without words": (raw("tokenizer.json", '{"model": {}}'), "vocabulary"),
    "tokenizer of another model": (
        raw("tokenizer.json", json.dumps(make.TOKENIZER).replace("62", "6200")),
        "6,200",
    ),
    "link out of the folder": (link_out, "link out"),
    "a pipe": (pipe, "tokenizer.json"),
    "link to itself": (
        lambda f: ((f / "config.json").unlink(), (f / "config.json").symlink_to("config.json")),
        "config.json",
    ),
    "index names a path": (
        shards(lambda m: m.update({NORM: "../outside.safetensors"})),
        "../outside.safetensors",
    ),
    "index and shards disagree": (shards(lambda m: m.pop(NORM)), NORM),
    "index is a list": (lambda f: make.write_index(f, [1]), "weight_map"),
    "missing shard": (missing_shard, "model-00002-of-00002.safetensors"),
}


def keys(**changes: tuple[int, bytes]) -> dict[str, tuple[int, bytes]]:
    return make.GGUF_KEYS | {key.replace("__", "."): value for key, value in changes.items()}


U64 = struct.Struct("<Q").pack
TENSOR = make.GGUF_TENSORS

GGUFS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no GGUF"),
    "pickle": (pickle.dumps([1]) + bytes(99), "pickle"),
    "zip": (zipped(), "zip archive"),
    "other magic": (make.gguf(magic=b"GGML"), "no GGUF"),
    "big endian": (b"GGUF" + struct.pack(">I", 3) + bytes(64), "version"),
    "version 99": (make.gguf(version=99), "version 99"),
    "2^60 tensors": (make.gguf(counts=(2**60, 6)), "tensors"),
    "2^60 keys": (make.gguf(counts=(2, 2**60)), "keys"),
    "array of 2^40": (make.gguf(keys(x=(9, struct.pack("<IQ", 4, 2**40)))), "items"),
    "array of 2^40 texts": (make.gguf(keys(x=(9, struct.pack("<IQ", 8, 2**40)))), "items"),
    "array of arrays": (make.gguf(keys(x=(9, struct.pack("<IQ", 9, 1)))), "array"),
    "text of 2^60 bytes": (make.gguf(keys(x=(8, U64(2**60)))), "text"),
    "text past the end": (make.gguf(keys(x=(9, struct.pack("<IQQ", 8, 1, 2**20)))), "cut off"),
    "unknown value type": (make.gguf(keys(x=(77, b""))), "type 77"),
    "key twice": (
        make.gguf(counts=(2, 7), extra=make.gguf_key("llama.block_count", 4, bytes(4))),
        "twice",
    ),
    "alignment of zero": (make.gguf(keys(general__alignment=(4, bytes(4)))), "alignment"),
    "alignment of 3": (make.gguf(keys(general__alignment=(4, b"\3\0\0\0"))), "alignment"),
    "tensor twice": (make.gguf(tensors=[TENSOR[0], TENSOR[0]]), "twice"),
    "nine dimensions": (make.gguf(tensors=[TENSOR[0], ("x", (1,) * 9, 0, 512)]), "dimensions"),
    "shape of 2^60": (make.gguf(tensors=[TENSOR[0], ("x", (2**60, 16), 0, 512)]), "shape"),
    "zero in a shape": (make.gguf(tensors=[TENSOR[0], ("x", (0,), 0, 512)]), "shape"),
    "unknown tensor type": (make.gguf(tensors=[TENSOR[0], ("x", (32,), 99, 512)]), "type"),
    "half a block": (make.gguf(tensors=[TENSOR[0], ("x", (33,), 2, 512)]), "shape"),
    "off its alignment": (make.gguf(tensors=[TENSOR[0], ("x", (32,), 0, 513)]), "alignment"),
    "tensors overlap": (make.gguf(tensors=[TENSOR[0], ("x", (32,), 0, 480)]), "overlaps"),
    "hole between tensors": (
        make.gguf(tensors=[TENSOR[0], ("x", (32,), 0, 1024)], data_bytes=1152),
        "hole",
    ),
    "offset of 2^63": (make.gguf(tensors=[TENSOR[0], ("x", (32,), 0, 2**63)]), "cut off"),
    "cut in the data": (make.gguf(data_bytes=600), "cut off"),
    "cut in the header": (make.gguf()[:200], "cut off"),
    "bytes after the end": (make.gguf(data_bytes=4096), "after its last tensor"),
    "no tensors": (make.gguf(tensors=[], counts=(0, 6)), "no tensors"),
    "unknown architecture": (
        make.gguf(keys(general__architecture=(8, make.gguf_string(b"evil")))),
        "evil",
    ),
    "an adapter": (make.gguf(keys(general__type=(8, make.gguf_string(b"adapter")))), "adapter"),
    "one part of three": (make.gguf(keys(split__count=(2, b"\3\0"))), "parts"),
    "no layers": (make.gguf(keys(llama__block_count=(4, bytes(4)))), "block_count"),
    "no tokenizer": (
        make.gguf({k: v for k, v in make.GGUF_KEYS.items() if "tokens" not in k}),
        "tokenizer",
    ),
    "embedding of another size": (
        make.gguf(keys(tokenizer__ggml__tokens=(9, make.gguf_strings([b"a"] * 9)))),
        "disagree",
    ),
}


def refused(path: Path) -> str:
    """The refusal's text; it must take little work and memory, whatever the file claims."""

    def message() -> str:
        with pytest.raises(ModelError) as caught:
            check(path)
        return str(caught.value)

    tracemalloc.start()
    try:
        text, calls = calls_made(message)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert calls < 100_000
    assert peak < 64 * 1024 * 1024
    return text


@pytest.mark.parametrize("name", FOLDERS)
def test_a_bad_folder_is_refused_by_name(name: str, tmp_path: Path) -> None:
    damage, said = FOLDERS[name]
    folder = make.write_folder(tmp_path / "model")
    check(folder)
    damage(folder)
    message = refused(folder)
    assert said in message
    assert "accepted are" in message


@pytest.mark.parametrize("name", GGUFS)
def test_a_bad_gguf_is_refused_by_name(name: str, tmp_path: Path) -> None:
    data, said = GGUFS[name]
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    message = refused(path)
    assert said in message
    assert "model.gguf" in message


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    assert "algosmith models get" in refused(tmp_path / "nothing")


def test_a_folder_of_thousands_of_files_is_no_model(tmp_path: Path) -> None:
    for number in range(2001):
        (tmp_path / f"{number}.txt").touch()
    assert "not a model's folder" in refused(tmp_path)


def test_random_damage_never_does_worse_than_a_refusal(tmp_path: Path) -> None:
    import random

    chance = random.Random(7)
    for whole, path in ((WHOLE, tmp_path / "m" / "model.safetensors"), (make.gguf(), None)):
        folder = make.write_folder(tmp_path / "m") if path else tmp_path
        target = path or tmp_path / "x.gguf"
        for _ in range(300):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(min(len(data), 3000))] = chance.randrange(256)
            target.write_bytes(data)
            try:
                check(folder if path else target)
            except ModelError:
                continue
