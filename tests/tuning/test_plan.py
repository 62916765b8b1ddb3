"""Memory by part, and what is offered where it does not suffice."""

from dataclasses import replace
from pathlib import Path

import pytest

from algosmith.engine.weights import ModelShape, WeightsReport
from algosmith.errors import ConfigError
from algosmith.tuning import plan
from algosmith.tuning.plan import Room
from algosmith.tuning.settings import TuneSettings, checked

GIB = 1 << 30
SHAPE = ModelShape(  # Qwen2.5-1.5B
    "Qwen2ForCausalLM", 1536, 8960, 28, 12, 2, 128, 151_936, 32_768, 1e-6, 1e6, tied=True
)  # fmt: skip
BASE = WeightsReport(
    Path("base"), "safetensors", "Qwen2ForCausalLM", "chatml", 1_543_714_304, 3_087_428_608, "BF16",
    32_768, None, 14_336, reasoning=False, shape=SHAPE,
)  # fmt: skip
PLAIN = TuneSettings(precision="bfloat16")


def test_the_adapter_is_counted_exactly() -> None:
    wanted = 28 * (8 * (1536 + 1536) + 8 * (1536 + 256))
    assert plan.adapter_parameters(SHAPE, TuneSettings()) == wanted


def test_each_option_takes_less() -> None:
    room = Room("cuda", 80 * GIB, can_quantise=True)
    settings = replace(PLAIN, batch=4)
    whole = plan.needed(settings, BASE, room, 1024).total
    found = dict(plan.options(settings, BASE, room, 1024))
    assert {"--batch 1", "--checkpointing", "--precision 4bit"} <= found.keys()
    assert all(need.total < whole for need in found.values())


@pytest.mark.parametrize(
    ("room", "precision"),
    [
        (Room("cuda", 80 * GIB, can_quantise=True), "bfloat16"),
        (Room("cuda", 5 * GIB, can_quantise=True), "4bit"),
        (Room("cpu", 64 * GIB, can_quantise=True), "float32"),
        (Room("cpu", 7 * GIB, can_quantise=False), "bfloat16"),
    ],
)
def test_precision_is_what_fits(room: Room, precision: str) -> None:
    assert plan.resolved(TuneSettings(), BASE, room, 512).precision == precision


def test_too_little_memory_says_by_part_what_is_missing_and_what_fits() -> None:
    room = Room("cuda", 4 * GIB, can_quantise=True)
    with pytest.raises(ConfigError, match=r"weights 2.9 GiB.*this would fit: --precision 4bit"):
        plan.require_room(PLAIN, BASE, room, 512)
    with pytest.raises(ConfigError, match=r"nothing smaller would fit; 4 bits need"):
        plan.require_room(PLAIN, BASE, Room("cpu", GIB, can_quantise=False), 512)


@pytest.mark.parametrize(
    "changes", [{"dropout": 1.0}, {"targets": ("lm_head",)}, {"targets": ()}, {"steps": 0}]
)
def test_settings_that_make_no_sense_are_refused(changes: dict) -> None:
    with pytest.raises(ConfigError):
        checked(replace(TuneSettings(), **changes))
