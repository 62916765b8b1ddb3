"""Memory needed against memory free, in words, before anything is loaded."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from algosmith.engine.weights.report import WeightsReport
from algosmith.errors import ModelError

Quantization = Literal["none", "int8", "int4"]

_GIB = 1024**3
_WORKING_BYTES = 400 * 1024**2
"""The library itself and what a prefill needs for a while."""
_SHORTEST_CONTEXT = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """What a loaded model takes, in bytes."""

    weights: int
    cache: int
    """Keys and values of all sequences, and the kept prompt prefixes."""
    working: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.working


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is to be served."""

    context_tokens: int
    parallel: int
    prefix_cache_bytes: int
    quantization: Quantization = "none"
    value_bytes: int = 2
    """Of one number of weights (when not quantized) and cache: 2 for bf16, 4 for float32."""
    spare_slots: int = 0
    """Room for prompts that are being read, in sequences."""
    separate_head: bool = False
    """A tied output layer is held a second time, in an order of its own."""


def memory_needed(report: WeightsReport, plan: Plan) -> Memory:
    """What serving ``report`` by ``plan`` takes."""
    tokens = plan.context_tokens * (plan.parallel + plan.spare_slots)
    cache = tokens * report.kv_values_per_token * plan.value_bytes + plan.prefix_cache_bytes
    return Memory(_weight_bytes(report, plan), cache, _WORKING_BYTES)


def _weight_bytes(report: WeightsReport, plan: Plan) -> int:
    shape = report.shape
    if shape is None:
        return report.bytes
    # Embeddings are never quantized; the output layer is held in eight bits, or not quantized.
    embedding = shape.vocabulary * shape.hidden
    if plan.quantization == "none":
        again = embedding if shape.tied and plan.separate_head else 0
        return (report.parameters + again) * plan.value_bytes
    own_head = 0 if shape.tied else embedding * plan.value_bytes
    head = embedding if plan.separate_head else own_head
    linear = report.parameters - embedding * (1 if shape.tied else 2)
    per_value = 1.0 if plan.quantization == "int8" else 0.5 + 4 / 32
    return embedding * plan.value_bytes + head + int(linear * per_value)


def require_memory(report: WeightsReport, plan: Plan, free: int, where: str) -> Memory:
    """The memory needed, when it is there.

    Raises:
        ModelError: with the numbers, and the setting that would fit.
    """
    needed = memory_needed(report, plan)
    if needed.total <= free:
        return needed
    raise ModelError(
        f"{report.path.name} needs {_gib(needed.total)} on {where}: {_gib(needed.weights)} for the "
        f"weights, {_gib(needed.cache)} for {plan.parallel} sequences of {plan.context_tokens:,} "
        f"tokens, {_gib(needed.working)} to work with. {_gib(free)} are free; "
        f"{_advice(report, plan, free)}"
    )


def _advice(report: WeightsReport, plan: Plan, free: int) -> str:
    kinds: tuple[Quantization, ...] = ("none", "int8", "int4")
    kinds = kinds[kinds.index(plan.quantization) :] if report.shape is not None else ("none",)
    for quantization in kinds:
        for parallel in (plan.parallel, 1):
            context = plan.context_tokens
            while context >= _SHORTEST_CONTEXT:
                other = replace(
                    plan, context_tokens=context, parallel=parallel, quantization=quantization
                )
                if memory_needed(report, other).total <= free:
                    return "it would fit with " + _changes(plan, other)
                context //= 2
    return "no setting makes it fit: choose a smaller model, or a server elsewhere (engine.url)"


def _changes(plan: Plan, other: Plan) -> str:
    changes: list[str] = []
    if other.quantization != plan.quantization:
        changes.append(f'engine.quantization = "{other.quantization}"')
    if other.context_tokens != plan.context_tokens:
        changes.append(f"engine.context_tokens = {other.context_tokens}")
    if other.parallel != plan.parallel:
        changes.append(f"engine.parallel = {other.parallel}")
    return " and ".join(changes)


def _gib(count: int) -> str:
    return f"{count / _GIB:.1f} GiB" if count >= _GIB // 10 else f"{count / 1024**2:.0f} MiB"


def free_host_memory() -> int:
    """Bytes of main memory that can be had without swapping, control groups considered."""
    free = _available()
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        try:
            room = int(Path(limit).read_text("ascii")) - int(Path(used).read_text("ascii"))
        except (OSError, ValueError):
            continue
        free = min(free, max(0, room))
    return free


def _available() -> int:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    # Not Linux: what is free is not told without a library, so half of what is built in counts.
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (OSError, ValueError, AttributeError):
        return 1 << 62
