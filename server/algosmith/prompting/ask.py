"""Turns a task and its surroundings into chat messages within the token budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from algosmith import languages
from algosmith.errors import PromptError
from algosmith.model import Function, Snapshot, Task
from algosmith.prompting.budget import PriorityText, count_tokens, fit
from algosmith.prompting.templates import Prompt, as_data, render
from algosmith.syntax.context import PRIORITIES
from algosmith.wire import Message

LEAST_USEFUL = PRIORITIES["sibling"]
"""The least important kind of context that is shown."""

WITH_LOOPS = (
    "Use plain loops and the simplest operations: no comprehension, no library function."
    " Speed does not matter here."
)
WITHOUT_LOOPS = (
    "Use built-in functions, comprehensions, slices or recursion instead of loops with counters."
)
"""Ways to write an answer such that it differs from another one: with its loops, or without."""


@dataclass(frozen=True, slots=True)
class Question:
    """A task and what may be shown with it."""

    snapshot: Snapshot
    task: Task
    pieces: Sequence[PriorityText] = ()
    """Context; one of priority 0 is the enclosing function with the task's place marked."""
    examples: Sequence[str] = ()
    """Those that the request for an implementation does not show with the docstring."""
    in_docstring: Sequence[str] = ()
    """The examples that it shows so."""
    problem: str = ""
    """The statement of the problem that the program the task is part of solves."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An earlier candidate and what happened when it was run, for the repair prompt."""

    code: str
    evidence: str


def implement(
    prompt: Prompt,
    question: Question,
    most_tokens: int,
    failure: Failure | None = None,
    way: str = "",
) -> tuple[Message, ...]:
    """Messages of at most ``most_tokens`` (estimated) for the implement or repair prompt.

    ``way`` is how it is to be written. It stands among the rules, at the end: what is before it is
    known to the engine from the first request.
    """
    values = _fixed_values(question)
    if way:
        values["rules"] = "\n".join(filter(None, (values["rules"], way)))
    if failure is not None:
        values |= {"attempt": failure.code.strip(), "evidence": as_data(failure.evidence)}
    return _fitted(prompt, question, values, most_tokens)


def check(
    prompt: Prompt, question: Question, function: Function, most_tokens: int
) -> tuple[Message, ...]:
    """Messages that ask for tests or inputs of a function, as a candidate has written its head."""
    task = question.task
    fence = task.language
    head = as_data(_signature_with_docstring(function, task.language))
    shown = {"function": f"```{fence}\n{head}\n```", "name": function.name}
    examples = _examples((*question.in_docstring, *question.examples))
    values = _fixed_values(question) | shown | {"examples": examples}
    return _fitted(prompt, question, values, most_tokens)


def _fitted(
    prompt: Prompt, question: Question, values: Mapping[str, str], most_tokens: int
) -> tuple[Message, ...]:
    """The messages with as much context as the budget leaves room for."""
    values = dict(values)
    bare = render(prompt, values | {"context": ""})
    left = most_tokens - sum(count_tokens(message.content) + 4 for message in bare)
    if left < 0:
        return _shortened(prompt, values, most_tokens)
    return render(
        prompt, values | {"context": _context(question.task, fit(_around(question), left - 30))}
    )


def explain(prompt: Prompt, language: str, code: str, most_tokens: int) -> tuple[Message, ...]:
    """Messages that ask what a function does; a very long function is cut in the middle."""
    most = most_tokens - 200
    if count_tokens(code) > most:
        keep = most * 3 // 2
        code = f"{code[:keep]}\n...\n{code[-keep:]}"
    values = {"language": language, "code": as_data(code)}
    return render(prompt, values)


def _fixed_values(question: Question) -> dict[str, str]:
    task = question.task
    place, signature, rules = _request(question)
    return {
        "language": task.language,
        "todo": as_data(task.text.strip() or task.keyword),
        "place": place,
        "signature": signature,
        "examples": _examples(question.examples),
        "rules": rules,
    }


def _around(question: Question) -> list[PriorityText]:
    """What is shown before the request: not the function that the request itself shows.

    Nothing that the task has nothing to do with either: on a processor every token that is read
    delays the answer.
    """
    return [p for p in question.pieces if 0 < p.priority <= LEAST_USEFUL]


def _request(question: Question) -> tuple[str, str, str]:
    """What to write, the code it belongs to, and the rules for the answer."""
    task, function = question.task, question.task.function
    fence = task.language
    if task.kind == "program":
        return (
            "Write the whole program. It reads standard input and prints to standard output.\n"
            f"{as_data(question.problem)}",
            "",
            "",
        )
    if function is None or task.kind == "function":
        thing = "method" if function else "function"
        return (
            f"Write one new {thing} for this task; choose its name and its parameters.",
            "",
            "",
        )
    if task.kind == "body":
        shown = _signature_with_docstring(function, task.language)
        told = f"This is the problem:\n{as_data(question.problem)}\n" if question.problem else ""
        return (
            f"{told}Write the whole function:",
            f"```{fence}\n{as_data(shown)}\n```",
            languages.of(task.language).without_documentation,
        )
    marked = next((piece.text for piece in question.pieces if piece.priority == 0), None)
    text = marked or question.snapshot.slice(function.span)
    return (
        f"In this function, the statements that belong at the comment {task.keyword} are missing:",
        f"```{fence}\n{as_data(text)}\n```",
        "Write only the statements that belong there, not the function again.",
    )


def _signature_with_docstring(function: Function, language: str) -> str:
    text = function.signature.rstrip()
    doc = (function.docstring or "").strip()
    return languages.of(language).documented(text, doc)


def _examples(examples: Sequence[str]) -> str:
    if not examples:
        return ""
    lines = "\n".join(as_data(example) for example in examples[:6])
    return f"It must satisfy:\n{lines}\n"


def _context(task: Task, pieces: Sequence[PriorityText]) -> str:
    if not pieces:
        return ""
    fence = task.language
    text = "\n".join(as_data(piece.text.rstrip()) for piece in pieces)
    return f"The file already has:\n```{fence}\n{text}\n```\n"


def _shortened(prompt: Prompt, values: Mapping[str, str], most_tokens: int) -> tuple[Message, ...]:
    """For a task whose own text is over the budget: examples go, then the text is cut."""
    lean = dict(values) | {"context": "", "examples": ""}
    for name in ("signature", "function", "todo"):
        over = sum(count_tokens(m.content) + 4 for m in render(prompt, lean)) - most_tokens
        if over <= 0:
            break
        keep = max(len(lean.get(name, "")) - over * 3, 200)
        lean[name] = lean.get(name, "")[:keep]
    messages = render(prompt, lean)
    if sum(count_tokens(message.content) for message in messages) > most_tokens:
        raise PromptError(
            f"{prompt.file}: the prompt alone is longer than prompt_tokens = {most_tokens};"
            " shorten it or raise the setting"
        )
    return messages
