"""What a stop, a kill or a full disk leaves behind."""

import json
from pathlib import Path

import pytest

from algosmith.errors import ConfigError
from algosmith.tuning import checkpoints, plotting
from algosmith.tuning.checkpoints import Losses


def write(folder: Path, step: int, state: str | None = None) -> None:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "adapter_model.safetensors").write_bytes(b"x")
    text = json.dumps({"global_step": step}) if state is None else state
    if text:
        (path / "trainer_state.json").write_text(text)


def test_half_written_checkpoints_are_thrown_away(tmp_path: Path) -> None:
    write(tmp_path, 5)
    write(tmp_path, 10)
    write(tmp_path, 15, "")
    write(tmp_path, 20, '{"global_step": ')
    found = checkpoints.latest(tmp_path)
    assert found is not None
    assert found.step == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-5"]


def test_the_best_is_the_one_with_the_least_validation_loss(tmp_path: Path) -> None:
    for step in (5, 10, 15):
        write(tmp_path, step)
    measured = [Losses(5, validation=2.0), Losses(10, validation=1.0), Losses(15, training=0.1),
                Losses(15, validation=float("nan")), Losses(20, validation=0.5)]  # fmt: skip
    best = checkpoints.best(checkpoints.whole(tmp_path), measured)
    assert best is not None
    assert best.step == 10
    assert checkpoints.best([], measured) is None


def test_another_unfinished_training_of_the_name_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    assert checkpoints.begin(folder, "one", fresh=False) is False
    write(folder, 5)
    assert checkpoints.begin(folder, "one", fresh=False) is True
    with pytest.raises(ConfigError, match="other data or settings was not finished"):
        checkpoints.begin(folder, "two", fresh=False)
    assert checkpoints.begin(folder, "two", fresh=True) is False
    assert checkpoints.latest(folder) is None


def test_the_picture_shows_both_losses_and_the_kept_step() -> None:
    measured = [Losses(n, training=3.0 / n) for n in range(1, 11)]
    measured += [Losses(5, validation=1.5), Losses(10, validation=float("inf"))]
    svg = plotting.losses_svg(measured, 5, "a & b")
    assert svg.count("<polyline") == 2
    assert "a &amp; b" in svg
    assert "kept" in svg
    assert "inf" not in svg
    assert "<svg" in plotting.losses_svg([], None, "nothing")
