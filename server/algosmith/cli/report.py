"""``algosmith doctor --report``: what a bug report needs, without names, keys or your code."""

import getpass
import os
import platform
import re
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from algosmith import paths
from algosmith.cli.doctor import Finding, line
from algosmith.cli.files import safe

_PACKAGES = (
    "lsprotocol", "pygls", "tree-sitter", "xllamacpp", "torch", "transformers", "starlette",
    "uvicorn", "sympy",
)  # fmt: skip
_LOG_LINES = 40
_LOG_BYTES = 64 << 10
_NAMED = re.compile(
    r"""(?ix) (                                    # what is named as secret, as in HF_TOKEN=…
    (?:api[-_]?key|access[-_]?key|token|passw(?:or)?d|passphrase|secret|credentials?) \b
    ["']? (?: \s*[:=]\s* | \s+is\s+ | \s+ ) )
    (?: "[^"\n]*" | '[^'\n]*' | [^\s"'&]\S* )"""
)
_HEADER = re.compile(r"(?i)((?:\bauthorization|\b(?:set-)?cookie)\b[\"']?\s*[:=]\s*).+")
_SCHEME = re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]+")
_KNOWN = re.compile(r"\b(?:sk|hf|gh[pousr]|github_pat|glpat|pypi|xox[abp])[-_][\w-]{8,}")
"""Keys that are known by how they begin."""
_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/]+@")
_FRAGMENT = re.compile(r"(?i)\b(https?://[^\s#]+#)[^\s\"')]+")
"""The page's key stands there."""


def report(findings: Sequence[Finding]) -> str:
    """Markdown to paste; the reader of an issue sees it folded."""
    parts = [
        ("What doctor says", [line(finding) for finding in findings]),
        ("This machine", _machine()),
        ("Packages", list(_versions())),
        *((f"The end of {name}.log", _log(name)) for name in ("lsp", "engine")),
    ]
    text = "\n".join(_folded(title, lines) for title, lines in parts)
    return f"{redact(text)}\nPlease read this before you send it: log lines may name your files."


def redact(text: str) -> str:
    """The text without keys and without the names of user, machine and home folder."""
    text = _LINK.sub(r"\1***@", text)
    for pattern in (_FRAGMENT, _HEADER, _SCHEME, _NAMED):
        text = pattern.sub(r"\1***", text)
    text = _KNOWN.sub("***", text)
    names = [(str(Path.home()), "~"), (socket.gethostname(), "HOST")]
    with suppress(KeyError, OSError):  # a container's user may have no name
        names.append((getpass.getuser(), "USER"))
    for name, instead in names:
        if len(name) > 1:
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", instead, text)
    return text


def _folded(title: str, lines: Sequence[str]) -> str:
    # A line of a log must not end the fold, nor write to the terminal.
    body = safe("\n".join(lines)).replace("```", "'''") or "(nothing)"
    return f"<details><summary>{title}</summary>\n\n```\n{body}\n```\n</details>\n"


def _machine() -> list[str]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [platform.platform(), f"{platform.machine()}, {cores} cores", f"Python {sys.version}"]


def _versions() -> Iterator[str]:
    for package in _PACKAGES:
        try:
            yield f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            yield f"{package} not installed"


def _log(name: str) -> list[str]:
    file = paths.log_file(name)
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - _LOG_BYTES))
            return log.read().decode("utf-8", "replace").splitlines()[-_LOG_LINES:]
    except OSError:
        return []
