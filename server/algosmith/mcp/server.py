"""The tools, each one a call into ``features``: they write nothing and read only in the roots."""

import asyncio
import contextlib
import functools
import threading
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from algosmith import __version__
from algosmith.config import Settings
from algosmith.errors import AlgosmithError, TaskError
from algosmith.features import check as checking
from algosmith.features import services as building
from algosmith.features import stress as stressing
from algosmith.features import stress_report, stress_search
from algosmith.features.checking import Ask
from algosmith.features.files import offset_of, read_snapshot, source_files
from algosmith.features.measure import measure_function
from algosmith.features.parties import party
from algosmith.features.services import Services
from algosmith.features.solve import solve
from algosmith.features.stress_aims import aim_at
from algosmith.mcp import results
from algosmith.mcp.roots import Roots, of_uris
from algosmith.model import Outcome, Snapshot, Span, Step
from algosmith.syntax.functions import function_at
from algosmith.syntax.positions import line_starts
from algosmith.syntax.tasks import find_tasks, task_at
from algosmith.verify import standing
from algosmith.verify.judge import assess
from algosmith.verify.types import Case

P = ParamSpec("P")
T = TypeVar("T")

_MOST_TASKS = 500
_MOST_SECONDS = 600.0
_INSTRUCTIONS = (
    "Checks code, Python above all, by running it in a cage, without a model: examples, "
    "complexity, counterexamples. `solve` asks a small local model and checks its answer. "
    "Nothing is written to files. Places are FILE:LINE."
)


@dataclass(slots=True)
class _State:
    """What one client's tools share."""

    services: Services
    folders: tuple[Path, ...]

    async def roots(self, context: Context) -> Roots:
        """The client's folders where it tells them, else those named at start."""
        folders = self.folders
        capabilities = context.client_capabilities
        if capabilities is not None and capabilities.roots is not None:
            with contextlib.suppress(Exception), warnings.catch_warnings():
                # Clients of 2026-07-28 and later have none to tell; older ones are asked.
                warnings.simplefilter("ignore")
                told = await context.session.list_roots()  # pyright: ignore[reportDeprecated]
                folders = of_uris([str(root.uri) for root in told.roots]) or folders
        if not folders:
            raise ToolError("no folder may be looked at: start `algosmith mcp --root FOLDER`")
        return Roots(folders)


def build(settings: Settings, folders: tuple[Path, ...]) -> MCPServer:
    """The server; starts neither engine nor cage before a tool needs one."""
    services = building.build(settings, trusted=True, roots=folders)
    state = _State(services, folders)

    @asynccontextmanager
    async def lifespan(_: MCPServer) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            with anyio.CancelScope(shield=True):
                await services.close()

    server = MCPServer("algosmith", version=__version__, instructions=_INSTRUCTIONS,
                       lifespan=lifespan, log_level="WARNING")  # fmt: skip
    for add in (_add_reading, _add_verify, _add_measuring, _add_checking, _add_stress, _add_solve):
        add(server, state)
    return server


