"""What a GPU would be asked to do, without one: no look of the host, no copy, no mixed devices.

Tensors are fake (``fake_cuda``), and so is the recorder of graphs; the code that would run on a
GPU is all real: loading, prefill, captured steps, sampling, reading back, adapters.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("torch.nn.attention.varlen")

from torch._subclasses.fake_tensor import DataDependentOutputException  # noqa: E402

from algosmith.engine.backends.torch_decode import attention, warmup  # noqa: E402
from algosmith.engine.backends.torch_decode.cache import (  # noqa: E402
    PrefixCache,
    copy_slot,
    make_cache,
)
from algosmith.engine.backends.torch_decode.lora import AdapterTable  # noqa: E402
from algosmith.engine.backends.torch_decode.model import Decoder, layer_forward  # noqa: E402
from algosmith.engine.backends.torch_decode.place import Place  # noqa: E402
from algosmith.engine.backends.torch_decode.sampling import ALL, FEW  # noqa: E402
from algosmith.engine.backends.torch_decode.stepper import (  # noqa: E402
    PLAIN,
    Operations,
    SequenceSampler,
    StepKind,
    Stepper,
)
from algosmith.engine.cards import Sampling  # noqa: E402
from algosmith.engine.weights.expected import layer_linears  # noqa: E402
from tests.engine.fake_cuda import DEVICE, fake_cuda, recording, run  # noqa: E402
from tests.engine.torch_models import SHAPE as TINY  # noqa: E402

pytestmark = pytest.mark.torch
SHAPE = replace(TINY, hidden=128, head_dim=32, intermediate=256)
PLACE = Place(DEVICE, torch.bfloat16, block=8, chunk=2)
WARM = SequenceSampler(1, Sampling(0.6, 0.95))


def source(name: str) -> Any:
    """An empty tensor of the size the model has it in."""
    linears = {each: size for each, size, _ in layer_linears(SHAPE)}
    if "embed" in name:
        size: tuple[int, ...] = (SHAPE.vocabulary, SHAPE.hidden)
    elif "norm" in name:
        size = (SHAPE.hidden,)
    else:
        linear, _, kind = name.split(".", 3)[3].rpartition(".")
        size = tuple(linears[linear]) if kind == "weight" else (linears[linear][0],)
    return torch.empty(size, dtype=PLACE.dtype, device=DEVICE)


def adapters() -> AdapterTable:
    reports: Any = [
        SimpleNamespace(
            name=f"rank {rank}", rank=rank, scale=2.0, targets=("mlp.up_proj",), parts=parts
        )
        for rank in (2, 16)
        for parts in [
            {
                (layer, "mlp.up_proj", side): (rank, SHAPE.hidden)
                if side == "A"
                else (SHAPE.intermediate, rank)
                for layer in range(SHAPE.layers)
                for side in "AB"
            }
        ]
    ]
    return AdapterTable(
        SHAPE,
        tuple(reports),
        lambda report, size: torch.empty(size, dtype=PLACE.dtype, device=DEVICE),
    )


@contextlib.contextmanager
def stepper(
    monkeypatch: pytest.MonkeyPatch,
    quantization: Any = "none",
    exact: bool = True,
    table: bool = False,
) -> Iterator[Stepper]:
    # On a device this compares numbers; here there are none.
    monkeypatch.setattr(attention, "exact_kernel_works", lambda *about: exact)
    monkeypatch.setattr(
        "algosmith.engine.backends.torch_decode.linears.packed_int8_is_faster", lambda *about: True
    )
    with fake_cuda():
        cache = make_cache(SHAPE, 4, 256, PLACE)
        decoder = Decoder(SHAPE, source, PLACE, cache, quantization)
        found = adapters() if table else None
        if found is not None:
            for layer, added in zip(decoder.layers, found.layers, strict=True):
                layer.adapters = added
        yield Stepper(decoder, found)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("quantization", ["none", "int8", "int4"])
def test_a_decoding_step_has_no_sync_and_no_copy(
    monkeypatch: pytest.MonkeyPatch, quantization: str, exact: bool
) -> None:
    with stepper(monkeypatch, quantization, exact) as on_gpu:
        for kind in (
            StepKind(4, 256, 0, False),
            StepKind(2, 256, ALL, False),
            StepKind(2, 256, FEW, False, True),
        ):
            seen = run(lambda kind=kind: on_gpu._step(kind))
            assert not seen.copies
            assert len(seen.operations) > 100
        attention_by = "_varlen_attn" if exact else "scaled_dot_product"
        assert any(attention_by in name for name in seen.operations)


def test_a_step_with_adapters_has_no_sync_and_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    with stepper(monkeypatch, table=True) as on_gpu:
        plain = run(lambda: on_gpu._step(StepKind(4, 256, 0, False)))
        adapted = run(lambda: on_gpu._step(StepKind(4, 256, 0, True)))
        assert not adapted.copies
        assert len(adapted.operations) > len(plain.operations)


def test_the_detector_sees_looks_and_copies() -> None:
    with fake_cuda():
        numbers = torch.zeros(3, device=DEVICE)
        with pytest.raises(DataDependentOutputException):
            run(lambda: numbers.tolist())
        with pytest.raises(DataDependentOutputException):
            run(lambda: bool((numbers > 0).any()))

        def assign() -> None:
            numbers[1] = 5

        assert run(assign).copies
        assert run(lambda: torch.tensor([1, 2], device=DEVICE)).copies
        with pytest.raises(RuntimeError, match="found at least two devices"):
            run(lambda: numbers + torch.zeros(3))


def test_what_is_done_once_for_a_sequence_copies_only_its_tokens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with stepper(monkeypatch) as on_gpu:
        cache = on_gpu.decoder.cache
        kept = PrefixCache(cache, 1 << 30)

        def prefixes() -> None:
            kept.save(list(range(130)), 0, 4)
            assert kept.load(list(range(130)), 0, 4) == 128

        for function in (
            lambda: on_gpu.place_sequence(1, 5, 9, WARM),
            lambda: on_gpu.move(1, 0),
            lambda: copy_slot(cache, 4, 0, 100),
            prefixes,
        ):
            assert not run(function).copies
        # A whole prompt costs one copy, not one in each layer.
        assert len(run(lambda: on_gpu.prefill([1, 2, 3], 4, 60, 0)).copies) == 1


class FakeGraphs:
    """torch.cuda's names for streams, events and graphs; says what was done in which order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.fail = False
        stream = SimpleNamespace(wait_stream=lambda other: self.done.append("wait"))
        fakes = {
            "current_stream": lambda device: stream,
            "set_stream": lambda given: None,
            "Stream": lambda device: stream,
            "stream": lambda given: contextlib.nullcontext(),
            "CUDAGraph": lambda: SimpleNamespace(
                replay=lambda: self.done.append("replay"), pool=lambda: (0, 1)
            ),
            "graph": self._graph,
            "Event": lambda blocking: SimpleNamespace(
                record=lambda given: self.done.append("record"),
                synchronize=lambda: self.done.append("synchronize"),
            ),
        }
        for name, fake in fakes.items():
            monkeypatch.setattr(torch.cuda, name, fake)

    @contextlib.contextmanager
    def _graph(self, *about: object, capture_error_mode: str) -> Iterator[None]:
        assert capture_error_mode == "thread_local"
        self.done.append("capture")
        # A copy between host and device would spoil the recording, as a look of the host would.
        with recording() as seen:
            yield
        assert not seen.copies
        if self.fail:
            raise RuntimeError("operation not permitted when stream is capturing")


