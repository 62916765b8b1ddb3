"""The README's table of languages, made of the records, so that it can't go stale."""

import sys

from algosmith.languages import LANGUAGES
from algosmith.syntax.languages import LANGUAGES as GRAMMARS

_HEAD = ("language", "files", "runs candidates", "examples", "complexity", "not reached")


def table() -> str:
    """The table as Markdown."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for one in LANGUAGES:
        suffixes = [suffix for grammar in one.grammars for suffix in GRAMMARS[grammar].suffixes]
        known = one.known
        rows.append((
            one.name, " ".join(f"`{suffix}`" for suffix in suffixes), known.runs, known.examples,
            known.complexity, known.missing or "-",
        ))  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(table())
