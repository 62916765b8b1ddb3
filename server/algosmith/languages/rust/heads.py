"""What a Rust function takes, from its types. The head is written down as a Python one."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages.rust.kinds import NODES, bounded, parameters_in, python_of, scope_of
from algosmith.languages.rust.tree import function_in, name_of, parameters_of, type_text
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from algosmith.languages.rust.kinds import Scope
    from algosmith.sandbox.types import Call

_OWN = re.compile(r"\b([A-Za-z_]\w*)\[")


def signature(source: str, entry: str, words: str, examples: Sequence[Call]) -> Signature:
    """What to call a function with; ``source`` has its language in its first line."""
    text = source.partition("\n")[2]
    function = function_in(text, entry)
    if function is None:
        return Signature(entry, (), reason=f"there is no function {entry!r} in the file")
    scope = scope_of(parse_text(text, "rust").root_node)
    scope = scope.with_parameters(parameters_in(function, text))
    made = infer(head_of(function, scope), "head", words, examples)
    types = [type_text(one) for one in parameters_of(function)]

    def within(parameters: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            replace(one, kind=bounded(one.kind, kind, scope))  # type: ignore[attr-defined, type-var]
            for one, kind in zip(parameters, types, strict=False)
        )

    return Signature(
        entry,
        within(made.parameters),  # type: ignore[arg-type]
        made.sizes,
        made.reason,
        made.examples,
        made.all_examples_sorted,
        tuple(within(one) for one in made.alternatives),  # type: ignore[misc]
    )


def head_of(function: tree_sitter.Node, scope: Scope) -> str:
    """The function's head as Python has it, with the classes of lists and trees that it names."""
    shown: list[str] = []
    for number, parameter in enumerate(parameters_of(function)):
        name = name_of(parameter).lstrip("_")
        name = name if name.isidentifier() and name != "head" else f"value{number}"
        name = f"{name}_" if keyword.iskeyword(name) else name
        kind = _as_plain(python_of(type_text(parameter), scope), scope)
        shown.append(f"{name}: {kind}" if kind else name)
    lines: list[str] = []
    for name, fields in NODES.items():
        if any(re.search(rf"\b{name}\b", one) for one in shown):
            lines += [f"class {name}:", "    def __init__(self, x=0):"]
            lines += [f"        self.{field} = x" for field in fields]
    return "\n".join([*lines, f"def head({', '.join(shown)}):", "    pass", ""])


def _as_plain(kind: str, scope: Scope) -> str:
    """The annotation with structs as tuples, and enums as their values' names."""

    def plain(match: re.Match[str]) -> str:
        if match[1] in scope.enums:
            return "Literal["
        return "tuple[" if match[1] in scope.structs else match[0]

    return _OWN.sub(plain, kind)
