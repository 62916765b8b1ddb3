"""The languages people write algorithms in: what is true of one of them only, each in its folder.

May import ``inputs``, ``sandbox`` and ``syntax``; knows no verdicts, prompts or editors.
"""

import importlib
from functools import cache

from algosmith.languages.types import Language, LanguageRunner

_HOMES = {
    "python": "python.PYTHON",
    "javascript": "javascript.JAVASCRIPT",
    "typescript": "javascript.TYPESCRIPT",
    "tsx": "javascript.TYPESCRIPT",
    "cpp": "cpp.CPP",
    "c": "cpp.C",
    "java": "java.JAVA",
    "rust": "rust.RUST",
    "go": "go.GO",
}
"""Where the language of each grammar stands; loaded when first asked for, as few need them all."""


def every() -> tuple[Language, ...]:
    """All languages, in the order of the README's table."""
    found = {id(one): one for one in map(of, _HOMES)}
    return tuple(found.values())


@cache
def of(grammar: str) -> Language:
    """The language of a snapshot, by its id in ``syntax.languages``."""
    package, _, name = _HOMES[grammar].partition(".")
    return getattr(importlib.import_module(f"{__name__}.{package}"), name)


def running(grammar: str) -> LanguageRunner | None:
    """How candidates of a language are run and looked at; None for Python, whose way is older."""
    return of(grammar).running if grammar in _HOMES else None


__all__ = ["Language", "LanguageRunner", "every", "of", "running"]
