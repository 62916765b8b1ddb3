"""The user's Rust compiler: found on the path, or where rustup and cargo put theirs."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.sandbox.reaches import LIBRARIES
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW = "install Rust (https://rustup.rs; Debian and Ubuntu: `sudo apt install rustc`)"
_LINKER = "a C compiler that links (Debian and Ubuntu: `sudo apt install gcc`)"
OLDEST = (1, 70)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A compiler that was found."""

    path: Path
    """The compiler itself, not rustup's stand-in for it."""
    version: str
    root: Path
    """The folder of its libraries (``sysroot``), which it can't find by itself in the cage."""
    linker: Path
    reads: tuple[Path, ...]
    """What it, and what it makes, has to read."""
    links: tuple[str, ...] = ()
    """Options by which it links in the cage, where its own linker does not find itself."""


@functools.cache
def find() -> Toolchain | None:
    """The first compiler that works, with a linker; None where there is none."""
    linker = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    if linker is None:
        return None
    for one in _places():
        root = _asked(one, "--print", "sysroot")
        path = Path(root, "bin", "rustc") if root else one
        path = path if path.is_file() else one
        version = _asked(path, "--version")
        match = re.match(r"rustc (\d+)\.(\d+)", version)
        if root and match and (int(match[1]), int(match[2])) >= OLDEST:
            reads = _reads(Path(os.path.realpath(path)), Path(root), Path(linker))
            return Toolchain(path, clean(version, 80), Path(root), Path(linker), reads, _links())
    return None


def why_none() -> str:
    """A sentence for people, where ``find`` finds nothing."""
    if any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        return f"no Rust compiler here; {HOW}"
    return f"Rust needs {_LINKER}"


def tools() -> tuple[bool, str]:
    """Whether there is a compiler, and a sentence about it."""
    found = find()
    if found is None:
        return False, f"Rust is not run: {why_none()}"
    return True, f"{found.version} compiles Rust ({found.path})"


def _places() -> Iterator[Path]:
    """Where a compiler may be, the likeliest first."""
    named, onpath = os.environ.get("RUSTC", ""), shutil.which("rustc")
    if named and (path := shutil.which(named)):
        yield Path(path)
    if onpath:
        yield Path(onpath)
    homes = [Path(os.environ.get("RUSTUP_HOME") or "~/.rustup").expanduser()]
    if onpath:  # rustup's own for all users: `…/.cargo/bin` beside `…/.rustup`
        homes.append(Path(onpath).parent.parent.parent / ".rustup")
    for home in homes:
        try:
            names = sorted((home / "toolchains").iterdir(), key=lambda p: "stable" not in p.name)
        except OSError:
            continue
        yield from (one / "bin" / "rustc" for one in names)
    yield Path("~/.cargo/bin/rustc").expanduser()


def _asked(path: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [str(path), *arguments], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _links() -> tuple[str, ...]:
    for name in ("bfd", "gold"):
        if shutil.which(f"ld.{name}"):
            return ("-C", f"link-arg=-fuse-ld={name}")
    return ()


def _reads(rustc: Path, root: Path, linker: Path) -> tuple[Path, ...]:
    """Libraries, the compiler's own, and what links."""
    parts = [
        Path(shutil.which(text) or text)
        for name in ("ld", "ld.bfd", "ld.gold", "as", "collect2")
        if (text := _asked(linker, f"-print-prog-name={name}"))
    ]
    own = Path(os.path.realpath(linker))
    found = [rustc, root / "bin", root / "lib", linker, own, *(p for p in parts if p.is_absolute())]
    return tuple(dict.fromkeys([*LIBRARIES, Path("/usr/libexec"), *found]))
