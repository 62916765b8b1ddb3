"""A client as the real editors are: recorded capabilities, a text that edits are applied to.

async with Editor.start("vscode-1.139.1", home, settings={...}) as editor:
    uri = editor.open("a.py", "# TODO: add\n")
    await editor.choose(uri, 0, "Solve TODO")
    await editor.until(lambda: "return" in editor.text(uri))
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

from tests.lsp.applying import line_end
from tests.lsp.buffers import Buffers, converter

RECORDED = Path(__file__).parents[1] / "fixtures" / "initialize"
EDITORS = ("vscode-1.139.1", "nvim-0.11.4", "nvim-0.12.4", "emacs-28.2", "helix-25.01.1")
WAIT_SECONDS = 300.0


def reply(code: str, approach: str = "the obvious way", time: str = "O(n)") -> str:
    """A model's reply as the prompts ask for it."""
    return f"Approach: {approach}\nTime: {time}\nSpace: O(1)\n\n```python\n{code}\n```\n"


def recorded(name: str) -> dict[str, Any]:
    """What an editor sent with ``initialize``."""
    return json.loads((RECORDED / f"{name}.initialize.json").read_text())


@dataclass
class Editor(Buffers):
    """A connected client."""

    labels: list[str | None] = field(default_factory=list)
    """Labels of the edits that were applied."""
    notified: list[tuple[str, Any]] = field(default_factory=list)
    asked_for_settings: int = 0
    before_edit: Callable[[], None] | None = None
    """Called once when the next edit arrives, before it is looked at: the user who types on."""

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        name: str,
        home: Path,
        *,
        settings: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "algosmith", "lsp"),
        root: Path | None = None,
    ) -> AsyncIterator["Editor"]:
        """Starts the server as the editor would and shuts it down at the end."""
        client = LanguageClient(converter_factory=converter)
        register_lsp_features(client)
        client.set_configuration(settings or {}, section="algosmith")
        editor = cls(client)
        editor._register()
        env = {**os.environ, "ALGOSMITH_HOME": str(home), "PYTHONWARNINGS": "default"}
        await client.start_io(*command, env=env)
        try:
            raw = recorded(name)
            raw["initializationOptions"] = options
            raw["processId"] = os.getpid()
            raw["rootUri"] = (root or home).as_uri()
            raw["workspaceFolders"] = [{"uri": (root or home).as_uri(), "name": "test"}]
            raw.pop("workDoneToken", None)
            params = get_converter().structure(raw, types.InitializeParams)
            editor.result = await asyncio.wait_for(client.initialize_session(params), WAIT_SECONDS)
            yield editor
            await asyncio.wait_for(client.shutdown_session(), WAIT_SECONDS)
        finally:
            process = client._server
            if process is not None and process.returncode is None:
                process.kill()  # the test failed; stop() would wait for ever
            await client.stop()

    @property
    def messages(self) -> list[str]:
        """Texts of window/showMessage so far."""
        return [message.message for message in self.client.messages]

    @property
    def progress(self) -> list[Any]:
        """The values of all progress notifications so far, job by job."""
        return [v for values in self.client.progress_reports.values() for v in values]

    async def actions(
        self, uri: str, line: int, only: Sequence[str] | None = None
    ) -> list[types.CodeAction]:
        """The code-action menu at the end of a line."""
        at = line_end(self.buffers[uri].text, line, self.encoding)
        return await self.actions_at(uri, line, at.character, only)

    async def actions_at(
        self, uri: str, line: int, character: int, only: Sequence[str] | None = None
    ) -> list[types.CodeAction]:
        """The code-action menu at a place."""
        at = types.Position(line, character)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(at, at),
            types.CodeActionContext([], only=list(only) if only is not None else None),
        )
        answer = await asyncio.wait_for(
            self.client.text_document_code_action_async(params), WAIT_SECONDS
        )
        actions = [action for action in answer or () if isinstance(action, types.CodeAction)]
        assert len(actions) == len(answer or ()), answer
        return actions

    async def choose(self, uri: str, line: int, title: str) -> types.CodeAction:
        """The user picks the first action whose title begins so: resolve, edit, command."""
        actions = await self.actions(uri, line)
        action = next((a for a in actions if a.title.startswith(title)), None)
        assert action is not None, [a.title for a in actions]
        if action.edit is None and action.command is None:
            action = await asyncio.wait_for(
                self.client.code_action_resolve_async(action), WAIT_SECONDS
            )
        if action.edit is not None:
            assert self.apply(action.edit) is None
        if action.command is not None:
            await self.execute(action.command.command, *(action.command.arguments or ()))
        return action

    async def execute(self, command: str, *arguments: Any) -> Any:
        """Runs a command of the server."""
        params = types.ExecuteCommandParams(command, list(arguments))
        return await asyncio.wait_for(
            self.client.workspace_execute_command_async(params), WAIT_SECONDS
        )

    async def configure(self, settings: dict[str, Any]) -> None:
        """The user changes the settings; returns when the server has them."""
        asked = self.asked_for_settings
        self.client.set_configuration(settings, section="algosmith")
        changed = types.DidChangeConfigurationParams(settings=None)
        self.client.workspace_did_change_configuration(changed)
        await self.until(lambda: self.asked_for_settings > asked)
        await self.ask("algosmith/models", {})  # answered after our answer was read

    async def ask(self, method: str, params: Any) -> Any:
        """Sends a request of algosmith's own."""
        sent = self.client.protocol.send_request_async(method, params)
        return await asyncio.wait_for(sent, WAIT_SECONDS)

    async def lenses(self, uri: str) -> Sequence[types.CodeLens]:
        """The document's code lenses."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        sent = self.client.text_document_code_lens_async(params)
        return await asyncio.wait_for(sent, WAIT_SECONDS) or ()

    async def hover(self, uri: str, line: int, character: int) -> str | None:
        """The hover's text."""
        target = types.TextDocumentIdentifier(uri)
        at = types.Position(line, character)
        answer = await self.client.text_document_hover_async(types.HoverParams(target, at))
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def until(self, condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
        """Waits for the condition; fails the test with what was said when it never holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (self.messages, self.progress)
            await asyncio.sleep(0.02)

    def _register(self) -> None:
        client = self.client

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            if self.before_edit is not None:
                call, self.before_edit = self.before_edit, None
                call()
            refusal = self.apply(params.edit)
            if refusal is None:
                self.labels.append(params.label)
            return types.ApplyWorkspaceEditResult(refusal is None, refusal)

        get = client.get_configuration

        def counted(**what: Any) -> Any:
            self.asked_for_settings += 1
            return get(**what)

        client.get_configuration = counted

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.notified.append(("registered", params.registrations))

        @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def refresh(_: None) -> None:
            self.notified.append(("lens refresh", None))

        for method in ("algosmith/ready", "algosmith/status"):

            def note(params: Any, method: str = method) -> None:
                self.notified.append((method, params))

            client.feature(method)(note)
