"""Before the first request: capture the steps, and choose what they are made of by measuring.

A captured step can be made of plain or of compiled operations. Which is faster depends on device
and torch, and compiling needs a C compiler that may not be there: so both are tried where there
are graphs, each must give the same numbers, and the faster stays.
"""

import contextlib
import importlib
import logging
import time
from typing import Any, cast

import torch

from algosmith.engine.backends.torch_decode.model import layer_forward
from algosmith.engine.backends.torch_decode.sampling import sample
from algosmith.engine.backends.torch_decode.stepper import Stepper

_TRIALS = 20
_log = logging.getLogger(__name__)


def warm_up(stepper: Stepper, *, compile_layers: bool = True) -> None:
    """Makes the stepper ready; on a device without graphs there is nothing to do."""
    if not stepper.decoder.place.graphs:
        return
    if compile_layers:
        choose_operations(stepper)
    sizes = {min(1 << power, stepper.slots) for power in range(stepper.slots.bit_length() + 1)}
    for count in sorted(sizes):
        stepper.capture(count)
    if compile_layers:
        end_compilers()


def end_compilers() -> None:
    """Ends torch's compiling processes: what is caged later must not reach uncaged helpers."""
    with contextlib.suppress(ImportError, AttributeError):
        module: Any = importlib.import_module("torch._inductor.async_compile")
        module.shutdown_compile_workers()


def choose_operations(stepper: Stepper) -> bool:
    """Tries compiled operations against plain ones; says whether they are used from now on."""
    plain = _seconds(stepper)
    wanted = _logits(stepper)
    use_compiled(stepper)
    try:
        close = torch.allclose(_logits(stepper), wanted, atol=0.5, rtol=0.05)
        compiled = _seconds(stepper) if close else float("inf")
    except Exception as error:  # noqa: BLE001 compilers fail in many ways; the plain step works
        _log.warning("compiling failed, the plain operations are used: %s", str(error)[:500])
        compiled = float("inf")
    _log.info("a step takes %.2f ms plain, %.2f ms compiled", plain * 1e3, compiled * 1e3)
    if compiled < plain:
        return True
    stepper.decoder.compiled, stepper.sample = layer_forward, sample
    stepper.forget_captures()
    return False


def use_compiled(stepper: Stepper, **options: Any) -> None:
    """Makes steps of compiled operations from now on."""
    untyped = cast("Any", torch)
    config = untyped._dynamo.config  # noqa: SLF001 torch has no public name for it
    # One compilation for each size of batch, with and without adapters.
    config.recompile_limit = max(64, config.recompile_limit)
    stepper.decoder.compiled = untyped.compile(layer_forward, dynamic=False, **options)
    stepper.sample = untyped.compile(sample, dynamic=False, **options)
    stepper.forget_captures()


def _seconds(stepper: Stepper) -> float:
    """The time of one captured step for one sequence."""
    device = stepper.decoder.place.device
    step = stepper.capture(1)
    best = float("inf")
    for _ in range(3):
        torch.cuda.synchronize(device)
        start = time.perf_counter()
        for _ in range(_TRIALS):
            step()
        torch.cuda.synchronize(device)
        best = min(best, (time.perf_counter() - start) / _TRIALS)
    stepper.reset()
    return best


def _logits(stepper: Stepper) -> torch.Tensor:
    device = stepper.decoder.place.device
    token, position = torch.ones(2, 1, dtype=torch.int64, device=device)
    return stepper.decoder.decode(token, position, 64).float()
