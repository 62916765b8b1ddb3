"""CUDA without a GPU: fake tensors that say they live on ``cuda:0``.

Nothing is computed. But shapes, number types and devices are those of a run, and two things show
that cost a GPU its time: a look of the host at the device's numbers raises, and a copy between host
and device is written down.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch._subclasses import FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

DEVICE = torch.device("cuda:0")


@dataclass
class Seen:
    """What was run."""

    operations: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    """Operations with tensors of both host and device; on a GPU the host waits in each."""


class _Record(TorchDispatchMode):
    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        self._seen.operations.append(str(func))
        tensors = [x for x in (*args, out) if isinstance(x, torch.Tensor)]
        if len({tensor.device.type for tensor in tensors}) > 1:
            self._seen.copies.append(str(func))
        return out


class _Unguarded(TorchFunctionMode):
    """The methods of a tensor that want a device guard, which a torch without CUDA lacks."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.Tensor.__getitem__:
            return _part(*args)
        if func is torch.Tensor.__setitem__:
            target, value = _part(*args[:2]), args[2]
            if isinstance(value, torch.Tensor):
                return torch.ops.aten.copy_.default(target, value)
            # Torch makes a tensor on the host of the number and copies that.
            self._seen.copies.append("setitem")
            return target.fill_(value)
        if func is torch.Tensor.copy_:
            return torch.ops.aten.copy_.default(*args)
        if func is torch.Tensor.contiguous:
            return (
                args[0]
                if args[0].is_contiguous()
                else args[0].clone(memory_format=torch.contiguous_format)
            )
        return func(*args, **(kwargs or {}))


def _part(x: torch.Tensor, index: Any) -> torch.Tensor:
    dim, indices = 0, []
    parts = index if isinstance(index, tuple) else (index,)
    for number, one in enumerate(parts):
        if one is None:
            x = x.unsqueeze(dim)
        elif one is Ellipsis:
            dim = x.dim() - sum(later is not None for later in parts[number + 1 :])
            continue
        elif isinstance(one, slice):
            x = torch.ops.aten.slice.Tensor(x, dim, one.start, one.stop, one.step or 1)
        elif isinstance(one, torch.Tensor):
            assert not dim, "only first dimensions are indexed by tensors here"
            indices.append(one)
            continue
        else:
            x = x.select(dim, one)
            continue
        dim += 1
    return torch.ops.aten.index.Tensor(x, indices) if indices else x


@contextlib.contextmanager
def fake_cuda() -> Iterator[None]:
    """Inside, tensors on ``DEVICE`` can be made and used."""
    with torch.inference_mode(), FakeTensorMode(), _Unguarded(Seen()):
        yield


@contextlib.contextmanager
def recording() -> Iterator[Seen]:
    """Writes down what is done within, inside ``fake_cuda``."""
    seen = Seen()
    with _Unguarded(seen), _Record(seen):
        yield seen


def run(function: Callable[[], object]) -> Seen:
    """Runs a function inside ``fake_cuda`` and tells what it did."""
    with recording() as seen:
        function()
    return seen
