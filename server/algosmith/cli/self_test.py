"""``algosmith self-test``: a TODO solved and checked for real, and an editor's way to it; a minute.

Where ``doctor`` looks at each part, this uses them together.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from algosmith import __version__
from algosmith.cli.doctor import Finding, show
from algosmith.cli.files import load_settings
from algosmith.config import Settings
from algosmith.errors import AlgosmithError
from algosmith.features import services as building
from algosmith.features.solve import solve
from algosmith.model import Snapshot
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Call, Program
from algosmith.syntax.tasks import find_tasks

_SECONDS = 45.0
"""For the model's part; with the others it makes the minute."""
_EDITOR_SECONDS = 20.0
_TODO = '''def triangle(n: int) -> int:
    """The sum of the numbers from 1 to n.

    >>> triangle(4)
    10
    >>> triangle(1)
    1
    """
    # TODO: add the numbers from 1 to n
'''


def run(args: list[str]) -> int:
    """Exit status 1 when one of the three does not work."""
    parser = argparse.ArgumentParser("algosmith self-test", description=__doc__)
    parser.add_argument("--no-model", action="store_true", help="only cage and editor protocol")
    options = parser.parse_args(args)
    return asyncio.run(_run(with_model=not options.no_model))


async def _run(*, with_model: bool) -> int:
    broken = False
    async for finding in _findings(load_settings(), with_model=with_model):
        show(finding)
        broken = broken or finding.mark == "BROKEN"
    last = "see `algosmith doctor`" if broken else f"algosmith {__version__} works here"
    print(last, file=sys.stderr)
    return 1 if broken else 0


async def _findings(settings: Settings, *, with_model: bool) -> AsyncIterator[Finding]:
    parts: list[tuple[str, Callable[[], Awaitable[Finding]]]] = [
        ("cage", _cage),
        ("editor", _editor),
    ]
    if with_model:
        parts.append(("model", lambda: _model(settings)))
    for link, part in parts:
        try:
            yield await part()
        except AlgosmithError as error:
            yield Finding("BROKEN", link, str(error))
        except TimeoutError:
            yield Finding("BROKEN", link, "no answer in time; is the machine very busy?")


async def _cage() -> Finding:
    """Opening it runs its own tests of what it must forbid; raises SandboxError."""
    sandbox = await open_sandbox()
    try:
        began = time.monotonic()
        run = await sandbox.run(Program("def f(a): return sorted(a)", "f"), [Call(([3, 1, 2],))])
        spent = time.monotonic() - began
    finally:
        await sandbox.close()
    if run.answers[0].value != [1, 2, 3]:
        reason = run.failure or run.answers[0].error
        return Finding("BROKEN", "cage", f"a sort did not come back sorted: {reason}")
    tier = sandbox.report.tier
    return Finding("ok", "cage", f"{tier}: code ran in {spent * 1000:.0f} ms and was kept in")


async def _editor() -> Finding:
    """Starts the language server as an editor does, and asks it what it offers at a TODO."""
    client = LanguageClient("algosmith self-test", __version__)
    try:
        async with asyncio.timeout(_EDITOR_SECONDS):
            command = (sys.executable, "-m", "algosmith", "lsp")
            await client.start_io(*command)  # pyright: ignore[reportUnknownMemberType]
            titles, spent = await _offered(client)
            await client.shutdown_async(None)
            client.exit(None)
    finally:
        await client.stop()
    if not any("Solve TODO" in title for title in titles):
        return Finding("BROKEN", "editor", f"offered {titles or 'nothing'}, not Solve TODO")
    return Finding("ok", "editor", f"offers Solve TODO within {spent * 1000:.0f} ms")


async def _offered(client: LanguageClient) -> tuple[list[str], float]:
    """The code actions at the TODO, and the seconds they took."""
    uri, line = "untitled:self-test.py", _TODO.count("\n") - 1
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    document = lsp.TextDocumentItem(uri, "python", 1, _TODO)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
    place = lsp.Position(line, 8)
    began = time.monotonic()
    actions = await client.text_document_code_action_async(
        lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri), lsp.Range(place, place), lsp.CodeActionContext([])
        )
    )
    return [action.title for action in actions or ()], time.monotonic() - began


async def _model(settings: Settings) -> Finding:
    """Solves a small TODO; raises AlgosmithError where there is no model or engine."""
    snapshot = Snapshot("untitled:self-test.py", "python", _TODO.encode())
    with tempfile.TemporaryDirectory() as folder:
        hurried = replace(settings, seconds=min(settings.seconds, _SECONDS))
        services = building.build(hurried, trusted=True, roots=(Path(folder),))
        try:
            outcome = await solve(
                services, snapshot, find_tasks(snapshot, settings.keywords)[0], lambda _: None
            )
        finally:
            await services.close()
    spent = f"{outcome.tokens:,} tokens in {outcome.seconds:.0f} s"
    if outcome.chosen is None:
        return Finding(
            "note", "model", f"{outcome.model}: no right answer to a small task, {spent}"
        )
    return Finding("ok", "model", f"{outcome.model}: {outcome.message} ({spent})")
