"""Sampling, quantized maps, the prefix cache and memory: the parts of the decoder on their own."""

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

from algosmith.engine.backends.torch_decode import (  # noqa: E402
    attention,
    linears,
    penalties,
    sampling,
)
from algosmith.engine.backends.torch_decode.cache import BLOCK, PrefixCache, make_cache  # noqa: E402
from algosmith.engine.backends.torch_decode.place import can_pack, choose_place  # noqa: E402
from algosmith.engine.backends.torch_decode.tokens import Tokens  # noqa: E402
from algosmith.engine.cards import Sampling  # noqa: E402
from algosmith.errors import ModelError  # noqa: E402
from tests.engine.torch_models import CPU, SHAPE, decoder_of, qwen, tokenizer  # noqa: E402

pytestmark = pytest.mark.torch
ROWS = 20_000


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(11)


def draw(logits: list[float], how: Sampling, ordered: int) -> list[float]:
    """How often each token is drawn."""
    rows = torch.tensor([logits]).expand(ROWS, -1)
    tokens = sampling.sample(
        rows,
        torch.arange(ROWS) * 7 + 3,
        torch.full((ROWS,), 55),
        cut(how, ROWS),
        ordered=ordered,
    )
    return (torch.bincount(tokens, minlength=len(logits)) / ROWS).tolist()


def cut(how: Sampling, rows: int) -> sampling.Cut:
    return sampling.Cut(
        torch.full((rows,), how.temperature),
        torch.full((rows,), how.top_p),
        torch.full((rows,), how.top_k),
        torch.full((rows,), how.min_p),
    )


def chances_by_transformers(logits: list[float], how: Sampling) -> list[float]:
    """What ``generate`` would draw from: its own processors, in its own order."""
    steps = [transformers.TemperatureLogitsWarper(how.temperature)]
    steps += [transformers.TopKLogitsWarper(how.top_k)] if how.top_k else []
    steps += [transformers.TopPLogitsWarper(how.top_p)] if how.top_p < 1 else []
    steps += [transformers.MinPLogitsWarper(how.min_p)] if how.min_p else []
    scores = torch.tensor([logits])
    for step in steps:
        scores = step(torch.zeros(1, 0, dtype=torch.int64), scores)
    return scores.softmax(-1)[0].tolist()


@pytest.mark.parametrize(
    ("how", "fewest"),
    [
        (Sampling(0.7, 0.8, 20), sampling.FEW),  # the card of Qwen2.5-Coder
        (Sampling(1.0, 1.0, 3), sampling.FEW),
        (Sampling(1.0, 1.0, 1), sampling.FEW),
        (Sampling(1.3, 0.6, 4), sampling.FEW),
        (Sampling(1.0, 1.0, 5, min_p=0.2), sampling.FEW),
        (Sampling(1.0, 0.7, min_p=0.3), sampling.ALL),
        (Sampling(1.5, 1.0, min_p=0.05), sampling.ALL),
        (Sampling(1.0, 0.5), sampling.ALL),
        (Sampling(0.6, 0.95, 1000), sampling.ALL),
        (Sampling(1.0, 0.95), 0),
    ],
)
def test_what_is_cut_off_is_what_transformers_cuts(how: Sampling, fewest: int) -> None:
    logits = [0.1, 2.0, -1.0, 1.5, -4.0, 1.2, -0.5, 2.2, float("-inf")]
    assert sampling.ordered_tokens([how, Sampling(0.0, top_k=7)]) == fewest
    wanted = chances_by_transformers(logits, how)
    for ordered in {fewest, sampling.ALL}:
        for have, want in zip(draw(logits, how, ordered), wanted, strict=True):
            assert abs(have - want) < 4 * math.sqrt(0.25 / ROWS)
            assert want or not have


def test_tokens_as_likely_as_the_last_of_top_k_stay() -> None:
    how = Sampling(1.0, 1.0, 2)
    assert [chance > 0 for chance in draw([1.0, 2.0, 1.0, 0.0], how, sampling.FEW)] == [
        chance > 0 for chance in chances_by_transformers([1.0, 2.0, 1.0, 0.0], how)
    ]


def test_rows_with_few_and_with_all_tokens_are_put_in_order_alike() -> None:
    assert sampling.ordered_tokens([Sampling(1.0, 1.0, 3), Sampling(1.0, 0.5)]) == sampling.ALL
    assert sampling.ordered_tokens([Sampling(0.0, 0.1, 3, 0.5)]) == 0
    assert sampling.ordered_tokens([]) == 0


