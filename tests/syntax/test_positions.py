"""Offsets and positions: the tables LSP implies, and round trips over odd text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algosmith.syntax import positions
from algosmith.syntax.positions import Encoding, line_of, offset_at, position_at
from tests.work import calls_made

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(
    st.one_of(st.sampled_from("\r\n\ta# é中🎯"), st.characters(exclude_categories=["Cs"])),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "encoding", "offset", "position"),
    [
        ("abc", "utf-16", 2, (0, 2)),
        ("a\nb", "utf-16", 2, (1, 0)),
        ("a\r\nb", "utf-16", 3, (1, 0)),
        ("a\rb", "utf-16", 2, (1, 0)),
        ("a\r\nb", "utf-16", 1, (0, 1)),
        ("a\r\nb", "utf-16", 2, (0, 1)),  # between CR and LF: the line's end
        ("中x", "utf-8", 3, (0, 3)),
        ("中x", "utf-16", 3, (0, 1)),
        ("🎯x", "utf-16", 4, (0, 2)),
        ("🎯x", "utf-32", 4, (0, 1)),
        ("🎯x", "utf-16", 2, (0, 0)),  # inside a character: rounds down
        ("", "utf-16", 0, (0, 0)),
        ("a\n", "utf-16", 9, (1, 0)),
    ],
)
def test_position(text: str, encoding: Encoding, offset: int, position: tuple[int, int]) -> None:
    assert position_at(text.encode(), offset, encoding) == position


@pytest.mark.parametrize(
    ("text", "encoding", "position", "offset"),
    [
        ("abc\nd", "utf-16", (0, 99), 3),
        ("abc\r\nd", "utf-16", (0, 99), 3),
        ("abc", "utf-16", (5, 0), 3),
        ("abc", "utf-16", (-1, 2), 0),
        ("🎯x", "utf-16", (0, 1), 0),  # inside a surrogate pair: rounds down
        ("🎯x", "utf-16", (0, 2), 4),
        ("🎯x", "utf-8", (0, 2), 0),
        ("中中x", "utf-32", (0, 2), 6),
        ("\ufeffx", "utf-16", (0, 1), 3),
    ],
)
def test_offset(text: str, encoding: Encoding, position: tuple[int, int], offset: int) -> None:
    assert offset_at(text.encode(), *position, encoding) == offset


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_round_trip(text: str, encoding: Encoding, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(text)))
    data, offset = text.encode(), len(text[:index].encode())
    line, column = position_at(data, offset, encoding)
    between = data[offset - 1 : offset + 1] == b"\r\n"
    assert offset_at(data, line, column, encoding) == offset - between
    assert line == len(
        (text[:index] + "x").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ) - (1 + between)


@given(st.binary(max_size=40), st.integers(-2, 50), st.integers(-2, 9), st.sampled_from(ENCODINGS))
def test_any_bytes(data: bytes, offset: int, line: int, encoding: Encoding) -> None:
    position_at(data, offset, encoding)
    assert 0 <= offset_at(data, line, offset, encoding) <= len(data)


def test_lone_surrogates() -> None:
    data = "a\ud83cb".encode("utf-8", "surrogatepass")
    assert position_at(data, 4, "utf-16") == (0, 2)
    assert offset_at(data, 0, 2, "utf-16") == 4


def _there_and_back(data: bytes) -> None:
    line, column = position_at(data, len(data) - 1, "utf-16")
    assert offset_at(data, line, column, "utf-16") == len(data) - 1


def test_the_work_grows_with_a_line_and_not_with_its_square() -> None:
    short, long = (("中🎯a" * times).encode() for times in (1_000, 10_000))
    _, little = calls_made(lambda: _there_and_back(short))
    _, much = calls_made(lambda: _there_and_back(long))
    assert much <= 10 * little
    _there_and_back(long * 13)


def test_line_of() -> None:
    assert [line_of(b"a\nb\rc\r\nd", offset) for offset in (0, 1, 2, 4, 7)] == [0, 0, 1, 2, 3]


@given(st.binary(max_size=60), st.sampled_from(ENCODINGS))
def test_few_questions_and_many_get_the_same_answers(data: bytes, encoding: Encoding) -> None:
    places = [(line, column) for line in range(8) for column in range(4)]
    many = [offset_at(data, *place, encoding) for place in places]
    back = [position_at(data, offset, encoding) for offset in range(len(data) + 2)]
    for place, offset in zip(places, many, strict=True):
        positions._lines_of.cache_clear()
        assert offset_at(data, *place, encoding) == offset
    for offset, place in enumerate(back):
        positions._lines_of.cache_clear()
        assert position_at(data, offset, encoding) == place


def test_a_line_far_down_is_found_by_halves() -> None:
    data = b"".join(b"x" * (n % 97) + b"\n" for n in range(20_000))
    starts = positions.line_starts(data)
    for line in (0, 1, 9_999, 19_999, 20_000):
        positions._lines_of.cache_clear()
        assert offset_at(data, line, 0, "utf-8") == starts[line]
    assert offset_at(data, 20_001, 0, "utf-8") == len(data)
