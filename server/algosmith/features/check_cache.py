"""What earlier checks found, kept by content: what did not change is not checked again.

Each checked file has one file of its own in the state folder, written anew as its functions end. So
a check that was interrupted goes on where it stopped, and two checks at once only repeat work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from algosmith import __version__, paths
from algosmith.batch import once
from algosmith.features.findings import checked_of, checked_record
from algosmith.verify import modules
from algosmith.verify.examples.workspace import test_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from algosmith.features.findings import FunctionReport

_FORM = 1
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+([^#\n]+)|import[ \t]+([^#\n]+))",
    re.MULTILINE,
)
_NAME = re.compile(rb"[^\W\d]\w*")
_MOST_MODULES = 500


def digest(*parts: bytes | str) -> str:
    """A short hash of parts."""
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "big") + data)
    return made.hexdigest()[:32]


@dataclass(slots=True)
class Surroundings:
    """What else a function's examples hang on: test files, and modules of the workspace."""

    roots: tuple[Path, ...]
    _tests: list[tuple[str, frozenset[bytes]]] | None = None
    _contents: dict[Path, bytes | None] = field(default_factory=dict["Path", "bytes | None"])
    _links: dict[tuple[Path, tuple[Path, ...]], list[Path]] = field(
        default_factory=dict["tuple[Path, tuple[Path, ...]]", "list[Path]"]
    )

    _files: dict[tuple[Path, tuple[str, ...]], list[Path]] = field(
        default_factory=dict["tuple[Path, tuple[str, ...]]", "list[Path]"]
    )

    def tested_names(self) -> frozenset[str]:
        """All names that stand in the test files."""
        names = {name for _, found in self._read_tests() for name in found}
        return frozenset(name.decode("utf-8", "replace") for name in names)

    def tests_digest(self, name: str | None = None) -> str:
        """Of the test files that hold a name, or of all."""
        wanted = name.encode() if name is not None else None
        return digest(*(h for h, found in self._read_tests() if wanted is None or wanted in found))

    def imports_digest(self, file: Path, data: bytes) -> str:
        """Of the modules of the workspace that a file imports, and of what these import."""
        key = ("search path", file.parent, self.roots)
        folders = once(key, lambda: modules.search_path(file, self.roots))
        seen: dict[Path, bytes] = {}
        waiting = [(file, data)]
        while waiting and len(seen) < _MOST_MODULES:
            here, text = waiting.pop()
            for path in self._imports(here, text, folders):
                if path not in seen and path != file:
                    seen[path] = self._content(path) or b""
                    waiting.append((path, seen[path]))
        return digest(*(part for path in sorted(seen) for part in (str(path), seen[path])))

    def _imports(self, file: Path, data: bytes, folders: tuple[Path, ...]) -> list[Path]:
        """The files of the workspace that the imports of a file mean."""
        key = (file, folders)
        if key not in self._links:
            found = (path for at in _imported(file, data, folders) for path in self._modules(*at))
            self._links[key] = list(dict.fromkeys(found))
        return self._links[key]

    def _modules(self, start: Path, parts: tuple[str, ...]) -> list[Path]:
        """The files below a folder that an import of that name loads."""
        known = self._files.get((start, parts))
        if known is None:
            paths = [start.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]
            names = [name for path in paths
                     for name in (path.with_suffix(".py"), path / "__init__.py")]  # fmt: skip
            known = [path for path in names if self._content(path) is not None]
            self._files[start, parts] = known
        return known

    def _content(self, path: Path) -> bytes | None:
        if path not in self._contents:
            try:
                self._contents[path] = path.read_bytes() if path.is_file() else None
            except OSError:
                self._contents[path] = None
        return self._contents[path]

    def _read_tests(self) -> list[tuple[str, frozenset[bytes]]]:
        if self._tests is None:
            self._tests = []
            for path in (path for root in self.roots for path in test_files(root)):
                content = self._content(path)
                if content is not None:
                    self._tests.append((digest(content), frozenset(_NAME.findall(content))))
        return self._tests


def _imported(
    file: Path, data: bytes, folders: Sequence[Path]
) -> Iterable[tuple[Path, tuple[str, ...]]]:
    """What the imports of a file may mean: a folder, and the name's parts below it."""
    for match in _IMPORT.finditer(data):
        base, names, plain = (
            part.decode("utf-8", "replace") if part else "" for part in match.groups()
        )
        wanted = [one.split(" as ")[0].strip("() \t") for one in (plain or names).split(",")]
        dotted = wanted if plain else [base, *(f"{base}.{one}" for one in wanted)]
        for name in dotted:
            level = len(name) - len(name.lstrip("."))
            starts = [file.parents[level - 1]] if 0 < level <= len(file.parents) else folders
            parts = tuple(part for part in name.strip(".").split(".") if part.isidentifier())
            yield from ((start, parts) for start in starts)


@dataclass(slots=True)
class FileCache:
    """What is known of one file."""

    path: Path
    whole: str = ""
    """Digest of all that the functions in ``checked`` hang on; empty while some are missing."""
    checked: dict[str, FunctionReport | None] = field(
        default_factory=dict[str, "FunctionReport | None"]
    )
    """By the digest of what a function hangs on; None where there was nothing to check."""
    order: list[str] = field(default_factory=list[str])
    """The digests of the file's functions, in the order they stand."""

    def save(self) -> None:
        """Writes it; a full or read-only disk only means that nothing is kept."""
        kept = {key: self.checked[key] for key in dict.fromkeys(self.order) if key in self.checked}
        record = {
            "form": _FORM,
            "version": __version__,
            "whole": self.whole,
            "order": self.order,
            "checked": {k: checked_record(v) if v else None for k, v in kept.items()},
        }
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self.path.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(record), "utf-8")
            part.replace(self.path)


def load(file: Path) -> FileCache:
    """What is kept of a source file; empty where there is nothing, or it is damaged."""
    path = paths.state_dir() / "check" / f"{digest(str(file))}.json"
    try:
        record = cast("dict[str, Any]", json.loads(path.read_bytes()))
        if (record["form"], record["version"]) != (_FORM, __version__):
            return FileCache(path)
        checked = {k: checked_of(v) if v else None for k, v in record["checked"].items()}
        return FileCache(path, str(record["whole"]), checked, [str(k) for k in record["order"]])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return FileCache(path)
