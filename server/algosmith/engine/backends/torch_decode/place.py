"""Where a model runs: device, number type, memory. Device facts come from torch alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from algosmith.engine import memory
from algosmith.engine.weights import free_host_memory
from algosmith.errors import ModelError


@dataclass(frozen=True, slots=True)
class Place:
    """A device and how numbers are kept on it."""

    device: torch.device
    dtype: torch.dtype
    packed: bool = False
    """Weights are kept in the CPU library's own order (bf16 only)."""
    block: int = 1
    """Steps whose tokens are handed on together."""
    chunk: int = 0
    """Steps launched together. Two chunks are under way at any time, so that the device never waits

    for the host; they are also what runs on after a cancel. 0: a whole block, and none ahead.
    """

    @property
    def graphs(self) -> bool:
        """Whether a step can be captured and replayed (CUDA, and ROCm under the same name)."""
        return self.device.type == "cuda"


def choose_place(wanted: str, quantization: str = "none") -> Place:
    """The place for the settings ``engine.device`` and ``engine.quantization``.

    Raises:
        ModelError: when the device is not there.
    """
    name = _best() if wanted == "auto" else wanted
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(
            f"engine.device = {wanted!r}: torch can't use it ({str(error).splitlines()[0][:160]}); "
            "set it to auto or cpu, or install the torch build for that device",
            detail=str(error),
        ) from error
    if device.type == "cpu":
        # The operations on quantized weights take bf16, which not every CPU can pack.
        quantized = quantization != "none"
        packed = can_pack() if quantized else packed_is_faster()
        return Place(device, torch.bfloat16 if packed or quantized else torch.float32, packed)
    # A look of the host costs a wait for all that was queued; on a CPU it costs nothing.
    if device.type != "cuda":
        return Place(device, torch.bfloat16, block=8)
    # Streams and graphs are made on the thread's current device, whatever the tensors say.
    torch.cuda.set_device(device)
    device = torch.device("cuda", torch.cuda.current_device())
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return Place(device, torch.bfloat16 if native else torch.float16, block=8, chunk=2)


def _best() -> str:
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def can_pack() -> bool:
    """Whether torch has packed bf16 weights for this CPU."""
    try:
        pack(torch.zeros(8, 8, dtype=torch.bfloat16))
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
    return True


def packed_is_faster() -> bool:
    """Measures, on this CPU, packed bf16 against float32 for one sequence and for eight."""
    weight = torch.randn(1536, 1024)
    try:
        packed = pack(weight.to(torch.bfloat16))
        plain = narrow = 0.0
        for rows in (1, 8):
            x = torch.randn(rows, 1024)
            y = x.to(torch.bfloat16)
            times = _quickest(
                lambda x=x: torch.nn.functional.linear(x, weight),
                lambda y=y: packed_linear(y, packed, None),
            )
            plain, narrow = plain + times[0], narrow + times[1]
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
    return narrow < plain


def _quickest(*functions: Callable[[], object]) -> list[float]:
    """The least time of each; they take turns, so that other work on the machine hits all."""
    best = [float("inf")] * len(functions)
    for _ in range(25):
        for number, function in enumerate(functions):
            start = time.perf_counter()
            function()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


def pack(weight: torch.Tensor) -> torch.Tensor:
    """A weight in the order the CPU library multiplies fastest in."""
    return torch.ops.mkldnn._reorder_linear_weight(weight, None)  # noqa: SLF001 torch has no public name for it


def packed_linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """A linear map with a weight from ``pack``."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")  # noqa: SLF001 as above


def apart(found: torch.Tensor, wanted: torch.Tensor) -> float:
    """How far numbers are from what they should be, as a share of the latter."""
    difference = (found.float() - wanted.float()).square().sum()
    return float((difference / wanted.float().square().sum()).sqrt())


def free_memory(device: torch.device) -> int:
    """Bytes that can be had on a device."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return free_host_memory()


def used_memory(device: torch.device) -> int | None:
    """Bytes torch holds on a device, where it tells."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    if device.type == "mps":
        return torch.mps.driver_allocated_memory()
    return memory.resident_bytes()


def out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that memory ran out, on whichever device."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return any(
        words in text for words in ("can't allocate memory", "out of memory", "status_alloc_failed")
    )


def device_failed(error: RuntimeError) -> bool:
    """Whether an error came from the device itself, after which nothing works in this process."""
    kind = getattr(torch, "AcceleratorError", None)
    return (kind is not None and isinstance(error, kind)) or "CUDA error" in str(error)
