"""What the client announced, as plain facts; asked everywhere instead of its raw capabilities."""

from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class Client:
    """Facts about the client; the defaults are those of one that announced nothing."""

    name: str = ""
    process_id: int | None = None
    resolves_edits: bool = False
    """An action may be listed without its edit, which is asked for when the user picks it."""
    takes_action_literals: bool = False
    """Code actions may be more than bare commands."""
    knows_llm_tag: bool = False
    applies_edits: bool = False
    versioned_edits: bool = False
    """Edits may be document changes with a version; Neovim takes them without announcing it."""
    shows_progress: bool = False
    reads_markdown: bool = False
    answers_configuration: bool = False
    registers_configuration: bool = False
    """``workspace/didChangeConfiguration`` comes only after it was registered."""
    refreshes_lenses: bool = False
    pulls_diagnostics: bool = False
    """It asks for diagnostics, so they are not pushed."""
    refreshes_diagnostics: bool = False
    trusted: bool = False
    """The user trusts the workspace; only the client can know."""
    previews: bool = False
    """It shows candidates itself and understands the notifications of ``extensions``."""
    command_links: bool = False
    """Hover text may link to commands."""
    settings: object = None
    """Settings that came with ``initialize``; untyped, checked by ``configuration``."""


def client_of(params: types.InitializeParams) -> Client:
    """The facts in an ``initialize`` request."""

    def has(path: str) -> Any:
        return cast("Any", get_capability(params.capabilities, path))

    resolvable = has("text_document.code_action.resolve_support.properties") or ()
    tags = has("text_document.code_action.tag_support.value_set") or ()
    formats = has("text_document.hover.content_format") or ()
    operations = has("workspace.workspace_edit.resource_operations")
    options = _options(params.initialization_options)
    return Client(
        name=params.client_info.name if params.client_info else "",
        process_id=params.process_id,
        resolves_edits="edit" in resolvable,
        takes_action_literals=bool(has("text_document.code_action.code_action_literal_support")),
        knows_llm_tag=types.CodeActionTag.LlmGenerated in tags,
        applies_edits=bool(has("workspace.apply_edit")),
        versioned_edits=bool(has("workspace.workspace_edit.document_changes") or operations),
        shows_progress=bool(has("window.work_done_progress")),
        reads_markdown=types.MarkupKind.Markdown in formats,
        answers_configuration=bool(has("workspace.configuration")),
        registers_configuration=bool(
            has("workspace.did_change_configuration.dynamic_registration")
        ),
        refreshes_lenses=bool(has("workspace.code_lens.refresh_support")),
        # One that can't be told to ask again (Neovim 0.11) would learn of a search too late.
        pulls_diagnostics=has("text_document.diagnostic") is not None
        and bool(has("workspace.diagnostics.refresh_support")),
        refreshes_diagnostics=bool(has("workspace.diagnostics.refresh_support")),
        trusted=options.get("trusted") is True,
        previews=options.get("preview") is True,
        command_links=options.get("commandLinks") is True,
        settings=options.get("settings"),
    )


def _options(raw: object) -> dict[str, object]:
    return cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
