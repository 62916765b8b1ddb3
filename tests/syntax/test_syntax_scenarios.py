"""Scenario files: an input, the tasks in it, what a model wrote, the file after the edit.

A file in ``tests/scenarios/syntax/<language>/`` holds cases::

    === name of the case
    --- input [crlf] [cr] [bom] [tabs] [chop]
    --- tasks
    line kind function: words
    --- code [task N] [form docstring|none] [notes]
    --- output          (or: --- refused, with a part of the message)

``UPDATE_SCENARIOS=1`` rewrites tasks, outputs and refusals; read the diff.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from algosmith.errors import EditError
from algosmith.model import Snapshot, Span, Task
from algosmith.syntax.check import new_syntax_errors
from algosmith.syntax.splice import Form, place
from algosmith.syntax.tasks import find_tasks, refind, task_at

KEYWORDS = ("TODO", "FIXME", "HACK", "XXX")
NOTES = ("Approach: as asked", "Time: O(n²) claimed · Space: O(1) claimed")
FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "syntax"


@dataclass
class Section:
    head: str
    text: str

    @property
    def options(self) -> list[str]:
        return self.head.split()[1:]


@dataclass
class Case:
    name: str
    language: str
    sections: list[Section] = field(default_factory=list[Section])


def cases_in(path: Path) -> list[Case]:
    cases: list[Case] = []
    for line in path.read_text("utf-8").split("\n"):
        if line.startswith("=== "):
            cases.append(Case(line[4:], path.parent.name))
        elif line.startswith("--- "):
            cases[-1].sections.append(Section(line[4:], ""))
        elif cases:
            cases[-1].sections[-1].text += line + "\n"
    for case in cases:
        for section in case.sections:
            section.text = section.text.rstrip("\n") + "\n"
    return cases


def encoded(section: Section) -> bytes:
    text = section.text
    if "tabs" in section.options:
        text = text.replace("    ", "\t")
    if "chop" in section.options:
        text = text.rstrip("\n")
    ending = {"crlf": "\r\n", "cr": "\r"}
    for option, end in ending.items():
        if option in section.options:
            text = text.replace("\n", end)
    return (b"\xef\xbb\xbf" if "bom" in section.options else b"") + text.encode()


def decoded(data: bytes, options: list[str]) -> str:
    text = data.decode("utf-8-sig")
    if "crlf" in options:
        assert "\n" not in text.replace("\r\n", "")
    if "cr" in options:
        assert "\n" not in text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "tabs" in options:
        text = text.replace("\t", "    ")
    assert ("bom" in options) == data.startswith(b"\xef\xbb\xbf")
    assert ("chop" in options) != text.endswith("\n")
    return text.rstrip("\n") + "\n"


def listed(tasks: tuple[Task, ...]) -> str:
    lines = [
        f"{task.line} {task.kind} {task.function.qualified_name if task.function else '-'}: "
        + task.text.replace("\n", " | ")
        for task in tasks
    ]
    return "\n".join(lines or ["none"]) + "\n"


def answer(
    snapshot: Snapshot, tasks: tuple[Task, ...], code: Section, options: list[str]
) -> Section:
    words = code.options
    task = tasks[int(words[words.index("task") + 1]) - 1 if "task" in words else 0]
    forms: dict[str, Form] = {"docstring": "docstring", "none": "none"}
    form = forms[words[words.index("form") + 1]] if "form" in words else "comment"
    notes = NOTES if "notes" in words or "form" in words else ()
    try:
        edit = place(snapshot, task, code.text, notes, form)
    except EditError as error:
        return Section("refused", str(error) + "\n")
    after = edit.apply(snapshot.data)
    assert not new_syntax_errors(snapshot.data, after, snapshot.language)
    if form != "docstring":
        assert task.target.start <= edit.span.start <= edit.span.end <= task.target.end
    left = find_tasks(Snapshot(snapshot.uri, snapshot.language, after), KEYWORDS)
    assert len(left) == len(tasks) - 1, "the task is found again after it was solved"
    return Section("output", decoded(after, options))


def check_tasks(snapshot: Snapshot, tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        assert task.target.start <= task.comment.start <= task.comment.end <= task.target.end
        assert task_at(snapshot, task.comment, KEYWORDS) == task
        here = Span(task.comment.start, task.comment.start)
        assert task_at(snapshot, here, KEYWORDS) == task
        assert refind(snapshot, task, KEYWORDS) == task


def run(case: Case) -> list[Section]:
    """The sections as they ought to be."""
    source, *rest = case.sections
    snapshot = Snapshot(f"file:///{case.name}", case.language, encoded(source))
    tasks = find_tasks(snapshot, KEYWORDS)
    check_tasks(snapshot, tasks)
    found = [source, Section("tasks", listed(tasks))]
    for section in rest:
        if section.head.startswith("code"):
            found += [section, answer(snapshot, tasks, section, source.options)]
    return found


def everything() -> Iterator[tuple[Path, Case]]:
    for path in sorted(FOLDER.rglob("*.txt")):
        for case in cases_in(path):
            yield path, case


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.language}: {case.name}") for _, case in everything()]
)
def test_scenario(case: Case) -> None:
    found = run(case)
    if not os.environ.get("UPDATE_SCENARIOS"):
        assert [(s.head, s.text) for s in found] == [(s.head, s.text) for s in case.sections]


def test_update() -> None:
    if not os.environ.get("UPDATE_SCENARIOS"):
        return
    for path in sorted(FOLDER.rglob("*.txt")):
        text = ""
        for case in cases_in(path):
            text += f"=== {case.name}\n"
            text += "".join(f"--- {s.head}\n{s.text}" for s in run(case)) + "\n"
        path.write_text(text.rstrip("\n") + "\n", "utf-8")


def test_there_are_many() -> None:
    cases = list(everything())
    assert len({case.name for _, case in cases}) == len(cases)
    assert len(cases) >= 60
