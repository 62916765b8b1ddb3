"""Hands requests of OpenAI's form on to whatever holds the model, unread.

For programs that ask by the page's port; our own engine is started when the first comes.
"""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

import httpx

from algosmith.config import Settings
from algosmith.errors import EngineError
from algosmith.llm import launcher
from algosmith.llm.keys import read_key
from algosmith.llm.transport import open_client
from algosmith.sockets import own_address

_AWAY = "the engine went away; ask again"


@dataclass(frozen=True, slots=True)
class RelayedAnswer:
    """An answer that is still coming."""

    status: int
    kind: str
    """Its content type."""
    parts: AsyncGenerator[bytes]
    """To be closed when nobody wants the rest: that frees the engine."""


class Relay:
    """Passes requests on under the user's settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, method: str, path: str, body: bytes) -> RelayedAnswer:
        """One request, for ``models`` or ``chat/completions``.

        Raises:
            EngineError: nobody answers; the message says what to do.
            ModelError: there is no model.
        """
        client = await self._connected()
        request = client.build_request(
            method, path, content=body, headers={"content-type": "application/json"}
        )
        try:
            response = await client.send(request, stream=True)
        except httpx.HTTPError as error:
            await client.aclose()
            url = self._settings.engine.url
            away = f"nothing answers at {url}: start that server, or mend `engine.url`"
            raise EngineError(away if url else _AWAY, detail=repr(error)) from error
        except BaseException:
            await client.aclose()
            raise
        kind = response.headers.get("content-type", "application/json")
        return RelayedAnswer(response.status_code, kind, _parts(client, response))

    async def _connected(self) -> httpx.AsyncClient:
        settings = self._settings.engine
        if settings.url is not None:
            key = read_key(settings.key_file) if settings.key_file is not None else None
            return open_client(settings.url, _shown(key))
        await launcher.start(self._settings)
        address = own_address()
        if address is None:
            raise EngineError(_AWAY)
        return open_client(address.url, _shown(address.token))


def _shown(key: str | None) -> Mapping[str, str]:
    return {} if key is None else {"authorization": f"Bearer {key}"}


async def _parts(client: httpx.AsyncClient, response: httpx.Response) -> AsyncGenerator[bytes]:
    try:
        with contextlib.suppress(httpx.HTTPError):  # the reader sees an answer that breaks off
            async for part in response.aiter_bytes():
                yield part
    finally:
        await response.aclose()
        await client.aclose()
