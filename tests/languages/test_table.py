"""The pages say of each language what its record says, and every grammar has a record."""

from pathlib import Path

import pytest

from algosmith import languages
from algosmith.languages.table import table
from algosmith.syntax.languages import LANGUAGES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("page", "full"),
    [("README.md", False), ("README.zh.md", False), ("server/docs/languages.md", True)],
)
def test_the_pages_hold_the_table_of_languages(page: str, full: bool) -> None:
    text = (ROOT / page).read_text("utf-8")
    begin, _, behind = text.partition("<!-- languages: begin")
    assert begin != text
    shown = behind.partition("-->\n")[2].partition("<!-- languages: end")[0]
    option = " --full" if full else ""
    assert shown == table(full=full), f"`python -m algosmith.languages.table{option}` prints it"


def test_every_grammar_belongs_to_one_language_at_most() -> None:
    known = [grammar for one in languages.every() for grammar in one.grammars]
    assert len(set(known)) == len(known)
    assert set(known) <= set(LANGUAGES)
    assert all(languages.of(grammar).name for grammar in LANGUAGES)
