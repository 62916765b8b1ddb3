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
_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)([^\s\"'`<>)\]]*)")
_OWN_HOST = re.compile(r"(?i)(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?=/|$)")
_PATH = re.compile(r"(?<![\w.~/:*])(?:~|[A-Za-z]:)?[\\/](?:[^\s\\/\"'`,:;()<>|]+[\\/]?)+")
_FILE = re.compile(
    r"(?<![\w/])(?!Node\.js\b)[^\s\"'`,:;()<>|*]+\.(?:py\w?|ipynb|[jt]sx?|[cm]js|c|h|cc|cpp|hpp|java|rs|go)\b"
)
_SYSTEM = re.compile(r"/(?:usr|lib\d*|bin|proc|sys|dev)(?:/|$)|/etc/[\w.-]+$")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_ADDRESS = re.compile(r"\b(?!127\.)\d{1,3}(?:\.\d{1,3}){3}\b")
_RECORD = re.compile(r"(?:\d{4}-\d\d-\d\d )?[\d:,]+ \d+ [A-Z]+ ")
_QUOTED = re.compile(r"""(['"`])(?:\\.|(?!\1).)*(?:\1|$)""")
_FRAME = re.compile(
    r'  File "[^"]*[\\/]((?:algosmith|site-packages)[\\/][^"]*)", (line \d+, in [\w<>]+)'
)
_RAISED = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Group))\b")


def report(findings: Sequence[Finding]) -> str:
    """Markdown to paste; the reader of an issue sees it folded."""
    parts = [
        ("What doctor says", [redact(line(finding)) for finding in findings]),
        ("This machine", [redact(text) for text in _machine()]),
        ("Packages", list(_versions())),
        *((f"The end of {name}.log", _log(name)) for name in ("lsp", "engine")),
    ]
    text = "\n".join(_folded(title, lines) for title, lines in parts)
    return f"{text}\nPlease read this before you send it."


def redact(text: str) -> str:
    """The text without keys, addresses, and the names of user, machine, folders and files."""
    for folder, name in _known_folders():
        text = re.sub(rf"(?<![\w.-]){re.escape(folder)}(?![\w-])", name, text)
    text = _URL.sub(lambda it: it[1] + _address(it[2]), text)
    for pattern in (_HEADER, _SCHEME, _NAMED):
        text = pattern.sub(r"\1***", text)
    for pattern in (_KNOWN, _MAIL, _ADDRESS):
        text = pattern.sub("***", text)
    text = _PATH.sub(lambda it: it[0] if _SYSTEM.match(it[0]) else f"***{_ending(it[0])}", text)
    text = _FILE.sub(lambda it: f"***{_ending(it[0])}", text)
    for name, instead in _names():
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", instead, text)
    return text


def _address(rest: str) -> str:
    """Of an address on this machine the port is told, of others nothing."""
    own = _OWN_HOST.match(rest)
    if own is None:
        return "***"
    return rest if rest.removeprefix(own[0]) in ("", "/", "/v1") else f"{own[0]}/***"


def _ending(path: str) -> str:
    ending = path.rpartition(".")[2]
    return f".{ending}" if re.fullmatch(r"[A-Za-z0-9]{1,12}", ending) and "." in path else ""


def _known_folders() -> list[tuple[str, str]]:
    """Our own folders and Python's by a word each, the longest first."""
    own = {
        str(paths.config_dir()): "CONFIG",
        str(paths.data_dir()): "DATA",
        str(paths.state_dir()): "STATE",
        str(paths.runtime_dir()): "RUN",
        str(Path(__file__).parents[1]): "ALGOSMITH",
        str(Path(__file__).parents[3] / "prompts"): "PROMPTS",
    }
    # The system's own Python lies in /usr, which is no name, and where the compilers lie too.
    prefixes = (sys.prefix, sys.base_prefix)
    own |= {prefix: "PYTHON" for prefix in prefixes if not _SYSTEM.match(prefix)}
    return sorted(own.items(), key=lambda pair: -len(pair[0]))


def _names() -> list[tuple[str, str]]:
    names = [(socket.gethostname(), "HOST"), (Path.home().name, "USER")]
    names += [(os.environ.get(name, ""), "USER") for name in ("USER", "LOGNAME", "SUDO_USER")]
    with suppress(KeyError, OSError):  # a container's user may have no name
        names.append((getpass.getuser(), "USER"))
    return [(name, instead) for name, instead in names if len(name) > 1]


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
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [shown for one in lines if (shown := _log_line(one))][-_LOG_LINES:]


def _log_line(text: str) -> str:
    """What may be shown of a line: no quoted text, and of a traceback no source and no message."""
    if _RECORD.match(text):
        return redact(_QUOTED.sub("'…'", text))
    frame = _FRAME.match(text)
    if frame is not None:
        return f"  {frame[1]}, {frame[2]}"
    raised = _RAISED.match(text)
    return "" if raised is None else f"  {raised[1]}"
