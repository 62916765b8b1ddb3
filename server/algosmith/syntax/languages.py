"""Registry of languages: grammar, file suffixes, comment forms, indentation. Knows no tasks.

To add a language: its official grammar wheel in ``pyproject.toml``, one ``Language`` here, one
folder in ``queries/`` with the files its neighbours have, scenarios in ``tests/syntax``.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import unquote, urlsplit

import tree_sitter

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Language:
    """What the syntax layer must know of a language beyond its queries."""

    id: str
    module: str
    """The grammar's wheel, imported on first use."""
    grammar: str
    """The function in ``module`` that returns the grammar."""
    suffixes: tuple[str, ...]
    editor_ids: tuple[str, ...]
    """Language ids that editors send."""
    line_comment: str
    blocks: Literal["indent", "braces"]
    unit: str
    """Indentation unit of a file that has none yet."""
    wrappers: dict[str, str] = field(default_factory=dict[str, str])
    """Node types that belong to the function they hold, and the field that names it, if any."""
    nests: bool = True
    """Whether imports and functions can stand inside a function; else they go beside it."""


_SCRIPT_WRAPPERS = {
    "variable_declarator": "name",
    "lexical_declaration": "",
    "variable_declaration": "",
    "export_statement": "",
    "field_definition": "property",
    "public_field_definition": "name",
    "pair": "key",
    "assignment_expression": "left",
    "expression_statement": "",
}


def _script(id: str, module: str, grammar: str, *names: str) -> Language:
    suffixes = tuple(name for name in names if name.startswith("."))
    ids = tuple(name for name in names if not name.startswith("."))
    return Language(id, module, grammar, suffixes, ids, "//", "braces", "  ", _SCRIPT_WRAPPERS)


_LANGUAGES: tuple[Language, ...] = (
    Language(
        id="python",
        module="tree_sitter_python",
        grammar="language",
        suffixes=(".py", ".pyi", ".pyw"),
        editor_ids=("python",),
        line_comment="#",
        blocks="indent",
        unit="    ",
        wrappers={"decorated_definition": ""},
    ),
    _script(
        "javascript",
        "tree_sitter_javascript",
        "language",
        *(".js", ".mjs", ".cjs", ".jsx", "javascript", "javascriptreact", "jsx"),
    ),
    _script(
        "typescript",
        "tree_sitter_typescript",
        "language_typescript",
        *(".ts", ".mts", ".cts", "typescript"),
    ),
    Language(
        id="cpp",
        module="tree_sitter_cpp",
        grammar="language",
        suffixes=(".cpp", ".cc", ".cxx", ".c++", ".h", ".hpp", ".hh", ".hxx"),
        editor_ids=("cpp", "c++"),
        line_comment="//",
        blocks="braces",
        unit="    ",
        wrappers={"template_declaration": ""},
        nests=False,
    ),
    Language(
        id="c",
        module="tree_sitter_c",
        grammar="language",
        suffixes=(".c",),
        editor_ids=("c",),
        line_comment="//",
        blocks="braces",
        unit="    ",
        nests=False,
    ),
    Language(
        id="java",
        module="tree_sitter_java",
        grammar="language",
        suffixes=(".java",),
        editor_ids=("java",),
        line_comment="//",
        blocks="braces",
        unit="    ",
        nests=False,
    ),
    Language(
        id="rust",
        module="tree_sitter_rust",
        grammar="language",
        suffixes=(".rs",),
        editor_ids=("rust",),
        line_comment="//",
        blocks="braces",
        unit="    ",
    ),
    Language(
        id="go",
        module="tree_sitter_go",
        grammar="language",
        suffixes=(".go",),
        editor_ids=("go",),
        line_comment="//",
        blocks="braces",
        unit="\t",
        nests=False,
    ),
    _script("tsx", "tree_sitter_typescript", "language_tsx", ".tsx", "typescriptreact", "tsx"),
)

LANGUAGES: dict[str, Language] = {language.id: language for language in _LANGUAGES}
_BY_SUFFIX = {suffix: one.id for one in _LANGUAGES for suffix in one.suffixes}
_BY_EDITOR_ID = {name: one.id for one in _LANGUAGES for name in one.editor_ids}


def language_of(name_or_uri: str, language_id: str | None = None) -> str | None:
    """The language of a file, by what the editor says or else by its name; None: not supported."""
    if language_id and language_id.lower() in _BY_EDITOR_ID:
        return _BY_EDITOR_ID[language_id.lower()]
    path = name_or_uri
    if "://" in path:
        try:
            path = unquote(urlsplit(path).path)
        except ValueError:
            return None
    return _BY_SUFFIX.get(PurePosixPath(path.replace("\\", "/")).suffix.lower())


@cache
def grammar_of(language: str) -> tree_sitter.Language:
    """The tree-sitter grammar of a language in ``LANGUAGES``."""
    entry = LANGUAGES[language]
    function = cast("Callable[[], object]", getattr(import_module(entry.module), entry.grammar))
    return tree_sitter.Language(function())
