"""Asking a question in words: one streamed answer, and for mathematics a comparison of several."""

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from algosmith.config import Settings
from algosmith.errors import EngineError, PromptError
from algosmith.features import asking
from algosmith.features.services import Services
from algosmith.mathematics.agreement import Agreement, agree
from algosmith.prompting import templates
from algosmith.prompting.budget import count_tokens
from algosmith.wire import ChatRequest, Delta, DeltaSink, ProgressSink, Reply

Mode = Literal["algorithms", "mathematics"]

_PROMPTS: dict[Mode, str] = {"algorithms": "ask", "mathematics": "math"}
MOST_CHARACTERS = 200_000
"""Of a question; no model here reads more."""
_CODE = re.compile(
    r"\s*(?:(?:async )?def \w+\s*\(|class \w+\s*[:(]|(?:for|while|if|elif|with)\b[^.!?]*:\s*$|"
    r"(?:else|try|finally)\s*:\s*$|return\b(?![^.]*\b(?:the|an?|what) \w)|(?:from|import) \w+|"
    r"[\w.\[\]]+(?:\s*,\s*[\w.\[\]]+)*\s*(?:[-+*/%|&^]|//|\*\*)?=(?!=)\s*\S|>>> )"
)
"""A line of code that stands outside a fence."""
_INLINE = re.compile(r"`([^`]*)`")
_SHORT = 25
"""Code between words that is more than a name or a condition."""
_USUAL_CONTEXT = 8192
"""What is counted with where the engine chooses its context itself; it is never less."""
_SHARE = 2
"""A question may fill this part of the context: one half, so that an answer has room."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A question and how it is to be answered."""

    question: str
    mode: Mode = "algorithms"
    prompt: str = ""
    """Name of a prompt file to use instead of the mode's."""
    variables: tuple[tuple[str, str], ...] = ()
    """Values for that prompt's further variables."""
    answers: int = 1
    """Independent answers to ask for; a mathematical answer is checked when there are several."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    text: str
    reasoning: str
    model: str
    tokens: int
    """Of all answers, reasoning included."""
    seconds: float
    cut: bool = False
    """The answer ended because its bound was reached."""
    agreement: Agreement | None = None
    """How the answers of a mathematical problem compare; None where there is nothing to compare."""


async def ask(
    services: Services,
    problem: Problem,
    on_progress: ProgressSink | None = None,
    on_delta: DeltaSink | None = None,
    on_check: Callable[[], None] | None = None,
) -> Answer:
    """The answer; ``on_delta`` is told of the first one's text as it comes.

    Of several answers to a mathematical problem one that most of them agree with is given. Raises
    PromptError for a question that can't be asked and EngineError when there is no answer.
    """
    request = _request(services.settings, problem)

    def first_only(delta: Delta) -> None:
        if on_delta is not None and delta.index == 0:
            on_delta(delta)

    replies: list[Reply] = []
    stream = services.completer.stream(request, on_progress, first_only)
    async with contextlib.aclosing(stream) as arriving:
        async for reply in arriving:
            replies.append(reply)
    replies.sort(key=lambda reply: reply.index)
    if not any(reply.text.strip() or reply.reasoning.strip() for reply in replies):
        raise EngineError("the model said nothing; ask again")
    agreement = None
    if problem.mode == "mathematics" and not problem.prompt:
        if on_check is not None and len(replies) > 1:
            on_check()
        agreement = await agree([reply.text for reply in replies])
    return _answer(request, replies, agreement)


def check_words(agreement: Agreement) -> str:
    """One sentence on what was checked, and what was not."""
    if agreement.chosen is None or agreement.problem:
        return f"Not checked: {agreement.problem}."
    final = agreement.finals[agreement.chosen]
    total = len(agreement.finals)
    if total == 1:
        return f"Not checked: {final} is the only answer; several can be compared."
    left_out = total - agreement.compared
    rest = f" {left_out} without a readable final answer." if left_out else ""
    if agreement.size == 1:
        return f"Not confirmed: no two of {total} independent answers are equal.{rest}"
    return (
        f"{agreement.size} of {total} independent answers are equal to {final} "
        f"(compared by sympy; the reasoning was not checked).{rest}"
    )


def without_code(text: str) -> str:
    """The words of a hint: a model that shows code against its orders is cut there."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            break
        if not _CODE.match(line):
            kept.append(_INLINE.sub(lambda it: it[0] if len(it[1]) < _SHORT else "…", line))
    return "\n".join(kept).strip() or "(The model wrote only code; ask for another hint.)"


def thinking_budget(settings: Settings) -> int:
    """The most tokens that reasoning may take."""
    return settings.thinking.tokens


def _request(settings: Settings, problem: Problem) -> ChatRequest:
    question = problem.question.strip()
    if not question:
        raise PromptError("There is no question: write one first.")
    values = {**dict(problem.variables), "question": question}
    request = asking.in_words(
        settings,
        problem.prompt or _PROMPTS[problem.mode],
        {name: templates.as_data(text) for name, text in values.items()},
    )
    _check_length(settings, sum(count_tokens(message.content) for message in request.messages))
    return replace(request, n=problem.answers)


def _check_length(settings: Settings, tokens: int) -> None:
    most = (settings.engine.context_tokens or _USUAL_CONTEXT) // _SHARE
    if tokens > most:
        raise PromptError(
            f"The question is too long: about {tokens:,} tokens, and {most:,} are the most. "
            "Shorten it, or raise the setting engine.context_tokens."
        )


def _answer(request: ChatRequest, replies: Sequence[Reply], agreement: Agreement | None) -> Answer:
    chosen = agreement.chosen if agreement and agreement.chosen is not None else 0
    reply = replies[chosen]
    return Answer(
        text=reply.text,
        reasoning=reply.reasoning,
        model=request.model,
        tokens=sum(one.tokens for one in replies),
        seconds=max(one.seconds for one in replies),
        cut=reply.finish_reason == "length",
        agreement=agreement,
    )


def with_model(settings: Settings, model: str | None, adapter: str | None) -> Settings:
    """The settings with another model, or an adapter of the settings."""
    if model is None or (model == settings.model and adapter == settings.adapter):
        return settings
    return replace(settings, model=model, adapter=adapter)
