"""The plan of one measurement: what the cage runs, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.complexity.driver import LARGEST
from algosmith.complexity.instrument import instrument
from algosmith.inputs.sized import families_of
from algosmith.inputs.sizes import sizes_of
from algosmith.inputs.spec import parameters_spec

if TYPE_CHECKING:
    from algosmith.inputs.kinds import Parameter, Signature

_SEED = 20
_WORK_PER_SECOND = 2_400_000
"""Units of work for each second of budget; a work limit gives the same bits on every machine."""
_MOST_FAMILIES = 40
_FINAL_ERRORS = ("ImportError", "ModuleNotFoundError", "importing")


def plan_of(
    source: str, signature: Signature, *, seconds: float, generator: str | None = None
) -> dict[str, Any]:
    """What ``driver.run`` reads.

    Raises:
        Unreadable: ``source`` does not parse, or is nested too deep.
    """
    return {
        **frame_of(signature, seconds),
        "sources": {mode: instrument(source, mode) for mode in ("steps", "lines", "depth")},
        "final_errors": list(_FINAL_ERRORS),
        "generator": generator,
    }


def frame_of(signature: Signature, seconds: float) -> dict[str, Any]:
    """What a plan says for any language."""
    work = int(_WORK_PER_SECOND * seconds)
    readings = [signature.parameters, *signature.alternatives]
    return {
        "entry": signature.entry,
        "seed": _SEED,
        "seconds": 2.0 * seconds + 2.0,
        "readings": [_reading(parameters) for parameters in readings],
        "limits": {
            "probe": work // 48,
            "search": work // 8,
            "ladder": work // 3,
            "alone": work // 12,
            "space": work // 7,
        },
        "largest": LARGEST,
        "no_space": "",
        "final_errors": [],
    }


def _reading(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    specs = parameters_spec(parameters)["params"]
    for parameter, made in zip(parameters, specs, strict=True):
        made["keyword"] = parameter.keyword
    return {
        "parameters": specs,
        "families": list(families_of(parameters))[:_MOST_FAMILIES],
        "sizes": [[s.parameter, s.axis, s.expression] for s in sizes_of(parameters)],
        "value_only": all(p.kind.base in ("int", "float", "bool") for p in parameters),
    }
