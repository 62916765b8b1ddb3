"""What a wheel holds: the package, its queries and the prompts."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    built = next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    return set(zipfile.ZipFile(built).namelist())


def test_prompts_travel_with_the_package(names: set[str]) -> None:
    for file in (ROOT / "prompts").rglob("*.md"):
        assert f"algosmith/_prompts/{file.relative_to(ROOT / 'prompts').as_posix()}" in names


def test_every_file_of_the_package_travels(names: set[str]) -> None:
    package = ROOT / "server" / "algosmith"
    for file in filter(Path.is_file, package.rglob("*")):
        if file.suffix in {".py", ".scm", ".json"} or "static" in file.parts:
            assert f"algosmith/{file.relative_to(package).as_posix()}" in names


def test_nothing_else_does(names: set[str]) -> None:
    assert all(name.startswith(("algosmith/", "algosmith-0.1.0.dist-info/")) for name in names)
