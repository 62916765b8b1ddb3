"""Questions and answers kept on this machine: SQLite in the state folder. Plain text, no engine.

What can't be written is told once in a sentence; the page works on without its history.
"""

import asyncio
import json
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id TEXT PRIMARY KEY, asked REAL NOT NULL, title TEXT NOT NULL, mode TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_asked ON entries (asked);
"""
_TITLE = 80
_MOST_LISTED = 500


class History:
    """The entries that have ended. ``file`` None keeps nothing."""

    def __init__(self, file: Path | None, tell: Callable[[str], None]) -> None:
        self._file, self._tell = file, tell
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @property
    def kept(self) -> bool:
        """Whether anything is written."""
        return self._file is not None

    async def put(self, record: dict[str, Any]) -> None:
        """Keeps an entry, or says why it can't be kept."""
        title = " ".join(record["question"].split())[:_TITLE]
        row = (record["id"], record["asked"], title, record["mode"], json.dumps(record))
        await self._do(
            lambda db: db.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)", row)
        )

    async def listed(self) -> list[dict[str, Any]]:
        """Titles, newest first."""
        rows = await self._do(
            lambda db: db.execute(
                "SELECT id, asked, title, mode FROM entries ORDER BY asked DESC LIMIT ?",
                (_MOST_LISTED,),
            ).fetchall()
        )
        return [
            {"id": id_, "asked": asked, "title": title, "mode": mode}
            for id_, asked, title, mode in rows or ()
        ]

    async def get(self, id_: str) -> dict[str, Any] | None:
        """One entry."""
        row = await self._do(
            lambda db: db.execute("SELECT record FROM entries WHERE id = ?", (id_,)).fetchone()
        )
        return json.loads(row[0]) if row else None

    async def export(self) -> str:
        """All entries, oldest first, one JSON object a line."""
        rows = await self._do(
            lambda db: db.execute("SELECT record FROM entries ORDER BY asked").fetchall()
        )
        return "".join(f"{record}\n" for (record,) in rows or ())

    async def delete(self, id_: str | None) -> None:
        """Deletes one entry, or all."""
        if id_ is None:
            await self._do(lambda db: db.execute("DELETE FROM entries"))
        else:
            await self._do(lambda db: db.execute("DELETE FROM entries WHERE id = ?", (id_,)))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        if self._file is None:
            return None
        try:
            return await asyncio.to_thread(self._locked, self._file, work)
        except (sqlite3.Error, OSError) as error:
            self._tell(f"The history can't be used: {error}. {_advice(error, self._file)}")
            return None

    def _locked(self, file: Path, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            if self._connection is None:
                self._connection = _opened(file)
            with self._connection:
                return work(self._connection)


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Made by us, so that nobody else can ever read it.
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(file, timeout=5, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")  # what a user deletes is gone
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _advice(error: Exception, file: Path) -> str:
    text = str(error)
    if "full" in text or "I/O" in text or "No space" in text:
        return f"Make room on the disk that holds {file}; answers are shown all the same."
    if "not a database" in text or "malformed" in text:
        return f"Move {file} away; a new one is made."
    return f"Check {file}, or switch the history off with `web.history = false`."
