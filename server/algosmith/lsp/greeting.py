"""The answer to ``initialize``, given before anything else is loaded.

Importing the protocol library takes longer than everything else at start-up together, and the
answer depends on none of it: it is the same for every client but for the position encoding and the
notebooks. So the process answers first and loads while the client digests; messages that come
meanwhile wait in the pipe. Standard library only. A test holds this answer against what pygls
computes from the registered features, for every recorded client.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from algosmith import __version__

ENCODINGS = ("utf-8", "utf-16", "utf-32")
KINDS = ("quickfix", "refactor.rewrite")
LANGUAGES = ("python", "javascript", "javascriptreact", "typescript", "typescriptreact",
             "cpp", "c", "java", "rust", "go")  # fmt: skip
COMMANDS = (
    "algosmith.solve",
    "algosmith.solveAll",
    "algosmith.apply",
    "algosmith.explain",
    "algosmith.measure",
    "algosmith.annotate",
    "algosmith.review",
    "algosmith.stress",
    "algosmith.hint",
    "algosmith.solveAgain",
    "algosmith.splitTask",
    "algosmith.cancel",
    "algosmith.takeBest",
    "algosmith.showStatus",
)


def answer(params: dict[str, Any]) -> dict[str, Any]:
    """The result of ``initialize``."""
    capabilities = cast("dict[str, Any]", params.get("capabilities") or {})
    result: dict[str, Any] = {
        "positionEncoding": _encoding(capabilities),
        "textDocumentSync": {
            "openClose": True,
            "change": 2,
            "save": True,
        },
        "hoverProvider": True,
        "codeActionProvider": {"codeActionKinds": list(KINDS), "resolveProvider": True},
        "diagnosticProvider": {
            "identifier": "algosmith",
            "interFileDependencies": False,
            "workspaceDiagnostics": True,
        },
        "inlineCompletionProvider": {},
        "codeLensProvider": {"resolveProvider": False},
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {},
        },
    }
    if capabilities.get("notebookDocument") is not None:
        cells = [{"language": name} for name in LANGUAGES]
        result["notebookDocumentSync"] = {"notebookSelector": [{"notebook": "*", "cells": cells}]}
    return {
        "capabilities": result,
        "serverInfo": {"name": "algosmith", "version": __version__},
    }


class Messages:
    """The messages that come in on a file descriptor, one after another."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()

    def next(self) -> bytes | None:
        """The body of the next message, waiting for it; None at the end of the input."""
        length = 0
        while (line := self._line()) is not None:
            if not line.strip():
                if length:
                    return self._take(length)
                continue
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        return None

    def _line(self) -> bytes | None:
        while (end := self._buffer.find(b"\n")) < 0:
            if not self._fill():
                return None
        return self._take(end + 1)

    def _take(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            if not self._fill():
                return None
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _fill(self) -> bool:
        # Not a buffered file: a thread that waits in one holds a lock that ends the interpreter
        # with a fatal error when the process leaves for another reason.
        try:
            data = os.read(self._descriptor, 1 << 16)
        except OSError:
            return False
        self._buffer += data
        return bool(data)


def frame(body: bytes) -> bytes:
    """A message as it is sent."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass(frozen=True, slots=True)
class First:
    """The first message, and whether it was answered."""

    body: bytes
    answered: bool


def greet(messages: Messages, send: Callable[[bytes], object]) -> First | None:
    """Reads the first message and answers it when it is ``initialize``; None when none comes."""
    body = messages.next()
    if body is None:
        return None
    try:
        message = json.loads(body)
        if message["method"] != "initialize":
            return First(body, answered=False)
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer(message["params"])}
    except (ValueError, KeyError, TypeError, AttributeError):
        # Not what a client begins with; the protocol library says what is wrong.
        return First(body, answered=False)
    send(frame(json.dumps(reply).encode()))
    return First(body, answered=True)


def _encoding(capabilities: dict[str, Any]) -> str:
    """The first of the client's encodings that we know: its order is its preference."""
    general = cast("dict[str, Any]", capabilities.get("general") or {})
    wishes = cast("list[str]", general.get("positionEncodings") or [])
    return next((wish for wish in wishes if wish in ENCODINGS), "utf-16")
