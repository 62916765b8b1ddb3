"""Settings: good ones are taken, bad ones are named and replaced by the default."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algosmith import config
from algosmith.config import Adapter, Settings


def test_names_of_editors_and_of_the_file_are_the_same_settings() -> None:
    camel, problems = config.parse({"engine": {"idleMinutes": 3}, "promptTokens": 100})
    snake, more = config.parse({"engine": {"idle_minutes": 3.0}, "prompt_tokens": 100})
    assert camel == snake
    assert problems == more == ()
    assert camel.engine.idle_minutes == 3.0


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"nope": 1}, "nope: no such setting"),
        ({"engine": {"url": 7}}, "engine.url: expected str"),
        ({"engine": 7}, "engine: expected a table"),
        ({"candidates": "8"}, "candidates: expected int"),
        ({"candidates": True}, "candidates: expected int"),
        ({"candidates": -1}, "must not be negative"),
        ({"annotation": "loud"}, "is none of comment, docstring, none"),
        ({"keywords": "TODO"}, "keywords: expected a list"),
        ({"keywords": [1]}, "keywords: expected str"),
        ({"adapters": [{"name": "a"}]}, "adapters: expected {folder, name}"),
        ("a string", "settings: expected a table"),
    ],
)
def test_bad_values_are_named_and_the_default_stays(raw: object, named: str) -> None:
    settings, problems = config.parse(raw)
    assert len(problems) == 1
    assert named in problems[0]
    assert settings == Settings()


def test_later_settings_lie_over_earlier_ones() -> None:
    base, _ = config.parse({"model": "a", "engine": {"threads": 2}})
    settings, _ = config.parse({"engine": {"device": "cpu"}}, base)
    assert (settings.model, settings.engine.threads, settings.engine.device) == ("a", 2, "cpu")


def test_null_means_not_set() -> None:
    assert config.parse({"adapter": None, "engine": None, "verify": {"python": None}}) == (
        Settings(),
        (),
    )


def test_adapters() -> None:
    settings, problems = config.parse({"adapters": [{"name": "dp", "folder": "/x"}]})
    assert settings.adapters == (Adapter("dp", "/x"),)
    assert problems == ()


def test_a_broken_file_is_named_and_ignored(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert config.load(file) == (Settings(), ())
    file.write_text("model = ", "utf-8")
    settings, problems = config.load(file)
    assert settings == Settings()
    assert str(file) in problems[0]
    file.write_bytes(b"\xff\xfe")
    assert config.load(file)[1]
    file.write_text('model = "x"\nseed = "y"', "utf-8")
    settings, problems = config.load(file)
    assert settings.model == "x"
    assert "seed" in problems[0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_NAMES = st.sampled_from(["model", "engine", "adapters", "keywords", "seed", "thinking", "hover"])


@given(st.dictionaries(_NAMES, _JSON))
def test_no_json_breaks_it(raw: dict[str, object]) -> None:
    settings, _ = config.parse(raw)
    assert isinstance(settings, Settings)
