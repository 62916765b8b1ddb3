"""How many sequences pay off together is measured, kept, and chosen by what is sooner right."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from algosmith.engine import curve as curve_module
from algosmith.engine.cores import Watch
from algosmith.engine.curve import Curve, believable, first_guess, measure, pays_off
from tests.engine.engine_in_process import engine, until
from tests.engine.scripted_backend import ScriptedBackend
from tests.engine.test_engine_app import ask


@pytest.mark.parametrize(
    ("rates", "wanted"),
    [
        ({1: 36.0, 2: 39.0, 4: 44.0, 8: 47.0}, 1),  # two cores, 1.5B: each costs as much as one
        ({1: 36.0, 2: 66.0, 4: 100.0, 8: 120.0}, 4),
        ({1: 100.0, 2: 200.0, 4: 400.0, 8: 800.0}, 8),  # a GPU: eight for the price of one
        ({1: 10.0}, 1),
    ],
)
def test_so_many_are_decoded_together_as_bring_a_right_answer_soonest(
    rates: Mapping[int, float], wanted: int
) -> None:
    assert pays_off(rates) == wanted


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ScriptedBackend:
    """A step takes as long for eight as for one, on whatever machine."""
    made = ScriptedBackend(lambda group, index: b"x" * 60, slots=8)
    monkeypatch.setattr(Watch, "disturbed", lambda watch: False)
    monkeypatch.setattr(curve_module.time, "perf_counter", lambda: made.steps * 0.01)
    return made


def test_the_curve_is_measured_until_more_brings_nothing(backend: ScriptedBackend) -> None:
    rates = measure(backend, lambda: False)
    assert list(rates) == [1, 2, 3, 4, 6, 8]  # a step takes as long for eight as for one
    assert rates[8] / rates[1] > 4
    assert backend.live == {}


def test_real_work_ends_the_measurement_at_once() -> None:
    backend = ScriptedBackend(lambda group, index: b"x" * 200, slots=8)
    assert measure(backend, lambda: backend.steps >= 5) == {}
    assert (backend.steps, backend.live) == (5, {})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"key": 3}', b'{"key": {"a": 1}}', b"\xff"]
)
def test_a_damaged_file_of_curves_is_measured_anew(tmp_path: Path, content: bytes) -> None:
    curve = Curve(tmp_path / "curves.json", "key")
    curve.file.write_bytes(content)
    assert curve.stored() == {}
    curve.store({1: 10.0, 2: 12.0})
    assert curve.stored() == {1: 10.0, 2: 12.0}
    assert Curve(curve.file, "another model").stored() == {}


def test_a_folder_that_can_not_be_written_costs_only_measuring_again(
    tmp_path: Path,
) -> None:
    Curve(tmp_path / "missing" / "curves.json", "key").store({1: 1.0})


async def test_an_idle_engine_measures_after_its_first_work_and_says_so(
    tmp_path: Path, backend: ScriptedBackend
) -> None:
    curve = Curve(tmp_path / "curves.json", "key")
    async with engine(backend, curve=curve) as running:
        client = running.client()
        assert first_guess(backend, {}) == 2
        await client.complete(ask(n=3))
        await until(curve.stored, 300)
        await until(lambda: running.scheduler.status().sequences == 8)
        await client.close()
    async with engine(ScriptedBackend(slots=8), curve=curve) as again:
        assert again.scheduler.status().sequences == 8


async def test_what_a_busy_moment_gave_is_neither_used_nor_kept(
    tmp_path: Path, backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    curve = Curve(tmp_path / "curves.json", "key")
    busy, looked = [True], list[bool]()
    monkeypatch.setattr(Watch, "disturbed", lambda watch: looked.append(True) or busy[0])
    async with engine(backend, curve=curve) as running:
        client = running.client()
        await client.complete(ask())
        await until(lambda: looked, 20)
        await client.complete(ask())
        assert (await client.status()).sequences == 2
        assert curve.stored() == {}
        busy[0] = False
        running.scheduler._measure_after = 0.0  # as after five minutes
        await client.complete(ask())
        await until(curve.stored, 20)
        await until(lambda: running.scheduler.status().sequences == 8)
        await client.close()


@pytest.mark.parametrize(
    ("rates", "wanted"),
    [({1: 36.0, 2: 39.0}, True), ({1: 100.0, 2: 200.0}, True), ({1: 9.0, 2: 39.0}, False)],
)
def test_two_are_not_more_than_twice_as_fast_as_one(
    rates: Mapping[int, float], wanted: bool
) -> None:
    assert believable(rates) is wanted
