"""What the model is asked: every chat request is made here, from a prompt file and the settings.

Sampling that a prompt file does not name is left to the model's card.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from algosmith.config import Settings
from algosmith.features.services import Services
from algosmith.model import Function, Snapshot, Task
from algosmith.prompting import ask, extract, templates
from algosmith.prompting.ask import Failure, Question
from algosmith.prompting.templates import Prompt
from algosmith.syntax import context
from algosmith.verify import examples, standard_input
from algosmith.verify.types import Case, Need
from algosmith.wire import ChatRequest, Message

_REPLIES = {"tests": 4, "inputs": 1}
"""One reply repeats itself, several differ: more tests for the same time."""
_MOST_THINKING = 1024
"""Tokens about tests or inputs: they are for a tie and may not take as long as the candidates."""
_EXPLANATION = 256
_MOST_SAMPLES = 3
_LOOP = re.compile(r"^\s*(?:async )?(?:for|while|do)\b", re.MULTILINE)


def question(services: Services, snapshot: Snapshot, task: Task) -> Question:
    """Gathers what the model may see for the task."""
    pieces = context.gather(snapshot, task)
    roots = services.roots if services.trusted else ()
    found = examples.study(snapshot, task, roots)
    written = [example for example in found.examples if not example.drawn]
    told = [e for e in written if task.kind == "body" and e.source.startswith("docstring")]
    in_docstring = tuple(example.text for example in told)
    shown = tuple(example.text for example in written if example not in told)
    case = Case(snapshot, task, trusted=services.trusted, roots=roots)
    problem = standard_input.problem_of(case, (), found)
    if problem is None:
        return Question(snapshot, task, pieces, shown, in_docstring=in_docstring)
    # Samples that stand in the statement are seen there.
    more = [s for s in problem.samples if s.input.strip() not in problem.text][:_MOST_SAMPLES]
    shown = tuple(f"for the input\n{s.input}it prints\n{s.output}" for s in more)
    return Question(snapshot, task, pieces, shown, problem=problem.text)


def implement(
    settings: Settings, question: Question, failure: Failure | None = None
) -> ChatRequest:
    """A request for implementations, or for repairs of a ``failure``; one reply."""
    return _request(
        settings,
        "repair" if failure else "implement",
        question.task.language,
        lambda prompt: ask.implement(prompt, question, settings.prompt_tokens, failure),
    )


def in_another_way(settings: Settings, question: Question, code: str) -> ChatRequest:
    """A request for one answer that is written otherwise than ``code``, which it is not shown.

    Who sees an answer repeats what is wrong in it.
    """
    way = ask.WITHOUT_LOOPS if _LOOP.search(code) else ask.WITH_LOOPS
    return _request(
        settings,
        "implement",
        question.task.language,
        lambda prompt: ask.implement(prompt, question, settings.prompt_tokens, way=way),
    )


def careful(request: ChatRequest) -> ChatRequest:
    """The request for the model's own best answer: the likeliest words instead of drawn ones.

    Our engine never does so with a model that thinks: that one falls into loops.
    """
    return replace(request, temperature=0.0, top_p=1.0)


def continued(request: ChatRequest, said: str, task: Task) -> ChatRequest:
    """The request for the rest of a reply that holds no code yet: its code begins now."""
    head = said.rstrip() + "\n" if said.strip() else ""
    begun = Message("assistant", head + extract.opening(task))
    bound = request.max_tokens - (request.thinking_tokens or 0)
    messages = (*request.messages, begun)
    return replace(request, messages=messages, n=1, thinking_tokens=0, max_tokens=bound)


def check(settings: Settings, question: Question, function: Function, need: Need) -> ChatRequest:
    """A request for tests or inputs of a function, as a candidate has written its head."""
    request = _request(
        settings,
        need,
        question.task.language,
        lambda prompt: ask.check(prompt, question, function, settings.prompt_tokens),
        most_answer=settings.answer_tokens,
        most_thinking=_MOST_THINKING,
    )
    return replace(request, n=_REPLIES[need])


def explain(settings: Settings, language: str, code: str) -> ChatRequest:
    """A request to say what a function does."""
    return _request(
        settings,
        "explain",
        language,
        lambda prompt: ask.explain(prompt, language, code, settings.prompt_tokens),
        most_answer=_EXPLANATION,
    )


def in_words(settings: Settings, name: str, values: Mapping[str, str]) -> ChatRequest:
    """A request made from the prompt file ``name`` and values for its variables."""
    return _request(settings, name, "", lambda prompt: templates.render(prompt, values))


def _request(
    settings: Settings,
    job: str,
    language: str,
    fill: Callable[[Prompt], tuple[Message, ...]],
    *,
    most_answer: int | None = None,
    most_thinking: int | None = None,
) -> ChatRequest:
    prompt = templates.load(job, language, settings.model_name, base=settings.base_name)
    answer = prompt.max_tokens or most_answer or settings.answer_tokens
    answer = min(answer, most_answer or answer)
    thinking = min(settings.thinking.tokens, most_thinking or settings.thinking.tokens)
    return ChatRequest(
        model=settings.model_name,
        messages=fill(prompt),
        seed=settings.seed,
        temperature=prompt.temperature,
        top_p=prompt.top_p,
        repetition_penalty=prompt.repetition_penalty,
        max_tokens=answer + thinking,
        stop=prompt.stop,
        thinking_tokens=thinking,
    )
