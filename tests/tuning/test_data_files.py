"""Files of data: good rows are read whatever is wrong with their neighbours."""

import json
from pathlib import Path

import pytest

from algosmith.errors import ConfigError
from algosmith.tuning import reading

GOOD = {"prompt": "add 1 and 2", "completion": "3"}


def lines(*rows: object) -> bytes:
    return b"".join(
        (row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows
    )


def test_rows_in_other_forms_in_the_middle_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(lines(GOOD, {"instruction": "sub", "output": "1"}, {"odd": 1}, GOOD))
    found = reading.read([file])
    assert len(found.conversations) == 3
    assert found.forms == {"prompt/completion": 2, "alpaca": 1}
    assert found.left_out == (
        "row 3: its fields are odd; known are instruction/input/output, conversations, messages, "
        "or prompt/completion",
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b'{"prompt": "\xff"}', "row 1: it is not UTF-8 (byte 12 of the line)"),
        (b"{", "row 1: it is no JSON"),
        (b"[1]", "row 1: it is no JSON object"),
        (b'{"prompt": "' + b"x" * reading.MOST_ROW_BYTES + b'"}', "row 1: it is longer than 1 MiB"),
        (b"[" * 100_000, "row 1: it is no JSON"),
    ],
)
def test_a_damaged_row_costs_only_itself(tmp_path: Path, row: bytes, words: str) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + lines(row, GOOD))
    found = reading.read([file])
    assert len(found.conversations) == 1
    assert found.left_out[0].startswith(words)


def test_line_separators_inside_a_text_end_no_row(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text(json.dumps({"prompt": "a\u2028b", "completion": "c"}, ensure_ascii=False))
    assert reading.read([file]).conversations[0].asked == "a\u2028b"


def test_json_and_csv_are_read(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps([GOOD, GOOD]))
    (tmp_path / "d.csv").write_bytes(
        'instruction,input,output\r\n加法,"1\n2",3\r\nadd,,4\r\n'.encode("utf-8-sig")
    )
    found = reading.read([tmp_path / "d.json", tmp_path / "d.csv"])
    assert [one.asked for one in found.conversations[2:]] == ["加法\n\n1\n2", "add"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("d.jsonl", b"", "holds no row that can be used: it is empty"),
        ("d.jsonl", b"\n\n", "it is empty"),
        ("d.jsonl", b'{"a": 1}', r"holds no row that can be used \(row 1: its fields are a"),
        ("d.json", b'{"a": 1}', "a list of rows is expected"),
        ("d.json", b"{", "is no JSON"),
        ("d.json", b"\xff", "is not UTF-8"),
        ("d.csv", b"\xff", "is not UTF-8"),
        ("d.txt", b"", "name a file that ends in"),
    ],
)
def test_a_file_without_rows_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        reading.read([tmp_path / name])


def test_a_missing_file_and_a_folder_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for name, words in (("none.jsonl", "No such file"), ("folder.jsonl", "no ordinary file")):
        with pytest.raises(ConfigError, match=words):
            reading.read([tmp_path / name])


def test_parquet_says_what_to_install_where_its_library_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "d.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="parquet needs pyarrow"):
        reading.read([tmp_path / "d.parquet"])


def test_parquet_is_read_where_its_library_is_there(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    said = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    parquet.write_table(pyarrow.table({"messages": [said]}), tmp_path / "d.parquet")
    assert reading.read([tmp_path / "d.parquet"]).conversations[0].answer == "b"
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    with pytest.raises(ConfigError, match="no parquet file, or damaged"):
        reading.read([tmp_path / "bad.parquet"])
