"""CUDA graphs: a function's launches recorded once and replayed as one; ROCm has them by the same
names.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch

_log = logging.getLogger(__name__)


class Graphs:
    """Records functions that read and write tensors at fixed addresses.

    All graphs share one memory pool: none of them leaves anything in it, and they run in turn.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream: Any = None
        self._pool: Any = None

    def capture(
        self, function: Callable[[], None], changed: Sequence[torch.Tensor]
    ) -> Callable[[], None]:
        """A function that does what ``function`` does, in one launch.

        It is run before it is recorded; what it did to ``changed`` is undone.

        Raises:
            RuntimeError: it can't be recorded. The device goes on working.
        """
        kept = [tensor.clone() for tensor in changed]
        current = torch.cuda.current_stream(self._device)
        if self._stream is None:
            self._stream = torch.cuda.Stream(self._device)
        try:
            # Libraries make their workspaces for a stream at first use; that can't be recorded.
            self._stream.wait_stream(current)
            with torch.cuda.stream(self._stream):
                for _ in range(2):
                    function()
            current.wait_stream(self._stream)
            graph = torch.cuda.CUDAGraph()
            # Other threads' calls (a garbage collection, say) must not spoil the recording.
            with torch.cuda.graph(
                graph, self._pool, self._stream, capture_error_mode="thread_local"
            ):
                function()
        finally:
            # A recording that failed half way leaves its stream the current one.
            torch.cuda.set_stream(current)
            for tensor, value in zip(changed, kept, strict=True):
                tensor.copy_(value)
        self._pool = self._pool or graph.pool()
        return graph.replay

    def forget(self) -> None:
        """Starts a new pool; the graphs of the old one must not be replayed any more."""
        self._pool = None


def read_back(made: torch.Tensor, *, ahead: bool) -> Callable[[], Any]:
    """Begins to copy a tensor to the host; calling the result waits for it and gives lists.

    What is written to ``made`` later changes nothing. ``ahead`` is for CUDA: the wait is for this
    copy alone, not for what was launched behind it.
    """
    if not ahead:
        there = made.clone()
        return lambda: cast("Any", there).tolist()
    host = torch.empty(made.shape, dtype=made.dtype, pin_memory=True)
    host.copy_(made, non_blocking=True)
    # A wait that sleeps: a core that spins is taken from the user for as long as a model thinks.
    done = torch.cuda.Event(blocking=True)
    done.record(torch.cuda.current_stream(made.device))

    def collect() -> Any:
        done.synchronize()
        return cast("Any", host).tolist()

    return collect
