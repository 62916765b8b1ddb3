"""Keys of several people: who is let in, until when, and what a damaged list says."""

import json
import re
import time
from pathlib import Path

import pytest

from algosmith import cli
from algosmith.errors import ConfigError
from algosmith.web.people import ME, KeyRefused, OneKey, People, history_file


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path / "config" / "people.json")


def test_each_person_has_a_key_and_only_its_hash_is_kept(people: People) -> None:
    ada, bob = people.add("ada", None), people.add("bob", 1)
    assert (people.owner(ada), people.owner(bob)) == ("ada", "bob")
    assert ada not in people.file.read_text()
    assert people.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["", "x", "é\udcff", "a" * 100_000])
def test_another_key_opens_nothing(people: People, key: str) -> None:
    people.add("ada", None)
    with pytest.raises(KeyRefused, match="ask whoever runs"):
        people.owner(key)


def test_a_key_ends_on_its_day_and_says_so(people: People) -> None:
    key = people.add("ada", 1e-9)
    time.sleep(0.01)
    with pytest.raises(KeyRefused, match=r"ended on \d{4}-\d\d-\d\d"):
        people.owner(key)
    assert not people.knows("ada")


def test_a_new_key_ends_the_old_one_and_a_removed_person_is_out_at_once(people: People) -> None:
    old = people.add("ada", None)
    new = people.add("ada", None)
    serving = People(people.file)
    assert serving.owner(new) == "ada"
    with pytest.raises(KeyRefused):
        serving.owner(old)
    people.remove("ada")
    with pytest.raises(KeyRefused):
        serving.owner(new)
    with pytest.raises(ConfigError, match="nobody is called 'ada'"):
        people.remove("ada")


@pytest.mark.parametrize("name", ["", "../x", "Ada", "a/b", ".a", "a" * 41, ME, "é", "a b"])
def test_a_name_that_could_be_no_folder_is_refused(people: People, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be a name"):
        people.add(name, None)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '[{"name": "../../x", "digest": "0", "until": null}]', '[{"name": "a"}]',
     '[{"name": "a", "digest": "0", "until": "soon"}]', "7", '[{"name": 7}]', "[" * 5000],
)  # fmt: skip
def test_a_damaged_list_lets_nobody_in_and_says_what_to_do(people: People, text: str) -> None:
    people.add("ada", None)
    people.file.write_text(text)
    with pytest.raises(ConfigError, match="damaged") as caught:
        people.all()
    assert str(people.file) in str(caught.value)
    assert not people.knows("ada")


def test_a_list_that_others_can_read_is_refused(people: People) -> None:
    people.add("ada", None)
    people.file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        people.all()


@pytest.mark.parametrize("text", ["", "short\n", "\nsecond line is no key", "sécret" * 9])
def test_a_key_file_without_a_good_key_says_how_to_make_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    with pytest.raises(ConfigError, match="urandom"):
        People(tmp_path / "people.json", file)
    with pytest.raises(ConfigError, match="can't be read"):
        People(tmp_path / "people.json", tmp_path / "absent")


def test_a_key_file_is_one_more_person(people: People, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef\n")
    both = People(people.file, file)
    ada = people.add("ada", None)
    assert (both.owner("0123456789abcdef"), both.owner(ada)) == (ME, "ada")
    assert [row["name"] for row in json.loads(people.file.read_text())] == ["ada"]


def test_one_key_is_compared_whatever_is_sent() -> None:
    keys = OneKey("k" * 20)
    assert keys.owner("k" * 20) == ME
    for wrong in ("", "k" * 19, "é", "\udcff"):
        with pytest.raises(KeyRefused):
            keys.owner(wrong)
    assert re.fullmatch("[a-z]+", ME)


def test_a_name_given_to_another_person_is_said_to_bring_the_old_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    assert cli.run(["people", "add", "ada"]) == 0
    assert "before" not in capsys.readouterr().out
    kept = history_file("ada")
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert cli.run(["people", "remove", "ada"]) == 0
    assert f"delete {kept.parent}" in capsys.readouterr().out
    assert cli.run(["people", "add", "ada"]) == 0
    assert "sees what ada asked before" in capsys.readouterr().out
