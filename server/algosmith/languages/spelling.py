"""Values as a language with braces writes them, for people."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, cast

from algosmith.sandbox.types import Node


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a language writes for what all have."""

    null: str
    nan: str
    infinity: str
    listed: str
    """Around the items of a list, and ``%s`` where they stand."""
    mapped: str
    """Around the pairs of a map."""
    pair: str
    """A key and its value."""

    def spelled(self, value: Any) -> str:
        """The value's text."""
        match value:
            case None:
                return self.null
            case bool():
                return "true" if value else "false"
            case str():
                return json.dumps(value, ensure_ascii=False)
            case float() if math.isnan(value):
                return self.nan
            case float() if math.isinf(value):
                return self.infinity if value > 0 else f"-{self.infinity}"
            case list() | tuple() | set() | frozenset():
                items = cast("list[Any]", value)
                return self.listed % ", ".join(map(self.spelled, items))
            case dict():
                pairs = cast("dict[Any, Any]", value).items()
                told = (self.pair % (self.spelled(k), self.spelled(v)) for k, v in pairs)
                return self.mapped % ", ".join(told)
            case Node():
                return self.spelled(list(value.items))
            case _:
                return repr(value)


def plain(value: Any) -> Any:
    """A value of ours as the language has it: there is nothing to change."""
    return value
