"""Small changes to code, and changed versions of functions beside the functions themselves.

Shared by languages in which compiling costs: all versions stand in one program (``versions.py``).
What can be changed at a node, and which nodes are names, a language says.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.versions import changed_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import tree_sitter

Edit = tuple[int, int, str]
"""(start, end, text in place of it)."""

BINARY: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",),
    "!=": ("==",), "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "&": ("|",),
    "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",), "&&": ("||",), "||": ("&&",),
}  # fmt: skip
"""What stands for each operator between two values."""
ASSIGNED: dict[str, tuple[str, ...]] = {
    "+=": ("-=",), "-=": ("+=",), "*=": ("+=",), "/=": ("*=",), "%=": ("/=",), "&=": ("|=",),
    "|=": ("&=",), "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",),
}  # fmt: skip
"""What stands for each one that changes a variable."""


def chosen(
    bodies: Iterable[tree_sitter.Node],
    edits: Callable[[tree_sitter.Node], Iterable[Edit]],
    first: Sequence[str],
    most: int,
) -> list[Edit]:
    """Up to ``most`` changes in function bodies, in a fixed order; ``first`` at these nodes."""
    places = [(node, edit) for body in bodies for node in walk(body) for edit in edits(node)]
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    places.sort(key=lambda place: place[0].type not in first)
    return list(dict.fromkeys(edit for _, edit in places))[:most]


def operator_of(node: tree_sitter.Node, table: Mapping[str, tuple[str, ...]]) -> Iterator[Edit]:
    """Other operators in place of a node's."""
    operator = node.child_by_field_name("operator")
    for new in table.get(text_of(operator) if operator is not None else "", ()):
        if operator is not None:
            yield operator.start_byte, operator.end_byte, f" {new} "


def reached(
    function: tree_sitter.Node,
    known: Mapping[str, list[tree_sitter.Node]],
    names_in: Callable[[tree_sitter.Node], Iterable[str]],
    is_plain: Callable[[tree_sitter.Node], bool],
) -> list[tree_sitter.Node]:
    """The function and those of the program that it comes to by names, in the text's order.

    Those of which there are several with one name are left out, and those beside which no copy
    can stand.
    """
    found, waiting = {function.start_byte: function}, [function]
    while waiting:
        for name in names_in(waiting.pop()):
            same = known.get(name, [])
            if len(same) != 1 or same[0].start_byte in found or not is_plain(same[0]):
                continue
            found[same[0].start_byte] = same[0]
            waiting.append(same[0])
    return [found[start] for start in sorted(found)]


def with_copies(
    source: str,
    own: Sequence[tree_sitter.Node],
    edits: Sequence[Edit],
    is_called: Callable[[tree_sitter.Node], bool],
    name_of: Callable[[tree_sitter.Node], str],
) -> str:
    """The source with a version of each function behind it for each change, numbered from 1."""
    data = source.encode("utf-8", "surrogatepass")
    names = {name_of(one) for one in own}
    behind: dict[int, list[str]] = {}
    for number, edit in enumerate(edits, 1):
        for one in own:
            text = _copy(data, one, names, edit, number, is_called)
            behind.setdefault(one.end_byte, []).append(text)
    for end in sorted(behind, reverse=True):
        more = "".join(behind[end])
        data = data[:end] + more.encode("utf-8", "surrogatepass") + data[end:]
    return data.decode("utf-8", "replace")


def _copy(
    data: bytes,
    one: tree_sitter.Node,
    names: set[str],
    edit: Edit,
    number: int,
    is_called: Callable[[tree_sitter.Node], bool],
) -> str:
    """A version of a function under another name, which calls the other ones of its number."""
    at, end, new = edit
    edits = [
        (n.start_byte, n.end_byte, changed_name(text_of(n), number))
        for n in walk(one)
        if text_of(n) in names and is_called(n) and (n.end_byte <= at or n.start_byte >= end)
    ]
    if one.start_byte <= at and end <= one.end_byte:
        edits.append((at, end, renamed_in(new, names, number)))
    made = data[one.start_byte : one.end_byte]
    for first, until, text in sorted(edits, reverse=True):
        made = made[: first - one.start_byte] + text.encode() + made[until - one.start_byte :]
    return f"\n/*<{number}*/\n{made.decode('utf-8', 'replace')}\n/*{number}>*/\n"


def renamed_in(text: str, names: set[str], number: int) -> str:
    """A change that repeats what was there, ``!(f(x))``, calls the changed versions, too."""
    return re.sub(
        r"[^\W\d]\w*", lambda m: changed_name(m[0], number) if m[0] in names else m[0], text
    )
