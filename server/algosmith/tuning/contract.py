"""Whether an answer is one that the product could use: its code in one fenced block.

Rows that teach other things than code break this rightly; it is counted and shown, never enforced.
"""

import re

from algosmith.errors import ReplyError
from algosmith.prompting.extract import without_thinking
from algosmith.tuning.conversations import Conversation

_FENCE = re.compile(r"^(```+|~~~+)", re.MULTILINE)


def broken_by(conversation: Conversation) -> str:
    """What is wrong with the answer; empty where it keeps the contract."""
    try:
        answer = without_thinking(conversation.answer)
    except ReplyError:
        return "its thought never ends"
    fences = len(_FENCE.findall(answer))
    if not fences:
        return "it has no fenced block of code"
    if fences % 2:
        return "a block of code in it is never closed"
    return "it has several blocks of code" if fences > 2 else ""
