"""Families of examples as people write them: right functions pass, wrong ones are refuted.

Each file of ``fixtures/written`` holds small files: a function as it stands, and a wrong body.
"""

from pathlib import Path

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.test_examples_as_written import as_it_stands

pytestmark = pytest.mark.sandbox
FOLDER = Path(__file__).parents[1] / "fixtures" / "written"
HINTS_ONLY = ("clamp", "csvish")
"""What may be an example at most: it refutes nobody."""
SLOW = ("fib",)


def parts_of(name: str) -> list[tuple[str, str, str]]:
    """(function, file, wrong body) of each part of a fixture."""
    sections = (FOLDER / f"{name}.txt").read_text("utf-8").split("\n-- ")[1:]
    parts: list[tuple[str, str, str]] = []
    for section in sections:
        title, _, body = section.partition(" --\n")
        if title == "wrong":
            parts[-1] = (*parts[-1][:2], body)
        else:
            parts.append((title, body, ""))
    return parts


PARTS = [part for name in ("values", "objects", "asserts", "prose") for part in parts_of(name)]


@pytest.mark.parametrize(("name", "text", "wrong"), PARTS, ids=[part[0] for part in PARTS])
async def test_right_ones_pass_and_wrong_ones_are_refuted(
    cage: Sandbox, tmp_path: Path, name: str, text: str, wrong: str
) -> None:
    file = tmp_path / "work.py"
    file.write_text(text, "utf-8")
    right = (await as_it_stands(file, name, cage)).verdicts[0]
    if name in SLOW:
        assert "took longer than" in right.summary
    assert right.level in ("unchecked", "consistent", "verified"), right.summary
    if name not in (*HINTS_ONLY, *SLOW):
        assert right.level != "unchecked", right.summary
    if wrong:
        bad = (await as_it_stands(file, name, cage, wrong)).verdicts[0]
        assert bad.level == ("unchecked" if name in HINTS_ONLY else "refuted"), bad.summary
