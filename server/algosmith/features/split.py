"""A task in parts: helper functions, each solved and checked in order, then the task itself.

The plan is text that the user can change: lines ``1. name(x: int) -> int: what it gives``, asked of
the model or written by hand into the TODO. What comes out is one answer with one edit.
"""

from __future__ import annotations

import codecs
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.errors import TaskError
from algosmith.features import ask, words
from algosmith.features.again import difference
from algosmith.features.solve import solve
from algosmith.features.teaching import refuse_solution
from algosmith.model import Candidate, Level, Outcome, Snapshot, Solution, Step, Verdict
from algosmith.syntax import tasks
from algosmith.syntax.functions import functions
from algosmith.syntax.parse import parse
from algosmith.verify.source import tree_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.services import Services
    from algosmith.features.store import Report, RunningJob
    from algosmith.model import Edit, Task

MOST_PARTS = 6
_LINE = re.compile(
    r"^[ \t]*(?:\d+[.)]|[-*•])[ \t]*`?(?P<name>[A-Za-z_]\w*)\((?P<given>[^\n]*?)\)"
    r"[ \t]*(?:(?:->|→)[ \t]*(?P<gives>(?:[^:\n`]|::)+?))?`?"
    r"[ \t]*(?::(?!:)|-|—)[ \t]*(?P<what>\S[^\n]*)$",
    re.MULTILINE,
)
_OF_THE_FILE = re.compile(rb"#!|#.*coding[:=]")
"""Comments that have to stay on top of a file."""

_ABOVE, _ABOVE_ELSEWHERE = (b"#", b"@"), (b"//", b"/*", b" *", b"@")
"""How lines begin that belong to the definition below them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One helper function of a plan."""

    name: str
    given: str
    gives: str
    what: str

    @property
    def line(self) -> str:
        """As it stands in a plan, without its number."""
        arrow = f" -> {self.gives}" if self.gives else ""
        return f"{self.name}({self.given}){arrow}: {self.what}"

    def stub(self, language: str) -> str:
        """The function, still to be written."""
        made = languages.of(language).stub
        head = made(self.name, self.given, self.gives) if made else ""
        if language == "python":
            what = self.what.replace("\\", "").replace('"', "'")
            return f'{head}\n    """{what}"""\n    # TODO: {what}\n    ...\n\n\n'
        what = self.what.replace("*/", "").replace("\\", "")
        return f"// {what}\n{head}\n    // TODO: {what}\n}}\n\n"


def parts_in(text: str, language: str = "python") -> tuple[Part, ...]:
    """The parts that a text lists; those that are not of the language are left out."""
    found: dict[str, Part] = {}
    for match in _LINE.finditer(text):
        fields = {name: (value or "").strip() for name, value in match.groupdict().items()}
        part = Part(fields["name"], fields["given"], fields["gives"], fields["what"].strip("`. "))
        if part.what and _parses(part, language):
            found.setdefault(part.name, part)
    return tuple(found.values())[:MOST_PARTS]


def plan_text(parts: Sequence[Part]) -> str:
    """The plan as lines that ``parts_in`` reads."""
    return "\n".join(f"{number}. {part.line}" for number, part in enumerate(parts, 1))


async def plan(
    services: Services, snapshot: Snapshot, task: Task, report: Report
) -> tuple[Part, ...]:
    """The parts that the TODO lists, else those that the model proposes; TaskError without any."""
    _refuse(services, snapshot, task)
    language = snapshot.language
    if parts := parts_in(task.text, language):
        return parts
    about = task.text
    if task.function is not None:
        about = f"{task.text}\n\n{task.function.signature}\n{task.function.docstring or ''}"
    known = languages.of(language)
    variables = (("language", known.name), ("head", known.head))
    problem = ask.Problem(about, prompt="split", variables=variables)
    answer = await ask.ask(services, problem, lambda p: report(words.progress_step(p)))
    own = task.function.name if task.function else ""
    parts = tuple(part for part in parts_in(answer.text, language) if part.name != own)
    taken = {one.name for one in functions(snapshot)}
    parts = tuple(part for part in parts if part.name not in taken)
    if not parts:
        raise TaskError(
            "The model named no parts. Write them into the TODO yourself, one a line: "
            f"`1. {known.head}: what it gives`."
        )
    return parts


async def solve_parts(
    services: Services, snapshot: Snapshot, task: Task, parts: Sequence[Part], report: Report
) -> Outcome:
    """Each helper and then the task; one answer whose edit brings all of it."""
    _refuse(services, snapshot, task)
    taken = {one.name for one in functions(snapshot)}
    for part in parts:
        if part.name in taken:
            raise TaskError(
                f"The file has a function {part.name} already; name the part otherwise."
            )

    async def work(running: RunningJob) -> Outcome:
        return await _solved(services, snapshot, task, parts, running.report)

    # Under a name of its own: the task itself is solved inside it.
    outcome = await services.store.join(f"parts:{task.key}", work, report)
    services.store.outcomes.put(task.key, outcome)
    return outcome


