"""A source written anew along its syntax tree: whoever counts work changes some nodes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter


class Rewriter:
    """Writes a source as it stands; a language says in ``_text`` which nodes become others."""

    def __init__(self, source: str, grammar: str) -> None:
        self._data = source.encode("utf-8", "surrogatepass")
        self._root = parse_text(source, grammar).root_node

    def program(self) -> str:
        """The rewritten text. Raises RecursionError where it is nested too deep."""
        return self._text(self._root)

    def _text(self, node: tree_sitter.Node) -> str:
        return self._between(node, {})

    def _between(self, node: tree_sitter.Node, instead: dict[int, str]) -> str:
        """The node's text with its children rewritten, those in ``instead`` (by id) as given."""
        pieces: list[str] = []
        at = node.start_byte
        for child in node.children:
            made = instead[child.id] if child.id in instead else self._text(child)
            pieces += [self._raw(at, child.start_byte), made]
            at = child.end_byte
        return "".join([*pieces, self._raw(at, node.end_byte)])

    def _raw(self, start: int, end: int) -> str:
        return self._data[start:end].decode("utf-8", "surrogatepass")
