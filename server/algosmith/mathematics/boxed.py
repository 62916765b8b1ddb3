r"""The final answer of a reply: what stands in its last ``\boxed{}``. Reads text, runs nothing."""

import re

_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
MOST_CHARACTERS = 500
"""Longer ones are no final answer but a text; parsing them would take long."""


def final_answer(reply: str) -> str:
    """The content of the last box, braces balanced; empty where there is none."""
    for box in reversed(list(_BOX.finditer(reply))):
        content = _balanced(reply, box.end())
        if content is not None and content.strip():
            return content.strip() if len(content) <= MOST_CHARACTERS else ""
    return ""


def _balanced(text: str, start: int) -> str | None:
    depth, place = 1, start
    while place < len(text):
        char = text[place]
        if char == "\\":
            place += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return text[start:place]
        place += 1
    return None