async def _solved(
    services: Services, snapshot: Snapshot, task: Task, parts: Sequence[Part], report: Report
) -> Outcome:
    begun = time.monotonic()
    now = _with_stubs(snapshot, task, parts)
    told: list[str] = []
    levels: list[Level] = []
    tokens = 0
    for number, part in enumerate(parts, 1):
        heading = f"part {number} of {len(parts) + 1}, {part.name}: "
        open_tasks = tasks.find_tasks(now, ("TODO",))
        helper = next((t for t in open_tasks if _is_of(t, part.name)), None)
        if helper is None:
            raise TaskError(f"{part.name} can't be read as a task: say it in other words.")
        outcome = await solve(services, now, helper, lambda s, h=heading: report(_under(h, s)))
        now = replace(now, data=_after(outcome, f"part {number}, {part.name}").apply(now.data))
        levels.append(outcome.solutions[outcome.chosen or 0].verdict.level)
        told.append(f"{part.name} {levels[-1]}")
        tokens += outcome.tokens
    whole = tasks.refind(now, task, services.settings.keywords)
    if whole is None:
        raise TaskError("The TODO can't be found beside its parts; nothing was inserted.")
    heading = f"part {len(parts) + 1} of {len(parts) + 1}, the whole: "
    outcome = await solve(services, now, whole, lambda s: report(_under(heading, s)))
    edit = _after(outcome, "the whole")
    best = outcome.solutions[outcome.chosen or 0]
    change = difference(snapshot.data, edit.apply(now.data))
    verdict = _joined(best.verdict, levels, told)
    candidate = Candidate(change.new_text, best.candidate.approach, best.candidate.claims)
    solution = Solution(candidate, change, verdict, best.measurement)
    return replace(
        outcome, snapshot=snapshot, task=task, solutions=(solution,), chosen=0,
        message=f"{outcome.message} (in parts: {', '.join(told)})", answers=(), rounds=(),
        tokens=tokens + outcome.tokens, seconds=time.monotonic() - begun,
        parts=tuple(part.name for part in parts),
    )  # fmt: skip


def _joined(whole: Verdict, levels: Sequence[Level], told: Sequence[str]) -> Verdict:
    """The verdict of all parts: verified only where each of them is.

    When the whole is judged its helpers are the file's own code: no small change is made to them
    and nobody asks whether all of their code ran.
    """
    if whole.level == "verified" and any(level != "verified" for level in levels):
        count = whole.summary.removeprefix("verified ")
        whole = replace(whole, level="consistent", summary=f"consistent ({count})")
    return replace(whole, summary=f"{whole.summary}; parts: {', '.join(told)}")


def _after(outcome: Outcome, which: str) -> Edit:
    """The edit of the chosen answer; TaskError where none may be used unseen."""
    chosen = outcome.solutions[outcome.chosen] if outcome.chosen is not None else None
    if chosen is None or chosen.edit is None:
        raise TaskError(f"Nothing was inserted: {which} has no answer to use. {outcome.message}")
    return chosen.edit


def _refuse(services: Services, snapshot: Snapshot, task: Task) -> None:
    refuse_solution(services.settings, snapshot.uri)
    language = languages.of(snapshot.language)
    if language.stub is None:
        raise TaskError(f"A TODO of {language.name} can't be solved in parts so far.")
    if task.function is None:
        raise TaskError("Only a TODO inside a function can be solved in parts.")


def _with_stubs(snapshot: Snapshot, task: Task, parts: Sequence[Part]) -> Snapshot:
    """The file with the helpers, still to be written, above what the task stands in."""
    text = "".join(part.stub(snapshot.language) for part in parts)
    if b"\r\n" in snapshot.data:
        text = text.replace("\n", "\r\n")
    at = _top(snapshot, task)
    data = snapshot.data[:at] + text.encode("utf-8", "surrogatepass") + snapshot.data[at:]
    return replace(snapshot, data=data, version=None)


def _top(snapshot: Snapshot, task: Task) -> int:
    """Where the top-level statement begins that holds the task, with decorators and comments."""
    start = task.function.span.start if task.function else task.comment.start
    holding = (
        node.start_byte
        for node in parse(snapshot).root_node.children
        if node.start_byte <= start < node.end_byte
    )
    at = snapshot.data.rfind(b"\n", 0, next(holding, start)) + 1
    at = at or (3 if snapshot.data.startswith(codecs.BOM_UTF8) else 0)
    while at:
        before = snapshot.data.rfind(b"\n", 0, at - 1) + 1
        line = snapshot.data[before:at]
        above = _ABOVE if snapshot.language == "python" else _ABOVE_ELSEWHERE
        if not line.startswith(above) or _OF_THE_FILE.match(line):
            break
        at = before
    return at


def _is_of(task: Task, name: str) -> bool:
    return task.function is not None and task.function.qualified_name == name


def _parses(part: Part, language: str) -> bool:
    text = part.stub(language)
    stub = Snapshot("", language, text.encode("utf-8", "surrogatepass"))
    if language == "python" and tree_of(text) is None:
        return False
    names = [one.qualified_name for one in functions(stub)]
    return names == [part.name] and not parse(stub).root_node.has_error


def _under(heading: str, step: Step) -> Step:
    return replace(step, message=heading + step.message)
