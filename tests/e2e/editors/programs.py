"""Where the editors of ``make e2e`` are, and how each is started."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "editor-client" / "nvim"
TRIXIE = ROOT / ".e2e" / "trixie"
_LIBRARIES = TRIXIE / "usr" / "lib" / "x86_64-linux-gnu"


def neovim(version: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment of Neovim: ``current`` from PyPI, ``oldest`` from Debian trixie."""
    if version == "current":
        return [str(Path(sys.executable).parent / "nvim")], {}
    command = [*_loader(), str(TRIXIE / "usr" / "bin" / "nvim")]
    runtime = {"VIMRUNTIME": str(TRIXIE / "usr" / "share" / "nvim" / "runtime")}
    return [*command, "--cmd", f"set rtp+={TRIXIE}/usr/lib/nvim"], runtime


def helix() -> tuple[list[str], dict[str, str]]:
    """Command and environment of Helix, from Debian trixie."""
    folder = TRIXIE / "usr" / "lib" / "hx"
    return [*_loader(), str(folder / "hx")], {"HELIX_RUNTIME": str(folder / "runtime")}


def _loader() -> list[str]:
    """Programs of a newer Debian run with its own libraries; what they start uses the system's."""
    return [str(_LIBRARIES / "ld-linux-x86-64.so.2"), "--library-path", str(_LIBRARIES)]
