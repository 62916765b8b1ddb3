"""A run's file: nothing is lost by a stop, and nothing foreign is written to."""

import errno
import io
import os
from pathlib import Path

import pytest

from algosmith.errors import ConfigError
from algosmith.evaluation import runs
from algosmith.evaluation.rows import MarkedAnswer, Plain, Row

ROW = Row(
    "p", 3, (MarkedAnswer("return 1", True, "verified", True, None, 1.5, 1),), 0, 1.0, 1.5, 2.5, 9,
    Plain("return 2", False, 0.5, 4),
)  # fmt: skip


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "new" / "run.jsonl"
    with runs.open_run(file, {"model": "m"}) as run:
        run.add(ROW)
    assert runs.read(file).rows == {"p": ROW}
    assert runs.read(file).header == {"model": "m"}


@pytest.mark.parametrize("cut", [2, 20, 80])
def test_a_line_that_a_stop_cut_off_is_written_again(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "run.jsonl"
    with runs.open_run(file, {"model": "m"}) as run:
        run.add(ROW)
        run.add(Row("q", 0))
    file.write_bytes(file.read_bytes()[:-cut])
    with runs.open_run(file, {"model": "m"}) as run:
        assert run.rows == {"p": ROW}
        run.add(Row("q", 1))
    assert runs.read(file).rows == {"p": ROW, "q": Row("q", 1)}
    assert runs.read(file).lines_unread == 1


def test_two_evaluations_at_once_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    with (
        runs.open_run(file, {"model": "m"}),
        pytest.raises(ConfigError, match="another evaluation is writing"),
        runs.open_run(file, {"model": "m"}),
    ):
        pass
    with runs.open_run(file, {"model": "m"}) as run:
        assert run.rows == {}


def test_a_run_keeps_to_one_set_of_settings(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    with runs.open_run(file, {"model": "m", "candidates": 4}):
        pass
    before = file.read_bytes()
    with (
        pytest.raises(ConfigError, match=r"candidates 4, now None; name another file"),
        runs.open_run(file, {"model": "m"}),
    ):
        pass
    assert file.read_bytes() == before


@pytest.mark.parametrize("text", ["precious notes\n", "{}\n", '{"id": "p"}\n', "[1]\n", "\0\0"])
def test_a_file_that_is_no_run_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(text)
    with pytest.raises(ConfigError, match="is no run"), runs.open_run(file, {"model": "m"}):
        pass
    assert file.read_text() == text


class FullDisk(io.BytesIO):
    """A file that takes nothing more."""

    name = "run.jsonl"

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_in_a_sentence() -> None:
    run = runs.Run({}, out=FullDisk())
    with pytest.raises(ConfigError, match=r"run\.jsonl can't be written: No space left on device"):
        run.add(ROW)


def test_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be written"), runs.open_run(tmp_path, {}):
        pass
    inside = tmp_path / "file" / "run.jsonl"
    with pytest.raises(ConfigError, match="can't be written"), runs.open_run(inside, {}):
        pass
