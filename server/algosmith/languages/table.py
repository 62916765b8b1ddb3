"""What works for which language: the tables of the README and of its page, made of the records."""

import sys

from algosmith.languages import every
from algosmith.syntax.languages import LANGUAGES as GRAMMARS

_SHORT = ("language", "files", "runs candidates", "complexity")
_FULL = ("language", "files", "runs candidates", "examples", "complexity", "not reached")


def table(*, full: bool = False) -> str:
    """The table as Markdown: the README's, or the ``full`` one of ``server/docs/languages.md``."""
    head = _FULL if full else _SHORT
    rows = [head, ("---",) * len(head)]
    for one in every():
        suffixes = [suffix for grammar in one.grammars for suffix in GRAMMARS[grammar].suffixes]
        known = one.known
        cells = {
            "language": one.name,
            "files": " ".join(f"`{suffix}`" for suffix in suffixes),
            "runs candidates": known.runs,
            "examples": known.examples,
            "complexity": known.complexity,
            "not reached": known.missing or "-",
        }
        rows.append(tuple(cells[name] for name in head))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(table(full="--full" in sys.argv))
