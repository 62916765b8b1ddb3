"""``algosmith adapters``: listed, added, chosen and removed; nothing of the user's is lost."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from algosmith import cli, config, paths
from algosmith.cli import doctor
from algosmith.config import Settings
from algosmith.errors import ConfigError
from algosmith.features import services as building
from algosmith.features.services import Services
from algosmith.features.store import Store
from algosmith.tuning import adapters, gate, tune
from algosmith.wire import ChatRequest, EngineStatus, ModelInfo, Reply
from tests.completers import WholeCompleter

pytest.importorskip("tomlkit")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))


def make(name: str, state: str = "promoted", why: str = "9 more right") -> Path:
    def fill(folder: Path) -> None:
        (folder / "adapter_model.safetensors").write_bytes(b"x")
        card = {"base": {"name": "m", "identity": ""}, "verdict": {"state": state, "why": why}}
        adapters.write_card(folder, card)

    return adapters.put(name, fill)


def test_they_are_listed_with_what_the_gate_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["adapters", "list"]) == 0
    assert "no adapter yet" in capsys.readouterr().out
    make("dp")
    make("hot", "refused", "worse on general problems")
    (make("odd") / "adapter.json").write_text("{")
    assert cli.run(["adapters", "list"]) == 0
    said = capsys.readouterr().out
    assert "dp                   promoted on m: 9 more right" in said
    assert "refused on m: worse on general problems" in said
    assert "odd" in said
    assert cli.run(["adapters", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["adapters"]) == 3


def test_using_one_keeps_the_rest_of_the_settings_file(capsys: pytest.CaptureFixture[str]) -> None:
    folder = make("dp")
    file = paths.config_file()
    file.parent.mkdir(parents=True)
    file.write_text('# mine\nmodel = "m"  # the best\n\n[engine]\nthreads = 2\n')
    assert cli.run(["adapters", "use", "dp"]) == 0
    settings, problems = config.load()
    assert not problems
    assert settings.adapter == "dp"
    assert [(one.name, one.folder) for one in settings.adapters] == [("dp", str(folder))]
    assert settings.engine.threads == 2
    assert file.read_text().startswith('# mine\nmodel = "m"  # the best\n')
    assert cli.run(["adapters", "use", "--none"]) == 0
    assert config.load()[0].adapter is None
    assert cli.run(["adapters", "use", "dp"]) == 0
    assert cli.run(["adapters", "remove", "dp"]) == 0
    assert config.load()[0] == replace(Settings(), model="m", engine=settings.engine)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["use", "hot"], "the gate refused hot: too hot; --anyway"),
        (["use", "none"], "there is no adapter 'none' (there: hot)"),
        (["use"], "name an adapter, or --none"),
        (["remove", "../hot"], "can't be an adapter's name"),
        (["scale", "hot", "9", "--as", "x"], "above 0, at most 4"),
        (["add", "/no/such", "--name", "x"], "no such file or folder"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(
    capsys: pytest.CaptureFixture[str], args: list[str], words: str
) -> None:
    make("hot", "refused", "too hot")
    assert cli.run(["adapters", *args]) == 1
    assert words in capsys.readouterr().err
    assert adapters.find("hot")


def test_a_broken_settings_file_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    make("dp")
    file = paths.config_file()
    file.parent.mkdir(parents=True)
    file.write_text("model = ")
    assert cli.run(["adapters", "use", "dp"]) == 1
    assert "mend it first" in capsys.readouterr().err
    assert file.read_text() == "model = "


def test_a_folder_with_a_pickle_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "adapter_model.bin").write_bytes(b"\x80\x04")
    assert cli.run(["adapters", "add", str(tmp_path), "--name", "x"]) == 1
    assert "adapter_model.bin is a pickle, which can run code" in capsys.readouterr().err
    assert not adapters.listed()


def test_what_fails_half_way_leaves_nothing() -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise OSError(28, "No space left on device")

    with pytest.raises(ConfigError, match="No space left"):
        adapters.put("x", fill)
    assert not list(paths.adapters_dir().iterdir())


@pytest.mark.parametrize(
    ("state", "words"),
    [("promoted", "ok      adapters  dp is used"), ("refused", "note    adapters")],
)
def test_the_doctor_says_what_the_gate_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: str, words: str
) -> None:
    monkeypatch.setattr("algosmith.engine.weights.check", _Served)
    monkeypatch.setattr("algosmith.catalogue.resolve", lambda name: Path(name))
    make("dp", state, "because")
    assert cli.run(["adapters", "use", "dp", "--anyway"]) == 0
    settings, _ = config.load()
    found = list(doctor._adapters(settings))
    assert [f"{one.mark:6}  {one.link:9} {one.text}".startswith(words) for one in found] == [True]


class Taught(WholeCompleter):
    """The adapter knows its own kind of problem; the base does not."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        asked = request.messages[-1].content
        number = asked.partition("def add_")[2].partition("(")[0]
        knows = request.model == "dp" or "known" in asked
        code = f"def add_{number}(x):\n    return x + {number if knows else 0}"
        return (Reply(f"```python\n{code}\n```", tokens=9),)

    async def status(self) -> EngineStatus:
        return EngineStatus("ready")

    async def models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def close(self) -> None: ...


def problems(file: Path, word: str, count: int) -> Path:
    rows = [
        {
            "id": f"{word}{number}",
            "file": f"def add_{number}(x):\n    # TODO: {word}\n",
            "tests": [f"assert add_{number}(1) == {number + 1}"],
        }
        for number in range(1, count + 1)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.mark.sandbox
def test_the_gate_asks_both_and_writes_its_verdict_on_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(settings: Settings, *, trusted: bool) -> Services:
        return Services(settings, Taught(settings), Store(), trusted)

    model = tmp_path / "m.gguf"
    monkeypatch.setattr(building, "build", build)
    monkeypatch.setattr(gate, "LEAST", 3)
    monkeypatch.setattr(tune, "_served", lambda settings: model)
    monkeypatch.setattr(tune.weights, "check", lambda path: _Served(path))
    folder = make("dp", "not gated")
    target = problems(tmp_path / "t.jsonl", "new", 4)
    general = problems(tmp_path / "g.jsonl", "known", 3)
    args = ["adapters", "compare", "dp", "--target", str(target), "--general", str(general)]
    assert cli.run([*args, "--budget", "1"]) == 0
    said = capsys.readouterr().out
    assert "dp: promoted: its own problems: chosen right 0 before, 4 after, of 4" in said
    card = adapters.card_fields(folder)
    assert card["verdict"]["state"] == "promoted"
    assert card["verdict"]["served"]["budget"] == 1
    assert card["base"]["name"] == "m"
    assert cli.run(["adapters", "use", "dp"]) == 0


class _Served:
    """What is known of the served model, as far as the gate's card needs it."""

    quantization, dtype, format = "Q4_K", "Q4_K", "gguf"

    def __init__(self, path: Path) -> None:
        self.path = path