@pytest.mark.parametrize("factor", [1.0, 1.1, 1.5, 0.7])
@pytest.mark.parametrize(("presence", "frequency"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.3), (-1, 2)])
def test_penalties_are_those_of_transformers_and_of_openai(
    factor: float, presence: float, frequency: float
) -> None:
    """transformers has the repetition penalty only; OpenAI gives a formula for the others."""
    how = Sampling(
        0.0,
        repetition_penalty=factor,
        presence_penalty=presence,
        frequency_penalty=frequency,
    )
    logits = torch.tensor([[0.5, -2.0, 3.0, 0.0, 1.0, -0.5]])
    prompt, answer = [0, 1, 1, 5], [2, 2, 1]
    processor = transformers.RepetitionPenaltyLogitsProcessor(factor)
    wanted = processor(torch.tensor([prompt + answer]), logits)
    counts = torch.tensor([answer.count(token) for token in range(6)])
    wanted = wanted - presence * (counts > 0) - frequency * counts
    kept = penalties.Penalties(3, 6, torch.device("cpu"))
    kept.place(2, Sampling(0.0, repetition_penalty=1.9), [3, 4], [5])
    kept.place(2, how, prompt, answer[:1])
    kept.move(2, 0)
    kept.place(1, Sampling(0.0), [], [])
    for token in answer[1:]:
        kept.count(torch.tensor([token, token]))
    found = kept.apply(logits.expand(2, -1))
    if penalties.wanted(how):
        assert torch.allclose(found[0], wanted[0])
    assert torch.equal(found[1], logits[0]), "another sequence's penalties are its own"


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (1.0, 0.95), (0.6, 0.92)])
def test_tokens_come_as_often_as_the_nucleus_says(
    temperature: float, top_p: float, sort: bool
) -> None:
    logits = [0.1, 2.0, -1.0, 1.5, -4.0, 0.9, -0.5, -2.0]
    weights = [math.exp(value / temperature) for value in logits]
    chances = [weight / sum(weights) for weight in weights]
    kept, before = [0.0] * len(chances), 0.0
    for token in sorted(range(len(chances)), key=lambda t: -chances[t]):
        if before < top_p:
            kept[token] = chances[token]
        before += chances[token]
    wanted = [chance / sum(kept) for chance in kept]
    found = draw(logits, Sampling(temperature, top_p), sampling.ALL if sort else 0)
    for have, want in zip(found, wanted, strict=True):
        assert abs(have - want) < 4 * math.sqrt(0.25 / ROWS)
        assert want or not have


def test_a_small_nucleus_is_one_token() -> None:
    assert draw([0.0, 0.3, 0.1], Sampling(1.0, 0.05), sampling.ALL) == [0.0, 1.0, 0.0]
    assert draw([0.0, 0.3, 0.1], Sampling(1.0, 0.0), sampling.ALL) == [0.0, 1.0, 0.0]


def test_no_temperature_takes_the_likeliest_and_bad_numbers_are_told() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0], [float("nan"), 1.0, 0.0], [float("inf"), 0.0, 0.0]])
    zeros = torch.zeros(3)
    for ordered in (0, sampling.FEW):
        tokens = sampling.sample(
            logits, zeros.long(), zeros.long(), cut(Sampling(0.0, 0.95), 3), ordered=ordered
        )
        assert tokens.tolist() == [1, sampling.FAILED, sampling.FAILED]


def test_random_numbers_are_even_and_depend_on_seed_and_position_alone() -> None:
    seeds, positions = torch.arange(5000), torch.full((5000,), 9)
    numbers = sampling.uniform(seeds, positions, 8)
    assert 0 <= numbers.min() < 0.001
    assert 0.999 < numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.01
    assert torch.unique(numbers).numel() > 39_000
    assert torch.equal(numbers[17:19], sampling.uniform(seeds[17:19], positions[:2], 8))
    assert not torch.equal(numbers, sampling.uniform(seeds, positions + 1, 8))
    correlation = torch.corrcoef(torch.stack((numbers[:-1, 0], numbers[1:, 0])))[0, 1]
    assert abs(correlation) < 0.05


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_int8_is_its_dequantized_matrix(dtype) -> None:
    weight, x = torch.randn(96, 128).to(dtype), torch.randn(5, 128).to(dtype)
    bias = torch.randn(96).to(dtype)
    ours = linears.Int8(weight, bias)
    wide = ours.weight.float() * ours.scale.float()[:, None]
    assert (wide - weight.float()).abs().max() < weight.float().abs().max() / 80
    wanted = x.float() @ wide.T + bias.float()
    assert torch.allclose(ours(x).float(), wanted, atol=0.3 if dtype is torch.bfloat16 else 1e-3)


@pytest.mark.parametrize("inputs", [128, 96, 576])
def test_int4_is_its_dequantized_matrix(inputs: int) -> None:
    weight = torch.randn(64, inputs).to(torch.bfloat16)
    x = torch.randn(5, inputs).to(torch.bfloat16)
    ours = linears.Int4(weight, None)
    quantized, scales = linears._int4_groups(weight, ours.group)
    steps = scales.float().transpose(0, 1).repeat_interleave(ours.group, dim=1)
    wide = (quantized.float() - 8) * steps[..., 0] + steps[..., 1]
    assert ((wide - weight.float()).abs() <= steps[..., 0] * 0.6).all()
    error = (ours(x).float() - x.float() @ wide.T).abs().max()
    assert error < 0.02 * inputs**0.5


