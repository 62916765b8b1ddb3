"""The one way verify's tests judge candidates: a Python file with a TODO, and code for it."""

from pathlib import Path

from algosmith.config import Settings, VerifySettings
from algosmith.errors import EditError
from algosmith.model import Candidate, Edit, Snapshot, Task
from algosmith.sandbox.types import Sandbox
from algosmith.syntax import splice
from algosmith.syntax.tasks import find_tasks
from algosmith.verify.judge import judge
from algosmith.verify.types import Assessment, Case

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=1.0))


def task_in(
    text: str, language: str = "python", uri: str = "file:///work.py"
) -> tuple[Snapshot, Task]:
    """The file and its only task."""
    snapshot = Snapshot(uri, language, text.encode())
    found = find_tasks(snapshot, ("TODO",))
    assert len(found) == 1, found
    return snapshot, found[0]


def edits_of(snapshot: Snapshot, task: Task, codes: list[str]) -> list[Edit | EditError]:
    """Each candidate placed, or why it can't be."""
    edits: list[Edit | EditError] = []
    for code in codes:
        try:
            edits.append(splice.place(snapshot, task, code, (), "none"))
        except EditError as error:
            edits.append(error)
    return edits


async def judged(
    text: str,
    codes: list[str],
    sandbox: Sandbox | None,
    *,
    trusted: bool = True,
    language: str = "python",
    uri: str = "file:///work.py",
    roots: tuple[Path, ...] = (),
    settings: Settings = SETTINGS,
) -> Assessment:
    """The judgement on candidates for the only task of a file."""
    snapshot, task = task_in(text, language, uri)
    case = Case(snapshot, task, trusted=trusted, roots=roots)
    edits = edits_of(snapshot, task, codes)
    return await judge(case, [Candidate(code) for code in codes], edits, sandbox, settings)
