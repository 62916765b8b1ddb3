"""LoRA adapters with llama.cpp: picked per request, and bad ones refused by name."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from algosmith import catalogue
from algosmith.config import Adapter, EngineSettings, Settings
from algosmith.engine.backends import llamacpp
from algosmith.engine.backends.base import Backend, Group
from algosmith.engine.cards import Sampling
from algosmith.engine.text.templates import render
from algosmith.errors import ModelError
from algosmith.wire import Message

pytestmark = pytest.mark.model

HIDDEN = 576
SMALL = EngineSettings(context_tokens=512, parallel=2, threads=1, prefix_cache_mb=16)


def write_adapter(
    path: Path,
    *,
    arch: str = "llama",
    kind: str = "adapter",
    width: int = HIDDEN,
    size: float = 3.0,
) -> Path:
    """A LoRA on the first layers' output projections, strong enough to change any answer."""
    writer = gguf.GGUFWriter(path, arch)
    writer.add_type(kind)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 16.0)
    chance = np.random.default_rng(0)
    for layer in range(4):
        name = f"blk.{layer}.attn_output.weight"
        writer.add_tensor(f"{name}.lora_a", chance.normal(0, size, (8, width)).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", chance.normal(0, size, (width, 8)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def load(*adapters: Adapter) -> Backend:
    settings = Settings(adapters=adapters, engine=SMALL)
    return llamacpp.load(catalogue.resolve("smollm2-135m"), settings, lambda text, share: None)


def answer(backend: Backend, id_: int, adapter: str | None) -> str:
    prompt = render("chatml", (Message("user", "Say hello."),))
    backend.add(Group(id_, prompt, 1, 1, Sampling(0.0), 8, adapter))
    data, done = b"", False
    while not done:
        for event in backend.step():
            data += event.data
            done = done or event.finish is not None
    return data.decode("utf-8", "replace")


def test_each_request_gets_the_adapter_it_named(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    write_adapter(tmp_path / "one" / "lora.gguf")
    write_adapter(tmp_path / "two.gguf", size=5.0)
    backend = load(
        Adapter("one", str(tmp_path / "one")), Adapter("two", str(tmp_path / "two.gguf"))
    )
    assert backend.info.adapters == ("one", "two")
    texts: dict[str | None, str] = {}
    for id_, name in enumerate((None, "one", "two", None, "one"), 1):
        text = answer(backend, id_, name)
        assert texts.setdefault(name, text) == text  # the same adapter, the same greedy answer
    assert len(set(texts.values())) == 3
    backend.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"arch": "qwen2"}, "it is for qwen2, the model is llama"),
        ({"kind": "model"}, "no LoRA adapter"),
        ({"width": 64}, "could not load|adapter"),
    ],
)
def test_bad_adapters_are_refused(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    path = write_adapter(tmp_path / "bad.gguf", **options)
    with pytest.raises(ModelError, match=words):
        load(Adapter("bad", str(path)))


@pytest.mark.parametrize("content", [b"\x80\x04pickle", b"GGUF", b""])
def test_files_that_are_no_adapter_are_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.gguf").write_bytes(content)
    with pytest.raises(ModelError, match="adapter bad"):
        load(Adapter("bad", str(tmp_path)))


def test_safetensors_adapters_say_how_to_convert(tmp_path: Path) -> None:
    (tmp_path / "adapter_model.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match="convert_lora_to_gguf"):
        load(Adapter("bad", str(tmp_path)))
