"""The README says of each language what its record says, and every grammar has a record."""

from pathlib import Path

from algosmith import languages
from algosmith.languages.table import table
from algosmith.syntax.languages import LANGUAGES

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_holds_the_table_of_languages() -> None:
    text = README.read_text("utf-8")
    begin, _, behind = text.partition("<!-- languages: begin")
    assert begin != text
    shown = behind.partition("-->\n")[2].partition("<!-- languages: end")[0]
    assert shown == table(), "run `python -m algosmith.languages.table` and put it in the README"


def test_every_grammar_belongs_to_one_language_at_most() -> None:
    known = [grammar for one in languages.LANGUAGES for grammar in one.grammars]
    assert len(set(known)) == len(known)
    assert set(known) <= set(LANGUAGES)
    assert all(languages.of(grammar).name for grammar in LANGUAGES)
