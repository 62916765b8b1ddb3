"""What must not be learned: keys and passwords, and licence headers. Known forms only.

No list of forms is complete: read a sample of the data before you share an adapter.
"""

import re

_SECRETS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{40,}\b|\bglpat-[\w-]{18,}"),
    re.compile(r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}\b"),
    re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}|\bhf_[A-Za-z0-9]{30,}\b|\bAIza[\w-]{35}\b"),
    re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s:/@]{3,}@", re.IGNORECASE),
    re.compile(
        r"""(?:password|passwd|secret|api_?key|access_?token|auth_?token)["']?\s*[:=]\s*["'][^"'\s]{8,}["']""",
        re.IGNORECASE,
    ),
)
_LICENCE = re.compile(r"copyright|spdx-license|licen[cs]ed under|all rights reserved", re.I)
_COMMENT = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:#![^\n]*\n)?(?P<head>(?:[ \t]*(?:#[^\n]*)?\r?\n)+)")


def has_secret(text: str) -> bool:
    """Whether something in the text looks like a key or a password."""
    return any(pattern.search(text) for pattern in _SECRETS)


def without_licence(data: bytes) -> bytes:
    """A Python file without the comment at its top, where that is a licence."""
    found = _COMMENT.match(data)
    if found is None or not _LICENCE.search(found["head"].decode("utf-8", "replace")):
        return data
    return data[: found.start("head")] + data[found.end("head") :]