def _told(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Awaitable[T]]:
    """The tool with our errors as its own, and in a task of its own.

    A cancelled request then ends ours once, and waits until it has put away what it started.
    """

    @functools.wraps(work)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.ensure_future(work(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait({task})
            raise
        except AlgosmithError as error:
            raise ToolError(str(error)) from error

    return wrapped


def _add_reading(server: MCPServer, state: _State) -> None:
    @server.tool()
    @_told
    async def tasks(context: Context, path: str = ".") -> results.Tasks:
        """Lists the TODOs in a file or folder that can be solved."""
        roots = await state.roots(context)
        start = roots.path(path)
        keywords = state.services.settings.keywords
        found: list[results.TaskFound] = []
        for file in source_files([start]):
            try:
                snapshot = read_snapshot(roots.path(str(file)))
            except TaskError:
                continue
            found += [results.task_found(str(file), t) for t in find_tasks(snapshot, keywords)]
            await asyncio.sleep(0)
            if len(found) >= _MOST_TASKS:
                break
        return results.Tasks(tasks=found[:_MOST_TASKS])


def _add_verify(server: MCPServer, state: _State) -> None:
    @server.tool()
    @_told
    async def verify(context: Context, file: str, line: int) -> results.VerifyReceipt:
        """Runs a function's examples, doctests and tests in a cage; says what holds."""
        path, snapshot, offset = await _place(state, context, file, line)
        roots = (checking.root_of(path, (await state.roots(context)).folders),)
        opened = standing.open_at(snapshot, offset)
        cage = await state.services.cage(snapshot.language)
        why = state.services.why_no_cage(snapshot.language)
        case = Case(opened.snapshot, opened.task, trusted=True, roots=roots, why_not_run=why,
                    standing=True)  # fmt: skip
        new = [(opened.candidate, opened.edit)]
        made = await assess(case, new, cage, state.services.settings)
        function = opened.task.function
        name = function.qualified_name if function else path.name
        return results.verified(name, made, state.services.cage_tier())


def _add_measuring(server: MCPServer, state: _State) -> None:
    @server.tool()
    @_told
    async def complexity(context: Context, file: str, line: int) -> results.ComplexityReceipt:
        """Measures how a Python function's work and memory grow, by counted runs in a cage."""
        path, snapshot, offset = await _place(state, context, file, line)
        function = function_at(snapshot, offset)
        if function is None:
            raise TaskError(f"{path}:{line}: there is no function at this line.")
        report = _Reporter(context)
        return results.measured(await measure_function(state.services, snapshot, function, report))


def _add_checking(server: MCPServer, state: _State) -> None:
    @server.tool()
    @_told
    async def check(
        context: Context, paths: list[str], at_most: str | None = None
    ) -> results.CheckReceipt:
        """Checks all functions of files or folders: examples, tests, claimed complexity.

        With at_most, as in "O(n log n)", functions measured worse are findings, too. What did not
        change since an earlier check is not run again.
        """
        roots = await state.roots(context)
        start = [roots.path(path) for path in paths]
        settings, ask = state.services.settings, Ask(at_most)
        work = functools.partial(checking.check, start, settings, ask, within=roots.folders)
        return results.checked(await _checked(work, context))


def _add_stress(server: MCPServer, state: _State) -> None:
    @server.tool()
    @_told
    async def stress(
        context: Context,
        place: str,
        against: str | None = None,
        valid: str | None = None,
        seconds: Annotated[float, Field(gt=0, le=_MOST_SECONDS, allow_inf_nan=False)] = 10.0,
        seed: int = 0,
    ) -> results.StressReceipt:
        """Searches the smallest input on which two implementations differ.

        Places are FILE:LINE. Without `against` a brute force beside the function is taken
        (`gcd_brute` for `gcd`); where there is none it is a property: it has to give True for all
        inputs. `valid` names a function that gives True for valid inputs.
        """
        roots = await state.roots(context)
        inside = roots.folders
        one = party(roots.place(place), within=inside)
        other = party(roots.place(against), within=inside) if against else None
        fits = party(roots.place(valid), examples=False, within=inside) if valid else None
        aim = aim_at(one.snapshot, one.function) if one.function and other is None else None
        question = stressing.Question(one, other, fits)
        if aim is not None and aim.kind == "against":
            question = await asyncio.to_thread(stress_search.question_of, one.snapshot, aim, inside)
            question = replace(question, valid=fits or question.valid)
        question = replace(question, seconds=seconds, seed=seed)
        report = _Reporter(context)
        done = await stress_search.run(
            state.services,
            question,
            lambda tried, _: report.tell(tried, None, f"{tried:,} inputs tried"),
        )
        found = stress_report.finding(done)
        return results.StressReceipt(
            found=results.found(found) if found else None, report=stress_report.words(done),
            tried=done.tally.tried, largest=done.tally.largest,
        )  # fmt: skip


def _add_solve(server: MCPServer, state: _State) -> None:
    @server.tool(name="solve")
    @_told
    async def solving(
        context: Context, file: str, line: int, instruction: str | None = None
    ) -> results.SolveReceipt:
        """Solves the TODO at a line with a local model and checks the answer; writes nothing.

        With an instruction a TODO that says so is put above the line first.
        """
        path, snapshot, offset = await _place(state, context, file, line)
        if instruction:
            snapshot, offset = _with_todo(snapshot, line, instruction)
        keywords = state.services.settings.keywords
        task = task_at(snapshot, Span(offset, offset), keywords)
        if task is None:
            raise TaskError(f"{path}:{line}: no TODO here; give an instruction, or call tasks.")
        outcome = await solve(state.services, snapshot, task, _Reporter(context))
        return _solved(outcome)


def _solved(outcome: Outcome) -> results.SolveReceipt:
    best = outcome.solutions[outcome.chosen or 0] if outcome.solutions else None
    made = best.measurement if best else None
    after = best.edit.apply(outcome.snapshot.data) if best and best.edit else None
    return results.SolveReceipt(
        message=outcome.message,
        chosen=outcome.chosen is not None,
        level=best.verdict.level if best else None,
        summary=best.verdict.summary if best else "",
        code=best.candidate.code if best else "",
        new_text=after.decode("utf-8", "replace") if after is not None else None,
        time=made.time.complexity_class if made else None,
        space=made.space.complexity_class if made else None,
    )


async def _place(
    state: _State, context: Context, file: str, line: int
) -> tuple[Path, Snapshot, int]:
    path = (await state.roots(context)).path(file)
    snapshot = read_snapshot(path)
    return path, snapshot, offset_of(snapshot, path, line)


def _with_todo(snapshot: Snapshot, line: int, instruction: str) -> tuple[Snapshot, int]:
    """The file with a TODO above the line, and where the TODO stands."""
    start = line_starts(snapshot.data)[line - 1]
    text = snapshot.data[start:]
    indent = text[: len(text) - len(text.lstrip(b" \t"))]
    marker = b"# " if snapshot.language == "python" else b"// "
    words = " ".join(instruction.split()).encode("utf-8", "replace")
    end = b"\r\n" if b"\r\n" in snapshot.data else b"\n"
    todo = indent + marker + b"TODO: " + words + end
    data = snapshot.data[:start] + todo + text
    return replace(snapshot, data=data, version=None), start + len(indent) + len(marker)


async def _checked(
    check: Callable[..., list[checking.FileReport]], context: Context
) -> list[checking.FileReport]:
    """In a thread, since it waits for other processes; a cancelled request stops it."""
    stop, report = threading.Event(), _Reporter(context)
    loop = asyncio.get_running_loop()

    def tell(done: int, total: int, file: str) -> None:
        loop.call_soon_threadsafe(report.tell, done, total, file)

    work = asyncio.ensure_future(asyncio.to_thread(check, report=tell, stop=stop))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait({work})
        raise


class _Reporter:
    """Progress notifications, sent without waiting for them; a client may have asked for none."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sending = set[asyncio.Task[None]]()
        self._steps = 0

    def __call__(self, step: Step) -> None:
        """A step of a job."""
        self._steps += 1
        self.tell(self._steps, None, step.message)

    def tell(self, done: float, total: float | None, message: str) -> None:
        """How far it is."""
        task = asyncio.ensure_future(self._send(done, total, message))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, done: float, total: float | None, message: str) -> None:
        with contextlib.suppress(Exception):
            await self._context.report_progress(done, total, message)
