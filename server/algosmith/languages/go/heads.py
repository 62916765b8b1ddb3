"""What a Go function takes, from its types. The head is written down as a Python one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages import heads
from algosmith.languages.go.kinds import (
    NODES,
    bounded,
    parameters_in,
    scope_of,
    taken_by,
)
from algosmith.languages.go.tree import function_in, is_variadic, parameters_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.kinds import Kind
    from algosmith.sandbox.types import Call


def signature(source: str, entry: str, words: str, examples: Sequence[Call]) -> Signature:
    """What to call a function with; ``source`` has its language in its first line."""
    text = source.partition("\n")[2]
    function = function_in(text, entry)
    if function is None:
        return Signature(entry, (), reason=f"there is no function {entry!r} in the file")
    scope = scope_of(parse_text(text, "go").root_node)
    scope = scope.with_parameters(parameters_in(function, text))
    given = parameters_of(function)
    shown = [heads.as_plain(one, scope.types) for one in taken_by(function, scope)]
    head = heads.written(zip((name for name, _ in given), shown, strict=True), NODES)

    def bound(number: int, kind: Kind) -> Kind:
        if number >= len(given):
            return kind
        inner = number == len(given) - 1 and is_variadic(function) and bool(kind.parts)
        node = given[number][1]
        if not inner:
            return bounded(kind, node, scope)
        return heads.with_parts(kind, bounded(kind.part, node, scope))

    return heads.bounded(entry, infer(head, "head", words, examples), bound)
