"""How Java writes values, ``[1, 2]`` and ``{a=1}``, and words: Javadoc's tags are left out."""

import re

from algosmith.languages.java import literals
from algosmith.languages.lines import Speech
from algosmith.languages.spelling import Spelling

_TAG = re.compile(r"</?(?:p|pre|code|b|i|ul|ol|li|strong|em|blockquote|br|tt)\s*/?>", re.IGNORECASE)
_CODE = re.compile(r"\{@(?:code|literal)\s")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#64;": "@"}


def plain_words(text: str) -> str:
    """A doc comment's words without its tags: ``{@code f(2)}`` is ``f(2)``."""
    text = _TAG.sub(" ", text)
    while (match := _CODE.search(text)) is not None:
        depth, at = 1, match.end()
        while at < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        inner = text[match.end() : at - 1] if not depth else text[match.end() :]
        text = text[: match.start()] + inner + text[at:]
    for entity, char in _ENTITIES.items():
        text = text.replace(entity, char)
    return text


SPELLING = Spelling("null", "NaN", "Infinity", "[%s]", "{%s}", "%s=%s")
SPEECH = Speech(literals.parse, SPELLING.spelled, plain=plain_words)
