"""What of a call can grow, and how people read it: ``len(nums)``, ``n``, ``V``, ``E``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.inputs.kinds import Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.kinds import Parameter

_TIED = frozenset({"length", "same", "permutation", "vertex", "vertices", "first", "last", "index"})


_GROWING = ("list", "str", "set", "dict", "bytes", "record")


def sizes_of(parameters: Sequence[Parameter]) -> tuple[Size, ...]:
    """The sizes that can be varied on their own, in the order of the parameters."""
    sizes: list[Size] = []
    for parameter in parameters:
        if parameter.role not in _TIED and "format" not in parameter.kind.traits:
            sizes.extend(_sizes_of(parameter))
    return tuple(sizes)


def _sizes_of(parameter: Parameter) -> list[Size]:
    kind, name = parameter.kind, parameter.name
    if kind.traits & {"edges", "graph"}:
        return [Size("V", "vertices", name), Size("E", "edges", name)]
    if kind.base in ("int", "float"):
        return [] if parameter.role == "value" else [Size(name, "value", name)]
    if kind.base == "list" and kind.part.base == "list" and "rows" not in kind.traits:
        if "square" in kind.traits or "triangle" in kind.traits:
            return [Size(f"len({name})", "rows", name)]
        return [Size(f"len({name})", "rows", name), Size(f"len({name}[0])", "columns", name)]
    if kind.base in ("list", "str", "set", "dict", "bytes", "linked", "tree"):
        return [Size(f"len({name})", "len", name)]
    if kind.base == "record" and any(part.base in _GROWING for part in kind.parts):
        return [Size(f"size of {name}", "len", name)]
    return []