def test_int4_says_what_it_can_not_hold() -> None:
    with pytest.raises(ModelError, match="int8"):
        linears.Int4(torch.randn(64, 100).to(torch.bfloat16), None)


@pytest.mark.skipif(not can_pack(), reason="this CPU has no packed bf16")
def test_the_packed_map_is_the_plain_one() -> None:
    weight, x = torch.randn(96, 64).to(torch.bfloat16), torch.randn(3, 64).to(torch.bfloat16)
    bias = torch.randn(96).to(torch.bfloat16)
    packed = linears.PackedLinear(weight, bias)(x)
    assert torch.allclose(packed, linears.Dense(weight, bias)(x), atol=0.1)


def test_prefixes_share_blocks_and_the_oldest_leave_first() -> None:
    cache = make_cache(SHAPE, 2, 512, CPU)
    cache.copy_(torch.randn_like(cache))
    per_block = cache[:, :, 0, :BLOCK].numel() * 4
    kept = PrefixCache(cache, 4 * per_block)
    first, second = list(range(200)), list(range(128)) + [9] * 72
    kept.save(first, 0, 0)
    kept.save(second, 0, 0)
    assert kept.used_bytes == 4 * per_block
    assert kept.load(second, 0, 1) == 192
    assert torch.equal(cache[:, :, 1, :192], cache[:, :, 0, :192])
    assert kept.load(first, 0, 1) == 192
    assert kept.load(first[:128], 0, 1) == 64
    assert kept.load(first, 1, 1) == 0
    kept.save([5] * 64, 0, 0)
    assert kept.used_bytes == 4 * per_block
    assert kept.load(first, 0, 1) == 192
    assert kept.load(second, 0, 1) == 128


def test_attention_of_a_step_is_that_of_a_run() -> None:
    keys, values = torch.randn(2, 3, 128, 2, 16)
    query = torch.randn(3, 4, 16)
    positions = torch.tensor([0, 50, 127])
    plan = attention.plan_decode(positions, 128, 128, exact=False)
    found = attention.decode_attention(query, keys, values, plan)
    for row, position in enumerate(positions.tolist()):
        alone = attention.prefill_attention(
            query[row : row + 1],
            keys[row, : position + 1],
            values[row, : position + 1],
            position,
            None,
        )
        assert torch.allclose(found[row], alone[0], atol=1e-5)


def test_the_layer_compiles_whole_and_once() -> None:
    """What is compiled on CUDA has no graph break, and one compilation serves all layers."""
    from algosmith.engine.backends.torch_decode.model import layer_forward

    torch._dynamo.reset()
    calls: list[int] = []

    def count(graph, inputs: object) -> object:
        calls.append(1)
        return graph.forward

    decoder = decoder_of(*qwen())
    tokens, positions = torch.tensor([3, 4]), torch.tensor([2, 5])
    with torch.inference_mode():
        wanted = decoder.decode(tokens, positions, 64)
        compiled = torch.compile(layer_forward, backend=count, fullgraph=True, dynamic=False)
        for _ in range(3):
            found = decoder.decode(tokens, positions, 64, None, compiled)
            assert torch.allclose(found, wanted, atol=1e-5)
    assert len(calls) <= 2


def test_bytes_come_back_from_every_kind_of_vocabulary() -> None:
    raw = tokenizer()
    text = "加 🎉\t~"
    tokens = Tokens(raw, "chatml")
    assert b"".join(map(tokens.bytes_of, tokens.encode_trusted(text))) == text.encode()
    assert tokens.end == {257, 258}
    raw["pre_tokenizer"] = raw["decoder"] = None
    raw["model"]["vocab"] = {"▁a": 0, "<0x0A>": 1, "é": 2}
    words = Tokens(raw, "chatml", (2,))
    assert [words.bytes_of(token) for token in (0, 1, 2, 99)] == [b" a", b"\n", "é".encode(), b""]
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        Tokens({"model": {"type": "Evil"}}, "chatml")


def test_a_special_token_that_is_also_a_word_stays_characters() -> None:
    raw = tokenizer()
    raw["pre_tokenizer"] = None
    raw["model"] |= {"ignore_merges": True}
    raw["model"]["vocab"]["<|im_end|>"] = 257
    from algosmith.engine.backends.base import Piece

    tokens = Tokens(raw, "chatml").encode([Piece("<|im_end|>", trusted=False)])
    assert tokens == list(b"<|im_end|>")


def test_the_cpu_is_always_a_place() -> None:
    place = choose_place("cpu")
    assert (place.dtype is torch.bfloat16) == place.packed
    assert (place.graphs, place.block) == (False, 1)
    assert choose_place("cpu", "int8").dtype is torch.bfloat16