def test_steps_are_captured_once_for_each_kind_and_replayed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeGraphs(monkeypatch)
    with stepper(monkeypatch, table=True) as on_gpu:
        shares: list[float | None] = []
        warmup.warm_up(on_gpu, lambda message, share: shares.append(share), compile_layers=False)
        # Batches of 1, 2 and 4, each with and without adapters.
        assert fake.done.count("capture") == 6
        assert shares == [0.0, 1 / 3, 2 / 3]
        fake.done.clear()
        monkeypatch.setattr(
            "algosmith.engine.backends.torch_decode.stepper.read_back",
            lambda made, ahead: lambda: made.shape,
        )
        assert on_gpu.launch(3, 40, 2)() == (2, 3)
        assert fake.done == ["replay", "replay"]


def test_a_step_that_can_not_be_captured_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeGraphs(monkeypatch)
    fake.fail = True
    with stepper(monkeypatch) as on_gpu:
        warmup.warm_up(on_gpu, compile_layers=False)
        seen = run(on_gpu.capture(4))
        assert len(seen.operations) > 100
        assert "replay" not in fake.done


def test_a_compiled_step_that_fails_makes_way_for_the_plain_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FakeGraphs(monkeypatch)

    def no_compiler(*about: object) -> Any:
        raise RuntimeError("Failed to find C compiler")

    with stepper(monkeypatch) as on_gpu:
        monkeypatch.setattr(warmup, "choose_operations", lambda given: None)
        on_gpu.operations = Operations(no_compiler)
        warmup.warm_up(on_gpu)
        assert on_gpu.operations == PLAIN


def test_only_what_is_captured_before_the_first_request_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FakeGraphs(monkeypatch)
    used: list[str] = []

    def compiled(*about: Any) -> Any:
        used.append("compiled")
        return layer_forward(*about)

    with stepper(monkeypatch) as on_gpu:
        monkeypatch.setattr(warmup, "choose_operations", lambda given: None)
        on_gpu.operations = Operations(compiled)
        warmup.warm_up(on_gpu)
        assert used
        used.clear()
        on_gpu.place_sequence(0, 1, 9, SequenceSampler(1, Sampling(0.6, 0.5)))
        on_gpu._step_of(on_gpu._kind(1, 9))
        assert not used


def test_tokens_are_read_back_by_one_copy_into_pinned_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeGraphs(monkeypatch)
    from algosmith.engine.backends.torch_decode import graphs

    host = torch.arange(6).view(2, 3)
    asked: list[bool] = []

    def empty(shape: object, dtype: object, pin_memory: bool) -> Any:
        asked.append(pin_memory)
        return host.clone()

    monkeypatch.setattr(graphs.torch, "empty", empty)
    collect = graphs.read_back(host, ahead=True)
    assert fake.done == ["record"]
    assert collect() == [[0, 1, 2], [3, 4, 5]]
    assert fake.done == ["record", "synchronize"]
    assert asked == [True]
