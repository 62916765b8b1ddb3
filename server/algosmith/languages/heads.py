"""The head of a function as a Python one, and its inputs within what the language's types hold."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs.kinds import Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from algosmith.inputs.kinds import Kind, Parameter

_OWN = re.compile(r"\b([A-Za-z_]\w*)\[")


def written(parameters: Iterable[tuple[str, str]], nodes: Mapping[str, tuple[str, ...]]) -> str:
    """The head of (name, annotation) pairs, below the classes of lists and trees that it names."""
    shown: list[str] = []
    for number, (label, kind) in enumerate(parameters):
        name = label.lstrip("_")
        name = name if name.isidentifier() and name != "head" else f"value{number}"
        name = f"{name}_" if keyword.iskeyword(name) else name
        shown.append(f"{name}: {kind}" if kind else name)
    lines: list[str] = []
    for name, fields in nodes.items():
        if any(re.search(rf"\b{name}\b", one) for one in shown):
            lines += [f"class {name}:", "    def __init__(self, x=0):"]
            lines += [f"        self.{field} = x" for field in fields]
    return "\n".join([*lines, f"def head({', '.join(shown)}):", "    pass", ""])


def as_plain(kind: str, structs: Iterable[str], enums: Iterable[str] = ()) -> str:
    """The annotation with structs as tuples, and enums as their values' names."""

    def plain(match: re.Match[str]) -> str:
        if match[1] in enums:
            return "Literal["
        return "tuple[" if match[1] in structs else match[0]

    return _OWN.sub(plain, kind)


def bounded(entry: str, made: Signature, bound: Callable[[int, Kind], Kind]) -> Signature:
    """The signature of an entry, each parameter's kind within what ``bound`` makes of it."""

    def within(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        return tuple(
            replace(one, kind=bound(number, one.kind)) for number, one in enumerate(parameters)
        )

    return Signature(
        entry,
        within(made.parameters),
        made.sizes,
        made.reason,
        made.examples,
        made.all_examples_sorted,
        tuple(map(within, made.alternatives)),
    )


def with_parts(kind: Kind, *parts: Kind) -> Kind:
    """The kind with other kinds of its parts."""
    return replace(kind, parts=parts)
