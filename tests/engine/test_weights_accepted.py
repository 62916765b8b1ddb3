"""What the check says of good folders, GGUF files and adapters, and the memory they need."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from algosmith import catalogue
from algosmith.engine.cards import Sampling
from algosmith.engine.weights import (
    Plan,
    WeightsReport,
    check,
    check_adapter,
    free_host_memory,
    memory_needed,
    require_memory,
)
from algosmith.engine.weights.expected import expected_tensors
from algosmith.errors import ModelError
from tests.engine import weights_folders as make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make.write_folder(tmp_path / "model")


def test_a_folder_is_reported(folder: Path) -> None:
    report = check(folder)
    assert (report.format, report.architecture, report.family) == (
        "safetensors",
        "Qwen2ForCausalLM",
        "chatml",
    )
    assert (
        report.parameters
        == sum(entry.stop - entry.start for entry in report.tensors) // 2
        == report.bytes // 2
    )
    assert (report.dtype, report.quantization, report.context_tokens) == ("BF16", None, 128)
    assert report.end_tokens == (3,)
    assert report.kv_values_per_token == 2 * 2 * 2 * 4


def test_shards_are_one_model(folder: Path) -> None:
    whole = check(folder)
    make.split_in_shards(folder)
    assert replace(check(folder), tensors=()) == replace(whole, tensors=())


def test_the_card_gives_sampling_and_end_tokens(folder: Path) -> None:
    (folder / "generation_config.json").write_text(
        json.dumps({"temperature": 1.0, "top_p": 0.95, "eos_token_id": [62, 60]})
    )
    report = check(folder)
    assert report.sampling == Sampling(1.0, 0.95)
    assert report.end_tokens == (62, 60, 3)


def test_a_pickle_beside_good_weights_is_not_read(folder: Path) -> None:
    (folder / "training_args.bin").write_bytes(b"\x80\x04.")
    assert any("training_args.bin" in note for note in check(folder).notes)


def test_an_unknown_key_is_named(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps(make.CONFIG | {"shiny": 1}))
    assert check(folder).notes == ("config.json: 'shiny' is ignored",)


def test_a_sliding_window_bounds_the_context(folder: Path) -> None:
    changes = {"use_sliding_window": True, "sliding_window": 64}
    (folder / "config.json").write_text(json.dumps(make.CONFIG | changes))
    assert check(folder).context_tokens == 64


def test_a_template_is_shown_and_says_that_the_model_thinks(folder: Path) -> None:
    template = "<|im_start|>assistant\n<think>\n{{ [].__class__ }}"
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    report = check(folder)
    assert report.reasoning
    assert report.chat_template == template


def test_a_link_inside_the_folder_is_fine(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "real.safetensors")
    (folder / "model.safetensors").symlink_to("real.safetensors")
    assert check(folder).bytes


def test_a_gguf_is_reported_alone_or_in_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(make.gguf())
    report = check(path)
    assert report == check(tmp_path)
    assert (report.format, report.architecture, report.family) == ("gguf", "llama", "chatml")
    assert (report.parameters, report.bytes, report.context_tokens) == (160, 640, 512)


def test_two_ggufs_ask_which(tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf"):
        (tmp_path / name).write_bytes(make.gguf())
    with pytest.raises(ModelError, match=r"a\.gguf, b\.gguf"):
        check(tmp_path)


@pytest.mark.model
def test_the_demo_model_is_accepted() -> None:
    report = check(catalogue.resolve("smollm2-135m").parent)
    assert (report.architecture, report.family) == ("llama", "chatml")
    assert report.parameters == 134_515_008
    assert report.context_tokens == 8192


def test_checking_imports_no_model_library() -> None:
    code = (
        "import sys, algosmith.engine.weights; "
        "sys.exit(any(m in sys.modules for m in ('torch', 'numpy', 'transformers', 'gguf')))"
    )
    server = Path(__file__).parents[2] / "server"
    subprocess.run([sys.executable, "-c", code], cwd=server, check=True)


def test_the_expected_tensors_are_those_of_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    config = {k: v for k, v in make.CONFIG.items() if k not in {"architectures", "model_type"}}
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**config))
    theirs = {name: tuple(value.shape) for name, value in model.named_parameters()}
    assert theirs == make.tensors_of()


def test_an_adapter_is_reported(folder: Path, tmp_path: Path) -> None:
    shape = check(folder).shape
    assert shape is not None
    report = check_adapter("mine", make.write_adapter(tmp_path / "a"), shape)
    assert (report.rank, report.scale, report.base) == (4, 2.0, "tiny-base")
    assert report.targets == ("mlp.down_proj", "self_attn.q_proj")
    assert dict(expected_tensors(shape))["model.norm.weight"] == (16,)


BAD_ADAPTERS = {
    "other type": ({"peft_type": "LOHA"}, "LOHA"),
    "dora": ({"use_dora": True}, "use_dora"),
    "saved modules": ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
    "biases": ({"bias": "all"}, "bias"),
    "rank of 2^60": ({"r": 2**60}, "rank"),
    "rank of another file": ({"r": 8}, "shape"),
    "alpha is a text": ({"lora_alpha": "8"}, "lora_alpha"),
    "code": ({"auto_mapping": {"parent_library": "evil"}}, "code"),
}


@pytest.mark.parametrize("name", BAD_ADAPTERS)
def test_a_bad_adapter_is_refused_by_name(name: str, folder: Path, tmp_path: Path) -> None:
    changes, said = BAD_ADAPTERS[name]
    shape = check(folder).shape
    assert shape is not None
    adapter = make.write_adapter(tmp_path / "a", **changes)
    with pytest.raises(ModelError, match="adapter 'mine'") as caught:
        check_adapter("mine", adapter, shape)
    assert said in str(caught.value)


def test_an_adapter_of_another_base_is_refused(folder: Path, tmp_path: Path) -> None:
    shape = check(folder).shape
    assert shape is not None
    adapter = make.write_adapter(tmp_path / "a")
    weights = adapter / "adapter_model.safetensors"
    for data, said in (
        (make.safetensors(make.adapter_tensors(4, layer=7), "F32"), "made for tiny-base"),
        (make.safetensors({"base_model.model.lm_head.lora_A.weight": (4, 16)}, "F32"), "lm_head"),
        (b"\x80\x04.aaaaaaaaaaaaaa", "pickle"),
        (make.safetensors(make.adapter_tensors(4), "F32")[:-3], "cut off"),
    ):
        weights.write_bytes(data)
        with pytest.raises(ModelError, match="adapter 'mine'") as caught:
            check_adapter("mine", adapter, shape)
        assert said in str(caught.value)
    weights.unlink()
    with pytest.raises(ModelError, match="missing"):
        check_adapter("mine", adapter, shape)


def vibethinker(folder: Path) -> WeightsReport:
    """The report of a folder as large as VibeThinker-1.5B."""
    report = check(folder)
    assert report.shape is not None
    shape = replace(
        report.shape, hidden=1536, intermediate=8960, layers=28, heads=12, kv_heads=2,
        head_dim=128, vocabulary=151_936, tied=True,
    )  # fmt: skip
    return replace(report, shape=shape, parameters=1_543_714_304, kv_values_per_token=14_336)


def test_memory_is_compared_in_words(folder: Path) -> None:
    report = vibethinker(folder)
    plan = Plan(context_tokens=8192, parallel=8, prefix_cache_bytes=256 << 20)
    needed = memory_needed(report, plan)
    assert needed.weights == 3_087_428_608
    assert needed.cache == 8 * 8192 * 28_672 + (256 << 20)
    assert require_memory(report, plan, 8 << 30, "cuda:0") == needed
    with pytest.raises(ModelError) as caught:
        require_memory(report, plan, 4 << 30, "cuda:0")
    text = str(caught.value)
    assert "5.3 GiB on cuda:0" in text
    assert "4.0 GiB are free" in text
    assert "engine.context_tokens = 2048" in text


@pytest.mark.parametrize(
    ("free", "advice"),
    [
        (3 << 30, 'engine.quantization = "int8"'),
        (2 << 30, 'engine.quantization = "int4"'),
        (1 << 30, "smaller model"),
    ],
)
def test_the_advice_is_what_fits(folder: Path, free: int, advice: str) -> None:
    plan = Plan(context_tokens=8192, parallel=8, prefix_cache_bytes=256 << 20)
    with pytest.raises(ModelError) as caught:
        require_memory(vibethinker(folder), plan, free, "cpu")
    assert advice in str(caught.value)


def test_free_memory_is_told() -> None:
    assert 1 << 20 < free_host_memory() < 1 << 62
