"""Reads data sets: JSONL, JSON, CSV, and parquet where pyarrow is there.

A row that can't be used costs only itself: it is named, the others are read.
"""

import csv
import importlib
import importlib.util
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from algosmith.errors import ConfigError
from algosmith.tuning.conversations import Conversation, DataSet
from algosmith.tuning.forms import form_of, messages_of

MOST_ROW_BYTES = 1 << 20
"""A longer row is no conversation that any small model could learn from."""
_MOST_FILE_BYTES = 2 << 30
_ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv",
            ".parquet": "parquet"}  # fmt: skip

_Numbered = Iterator[tuple[int, object]]


def read(files: Sequence[Path]) -> DataSet:
    """The conversations of the files; ConfigError where there are none."""
    conversations: list[Conversation] = []
    left_out: list[str] = []
    forms: Counter[str] = Counter()
    for file in files:
        name = f"{file.name}, " if len(files) > 1 else ""
        for number, row in _rows(file):
            try:
                fields = _fields(row)
                found = messages_of(fields)
            except ConfigError as error:
                left_out.append(f"{name}row {number}: {error}")
                continue
            forms[form_of(fields)] += 1
            conversations.append(Conversation(number, found, _problem(fields)))
    if not conversations:
        why = f" ({left_out[0]})" if left_out else ": it is empty"
        raise ConfigError(f"{', '.join(map(str, files))} holds no row that can be used{why}")
    return DataSet(tuple(conversations), tuple(left_out), dict(forms))


def _fields(row: object) -> dict[str, Any]:
    if isinstance(row, ConfigError):
        raise row
    if not isinstance(row, dict):
        raise ConfigError("it is no JSON object")
    return cast("dict[str, Any]", row)


def _problem(fields: dict[str, Any]) -> dict[str, Any] | None:
    problem = fields.get("problem")
    return cast("dict[str, Any]", problem) if isinstance(problem, dict) else None


def _rows(file: Path) -> _Numbered:
    kind = _ENDINGS.get(file.suffix.lower())
    if kind is None:
        raise ConfigError(f"{file}: name a file that ends in {', '.join(_ENDINGS)}")
    try:
        if file.exists() and not file.is_file():
            raise ConfigError(f"{file} can't be read: it is no ordinary file")
        if file.stat().st_size > _MOST_FILE_BYTES:
            raise ConfigError(f"{file} is larger than {_MOST_FILE_BYTES >> 30} GiB; split it")
        yield from {"jsonl": _jsonl, "json": _json, "csv": _csv, "parquet": _parquet}[kind](file)
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror or error}") from error


def _jsonl(file: Path) -> _Numbered:
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            # Python splits bytes at \n alone: U+2028 may stand in JSON's strings.
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.strip():
                yield number, _line(raw)


def _line(raw: bytes) -> object:
    if len(raw) > MOST_ROW_BYTES:
        return ConfigError(f"it is longer than {MOST_ROW_BYTES >> 20} MiB")
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return ConfigError(f"it is not UTF-8 (byte {error.start} of the line)")
    except (ValueError, RecursionError) as error:
        return ConfigError(f"it is no JSON: {error}")


def _json(file: Path) -> _Numbered:
    text = _decoded(file)
    try:
        rows: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file} is no JSON: {error}; one object a line is .jsonl") from error
    if not isinstance(rows, list):
        raise ConfigError(f"{file}: a list of rows is expected")
    yield from enumerate(cast("list[object]", rows), 1)


def _csv(file: Path) -> _Numbered:
    csv.field_size_limit(MOST_ROW_BYTES)
    text = _decoded(file)
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 1):
            row.pop(cast("Any", None), None)
            yield number, {key: value for key, value in row.items() if value}
    except csv.Error as error:
        raise ConfigError(f"{file} is no CSV: {error}") from error


def _decoded(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _parquet(file: Path) -> _Numbered:
    if importlib.util.find_spec("pyarrow") is None:
        raise ConfigError(
            f"{file}: parquet needs pyarrow: `pip install pyarrow`, or save the data as JSONL"
        )
    parquet: Any = importlib.import_module("pyarrow.parquet")
    try:
        rows: list[object] = parquet.read_table(file).to_pylist()
    except Exception as error:
        raise ConfigError(f"{file} is no parquet file, or damaged: {error}") from error
    yield from enumerate(rows, 1)
