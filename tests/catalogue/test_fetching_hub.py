"""Models from a Hugging Face hub, against an imitation on loopback."""

import json

import pytest

from tests.catalogue.conftest import Machine
from tests.catalogue.imitations import COMMIT, CONTENT, THINKER, Hub


def test_a_gguf_file_comes_through_the_hubs_redirect(machine: Machine, hub: Hub) -> None:
    status, out, err = machine.run("get", "org/toy-gguf")
    assert status == 0, err
    file = machine.models / "org--toy-gguf" / "toy-q4.gguf"
    assert file.read_bytes() == CONTENT
    assert str(file) in out
    assert "licence: mit, https://licences.example/mit" in err
    assert COMMIT in err
    record = json.loads((file.parent / "algosmith.json").read_text("utf-8"))
    assert record["revision"] == COMMIT


def test_of_a_safetensors_model_no_pickle_and_no_code_is_taken(machine: Machine, hub: Hub) -> None:
    status, _, err = machine.run("get", "thinker")
    assert status == 0, err
    folder = machine.models / "thinker"
    there = {path.name for path in folder.iterdir()}
    expected = {"config.json", "tokenizer.json", "merges.txt", "model.safetensors"}
    assert there == expected | {"algosmith.json"}
    assert all((folder / name).read_bytes() == THINKER[name] for name in expected)
    assert "1 pickle files are left out" in err
    assert "its base is for research only" in err
    assert not any(path.endswith((".bin", ".py")) for path, _ in hub.asked)


def test_a_catalogue_model_may_come_from_the_hub_too(machine: Machine, hub: Hub) -> None:
    assert machine.run("get", "toy", "--from", "hub")[0] == 0
    assert (machine.models / "toy" / "toy-q4.gguf").read_bytes() == CONTENT


def test_a_line_that_breaks_for_a_moment_goes_unnoticed(machine: Machine, hub: Hub) -> None:
    hub.cuts = 1
    assert machine.run("get", "org/toy-gguf")[0] == 0
    assert len(hub.ranges()) == 2
    assert (machine.models / "org--toy-gguf" / "toy-q4.gguf").read_bytes() == CONTENT


def test_the_next_command_goes_on_where_a_broken_one_ended(machine: Machine, hub: Hub) -> None:
    half = machine.models / ".fetch-org--toy-gguf" / "toy-q4.gguf.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(CONTENT[:5000])
    assert machine.run("get", "org/toy-gguf")[0] == 0
    assert hub.ranges() == ["bytes=5000-"]
    assert (machine.models / "org--toy-gguf" / "toy-q4.gguf").read_bytes() == CONTENT


@pytest.mark.slow
def test_a_line_that_stays_broken_leaves_what_was_fetched(machine: Machine, hub: Hub) -> None:
    large = CONTENT * 2400  # the library writes ten million bytes at a time
    hub.repositories["org/toy-gguf"] = {"toy-q4.gguf": large}
    hub.cuts = 1000
    assert "what was fetched is kept" in machine.refused("get", "org/toy-gguf")
    assert machine.visible() == []
    hub.cuts, before = 0, len(hub.ranges())
    assert machine.run("get", "org/toy-gguf")[0] == 0
    (bounds,) = hub.ranges()[before:]
    assert int(bounds.removeprefix("bytes=").rstrip("-")) >= 10_000_000
    assert (machine.models / "org--toy-gguf" / "toy-q4.gguf").read_bytes() == large


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("html", "answers with a page and not as a hub does: check HF_ENDPOINT and the proxy"),
        ("401", "set HF_TOKEN"),
        ("403", "set HF_TOKEN"),
        ("gated", "is given only to those who accept its terms"),
        ("404", "does not have org/toy-gguf, or is no hub: check the name and HF_ENDPOINT"),
        ("500", "answers with status 500: try again later"),
        ("wrong hash", "another size or hash"),
        ("hash less", "states no size or hash"),
    ],
)
def test_a_hub_that_fails_is_told_in_one_sentence(
    problem: str, words: str, machine: Machine, hub: Hub
) -> None:
    hub.problem = problem
    assert words in machine.refused("get", "org/toy-gguf")
    assert machine.visible() == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("org/nothing", "has no model org/nothing, or shows it to some users only"),
        ("org/toy-gguf@v9", "has no such revision"),
        ("org/toy-gguf:other.gguf", "no GGUF file other.gguf: it has toy-q4.gguf"),
        ("org/pickles", "pickle files, which can run code and are never taken"),
        ("org/many", "holds 2 GGUF files: name one of them"),
    ],
)
def test_a_wish_the_hub_cannot_meet_is_told_in_one_sentence(
    name: str, words: str, machine: Machine, hub: Hub
) -> None:
    hub.repositories["org/pickles"] = {"pytorch_model.bin": b"\x80", "config.json": b"{}"}
    hub.repositories["org/many"] = {"a-q4.gguf": b"GGUF", "a-q8.gguf": b"GGUF"}
    assert words in machine.refused("get", name)


def test_part_of_a_files_name_is_enough_where_it_is_the_only_one(
    machine: Machine, hub: Hub
) -> None:
    hub.repositories["org/many"] = {"a-Q4_K_M.gguf": b"GGUF4", "a-Q8_0.gguf": b"GGUF8"}
    assert machine.run("get", "org/many:q8_0")[0] == 0
    (file,) = machine.models.glob("org--many--*/*.gguf")
    assert file.read_bytes() == b"GGUF8"


def test_another_file_than_the_publishers_is_refused_before_the_download(
    machine: Machine, hub: Hub
) -> None:
    hub.repositories["org/toy-gguf"] = {"toy-q4.gguf": b"GGUF but not his"}
    assert "another toy-q4.gguf than the publisher's" in machine.refused(
        "get", "toy", "--from", "hub"
    )


def test_a_proxy_and_a_token_are_used(machine: Machine, hub: Hub) -> None:
    machine.environment |= {
        "HF_ENDPOINT": "http://hub.invalid",
        "HTTP_PROXY": hub.url,
        "HF_TOKEN": "hf_secret",
    }
    assert machine.run("get", "org/toy-gguf")[0] == 0
    assert "Bearer hf_secret" in hub.tokens


def test_a_hub_that_is_away_is_told_with_what_to_check(machine: Machine) -> None:
    sentence = machine.refused("get", "thinker")
    assert "can't be reached" in sentence
    assert "HTTPS_PROXY and HF_ENDPOINT" in sentence


def test_the_users_wish_to_stay_offline_is_kept(machine: Machine) -> None:
    machine.environment["HF_HUB_OFFLINE"] = "1"
    assert "HF_HUB_OFFLINE is set" in machine.refused("get", "thinker")
