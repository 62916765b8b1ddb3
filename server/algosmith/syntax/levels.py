"""Python that indents one block in several ways, as models do: read where one reading is left.

A docstring two columns in and the body four, or the other way round: Python refuses it, a tolerant
parser takes a part of the function for code behind it. What could be meant in two ways is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from algosmith.errors import EditError
from algosmith.syntax.document import column
from algosmith.syntax.pythontree import parsed

_PIECE = re.compile(
    r"""\#[^\n]*|("{3}|'{3})(?:\\.|.)*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\\\n|[][(){}\n]""",
    re.DOTALL,
)
_OWNER = re.compile(r"(?:async\s+)?def\b|class\b")
_TEXT = re.compile(r"[rRuU]?(?:\"|')")
_UNIT = "    "


@dataclass(slots=True)
class _Block:
    column: int
    owned: bool = False
    """It is the body of a function or class."""
    is_text: bool = True
    """So far it holds a docstring at most."""


def is_crooked(code: str) -> bool:
    """Whether Python can't tell which block a line belongs to."""
    try:
        parsed(code)
    except IndentationError:
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return False


def levelled(code: str) -> str:
    """The code with one indentation for each block.

    Raises:
        EditError: a line stands between two blocks and may belong to either.
    """
    blocks = [_Block(0)]
    header: str | None = None
    written: list[str] = []
    waiting = 0
    for number, line in _logical_lines(code):
        text = line.lstrip()
        if not text or text.startswith("#"):
            written.append(text)
            waiting += 1
            continue
        here = column(line[: len(line) - len(text)])
        if header is not None:
            owned = bool(_OWNER.match(header))
            if here <= blocks[-1].column and not (owned and _TEXT.match(text)):
                raise EditError(
                    f"The answer has no indented block under `{header.splitlines()[0][:40]}`; ask "
                    "again, or try another candidate."
                )
            blocks.append(_Block(max(here, blocks[-1].column + 1), owned))
        elif not _enter(blocks, here):
            raise EditError(
                f"The answer's line {number} (`{text.splitlines()[0][:40]}`) is indented like no "
                "block around it; ask again, or try another candidate."
            )
        blocks[-1].is_text = blocks[-1].is_text and bool(_TEXT.match(text))
        indent = _UNIT * (len(blocks) - 1)
        for index in range(len(written) - waiting, len(written)):
            written[index] = written[index] and indent + written[index]
        written.append(indent + text)
        waiting = 0
        header = text if _opens(text) else None
    return "\n".join(written)


def _enter(blocks: list[_Block], here: int) -> bool:
    """Finds the block of a line that stands ``here``; False where it may be either of two."""
    while len(blocks) > 1 and here <= blocks[-2].column:
        blocks.pop()
    block = blocks[-1]
    between = here < block.column and len(blocks) > 1
    if between and not block.owned and not block.is_text:
        return False
    block.column = here
    return True


def _opens(text: str) -> bool:
    without = _PIECE.sub(lambda match: "" if match[0].startswith("#") else match[0], text)
    return without.rstrip().endswith(":")


def _logical_lines(code: str) -> Iterator[tuple[int, str]]:
    """(line number, text) of each line with those that continue it, in brackets or a string."""
    start, number, depth = 0, 1, 0
    for match in _PIECE.finditer(code):
        piece = match[0]
        depth = max(0, depth + (piece in "([{") - (piece in ")]}"))
        if piece == "\n" and depth == 0:
            yield number, code[start : match.start()]
            number += code.count("\n", start, match.end())
            start = match.end()
    yield number, code[start:]
