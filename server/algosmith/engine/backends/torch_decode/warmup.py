"""Before the first request: capture the steps, and choose what they are made of by measuring.

A captured step can be made of plain or of compiled operations. Which is faster depends on device
and torch, and compiling needs a C compiler that may not be there: so both are tried where there
are graphs, each must give the same numbers, and the faster stays.
"""

import contextlib
import importlib
import logging
import os
import time
from pathlib import Path
from typing import Any, cast

import torch

from algosmith import paths
from algosmith.engine.backends.base import LoadReport
from algosmith.engine.backends.torch_decode.model import layer_forward
from algosmith.engine.backends.torch_decode.place import apart
from algosmith.engine.backends.torch_decode.sampling import sample
from algosmith.engine.backends.torch_decode.stepper import PLAIN, Operations, Stepper

_TRIALS = 20
_log = logging.getLogger(__name__)


def warm_up(
    stepper: Stepper,
    report: LoadReport = lambda message, share: None,
    *,
    compile_layers: bool = True,
) -> None:
    """Makes the stepper ready; on a device without graphs there is nothing to do."""
    if not stepper.decoder.place.graphs:
        return
    if compile_layers:
        report("compiling for this device (slow the first time)", None)
        choose_operations(stepper)
    try:
        _capture_all(stepper, report)
    except Exception as error:
        if not stepper.is_compiled:
            raise
        _use_plain(stepper, error)
        _capture_all(stepper, report)
    if compile_layers:
        end_compilers()
    stepper.warm = True


def _capture_all(stepper: Stepper, report: LoadReport) -> None:
    sizes = {min(1 << power, stepper.slots) for power in range(stepper.slots.bit_length() + 1)}
    for done, count in enumerate(sorted(sizes)):
        report("warming up", done / len(sizes))
        for adapted in (False, True) if stepper.has_adapters else (False,):
            stepper.capture(count, adapted=adapted)


def end_compilers() -> None:
    """Ends torch's compiling processes: what is caged later must not reach uncaged helpers."""
    with contextlib.suppress(ImportError, AttributeError):
        module: Any = importlib.import_module("torch._inductor.async_compile")
        module.shutdown_compile_workers()


def choose_operations(stepper: Stepper) -> bool:
    """Tries compiled operations against plain ones; says whether they are used from now on."""
    plain = _seconds(stepper)
    wanted = _logits(stepper)
    try:
        use_compiled(stepper)
        # Compiled sums round otherwise: single numbers may differ, all together must not.
        wrong = apart(_logits(stepper), wanted)
        close = wrong < 0.05
        if not close:
            _log.warning("compiled operations are wrong by %.1f%%", 100 * wrong)
        compiled = _seconds(stepper) if close else float("inf")
    except Exception as error:  # noqa: BLE001 compilers fail in many ways; the plain step works
        _use_plain(stepper, error)
        return False
    _log.info("a step takes %.2f ms plain, %.2f ms compiled", plain * 1e3, compiled * 1e3)
    if compiled < plain:
        return True
    stepper.operations = PLAIN
    stepper.forget_captures()
    return False


def _use_plain(stepper: Stepper, error: Exception) -> None:
    _log.warning("compiling failed, the plain operations are used: %s", str(error)[:500])
    stepper.operations = PLAIN
    stepper.forget_captures()


def use_compiled(stepper: Stepper, **options: Any) -> None:
    """Makes steps of compiled operations from now on."""
    untyped = cast("Any", torch)
    config = untyped._dynamo.config  # noqa: SLF001 torch has no public name for it
    # One compilation for each size of batch, with and without adapters.
    config.recompile_limit = max(64, config.recompile_limit)
    # The usual place is a folder that anybody can make beforehand, with code of theirs in it.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(_private(paths.state_dir() / "compiled")))
    stepper.operations = Operations(
        untyped.compile(layer_forward, dynamic=False, **options),
        untyped.compile(sample, dynamic=False, **options),
    )
    stepper.forget_captures()


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


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
    forward = stepper.operations.forward
    return stepper.decoder.decode(token, position, 64, None, forward).float()
