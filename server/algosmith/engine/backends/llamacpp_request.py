"""What a completion asks of llama.cpp, beside its prompt.

Whatever the library can end or force by itself it is asked to: it does so for one sequence of
many, where from outside only the whole completion can be ended.
"""

from collections.abc import Sequence
from typing import Any

from algosmith.engine.backends.base import BackendInfo, Group
from algosmith.engine.backends.llamacpp_native import Native, completion_body
from algosmith.engine.text.thinking import CLOSE, FORCED_CLOSE, OPEN, thinking_budget

_SLACK_TOKENS = 8


class Requests:
    """Makes the bodies of completions for one loaded model."""

    def __init__(self, native: Native, info: BackendInfo) -> None:
        self._info = info
        # Where the tags are no tokens of their own, their ends may be one token with what stands
        # beside them; the word itself is found in any case. It may be found too often: then the
        # thinking's budget is kept from outside.
        self._open = OPEN if len(native.tokenize(OPEN, special=True)) == 1 else OPEN[:-1]
        self._close = CLOSE if len(native.tokenize(CLOSE, special=True)) == 1 else "think"
        self._forced = len(native.tokenize(FORCED_CLOSE, special=True))

    def body(
        self,
        group: Group,
        prompt: Sequence[int],
        count: int,
        seed: int,
        *,
        max_tokens: int,
        budget: bool,
    ) -> dict[str, Any]:
        """The body for ``count`` sequences; ``budget``: they are still to begin thinking."""
        lora = [
            {"id": place, "scale": 1.0 if name == group.adapter else 0.0}
            for place, name in enumerate(self._info.adapters)
        ]
        return completion_body(
            prompt,
            count,
            max_tokens=max_tokens,
            sampling=group.sampling,
            seed=seed % 2**32,
            cache_prompt=not group.exact,
            **({"lora": lora} if lora else {}),
            **self._stops(group),
            **(self._budget(group, max_tokens) if budget else {}),
        )

    def _stops(self, group: Group) -> dict[str, list[str]]:
        """Stop strings that llama.cpp may look for itself: not those a thought could hold."""
        return {} if self._info.reasoning or not group.stop else {"stop": list(group.stop)}

    def _budget(self, group: Group, room: int) -> dict[str, Any]:
        """The thinking's budget, a little below what the scheduler keeps, so that it comes first.

        The library counts from the tag, be it generated or the end of the prompt
        (``NativeOptions.opening``).
        """
        if not self._info.reasoning or group.thinking_tokens is None:
            return {}
        tokens = thinking_budget(group.thinking_tokens, room) - self._forced - _SLACK_TOKENS
        if tokens < 1:
            return {}
        message, _, after = FORCED_CLOSE.rpartition(CLOSE)
        return {
            "reasoning_budget_tokens": tokens,
            "reasoning_budget_start_tag": self._open,
            "reasoning_budget_end_tags": [CLOSE + after, self._close],
            "reasoning_budget_message": message,
        }
