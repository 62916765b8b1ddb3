"""Scenario files: prose, then sections ``-- name --``; one file is one test.

A section's text is everything up to the next section's line; the last newline belongs to it.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

_SECTION = re.compile(r"^-- (.+?) --\n", re.MULTILINE)


@dataclass(frozen=True)
class Scenario:
    """One file."""

    file: Path
    prose: str
    sections: dict[str, str]

    def replies(self) -> list[str]:
        """The model's scripted replies, in order."""
        return [text for name, text in self.sections.items() if name.startswith("reply")]

    def with_section(self, name: str, text: str) -> "Scenario":
        """The same scenario with other text in one section."""
        return replace(self, sections={**self.sections, name: text})

    def write(self) -> None:
        """Writes the file anew."""
        parts = [f"-- {name} --\n{text}" for name, text in self.sections.items()]
        self.file.write_text(self.prose + "".join(parts), "utf-8", newline="")


def read(file: Path) -> Scenario:
    """Reads one scenario file, line endings as they are."""
    with file.open(encoding="utf-8", newline="") as stream:
        text = stream.read()
    prose, *rest = _SECTION.split(text)
    return Scenario(file, prose, dict(zip(rest[::2], rest[1::2], strict=True)))
