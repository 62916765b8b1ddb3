"""What works on one function as well as on a whole program, whose entry is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from algosmith.languages.types import MarkedProgram


def changing(
    function: Callable[[str, str, int], list[str]], program: Callable[[str, int], list[str]]
) -> Callable[[str, str, int], list[str]]:
    """See ``LanguageRunner.mutants``."""

    def changed(text: str, entry: str, most: int) -> list[str]:
        return function(text, entry, most) if entry else program(text, most)

    return changed


def marking(
    function: Callable[[str, str, str, str], MarkedProgram | None],
    program: Callable[[str, str], MarkedProgram | None],
) -> Callable[[str, str, str, str], MarkedProgram | None]:
    """See ``LanguageRunner.marked``."""

    def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
        return function(text, entry, code, mark) if entry else program(text, mark)

    return marked
