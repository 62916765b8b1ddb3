"""The decoder against transformers' ``generate()``, token for token in float32."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from algosmith.engine.backends.torch_decode.stepper import SequenceSampler, Stepper  # noqa: E402
from algosmith.engine.cards import Sampling  # noqa: E402
from tests.engine.torch_models import decoder_of, llama, qwen  # noqa: E402

pytestmark = pytest.mark.torch
MODELS = {"qwen": qwen, "llama": llama}
GREEDY = SequenceSampler(0, Sampling(0.0))


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    with torch.inference_mode():
        yield


def prompt(length: int, seed: int = 0) -> list[int]:
    return torch.randint(0, 256, (length,), generator=torch.Generator().manual_seed(seed)).tolist()


def reference(model, tokens: list[int], count: int) -> list[int]:
    """What generate() gives, without stopping early."""
    out = model.generate(
        torch.tensor([tokens]),
        attention_mask=torch.ones(1, len(tokens), dtype=torch.long),
        max_new_tokens=count,
        min_new_tokens=count,
        do_sample=False,
        eos_token_id=None,
        pad_token_id=0,
    )
    return out[0, len(tokens) :].tolist()


def ours(stepper: Stepper, tokens: list[int], count: int, pieces: int) -> list[int]:
    logits = torch.empty(0)
    for start in range(0, len(tokens), pieces):
        logits = stepper.prefill(tokens[start : start + pieces], 0, start, 0)
    (first,) = stepper.first_tokens(logits, len(tokens), [GREEDY])
    stepper.place_sequence(0, first, len(tokens), GREEDY)
    found = [first]
    while len(found) < count:
        steps = min(7, count - len(found))
        found += [row[0] for row in stepper.run(1, len(tokens) + len(found), steps)]
    return found


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("length", "pieces"), [(1, 9), (9, 9), (100, 33)])
def test_greedy_decoding_is_that_of_generate(name: str, length: int, pieces: int) -> None:
    model, shape = MODELS[name]()
    tokens = prompt(length)
    wanted = reference(model, tokens, 60)
    assert ours(Stepper(decoder_of(model, shape)), tokens, 60, pieces) == wanted
    assert len(set(wanted)) > 8, "a reference that only repeats itself proves nothing"


def test_unlike_requests_in_one_batch_are_what_they_are_alone() -> None:
    model, shape = qwen()
    stepper = Stepper(decoder_of(model, shape))
    prompts = [prompt(length, length) for length in (5, 90, 31)]
    found = []
    for slot, tokens in enumerate(prompts):
        logits = stepper.prefill(tokens, slot, 0, 0)
        (first,) = stepper.first_tokens(logits, len(tokens), [GREEDY])
        stepper.place_sequence(slot, first, len(tokens), GREEDY)
        found.append([first])
    for turn in range(30):
        (row,) = stepper.run(3, 90 + turn, 1)
        for slot in range(3):
            found[slot].append(row[slot])
    assert found == [reference(model, tokens, 31) for tokens in prompts]


def test_prefill_gives_the_logits_of_transformers() -> None:
    for make in MODELS.values():
        model, shape = make()
        tokens = prompt(40)
        wanted = model(torch.tensor([tokens])).logits[0, -1]
        found = decoder_of(model, shape).prefill(torch.tensor(tokens), 1, 0)[0]
        assert torch.allclose(found, wanted, atol=1e-4)
