"""The user's JDK: found, without starting it."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from algosmith.sandbox.reaches import LIBRARIES

OLDEST = 11
HOW = f"install JDK {OLDEST} or newer (Debian and Ubuntu: `sudo apt install default-jdk`)"
_VERSION = re.compile(r'^JAVA_VERSION="?(?:1\.)?(\d+)([\w.+-]*)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Jdk:
    """A JDK that was found."""

    home: Path
    version: str
    reads: tuple[Path, ...]
    """What its programs have to read."""

    @property
    def java(self) -> str:
        """The program that runs classes."""
        return str(self.home / "bin/java")

    @property
    def javac(self) -> str:
        """The compiler."""
        return str(self.home / "bin/javac")


@functools.cache
def find() -> Jdk | None:
    """The JDK of JAVA_HOME, else the one on the path; None where there is none new enough."""
    return next((one for one in _found() if int(one.version.split(".")[0]) >= OLDEST), None)


def tools() -> tuple[bool, str]:
    """Whether there is a JDK, and a sentence about it."""
    jdk = find()
    if jdk is None:
        return False, f"Java is not run: {why_none()}"
    return True, f"JDK {jdk.version} compiles and runs Java ({jdk.home})"


def why_none() -> str:
    """That there is no JDK here, what there is in its place, and what to do."""
    older = next(iter(_found()), None)
    if older is not None:
        return f"the JDK here is version {older.version}; {HOW}"
    if shutil.which("java"):
        return f"there is `java` here, but no compiler (`javac`); {HOW}"
    return f"no JDK here; {HOW}"


def _found() -> list[Jdk]:
    named = os.environ.get("JAVA_HOME", "")
    given = [str(Path(named, "bin/javac"))] if named else []
    found: list[Jdk] = []
    for path in (*given, shutil.which("javac")):
        home = Path(os.path.realpath(path)).parent.parent if path else None
        if home is None or not all((home / "bin" / name).exists() for name in ("java", "javac")):
            continue
        version = _version(home)
        if version:
            found.append(Jdk(home, version, _reads(home)))
    return found


def _version(home: Path) -> str:
    try:
        match = _VERSION.search((home / "release").read_text("utf-8", "replace"))
        if match:
            return f"{match[1]}{match[2]}"
    except OSError:
        pass
    try:
        done = subprocess.run(
            [home / "bin/javac", "-version"], capture_output=True, timeout=60, check=False,
            text=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.search(r"javac (?:1\.)?(\d+)([\w.+-]*)", done.stdout + done.stderr)
    return f"{match[1]}{match[2]}" if match else ""


def _reads(home: Path) -> tuple[Path, ...]:
    """Libraries, the JDK, and what its own links lead to (Debian keeps settings in /etc)."""
    linked: list[Path] = []
    for folder in ("lib", "conf", "jre/lib"):
        for top, folders, names in os.walk(home / folder):
            links = [Path(top, name) for name in (*folders, *names) if Path(top, name).is_symlink()]
            targets = (Path(os.path.realpath(link)) for link in links)
            linked += [one for one in targets if not one.is_relative_to(home)]
    settings = [one for one in linked if one.is_relative_to("/etc") and "ssl" not in one.parts]
    return tuple(dict.fromkeys([*LIBRARIES, home, *sorted(settings)]))
