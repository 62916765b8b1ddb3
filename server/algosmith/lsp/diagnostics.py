"""Diagnostics: on save the functions of a document are checked, and what is wrong is marked.

Only where ``diagnostics.enabled`` is set, in trusted workspaces, and only functions that have
examples, tests or a claim. What was found holds for the text that was checked: once it is edited
there is nothing to show until the next save.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from algosmith.errors import SandboxError, TaskError
from algosmith.features import again, checking
from algosmith.features.check_cache import Surroundings, digest
from algosmith.features.teaching import only_hints
from algosmith.lsp import convert, edits
from algosmith.lsp.jobs import Goal
from algosmith.model import Edit, Span
from algosmith.syntax import functions
from algosmith.syntax.excerpt import excerpted
from algosmith.syntax.positions import line_starts
from algosmith.verify.examples import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from algosmith.features.findings import Finding
    from algosmith.lsp.documents import Document
    from algosmith.lsp.session import Session
    from algosmith.model import Function, Snapshot, Step

log = logging.getLogger(__name__)

SOURCE = "algosmith"


def saved(session: Session, uri: str) -> None:
    """The user saved a document: it is checked in the background, without any message."""
    document = session.documents.get(uri)
    snapshot = document.snapshot() if document else None
    settings = session.configuration.settings
    if document is not None:
        _forget_older(session, document)
    if document is None or snapshot is None or snapshot.language != "python":
        return
    if not (settings.diagnostics.enabled and session.client.trusted):
        return
    diagnoses = session.diagnoses
    session.jobs.cancel_kind("check", document.uri)

    async def work(_: Callable[[Step], None]) -> None:
        found = await _check(session, snapshot)
        before, known = diagnoses.found.get(document.uri, (b"", ()))
        kept = (one for one in known if one.rule == "counterexample" and before == snapshot.data)
        diagnoses.found[document.uri] = (snapshot.data, (*found, *kept))
        _show(session, document.uri)

    goal = Goal("check", document.uri, digest(snapshot.data))
    title = f"Checking {uri.rpartition('/')[2]}"
    diagnoses.jobs[document.uri] = session.jobs.start(goal, title, work, quiet=True)


def keep_found(
    session: Session, snapshot: Snapshot, function: Function, findings: Sequence[Finding]
) -> None:
    """Marks what a search found beside what is known already, in place of what it found before."""
    document = session.documents.get(snapshot.uri)
    if document is None or document.data != snapshot.data:
        return
    name, now = function.qualified_name, {(one.rule, one.about) for one in findings}
    others = [
        one
        for one in session.diagnoses.of(document)
        if not (one.function == name and one.rule == "counterexample")
        and (one.rule, one.about) not in now
    ]
    session.diagnoses.found[document.uri] = (snapshot.data, (*others, *findings))
    _show(session, document.uri)


def _forget_older(session: Session, document: Document) -> None:
    """Takes marks away, where they were pushed, that held for an earlier text."""
    data, found = session.diagnoses.found.get(document.uri, (document.data, ()))
    if found and data != document.data and not session.client.pulls_diagnostics:
        del session.diagnoses.found[document.uri]
        _publish(session, document.uri, document.version, [])


def closed(session: Session, uri: str) -> None:
    """Forgets what was found, and takes the marks away where they were pushed."""
    session.jobs.cancel_kind("check", uri)
    session.diagnoses.jobs.pop(uri, None)
    if session.diagnoses.found.pop(uri, None) is not None and not session.client.pulls_diagnostics:
        _publish(session, uri, None, [])


async def pulled(
    session: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Answers a client that asks: after a check that is under way has ended."""
    await session.ready()
    uri = params.text_document.uri
    document = session.documents.get(uri)
    if document is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    if not session.client.pulls_diagnostics:  # it is told, and shows what it asks for beside that
        _forget_older(session, document)
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    job = session.diagnoses.jobs.get(document.uri)
    if job is not None and not job.task.done():
        with contextlib.suppress(Exception):
            await asyncio.wait({job.task})
    return types.RelatedFullDocumentDiagnosticReport(items=diagnostics_of(session, document))


def actions_of(
    session: Session, document: Document, span: Span, context: types.CodeActionContext
) -> list[types.CodeAction]:
    """What would settle the findings at a place."""
    made: list[types.CodeAction] = []
    first, last = (document.data.count(b"\n", 0, at) + 1 for at in (span.start, span.end))
    encoding = session.documents.encoding
    taught = only_hints(session.configuration.settings, document.uri)
    for finding in session.diagnoses.of(document):
        change = finding.replacement
        if not first <= finding.line <= last:
            continue
        if finding.rule == "example-fails" and not taught:
            made.append(_again(session, document, finding))
        if change is None:
            continue
        edit = Edit(Span(change.start, change.end), change.new_text)
        shown = [one for one in context.diagnostics if one.code == finding.rule]
        made.append(
            types.CodeAction(
                change.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=shown or None,
                edit=convert.workspace_edit(session.client, document, edit, encoding),
            )
        )
    return made


