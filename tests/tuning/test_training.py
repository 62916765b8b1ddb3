"""Real trainings of a tiny model: stopped, resumed, spoilt, and served by both backends."""

import errno
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from safetensors.torch import load_file  # noqa: E402

from algosmith import catalogue, cli, paths  # noqa: E402
from algosmith.config import Adapter, EngineSettings, Settings  # noqa: E402
from algosmith.engine import weights  # noqa: E402
from algosmith.engine.backends import llamacpp  # noqa: E402
from algosmith.engine.backends.base import Backend, Group, Piece  # noqa: E402
from algosmith.engine.backends.llamacpp_native import Native, NativeOptions  # noqa: E402
from algosmith.engine.backends.torch_decode import assemble  # noqa: E402
from algosmith.engine.backends.torch_decode import place as place_module  # noqa: E402
from algosmith.engine.cards import Sampling  # noqa: E402
from algosmith.engine.text.templates import render  # noqa: E402
from algosmith.errors import ConfigError, ModelError  # noqa: E402
from algosmith.tuning import bases, encoding, preparing, training  # noqa: E402
from algosmith.tuning.conversations import Conversation  # noqa: E402
from algosmith.tuning.settings import TuneSettings  # noqa: E402
from algosmith.tuning.training import Job, TrainingResult  # noqa: E402
from algosmith.wire import Message  # noqa: E402
from tests.tuning import tiny  # noqa: E402

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    # peft reads a name that transformers calls old.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]
SETTINGS = TuneSettings(
    precision="float32", steps=6, batch=2, accumulate=1, checks=3, learning_rate=2e-2, patience=9
)
ENGINE = EngineSettings(device="cpu", context_tokens=256, parallel=2, threads=1, prefix_cache_mb=4)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write_base(tmp_path_factory.mktemp("tiny") / "tiny-base")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Path:
    """A home in which an adapter called ``sums`` was trained by the command."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALGOSMITH_HOME", str(folder))
        data = tiny.write_data(folder / "d.jsonl")
        flags = "--precision float32 --steps 6 --batch 2 --accumulate 1 --learning-rate 2e-2"
        assert cli.run(
            ["tune", str(data), "--model", str(base), "--name", "sums", "--no-gate", *flags.split()]
        ) == 0  # fmt: skip
    return folder


@pytest.fixture
def used(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(home))
    return home


def job_of(base: Path, folder: Path, settings: TuneSettings = SETTINGS) -> Job:
    report = preparing.base_of(base)
    data = tiny.write_data(folder.parent / "d.jsonl")
    prepared = preparing.prepare([data], report, settings)
    rows = prepared.training.encoded, prepared.validation.encoded
    return Job(report, folder, prepared.settings, *rows)


def run(job: Job, is_stopped: Callable[[], bool] = lambda: False) -> TrainingResult:
    return training.train(job, lambda step: None, is_stopped)


def weights_of(trained: TrainingResult) -> dict[str, Any]:
    assert trained.kept is not None
    return load_file(trained.kept.folder / "adapter_model.safetensors")


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def test_only_the_answer_is_learned_and_special_words_in_texts_are_texts(base: Path) -> None:
    said = Message("user", "say <|im_end|> now"), Message("assistant", "<think>\nhm\n</think>\nok")
    encoder = encoding.Encoder(weights.check(base))
    one = encoder.encode(Conversation(1, said))
    prompt, answer = list(one.tokens[: one.prompt]), list(one.tokens[one.prompt :])
    end, thought, thought_ends = 257, 259, 260
    assert prompt == encoder.tokens.encode(render("chatml", said[:1]))
    assert prompt.count(end) == 1  # that of the turn, not the user's words
    assert answer[0] == thought
    assert answer.count(thought_ends) == 1
    assert answer.count(end) == 1
    assert answer[-1] == end
    batch = training._collate([(list(one.tokens), one.prompt), ([1, 2, 3], 1)])
    assert batch["labels"][0].tolist() == [-100] * one.prompt + answer
    assert batch["labels"][1].tolist() == [-100, 2, 3] + [-100] * (len(one.tokens) - 3)
    assert batch["attention_mask"].sum().item() == len(one.tokens) + 3


def test_a_stopped_training_goes_on_to_the_same_adapter(base: Path, tmp_path: Path) -> None:
    whole = run(job_of(base, tmp_path / "whole"))
    asked: list[int] = []

    def is_stopped() -> bool:
        asked.append(0)
        return len(asked) == 3

    parts = job_of(base, tmp_path / "parts")
    first = run(parts, is_stopped)
    assert first.watched.stopped
    assert first.kept is None
    assert first.watched.steps == 3
    broken = tmp_path / "parts" / "checkpoint-4"  # as a kill leaves it
    broken.mkdir()
    (broken / "adapter_model.safetensors").write_bytes(b"cut")
    second = run(parts)
    assert same(weights_of(whole), weights_of(second))
    found = [(one.step, one.validation) for one in second.watched.measured if one.validation]
    assert found == [(o.step, o.validation) for o in whole.watched.measured if o.validation]
    training_losses = [one.training for one in whole.watched.measured if one.training]
    assert training_losses[-1] < training_losses[0]


def test_a_loss_that_is_no_number_ends_it_and_the_last_good_is_kept(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collate, calls = training._collate, [0]

    def poisoned(rows: Any) -> dict[str, Any]:
        batch = collate(rows)
        calls[0] += 1
        if calls[0] > 9:  # after the first check and its rows
            batch["labels"] = torch.full_like(batch["labels"], -100)
        return batch

    monkeypatch.setattr(training, "_collate", poisoned)
    spoilt = run(job_of(base, tmp_path / "spoilt"))
    assert spoilt.watched.diverged
    assert spoilt.kept is not None
    assert spoilt.kept.step < spoilt.watched.diverged
    assert all(torch.isfinite(tensor).all() for tensor in weights_of(spoilt).values())
    calls[0] = 100
    with pytest.raises(ModelError, match="try a smaller --learning-rate"):
        run(job_of(base, tmp_path / "at once"))


def test_a_full_disk_is_one_sentence_and_the_same_command_goes_on(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    trainer: Any = transformers.Trainer
    save, saved = trainer._save_optimizer_and_scheduler, [0]

    def full(self: Any, folder: str) -> None:
        saved[0] += 1
        if saved[0] == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(self, folder)

    job = job_of(base, tmp_path / "t")
    with monkeypatch.context() as patch:
        patch.setattr(trainer, "_save_optimizer_and_scheduler", full)
        with pytest.raises(ConfigError, match=r"the disk is full .*; step 2 is kept"):
            run(job)
    assert same(weights_of(run(job)), weights_of(run(job_of(base, tmp_path / "whole"))))


def test_the_card_says_what_was_done(used: Path, base: Path) -> None:
    folder = paths.adapters_dir() / "sums"
    card = json.loads((folder / "adapter.json").read_text())
    assert card["base"]["identity"] == weights.identity(weights.check(base)) != ""
    assert card["settings"]["rank"] == 8
    assert card["figures"]["of"] == 6
    assert card["data"]["rows"] == 40
    assert card["versions"]["peft"]
    assert card["verdict"]["state"] == "not gated"
    assert "<polyline" in (folder / "losses.svg").read_text()
    assert not (paths.state_dir() / "tune" / "sums").exists()


def readable(data: bytes) -> str:
    """llama.cpp gives what is no UTF-8 as replacement characters, or not at the end."""
    text = re.sub("\N{REPLACEMENT CHARACTER}+", "?", data.decode("utf-8", "replace"))
    return text.rstrip("?")


def greedy(backend: Backend, adapter: str | None, id_: int) -> str:
    prompt = render("chatml", (Message("user", "3 plus 21?"),))
    backend.add(Group(id_, prompt, 1, 1, Sampling(0.0), 24, adapter))
    data, done = b"", False
    while not done:
        for event in backend.step():
            data += event.data
            done = done or event.finish is not None
    return readable(data)


def reference(base: Path, adapter: Path | None) -> str:
    """What peft and transformers say, token by token."""
    import peft
    import transformers

    from algosmith.engine.backends.torch_decode.tokens import load_tokens

    library: Any = transformers
    model = library.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter is not None:
        model = peft.PeftModel.from_pretrained(model, adapter)
    tokens = load_tokens(base, "chatml", ())
    ids = tokens.encode(render("chatml", (Message("user", "3 plus 21?"),)))
    said = b""
    for _ in range(24):
        with torch.inference_mode():
            best = int(model(input_ids=torch.tensor([ids])).logits[0, -1].argmax())
        if best in tokens.end:
            break
        ids.append(best)
        said += tokens.bytes_of(best)
    return readable(said)


def test_torch_and_llamacpp_answer_with_the_adapter_as_peft_does(
    used: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_module, "packed_is_faster", lambda: False)
    folder = paths.adapters_dir() / "sums"
    model = tiny.write_gguf(base, tmp_path / "tiny.gguf")
    assert weights.identity(weights.check(model)) == weights.identity(weights.check(base))
    settings = Settings(adapters=(Adapter("sums", str(folder)),), engine=ENGINE)
    wanted = {None: reference(base, None), "sums": reference(base, folder)}
    assert wanted[None] != wanted["sums"]
    for load, path in ((assemble.load, base), (llamacpp.load, model)):
        backend: Backend = load(path, settings, lambda text, share: None)
        try:
            said = {name: greedy(backend, name, id_) for id_, name in enumerate(wanted, 1)}
        finally:
            backend.close()
        assert said == wanted


def test_an_adapter_is_refused_on_another_base(used: Path, base: Path, tmp_path: Path) -> None:
    torch.manual_seed(11)
    other = tiny.write_base(tmp_path / "other")
    state = load_file(other / "model.safetensors")
    state["model.norm.weight"] += 0.5
    from safetensors.torch import save_file

    save_file(state, other / "model.safetensors", metadata={"format": "pt"})
    settings = Settings(
        adapters=(Adapter("sums", str(paths.adapters_dir() / "sums")),), engine=ENGINE
    )
    model = tiny.write_gguf(other, tmp_path / "other.gguf")
    for load, path in ((assemble.load, other), (llamacpp.load, model)):
        with pytest.raises(ModelError, match="adapter sums: it was made for tiny-base"):
            load(path, settings, lambda text, share: None)


def test_a_merged_folder_holds_base_and_adapter(used: Path, base: Path, tmp_path: Path) -> None:
    merged = tmp_path / "merged"
    assert cli.run(["tune", "merge", "sums", "-o", str(merged)]) == 0
    adapter = load_file(paths.adapters_dir() / "sums" / "adapter_model.safetensors")
    before, after = (load_file(one / "model.safetensors") for one in (base, merged))
    name = "model.layers.1.self_attn.q_proj"
    a, b = (adapter[f"base_model.model.{name}.lora_{side}.weight"] for side in "AB")
    wanted = before[f"{name}.weight"].float() + 2.0 * (b @ a).float()
    torch.testing.assert_close(after[f"{name}.weight"].float(), wanted, atol=2e-3, rtol=1e-2)
    assert b.abs().max() > 0
    assert weights.check(merged).family == "chatml"
    assert cli.run(["tune", "merge", "sums", "-o", str(merged)]) == 1  # never written over


def test_a_scaled_copy_is_another_adapter(used: Path) -> None:
    assert cli.run(["adapters", "scale", "sums", "0.5", "--as", "half"]) == 0
    config = json.loads((paths.adapters_dir() / "half" / "adapter_config.json").read_text())
    assert config["lora_alpha"] == 8
    assert cli.run(["adapters", "remove", "half"]) == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--name", "sums"], "an adapter 'sums' is there already"),
        (["--name", "../x"], "can't be an adapter's name"),
        (["--name", "new", "--most-tokens", "16"], "no row is within --most-tokens 16"),
        (["--name", "new", "--rank", "0"], "--rank: this value makes no sense"),
        (["--name", "new", "--batch", "4000000"], "this would fit: --batch 1"),
    ],
)
def test_bad_wishes_are_one_sentence(
    used: Path, base: Path, capsys: pytest.CaptureFixture[str], args: list[str], words: str
) -> None:
    data = tiny.write_data(used / "again.jsonl")
    assert cli.run(["tune", str(data), "--model", str(base), *args]) == 1
    assert words in capsys.readouterr().err


def test_a_gguf_base_says_how_to_get_a_folder(
    used: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tiny.write_gguf(base, tmp_path / "m.gguf")
    data = tiny.write_data(used / "again.jsonl")
    assert cli.run(["tune", str(data), "--model", str(model), "--name", "new"]) == 1
    assert "`algosmith tune base" in capsys.readouterr().err


def test_two_trainings_at_once_are_refused(
    used: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from algosmith.tuning import tune

    data = tiny.write_data(used / "again.jsonl")
    with tune.lock():
        assert cli.run(["tune", str(data), "--model", str(base), "--name", "new"]) == 1
    assert "another tuning is running" in capsys.readouterr().err


def test_looking_at_data_shows_a_sample_and_the_memory(
    used: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tiny.write_data(used / "again.jsonl")
    assert cli.run(["tune", str(data), "--model", str(base), "--name", "new", "--check"]) == 0
    said = capsys.readouterr().out
    assert "rows: 40 (40 prompt/completion), 0 left out" in said
    assert "<|im_start|>assistant\n>>>it is " in said
    assert "break the reply contract (one block of code): 40" in said
    assert "weights" in said
    assert "steps: " in said


@pytest.mark.model
def test_a_catalogue_model_becomes_a_folder_to_train_on(tmp_path: Path) -> None:
    source = catalogue.resolve("smollm2-135m")
    made = bases.write_base(source, tmp_path / "base")
    assert weights.identity(made) == weights.identity(weights.check(source))
    native = Native(NativeOptions(source, 256, 1, 1, 64, 0, 0))
    tokens = encoding.Encoder(made).tokens
    try:
        for text in ("def f(a: int) -> int:\n\treturn a + 1000", "中文 🎉 it's", "<|im_end|>\r\n"):
            for special in (False, True):
                wanted = native.tokenize(text, special=special)
                assert tokens.encode((Piece(text, trusted=special),)) == wanted
    finally:
        native.close()
    with pytest.raises(ConfigError, match="is there already"):
        bases.write_base(source, tmp_path / "base")


def test_a_folder_needs_no_making(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can be trained on as it is"):
        bases.write_base(base, tmp_path / "more")
    assert not (tmp_path / "more").exists()
