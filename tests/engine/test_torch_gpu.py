"""On CUDA: captured steps against generate(), the exact attention kernel, compiled operations."""

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from algosmith.config import EngineSettings, Settings  # noqa: E402
from algosmith.engine.backends.base import Group, Piece  # noqa: E402
from algosmith.engine.backends.torch_decode import assemble, warmup  # noqa: E402
from algosmith.engine.backends.torch_decode.place import Place  # noqa: E402
from algosmith.engine.backends.torch_decode.stepper import SequenceSampler, Stepper  # noqa: E402
from algosmith.engine.cards import Sampling  # noqa: E402
from tests.engine.torch_models import decoder_of, llama, qwen, write_folder  # noqa: E402

pytestmark = [
    pytest.mark.torch,
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
GREEDY = SequenceSampler(0, Sampling(0.0))


def place(dtype) -> Place:
    return Place(torch.device("cuda:0"), dtype, block=8, chunk=2)


def generate(model, tokens: list[int], count: int) -> list[int]:
    ids = torch.tensor([tokens], device="cuda:0")
    out = model.to("cuda:0").generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=count,
        min_new_tokens=count,
        do_sample=False,
        eos_token_id=None,
        pad_token_id=0,
    )
    return out[0, len(tokens) :].tolist()


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("make", [qwen, llama])
def test_captured_steps_give_the_tokens_of_generate(make, compiled: bool) -> None:
    model, shape = make()
    prompts = [list(range(5, 5 + length)) for length in (9, 70, 33)]
    wanted = [generate(model, tokens, 49) for tokens in prompts]
    with torch.inference_mode():
        stepper = Stepper(decoder_of(model, shape, place=place(torch.float32)))
        if compiled:
            warmup.use_compiled(stepper)
            assert stepper.is_compiled
        found = []
        for slot, tokens in enumerate(prompts):
            logits = stepper.prefill(tokens, slot, 0, 0)
            (first,) = stepper.first_tokens(logits, len(tokens), [GREEDY])
            stepper.place_sequence(slot, first, len(tokens), GREEDY)
            found.append([first])
        for block in range(6):
            for row in stepper.run(3, 70 + 8 * block, 8):
                for slot in range(3):
                    found[slot].append(row[slot])
    assert found == wanted


@pytest.mark.parametrize("count", [1, 3, 4])
def test_the_exact_kernel_is_used_and_right(count: int) -> None:
    sizes = {"hidden_size": 256}
    model, shape = qwen(**sizes)
    shape = replace(shape, hidden=256, head_dim=64)
    with torch.inference_mode():
        ours = decoder_of(model, shape, place=place(torch.bfloat16))
        assert ours.exact
        tokens = torch.arange(5, 60, device="cuda:0")
        for slot in range(count):
            ours.prefill(tokens[: 20 + slot], slot, 0)
            ours.prefill(tokens[20 + slot : 40], slot, 20 + slot)
        rows = torch.arange(count, device="cuda:0")
        found = ours.decode(rows + 7, torch.full_like(rows, 40), 64).float()
        reference = model.to("cuda:0", torch.bfloat16)
        for row in range(count):
            ids = torch.cat((tokens[:40], (rows + 7)[row : row + 1]))[None]
            wanted = reference(ids).logits[0, -1].float()
            assert torch.nn.functional.cosine_similarity(found[row], wanted, dim=0) > 0.995


@pytest.mark.parametrize("quantization", ["none", "int8", "int4"])
def test_a_folder_answers_on_the_device(tmp_path: Path, quantization: str) -> None:
    sizes = {"hidden_size": 256, "intermediate_size": 512}
    folder = write_folder(tmp_path / "model", qwen(**sizes)[0])
    engine = EngineSettings(device="cuda:0", context_tokens=512, parallel=4)
    engine = replace(engine, quantization=quantization)
    backend = assemble.load(folder, Settings(engine=engine), lambda message, share: None)
    for number in (1, 2):
        piece = Piece("def f(x):\n" * 9 * number, trusted=False)
        backend.add(Group(number, (piece,), 2, 3, Sampling(0.8, 0.95), 30))
    finished = 0
    for _ in range(200):
        finished += sum(event.finish is not None for event in backend.step())
    assert finished == 4
    assert (backend.stats().memory_bytes or 0) > 1 << 20
    backend.close()
