"""The languages people write algorithms in: what is true of one of them only, each in its folder.

May import ``inputs``, ``sandbox`` and ``syntax``; knows no verdicts, prompts or editors.
"""

from algosmith.languages.cpp import CPP, C
from algosmith.languages.go import GO
from algosmith.languages.java import JAVA
from algosmith.languages.javascript import JAVASCRIPT, TYPESCRIPT
from algosmith.languages.python import PYTHON
from algosmith.languages.rust import RUST
from algosmith.languages.types import Language, LanguageRunner

LANGUAGES = (PYTHON, JAVASCRIPT, TYPESCRIPT, CPP, C, JAVA, RUST, GO)
_BY_GRAMMAR = {grammar: language for language in LANGUAGES for grammar in language.grammars}


def of(grammar: str) -> Language:
    """The language of a snapshot, by its id in ``syntax.languages``."""
    return _BY_GRAMMAR[grammar]


def running(grammar: str) -> LanguageRunner | None:
    """How candidates of a language are run and looked at; None for Python, whose way is older."""
    return _BY_GRAMMAR[grammar].running if grammar in _BY_GRAMMAR else None


__all__ = ["LANGUAGES", "Language", "LanguageRunner", "of", "running"]
