"""A model is sampled as its publisher says, where a request says nothing."""

import pytest

from algosmith.engine.cards import Sampling, card, published


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("qwen2.5-coder-1.5b-instruct-q4_k_m", Sampling(0.7, 0.8, 20, repetition_penalty=1.05)),
        ("Qwen2.5 Coder 1.5B Instruct", Sampling(0.7, 0.8, 20, repetition_penalty=1.05)),
        ("VibeThinker_1.5B", Sampling(1.0, 0.95)),
        ("DeepSeek-R1-Distill-Qwen-1.5B", Sampling(0.6, 0.95)),
        ("SmolLM2-135M-Instruct.Q4_1", Sampling(0.2, 0.9)),
        ("something else", Sampling(0.6, 0.95)),
    ],
)
def test_known_families_are_sampled_by_their_cards(name: str, wanted: Sampling) -> None:
    assert card(("model", name), None, reasoning=False) == wanted


def test_an_unknown_model_is_sampled_as_its_files_say() -> None:
    said = published({"temperature": 0.3, "top_k": 40, "do_sample": True, "max_new_tokens": 2048})
    assert said == Sampling(0.3, 0.95, 40)
    assert card(("unknown",), said, reasoning=False) == said


@pytest.mark.parametrize(
    "values",
    [{}, {"temperature": "hot"}, {"temperature": -1, "top_p": 7}, {"top_k": True}, {"top_p": None}],
)
def test_unusable_advice_is_no_advice(values: dict[str, object]) -> None:
    assert published(values) is None


def test_a_thinking_model_is_never_greedy_whatever_its_files_say() -> None:
    assert card(("unknown",), published({"temperature": 0}), reasoning=True).temperature > 0
