"""Text from the cage made safe to show: it was written by untrusted code."""

from __future__ import annotations

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Control, format (bidi and zero-width among them), surrogate, private, unassigned, separators."""


def clean(text: str, limit: int = 200) -> str:
    """One line without control, bidi or escape characters or Markdown links, cut to ``limit``."""
    shown = "".join(
        " " if unicodedata.category(char) in _HIDDEN else char for char in text[: 4 * limit]
    )
    shown = " ".join(shown.split()).replace("](", "] (")
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def clean_lines(text: str, limit: int) -> str:
    """Like ``clean``, keeping line ends and tabs."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _HIDDEN else " "
        for char in text[:limit]
    )
