"""What a Rust function takes, from its types. The head is written down as a Python one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages import heads
from algosmith.languages.rust.kinds import NODES, bounded, parameters_in, python_of, scope_of
from algosmith.languages.rust.tree import function_in, name_of, parameters_of, type_text
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
    scope = scope_of(parse_text(text, "rust").root_node)
    scope = scope.with_parameters(parameters_in(function, text))
    given = parameters_of(function)
    types = [type_text(one) for one in given]
    shown = [heads.as_plain(python_of(one, scope), scope.structs, scope.enums) for one in types]
    head = heads.written(zip(map(name_of, given), shown, strict=True), NODES)

    def bound(number: int, kind: Kind) -> Kind:
        return bounded(kind, types[number], scope) if number < len(types) else kind

    return heads.bounded(entry, infer(head, "head", words, examples), bound)
