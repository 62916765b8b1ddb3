"""What the history keeps, and what it says when it can't."""

import os
import stat
from pathlib import Path
from typing import Any

from algosmith.web.entries import Entry
from algosmith.web.history import History


def _record(question: str) -> dict[str, Any]:
    entry = Entry(question, "algorithms", "", "fake", 100, state="done")
    entry.answer.append("an answer")
    return entry.record()


async def test_what_is_put_is_listed_read_exported_and_deleted(tmp_path: Path) -> None:
    said: list[str] = []
    history = History(tmp_path / "state" / "history.sqlite", said.append)
    first, second = _record("Why?\n" + "long " * 50), _record("怎样?")
    await history.put(first)
    await history.put(second)
    assert [row["id"] for row in await history.listed()] == [second["id"], first["id"]]
    assert await history.get(first["id"]) == first
    assert (await history.export()).count("\n") == 2
    await history.delete(first["id"])
    assert [row["title"] for row in await history.listed()] == ["怎样?"]
    await history.delete(None)
    assert (await history.listed(), said) == ([], [])
    history.close()


async def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite", print)
    await history.put(_record("Why?"))
    history.close()
    assert stat.S_IMODE(os.stat(tmp_path / "history.sqlite").st_mode) == 0o600  # noqa: PTH116


async def test_switched_off_it_writes_nothing(tmp_path: Path) -> None:
    history = History(None, print)
    await history.put(_record("Why?"))
    assert (await history.listed(), await history.export()) == ([], "")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_a_full_disk_is_one_sentence_and_the_entries_before_it_stay(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    history = History(tmp_path / "history.sqlite", said.append)
    await history.put(_record("kept"))
    assert history._connection is not None
    history._connection.execute("PRAGMA max_page_count = 4")
    await history.put(_record("x" * 200_000))
    assert len(said) == 1
    assert "full" in said[0]
    assert "Make room" in said[0]
    assert [row["title"] for row in await history.listed()] == ["kept"]
    history.close()


async def test_a_damaged_file_is_left_alone_and_named(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"not a database, but something of the user's" * 100)
    said: list[str] = []
    history = History(file, said.append)
    await history.put(_record("Why?"))
    assert await history.listed() == []
    assert str(file) in said[0]
    assert file.read_bytes().startswith(b"not a database")


async def test_a_folder_that_can_not_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    said: list[str] = []
    history = History(tmp_path / "state" / "history.sqlite", said.append)
    await history.put(_record("Why?"))
    assert len(said) == 1
    assert os.sep in said[0]
