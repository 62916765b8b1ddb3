"""Which model a name means: the catalogue's, "auto", what lies on the disk."""

from pathlib import Path

import pytest

from algosmith import catalogue, paths
from algosmith.config import EngineSettings, Settings
from algosmith.errors import ModelError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def gguf(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF and more")
    return path


def test_names_resolve_to_what_lies_below_the_models_folder() -> None:
    small = gguf(paths.models_dir() / "smollm2-135m" / "a.gguf")
    folder = paths.models_dir() / "vibe"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"x" * 10)
    (paths.models_dir() / ".fetch-half").mkdir()
    (paths.models_dir() / "empty").mkdir()
    assert catalogue.resolve("smollm2-135m") == small
    assert catalogue.resolve("demo") == small, "its old name"
    assert catalogue.resolve("vibe") == folder
    found = [(m.name, m.bytes) for m in catalogue.installed()]
    assert found == [("smollm2-135m", 13), ("vibe", 10)]


def test_a_model_fetched_by_an_older_version_is_found() -> None:
    old = gguf(paths.models_dir() / "demo" / "a.gguf")
    assert catalogue.resolve("smollm2-135m") == catalogue.resolve("demo") == old


def test_a_models_place_on_a_hub_is_its_name() -> None:
    file = gguf(paths.models_dir() / "org--name--q4.gguf" / "q4.gguf")
    assert catalogue.resolve("org/name:q4.gguf") == file


@pytest.mark.parametrize(
    ("there", "meant"),
    [
        ([], "qwen2.5-coder-1.5b"),
        (["smollm2-135m"], "smollm2-135m"),
        (["smollm2-135m", "qwen2.5-coder-0.5b"], "qwen2.5-coder-0.5b"),
        (["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"], "qwen2.5-coder-1.5b"),
        (["mine", "vibethinker-3b", "demo"], "smollm2-135m"),
        (["mine"], "mine"),
    ],
)
def test_auto_is_the_best_model_that_is_there(there: list[str], meant: str) -> None:
    for name in there:
        gguf(paths.models_dir() / name / "a.gguf")
    assert catalogue.name_of("auto") == meant
    assert Settings().model_name == meant
    assert Settings(adapter="dp").model_name == "dp"
    server = Settings(model="theirs", engine=EngineSettings(url="http://box"))
    assert server.model_name == "theirs"


def test_a_catalogue_name_is_no_folder_beside_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = gguf(tmp_path / "demo" / "a.gguf")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="models get smollm2-135m"):
        catalogue.resolve("demo")
    assert catalogue.resolve("./demo") == file


@pytest.mark.parametrize(("gib", "taken"), [(3, "qwen2.5-coder-0.5b"), (4, "qwen2.5-coder-1.5b")])
def test_where_memory_is_short_the_smaller_model_is_recommended(gib: int, taken: str) -> None:
    assert catalogue.recommended(gib << 30).name == taken


def test_every_model_says_what_it_needs_and_where_it_comes_from() -> None:
    for entry in catalogue.entries():
        assert entry.good_for
        assert entry.licence_url.startswith("https://")
        assert entry.memory_gib * 2**30 > entry.bytes
        assert entry.parts or entry.hub
        if entry.parts:
            assert sum(part.bytes for part in entry.parts) == entry.bytes
            assert {len(part.wheel_sha256) for part in entry.parts} == {64}
            assert len(entry.sha256) == 64


def test_paths_resolve_to_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = gguf(tmp_path / "x" / "m.gguf")
    assert catalogue.resolve(str(file)) == file
    assert catalogue.resolve(str(file.parent)) == file
    monkeypatch.chdir(tmp_path)
    assert catalogue.resolve("x/m.gguf") == file


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("auto", "no model yet: run `algosmith models get qwen2.5-coder-1.5b`"),
        ("demo", "smollm2-135m is not on this machine: run `algosmith models get smollm2-135m`"),
        ("nothing-like-it", "algosmith models list"),
        ("/no/such/folder", "no such file or folder"),
        ("{tmp}/empty", "pickle"),
        ("{tmp}/pickle.bin", "not a GGUF file"),
        ("{tmp}/fake.gguf", "not its contents"),
    ],
)
def test_refusals_say_what_to_do(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pickle.bin").write_bytes(b"\x80\x04")
    (tmp_path / "fake.gguf").write_bytes(b"\x80\x04 no magic")
    with pytest.raises(ModelError, match=words):
        catalogue.resolve(name.format(tmp=tmp_path))


@pytest.mark.parametrize(
    ("name", "below_models", "wanted"),
    [
        ("smollm2-135m", "smollm2-135m/any.gguf", True),
        ("demo", "smollm2-135m/any.gguf", True),
        ("org/coder:q4.gguf", "org--coder--q4.gguf/q4.gguf", True),
        ("org/coder", "org--coder", True),  # a folder of safetensors
        ("smollm2-135m", "qwen2.5-coder-0.5b/any.gguf", False),
        ("/home/me/model.gguf", "../../../../../../../../../home/me/model.gguf", False),
    ],
)
def test_where_a_deleted_model_lay_is_known_by_its_name(
    name: str, below_models: str, wanted: bool
) -> None:
    assert catalogue.could_lie_at(name, paths.models_dir() / below_models) is wanted
    assert catalogue.could_lie_at("/home/me/model.gguf", Path("/home/me/model.gguf"))
    assert not catalogue.could_lie_at(name, Path())
