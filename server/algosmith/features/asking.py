"""What is asked of the model for a task: prompt, context, examples and sampling."""

from dataclasses import dataclass

from algosmith.config import Settings
from algosmith.features.services import Services
from algosmith.model import Snapshot, Task
from algosmith.prompting import ask, templates
from algosmith.prompting.ask import Failure, Question
from algosmith.syntax import context
from algosmith.verify import examples
from algosmith.wire import ChatRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the language its prompts are looked up under."""

    question: Question
    language: str


def question(services: Services, snapshot: Snapshot, task: Task) -> Asked:
    """Gathers what the model may see for the task."""
    pieces = context.gather(snapshot, task)
    roots = services.roots if services.trusted else ()
    found = examples.find(snapshot, task, roots)
    shown = tuple(example.text for example in found if not example.drawn)
    return Asked(Question(snapshot, task, pieces, shown), task.language)


def request(settings: Settings, asked: Asked, failure: Failure | None) -> ChatRequest:
    """The chat request for a first round, or a repair round when there is a ``failure``."""
    model = settings.adapter or settings.model
    prompt = templates.load("repair" if failure else "implement", asked.language, model)
    messages = ask.implement(prompt, asked.question, settings.prompt_tokens, failure)
    answer = prompt.max_tokens or settings.answer_tokens
    return ChatRequest(
        model=model,
        messages=messages,
        n=settings.candidates or 0,
        seed=settings.seed,
        temperature=prompt.temperature if prompt.temperature is not None else 0.6,
        top_p=prompt.top_p if prompt.top_p is not None else 0.95,
        max_tokens=answer + settings.thinking.tokens,
        stop=prompt.stop,
        thinking_tokens=settings.thinking.tokens,
    )
