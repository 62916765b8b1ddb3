"""What the model is told about a file: the pieces, their order, and that the task is never lost."""

from algosmith.model import Snapshot
from algosmith.syntax.context import MOST_PIECES, PLACE_MARK, Piece, gather
from algosmith.syntax.tasks import find_tasks

KEYWORDS = ("TODO",)
SOURCE = '''\
import os
from typing import List

LIMIT = 10
OTHER = {
    "a": 1,
}


def helper(x: int) -> int:
    """Doubles x.

    Long story.
    """
    return 2 * x


class Base:
    """A base."""

    size: int = 0

    def __init__(self, size):
        self.size = size
        self.items = []

    def grow(self, by):
        """Grows."""
        return by

    def shrink(self, by: int) -> int:
        """Shrinks with helper."""
        # TODO: subtract by, at most LIMIT times
        pass


class Unrelated:
    def far(self):
        return 1
'''


def pieces(source: str = SOURCE, language: str = "python") -> tuple[Piece, ...]:
    snapshot = Snapshot("file:///c", language, source.encode())
    return gather(snapshot, find_tasks(snapshot, KEYWORDS)[0])


def texts(found: tuple[Piece, ...], kind: str) -> list[str]:
    return [piece.text for piece in found if piece.kind == kind]


def test_the_function_comes_first_and_is_never_dropped() -> None:
    first = pieces()[0]
    assert first.kind == "function"
    assert first.priority == 0
    assert first.text.startswith("    def shrink(self, by: int) -> int:")
    assert "TODO: subtract by" in first.text


def test_order_of_importance() -> None:
    found = pieces()
    assert [piece.priority for piece in found] == sorted(piece.priority for piece in found)
    assert [piece.kind for piece in found][:3] == ["function", "class", "import"]


def test_class_header_has_docstring_fields_and_constructor() -> None:
    (text,) = texts(pieces(), "class")
    assert text.splitlines()[:2] == ["class Base:", '    """A base."""']
    assert "size: int = 0" in text
    assert "self.items = []" in text
    assert "def grow" not in text


def test_imports_are_one_piece() -> None:
    assert texts(pieces(), "import") == ["import os\nfrom typing import List"]


def test_signatures_carry_the_first_docstring_line() -> None:
    found = pieces()
    helper = next(piece for piece in found if piece.text.startswith("def helper"))
    assert helper.text == "def helper(x: int) -> int:  # Doubles x."
    grow = next(piece for piece in found if "def grow" in piece.text and piece.kind == "signature")
    unrelated = next(piece for piece in found if piece.text.startswith("class Unrelated"))
    assert helper.priority < grow.priority < unrelated.priority


def test_mentioned_constants_come_before_others() -> None:
    by_text = {piece.text.partition(" ")[0]: piece.priority for piece in pieces()}
    assert by_text["LIMIT"] < by_text["OTHER"]


def test_the_place_of_statements_is_marked() -> None:
    source = "def f(x):\n    y = x\n    # TODO: double y\n    # TODO: triple y\n    return y\n"
    lines = pieces(source)[0].text.splitlines()
    assert [line for line in lines if PLACE_MARK in line] == [
        f"    # TODO: double y  # {PLACE_MARK}"
    ]


def test_new_function_has_code_nearby() -> None:
    found = pieces("x = 1\n\n# TODO: double x\n\ny = 2\n")
    assert texts(found, "before") == ["x = 1"]
    assert texts(found, "after") == ["y = 2"]


def test_a_bare_todo_has_no_context() -> None:
    assert pieces("# TODO: 排序") == ()


def test_typescript() -> None:
    source = (
        "import { a } from 'a';\r\n"
        "export interface Point {\r\n  x: number;\r\n}\r\n"
        "type Other = string;\r\n"
        "/** Length. */\r\n"
        "const len = (p: Point) => p.x;\r\n"
        "class Path {\r\n  private points: Point[] = [];\r\n"
        "  constructor(n: number) {\r\n    this.n = n;\r\n  }\r\n"
        "  add(p: Point): void {\r\n    // TODO: append with len\r\n  }\r\n}\r\n"
    )
    found = pieces(source, "typescript")
    assert all("\r" not in piece.text for piece in found)
    assert texts(found, "import") == ["import { a } from 'a';"]
    assert texts(found, "type")[0].startswith("export interface Point")
    assert any(text.startswith("const len = (p: Point) =>") for text in texts(found, "signature"))
    (header,) = texts(found, "class")
    assert "private points: Point[] = []" in header
    assert "constructor(n: number) { ... }" in header


def test_large_files_give_bounded_context() -> None:
    source = "".join(f"def f{n}(x):\n    return {n}\n\n\n" for n in range(1000)) + "# TODO: g\n"
    found = pieces(source)
    assert len(found) <= MOST_PIECES
    assert all(len(piece.text) < 5000 for piece in found)
