"""Values as Java writes them, for people."""

from __future__ import annotations

import json
import math
from typing import Any

from algosmith.sandbox.types import Node


def spelled(value: Any) -> str:
    """``[1, 2]``, ``"ab"``, ``{a=1}``: lists and maps as Java prints them, texts in quotes."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case float() if not math.isfinite(value):
            return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
        case list() | tuple() | set() | frozenset():
            return "[" + ", ".join(map(spelled, value)) + "]"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values
        case dict():
            pairs = (f"{spelled(k)}={spelled(v)}" for k, v in value.items())  # pyright: ignore[reportUnknownVariableType]  # plain values
            return "{" + ", ".join(pairs) + "}"
        case Node():
            return spelled(list(value.items))
        case _:
            return repr(value)


def plain(value: Any) -> Any:
    """A value of ours as the language has it: there is nothing to change."""
    return value