def _again(session: Session, document: Document, finding: Finding) -> types.CodeAction:
    """Solving the function once more, with what was found against it."""
    title = f"Solve {finding.function} again with this evidence"
    at = convert.range_of(document, _line(document, finding.line), session.documents.encoding)
    arguments = [document.uri, convert.plain_position(at.start), finding.key]
    command = types.Command(title, "algosmith.solveAgain", arguments=arguments)
    return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, command=command)


async def solve_again(session: Session, uri: str, key: str) -> None:
    """Starts solving the function of a finding anew; raises TaskError where it is gone."""
    document = session.documents.get(uri)
    snapshot = document.snapshot() if document else None
    found = session.diagnoses.of(document) if document else ()
    finding = next((one for one in found if one.key == key), None)
    listed = functions.functions(snapshot) if finding and snapshot else ()
    named = [f for f in listed if finding and f.qualified_name == finding.function]
    if finding is None or snapshot is None or not named:
        raise TaskError("What was found is of an earlier text; save the file and try again.")
    evidence, services, before = finding.message, session.services, snapshot.data

    async def work(report: Callable[[Step], None]) -> None:
        edit, told = await again.solve_again(services, snapshot, named[-1], evidence, report)

        def still(now: Snapshot) -> Edit:
            if now.data != before:
                raise TaskError("The file changed meanwhile; nothing was inserted.")
            return edit

        await edits.apply(session, uri, told, still)
        session.inform(told)

    goal = Goal("solve", uri, key)
    session.jobs.start(goal, f"Solving {finding.function} again", work)


def of_workspace(session: Session) -> types.WorkspaceDiagnosticReport:
    """What is known of all documents that were checked."""
    items: list[types.WorkspaceDocumentDiagnosticReport] = []
    for uri in session.diagnoses.found:
        document = session.documents.get(uri)
        if document is not None:
            found = diagnostics_of(session, document)
            items.append(
                types.WorkspaceFullDocumentDiagnosticReport(uri, found, version=document.version)
            )
    return types.WorkspaceDiagnosticReport(items)


def diagnostics_of(session: Session, document: Document) -> list[types.Diagnostic]:
    """The findings that hold now, in the protocol's form."""
    return [_diagnostic(session, document, one) for one in session.diagnoses.of(document)]


def _diagnostic(session: Session, document: Document, finding: Finding) -> types.Diagnostic:
    encoding = session.documents.encoding
    where = convert.range_of(document, _line(document, finding.line), encoding)
    related = None
    if finding.hottest_line is not None:
        hot = convert.range_of(document, _line(document, finding.hottest_line), encoding)
        location = types.Location(document.uri, hot)
        related = [types.DiagnosticRelatedInformation(location, "most work is here")]
    return types.Diagnostic(
        where,
        finding.message,
        severity=types.DiagnosticSeverity.Warning,
        code=finding.rule,
        source=SOURCE,
        related_information=related,
    )


def _line(document: Document, number: int) -> Span:
    """The text of a line (from 1), without the white space around it."""
    starts = line_starts(document.data)
    if not 1 <= number <= len(starts):
        return Span(0, 0)
    start = starts[number - 1]
    end = starts[number] if number < len(starts) else len(document.data)
    text = document.data[start:end]
    return Span(start + len(text) - len(text.lstrip()), start + max(1, len(text.rstrip())))


async def _check(session: Session, snapshot: Snapshot) -> tuple[Finding, ...]:
    services, diagnoses = session.services, session.diagnoses
    cage = await services.cage()
    if cage is None:
        return ()
    roots = services.roots
    around = Surroundings(tuple(roots))
    file = path_of(snapshot)
    tested = await asyncio.to_thread(around.tested_names)
    imports = ""
    if file is not None:
        imports = await asyncio.to_thread(around.imports_digest, file, snapshot.data)
    ask = checking.Ask(measure=services.settings.complexity.enabled)
    found: list[Finding] = []
    for subject in await asyncio.to_thread(checking.subjects, snapshot, tested):
        function = subject.function
        text = excerpted(snapshot, function.span, (), {function.name}).rstrip()
        tests = around.tests_digest(function.name) if function.name in tested else ""
        key = digest(snapshot.uri, imports, tests, text, function.qualified_name,
                     repr(subject.claims), repr(services.settings.verify))  # fmt: skip
        if key not in diagnoses.functions:
            try:
                one = await checking.check_function(
                    snapshot, subject, snapshot.uri, roots, cage, services.settings, ask
                )
            except SandboxError:
                raise
            except Exception:
                # Contained: one function that trips us must not cost the others their marks.
                log.exception("checking %r failed", function.qualified_name)
                continue
            diagnoses.keep(key, one)
        checked = diagnoses.functions.get(key)
        found += checked.findings if checked else ()
    return tuple(found)


def _show(session: Session, uri: str) -> None:
    """Tells the client: by a push, or that it should ask."""
    document = session.documents.get(uri)
    if document is None:
        return
    if not session.client.pulls_diagnostics:
        _publish(session, uri, document.version, diagnostics_of(session, document))
    elif session.client.refreshes_diagnostics:
        session.server.workspace_diagnostic_refresh(None)


def _publish(
    session: Session, uri: str, version: int | None, items: list[types.Diagnostic]
) -> None:
    params = types.PublishDiagnosticsParams(uri, items, version)
    session.server.text_document_publish_diagnostics(params)
