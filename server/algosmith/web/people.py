"""Who may use the page: a key for each person, of which only a hash is kept. No HTTP.

The file is read again when it changed, so whoever is added or removed is so at once.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from algosmith import paths
from algosmith.errors import ConfigError
from algosmith.sockets import private_folder

ME = "me"
"""Name of whoever runs the page on their own machine, or holds the key of ``--key-file``."""
DAY = 86_400.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_SHORTEST_KEY = 16
_NO_KEY = (
    "This page has no valid key: open the link that `algosmith web` printed when it started last."
)
_UNKNOWN = "This key opens nothing here: ask whoever runs this server for a link of your own."
_ENDED = "This key ended on {day}: ask whoever runs this server for a new link."


class KeyRefused(Exception):
    """A key that opens nothing; the text is for people."""


class Keys(Protocol):
    """Tells who holds a key."""

    def owner(self, key: str) -> str:
        """Name of the person; raises KeyRefused."""
        ...

    def knows(self, name: str) -> bool:
        """Whether this person may still be here."""
        ...


@dataclass(frozen=True, slots=True)
class OneKey:
    """The key of a page that only its own user can reach."""

    key: str

    def owner(self, key: str) -> str:
        """See ``Keys``."""
        if hmac.compare_digest(_digest(key), _digest(self.key)):
            return ME
        raise KeyRefused(_NO_KEY)

    def knows(self, name: str) -> bool:
        """See ``Keys``."""
        return name == ME


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a key."""

    name: str
    digest: str
    """SHA-256 of the key, in hex."""
    until: float | None
    """When the key ends, in seconds of the epoch; None for never."""

    @property
    def ended(self) -> bool:
        """Whether the key's time is over."""
        return self.until is not None and self.until <= time.time()


class People:
    """Everybody with a key.

    Args:
        file: where they are kept.
        key_file: a file whose first line is the key of ``ME``, for a container or a service.
    """

    def __init__(self, file: Path | None = None, key_file: Path | None = None) -> None:
        self.file = file or paths.config_dir() / "people.json"
        self._mine = (_person_of(key_file),) if key_file else ()
        self._seen: tuple[int, int] | None = None
        self._people: tuple[Person, ...] = ()

    def all(self) -> tuple[Person, ...]:
        """Everybody, those whose key ended as well.

        Raises:
            ConfigError: the file is damaged, or can be read by others.
        """
        try:
            found = self.file.stat()
        except FileNotFoundError:
            self._seen, self._people = None, ()
        except OSError as error:
            raise ConfigError(f"{self.file}: {error.strerror}") from error
        else:
            if found.st_mode & 0o077 and os.name != "nt":
                raise ConfigError(f"others can read {self.file}: run `chmod 600 {self.file}`")
            if self._seen != (found.st_mtime_ns, found.st_ino):
                self._people = _read(self.file)
                self._seen = (found.st_mtime_ns, found.st_ino)
        return (*self._mine, *self._people)

    def owner(self, key: str) -> str:
        """See ``Keys``."""
        digest = _digest(key)
        person = next((p for p in self.all() if hmac.compare_digest(p.digest, digest)), None)
        if person is None:
            raise KeyRefused(_UNKNOWN)
        if person.ended:
            raise KeyRefused(_ENDED.format(day=day_of(person)))
        return person.name

    def knows(self, name: str) -> bool:
        """See ``Keys``; nobody is known while the file can't be read."""
        try:
            return any(person.name == name and not person.ended for person in self.all())
        except ConfigError:
            return False

    def add(self, name: str, days: float | None) -> str:
        """A new key for somebody; one they had ends.

        Raises:
            ConfigError: the name can't be used, or the file can't be written.
        """
        if not _NAME.fullmatch(name) or name == ME:
            raise ConfigError(
                f"{name!r} can't be a name here: 1 to 40 of a-z, 0-9, '.', '_' and '-' "
                f"(not {ME!r}), a letter or digit first"
            )
        key = secrets.token_urlsafe(32)
        until = None if days is None else time.time() + days * DAY
        others = [person for person in self.all() if person.name not in (ME, name)]
        self._write([*others, Person(name, _digest(key), until)])
        return key

    def remove(self, name: str) -> None:
        """Their key ends now; what they asked stays in the state folder.

        Raises:
            ConfigError: there is nobody of this name.
        """
        people = [person for person in self.all() if person.name != ME]
        if name not in [person.name for person in people]:
            known = ", ".join(person.name for person in people) or "nobody"
            raise ConfigError(f"nobody is called {name!r}; there is: {known}")
        self._write([person for person in people if person.name != name])

    def _write(self, people: Iterable[Person]) -> None:
        private_folder(self.file.parent)
        new = self.file.with_suffix(".new")
        try:
            descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump([asdict(person) for person in people], file, indent=1)
            new.replace(self.file)
        except OSError as error:
            raise ConfigError(f"{self.file} can't be written: {error.strerror}") from error


def day_of(person: Person) -> str:
    """The day on which the key ends, for people."""
    if person.until is None:
        return "never"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(person.until))


def history_file(name: str) -> Path:
    """Where a person's questions are kept."""
    if name == ME:
        return paths.state_dir() / "history.sqlite"
    return paths.state_dir() / "people" / name / "history.sqlite"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _person_of(key_file: Path) -> Person:
    try:
        key = key_file.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--key-file {key_file} can't be read: {error}") from error
    if len(key) < _SHORTEST_KEY or not key.isascii() or not key.isprintable():
        raise ConfigError(
            f"the first line of {key_file} must be a key of {_SHORTEST_KEY} characters or more: "
            f"make one with `head -c 24 /dev/urandom | base64 > {key_file}`"
        )
    return Person(ME, _digest(key), None)


def _read(file: Path) -> tuple[Person, ...]:
    try:
        rows = json.loads(file.read_text("utf-8"))
        people = tuple(_person(row["name"], row["digest"], row["until"]) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{file} is damaged ({error}): remove it and add people anew") from error
    return people


def _person(name: str, digest: str, until: float | None) -> Person:
    if not _NAME.fullmatch(name):  # it becomes a folder's name
        raise ValueError(f"{name!r} is no name")
    return Person(name, str(digest), None if until is None else float(until))
