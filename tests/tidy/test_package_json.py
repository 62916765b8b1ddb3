"""The VS Code settings are those of config.py, in both languages, and reach no further."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import algosmith
from algosmith import config

FOLDER = Path(__file__).parents[2] / "editor-client" / "vscode"


def _generator() -> ModuleType:
    file = FOLDER / "scripts" / "generate_settings.py"
    spec = importlib.util.spec_from_file_location("generate_settings", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _package() -> dict[str, Any]:
    return json.loads((FOLDER / "package.json").read_text("utf-8"))


def _properties() -> dict[str, Any]:
    sections = _package()["contributes"]["configuration"]
    return {key: value for section in sections for key, value in section["properties"].items()}


@pytest.mark.parametrize("file", ["package.json", "package.nls.json"])
def test_the_generated_settings_are_current(file: str) -> None:
    assert _generator().rendered()[file] == (FOLDER / file).read_text("utf-8"), (
        "run .venv/bin/python editor-client/vscode/scripts/generate_settings.py"
    )


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, _, _, text in _generator().walk(config.Settings) if not text] == []


def test_defaults_are_accepted_by_the_server() -> None:
    nested: dict[str, Any] = {}
    for key, value in _properties().items():
        if key.split(".")[1] not in ("server", "trace"):
            place = nested
            *groups, last = key.split(".")[1:]
            for group in groups:
                place = place.setdefault(group, {})
            place[last] = value["default"]
    settings, problems = config.parse(nested)
    assert problems == ()
    assert settings == config.parse({"insert": "preview"})[0]


def test_a_workspace_can_name_no_program_path_or_server() -> None:
    sharp = re.compile(r"command|package|url|file|path|python|folder|model$|adapters$", re.I)
    loose = {key for key, value in _properties().items() if value["scope"] != "machine"}
    assert {key for key in loose if sharp.search(key)} == set()


def test_both_languages_have_the_same_texts() -> None:
    english = json.loads((FOLDER / "package.nls.json").read_text("utf-8"))
    chinese = json.loads((FOLDER / "package.nls.zh-cn.json").read_text("utf-8"))
    used = set(re.findall(r'"%([\w.]+)%"', (FOLDER / "package.json").read_text("utf-8")))
    assert used == set(english)
    assert set(english) == set(chinese)
    assert {key for key, text in chinese.items() if not re.search(r"[一-鿿]", text)} <= {
        "displayName"
    }


def test_the_lockfile_names_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    resolved = {name: entry.get("resolved") for name, entry in lock["packages"].items()}
    assert {name: url for name, url in resolved.items() if url} == {}


def test_client_citation_and_server_have_one_version() -> None:
    root = FOLDER.parents[1]
    citation = (root / "CITATION.cff").read_text("utf-8")
    assert _package()["version"] == algosmith.__version__
    assert f"\nversion: {algosmith.__version__}\n" in citation
