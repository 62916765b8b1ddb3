"""Every query compiles with its grammar and uses only capture names that are documented."""

from itertools import product
from pathlib import Path

import pytest

from algosmith.syntax import queries
from algosmith.syntax.languages import LANGUAGES, grammar_of, language_of

FOLDER = Path(queries.__file__).parent / "queries"


@pytest.mark.parametrize(("language", "purpose"), list(product(LANGUAGES, queries.PURPOSES)))
def test_compiles_and_captures_known_names(language: str, purpose: str) -> None:
    query = queries.query_of(language, purpose)
    names = {query.capture_name(index) for index in range(query.capture_count)}
    assert names
    assert names <= queries.CAPTURES


def test_the_list_is_closed_and_documented() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    used: set[str] = set()
    for language, purpose in product(LANGUAGES, queries.PURPOSES):
        query = queries.query_of(language, purpose)
        used |= {query.capture_name(index) for index in range(query.capture_count)}
    assert used == queries.CAPTURES
    for name in queries.CAPTURES:
        assert f"`{name}`" in text, name


def test_every_folder_is_a_language() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(LANGUAGES)
    for path in FOLDER.rglob("*.scm"):
        assert path.stem in queries.PURPOSES


def test_inherited_queries_come_first() -> None:
    own = queries.source_of("typescript", "context")
    assert own.startswith(queries.source_of("javascript", "context"))
    assert "; inherits" not in own


@pytest.mark.parametrize(
    ("name", "editor_id", "language"),
    [
        ("a.py", None, "python"),
        ("file:///home/a%20b/x.PYI", None, "python"),
        ("file:///c%3A/x/y.tsx?a#b", None, "tsx"),
        ("C:\\x\\y.jsx", None, "javascript"),
        ("x.mts", "typescript", "typescript"),
        ("untitled:Untitled-1", "typescriptreact", "tsx"),
        ("vscode-notebook-cell:/x.ipynb#W1", "python", "python"),
        ("x.rs", "rust", "rust"),
        ("x.go", "go", "go"),
        ("x.rb", "ruby", None),
        ("x.py", "", "python"),
        ("Makefile", None, None),
        ("", None, None),
        ("http://[bad/x.py", None, None),
        (".py", None, None),
        ("a.d.ts", None, "typescript"),
    ],
)
def test_language_of(name: str, editor_id: str | None, language: str | None) -> None:
    assert language_of(name, editor_id) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_grammars_are_installed(language: str) -> None:
    assert grammar_of(language).node_kind_count > 100
