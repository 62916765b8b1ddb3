"""``textDocument/codeAction`` and ``codeAction/resolve``: never talk to the engine or the cage."""

import logging
from collections.abc import Sequence
from typing import Any, cast

from lsprotocol import types

from algosmith import catalogue, languages
from algosmith.errors import AlgosmithError, ModelError
from algosmith.features import hints, offers, split
from algosmith.features.offers import Offer
from algosmith.features.stress_aims import aim_at
from algosmith.features.teaching import only_hints
from algosmith.lsp import convert, diagnostics, inquiries
from algosmith.lsp.documents import Document
from algosmith.lsp.session import Session
from algosmith.model import Function, Snapshot, Span
from algosmith.syntax import functions, tasks

log = logging.getLogger(__name__)


def list_actions(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    """What can be done at the place: for its TODO, then for its function."""
    document = session.documents.get(params.text_document.uri)
    snapshot = document.snapshot() if document else None
    if document is None or snapshot is None:
        return []
    span = convert.span_of(document, params.range, session.documents.encoding)
    actions: list[types.CodeAction] = []
    only = params.context.only
    if _wanted(types.CodeActionKind.QuickFix, only):
        actions += _on_task(session, document, snapshot, span)
        if session.client.takes_action_literals:
            actions += diagnostics.actions_of(session, document, span, params.context)
    beside = [*_parts(session, document, snapshot, span), *_hint(session, document, snapshot, span)]
    actions += [action for action in beside if _wanted(action.kind or "", only)]
    if _wanted(types.CodeActionKind.RefactorRewrite, only):
        function = functions.function_at(snapshot, span.start)
        actions += _on_function(session, document, snapshot, function) if function else []
    session.looked_at(snapshot, span)
    if session.client.takes_action_literals:
        return list(actions)
    return [action.command for action in actions if action.command]


def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """Adds the edit, for the text as it is now.

    Some clients resolve every listed action, so this never fails: an action whose edit is gone gets
    a command that says why when the user really picks it.
    """
    try:
        data = cast("dict[str, Any]", action.data)
        uri, key, index = str(data["uri"]), str(data["key"]), int(data["index"])
    except (KeyError, TypeError, ValueError):
        log.warning("asked to resolve an action that is not ours: %r", action.title)
        return action
    document = session.documents.get(uri)
    snapshot = document.snapshot() if document else None
    if document is None or snapshot is None:
        return action
    try:
        edit = offers.edit_for(session.services, snapshot, key, index)
    except AlgosmithError as error:
        log.info("not resolved: %s", error)
        action.command = types.Command(action.title, "algosmith.apply", arguments=[uri, key, index])
        return action
    action.edit = convert.workspace_edit(session.client, document, edit, session.documents.encoding)
    return action


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Kinds are hierarchical: asking for ``refactor`` means ``refactor.rewrite`` too."""
    if only is None:
        return True
    return any(wish == "" or kind == wish or kind.startswith(wish + ".") for wish in only)


def _on_task(
    session: Session, document: Document, snapshot: Snapshot, span: Span
) -> list[types.CodeAction]:
    made: list[types.CodeAction | None] = []
    for offer in offers.offers(session.services, snapshot, span):
        if offer.kind == "take":
            made.append(_take(offer))
        elif offer.index is None:
            made.append(_solve(session, document, offer, span))
        else:
            made.append(_insert(session, document, snapshot, offer, offer.index))
    return [action for action in made if action is not None]


def _parts(
    session: Session, document: Document, snapshot: Snapshot, span: Span
) -> list[types.CodeAction]:
    """Solving the TODO by the plan that stands in it, or having one written there."""
    settings = session.configuration.settings
    task = tasks.task_at(snapshot, span, settings.keywords)
    if task is None or task.function is None or languages.of(snapshot.language).stub is None:
        return []
    if only_hints(settings, snapshot.uri):
        return []
    parts = split.parts_in(task.text, snapshot.language)
    title = f"Solve {task.keyword} in {len(parts)} parts" if parts else "Plan it in parts"
    place = convert.range_of(document, span, session.documents.encoding).start
    arguments = [document.uri, convert.plain_position(place)]
    command = types.Command(title, "algosmith.splitTask", arguments=arguments)
    kind = types.CodeActionKind.QuickFix if parts else types.CodeActionKind.RefactorRewrite
    return [types.CodeAction(title, kind=kind, command=command)]


def _hint(
    session: Session, document: Document, snapshot: Snapshot, span: Span
) -> list[types.CodeAction]:
    """The next hint for the TODO; in a folder for learners for any function.

    Only there is it a quick fix: elsewhere "Solve TODO" stays the one that a key press takes.
    """
    settings = session.configuration.settings
    function = functions.function_at(snapshot, span.start)
    task = tasks.task_at(snapshot, span, settings.keywords)
    taught = function is not None and only_hints(settings, snapshot.uri)
    if task is None and not taught:
        return []
    exercise = hints.exercise_of(snapshot, function, task)
    level = inquiries.next_level(session, exercise)
    title = f"Hint {level} of {len(hints.LEVELS)}: {hints.LEVELS[level - 1]}"
    place = convert.range_of(document, span, session.documents.encoding).start
    arguments = [document.uri, convert.plain_position(place), level]
    command = types.Command(title, "algosmith.hint", arguments=arguments)
    learns = only_hints(settings, snapshot.uri)
    kind = types.CodeActionKind.QuickFix if learns else types.CodeActionKind.RefactorRewrite
    return [types.CodeAction(title, kind=kind, command=command)]


def _solve(session: Session, document: Document, offer: Offer, span: Span) -> types.CodeAction:
    place = convert.range_of(document, span, session.documents.encoding).start
    arguments = [document.uri, convert.plain_position(place), offer.task_key]
    missing = _missing_model(session)
    return types.CodeAction(
        f"{offer.title} ({missing})" if missing else offer.title,
        kind=types.CodeActionKind.QuickFix,
        command=types.Command(offer.title, "algosmith.solve", arguments=arguments),
    )


def _take(offer: Offer) -> types.CodeAction:
    return types.CodeAction(
        offer.title,
        kind=types.CodeActionKind.QuickFix,
        command=types.Command(offer.title, "algosmith.takeBest", arguments=[offer.task_key]),
    )


def _missing_model(session: Session) -> str:
    """What to do about the model that is not there; looks at file names only."""
    settings = session.configuration.settings
    if settings.engine.url is not None:
        return ""
    try:
        catalogue.resolve(settings.model)
    except ModelError as error:
        return str(error)
    return ""


def _insert(
    session: Session, document: Document, snapshot: Snapshot, offer: Offer, index: int
) -> types.CodeAction | None:
    action = types.CodeAction(
        offer.title,
        kind=types.CodeActionKind.QuickFix,
        is_preferred=True if offer.preferred else None,
        tags=[types.CodeActionTag.LlmGenerated] if session.client.knows_llm_tag else None,
    )
    if not session.client.takes_action_literals:
        arguments = [document.uri, offer.task_key, index]
        action.command = types.Command(offer.title, "algosmith.apply", arguments=arguments)
    elif session.client.resolves_edits:
        action.data = {"uri": document.uri, "key": offer.task_key, "index": index}
    else:
        try:
            edit = offers.edit_for(session.services, snapshot, offer.task_key, index)
        except AlgosmithError as error:
            log.info("not offered: %s", error)
            return None
        encoding = session.documents.encoding
        action.edit = convert.workspace_edit(session.client, document, edit, encoding)
    return action


def _on_function(
    session: Session, document: Document, snapshot: Snapshot, function: Function
) -> list[types.CodeAction]:
    at = Span(function.span.start, function.span.start)
    place = convert.range_of(document, at, session.documents.encoding).start
    wanted = [("Explain algorithm", "algosmith.explain")]
    if inquiries.measurable(snapshot):
        wanted.append(("Measure complexity", "algosmith.measure"))
        wanted.append(("Annotate with measured complexity", "algosmith.annotate"))
    wanted.append(("Review", "algosmith.review"))
    titles = [(f"{title}: {function.name}", command) for title, command in wanted]
    if session.client.trusted and (aim := aim_at(snapshot, function)) is not None:
        titles.append((aim.title, "algosmith.stress"))
    return [
        types.CodeAction(
            title,
            kind=types.CodeActionKind.RefactorRewrite,
            command=types.Command(
                title, command, arguments=[document.uri, convert.plain_position(place)]
            ),
        )
        for title, command in titles
    ]
