"""Who may talk to the page's server: whoever holds a key, from our own page, by its own address.

Host is checked against rebinding of names, Origin and Sec-Fetch-Site against other pages, the key
against other people and programs. All answers carry headers that let the page load nothing from
elsewhere and run no script but ours.
"""

import logging
from collections.abc import Mapping
from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from algosmith.errors import ConfigError
from algosmith.web.people import KeyRefused, Keys

MOST_BODY_BYTES = 1 << 20
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types algosmith-worker"
)
_HEADERS: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
HEALTH = "/health"
"""Says that the server is up, to anybody; for containers and proxies."""
_KEYED = ("/api/", "/v1/")
_WRONG_HOST = "This server answers only under the address that `algosmith web` printed."
log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware; it puts the owner of the key into the request's state as ``person``.

    ``still``, beside it, says whether the same key would be let in now: long answers ask it.

    Args:
        app: what is guarded.
        keys: who holds a key.
        urls: the addresses under which the page is known, as in ``https://box.example``.
    """

    def __init__(self, app: ASGIApp, *, keys: Keys, urls: frozenset[str]) -> None:
        self._app, self._keys = app, keys
        self._hosts = frozenset(host for url in urls for host in _hosts(url))
        self._origins = frozenset(
            f"{url.partition('://')[0]}://{host}" for url in urls for host in _hosts(url)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on with the headers put in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._look(scope["path"], headers)
            if scope["path"].startswith(_KEYED):
                still = partial(self._still, headers)
                scope.setdefault("state", {}).update(person=self._person(headers), still=still)
        except _Refusal as refusal:
            answer = JSONResponse(error_body(scope["path"], refusal.text), refusal.status)
            await answer(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _look(self, path: str, headers: Headers) -> None:
        if path == HEALTH:
            return
        if headers.get("host", "").lower() not in self._hosts:
            raise _Refusal(421, _WRONG_HOST)
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._origins:
            raise _Refusal(403, "Other pages may not ask here.")
        if not path.startswith(_KEYED):
            return
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise _Refusal(403, "Other pages may not ask here.")
        size = headers.get("content-length", "0")
        if headers.get("transfer-encoding") or not size.isdigit() or int(size) > MOST_BODY_BYTES:
            raise _Refusal(413, f"That is larger than {MOST_BODY_BYTES >> 20} MiB; shorten it.")

    def _still(self, headers: Headers) -> bool:
        try:
            self._person(headers)
        except _Refusal:
            return False
        return True

    def _person(self, headers: Headers) -> str:
        try:
            return self._keys.owner(headers.get("authorization", "").removeprefix("Bearer "))
        except KeyRefused as error:
            raise _Refusal(401, str(error)) from error
        except ConfigError as error:
            log.error("no key can be checked: %s", error)
            raise _Refusal(500, "The list of keys can't be read; the log says why.") from error


class _Refusal(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def error_body(path: str, text: str) -> dict[str, object]:
    """An error as the page reads it, or as clients of OpenAI's interface do."""
    if path.startswith("/v1/"):
        return {"error": {"message": text, "type": "invalid_request_error"}}
    return {"error": text}


def _hosts(url: str) -> tuple[str, ...]:
    """What browsers send as ``Host`` for an address: the scheme's own port is left out."""
    scheme, _, host = url.lower().partition("://")
    port = {"http": ":80", "https": ":443"}[scheme]
    return (host, host.removesuffix(port)) if host.endswith(port) else (host,)
