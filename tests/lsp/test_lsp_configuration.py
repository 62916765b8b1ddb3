"""Settings: where they come from, what is said about bad ones, and that changes take at once."""

from pathlib import Path
from typing import Any

import pytest

from algosmith.lsp.configuration import Configuration, pushed


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "config.toml"


@pytest.mark.parametrize(
    ("file", "initial", "client", "seed"),
    [
        ("", None, None, None),
        ("seed = 1", None, None, 1),
        ("seed = 1", {"seed": 2}, None, 2),
        ("seed = 1", {"seed": 2}, {"seed": 3}, 3),
        ("seed = 1", {"seed": 2}, {"seed": None}, 2),
        ("seed = 1", None, {"model": "x"}, 1),
        ("seed = 1", None, "nonsense", 1),
        ("seed = 1", [1], {}, 1),
    ],
)
def test_the_later_source_wins(
    own_home: Path, file: str, initial: Any, client: Any, seed: int | None
) -> None:
    own_home.write_text(file)
    configuration = Configuration()
    configuration.start(initial)
    configuration.update(client)
    assert configuration.settings.seed == seed


def test_an_earlier_client_setting_does_not_linger() -> None:
    configuration = Configuration()
    configuration.update({"insert": "preview"})
    assert configuration.settings.insert == "preview"
    configuration.update({})
    assert configuration.settings.insert == "best"


def test_a_problem_is_told_once_and_again_when_it_comes_back() -> None:
    configuration = Configuration()
    bad = {"engine": {"idleMinutes": "long"}, "colour": 1}
    first = configuration.update(bad)
    assert [problem.split(":")[0] for problem in first] == ["engine.idleMinutes", "colour"]
    assert configuration.settings.engine.idle_minutes == 10.0
    assert configuration.update(bad) == ()
    assert configuration.update({}) == ()
    assert configuration.update(bad) == first


def test_a_file_that_does_not_parse_is_named(own_home: Path) -> None:
    own_home.write_text("seed = ")
    (problem,) = Configuration().start(None)
    assert str(own_home) in problem


@pytest.mark.parametrize(
    ("carried", "taken"),
    [({"algosmith": {"seed": 1}}, {"seed": 1}), ({"other": 1}, None), (None, None), ([], None)],
)
def test_of_pushed_settings_our_section_is_taken(carried: Any, taken: Any) -> None:
    assert pushed(carried) == taken
