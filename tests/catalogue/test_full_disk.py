"""A disk that is full, before and in the middle."""

import errno
import os
import shutil

import pytest

from algosmith import catalogue, paths
from algosmith.catalogue import fetching, records, staging
from algosmith.catalogue.order import Report
from algosmith.errors import ModelError
from tests.catalogue.conftest import Machine
from tests.catalogue.imitations import CONTENT, PART

QUIET = Report(lambda text: None, lambda text, share: None)


@pytest.fixture(autouse=True)
def small_catalogue(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "FILE", machine.folder / "catalogue.toml")
    catalogue.entries.cache_clear()
    for name, value in {**machine.environment, "ALGOSMITH_HOME": str(machine.home)}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def real_catalogue_afterwards() -> object:
    yield
    catalogue.entries.cache_clear()


def test_too_little_room_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = shutil.disk_usage(paths.data_dir().parent.parent)
    monkeypatch.setattr(staging.shutil, "disk_usage", lambda _: usage._replace(free=20 << 20))
    with pytest.raises(ModelError, match=r"not enough room for toy: 64 MiB are needed, 20 MiB"):
        fetching.get("toy", QUIET)


def test_a_disk_that_fills_up_keeps_what_was_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"the disk is full .* run `algosmith models get toy`"):
        fetching.get("toy", QUIET)
    kept = paths.models_dir() / ".fetch-toy" / "toy-q4.gguf.part"
    assert kept.stat().st_size >= 2 * PART
    assert catalogue.installed() == ()
    assert fetching.get("toy", QUIET).read_bytes() == CONTENT


def test_a_models_folder_that_cannot_be_made_is_named(machine: Machine) -> None:
    machine.home.mkdir()
    (machine.home / "data").write_text("a file", "utf-8")
    with pytest.raises(ModelError, match="mend this, then run `algosmith models get toy` again"):
        fetching.get("toy", QUIET)
