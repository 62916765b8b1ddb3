"""Who may talk to the page's server: this machine's browser, from our own page, with the key.

Host is checked against rebinding of names, Origin and Sec-Fetch-Site against other pages, the key
against other users and programs of this machine. All answers carry headers that let the page load
nothing from elsewhere and run no script but ours.
"""

import hmac
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
_NO_KEY = (
    "This page has no valid key: open the link that `algosmith web` printed when it started last."
)


class Guard:
    """ASGI middleware; ``hosts`` are the names with port under which the page is known."""

    def __init__(self, app: ASGIApp, *, key: str, hosts: frozenset[str]) -> None:
        self._app, self._key, self._hosts = app, key, hosts

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

        refusal = self._refusal(scope["path"], Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, with_headers)
            return
        status, text = refusal
        await JSONResponse({"error": text}, status)(scope, receive, with_headers)

    def _refusal(self, path: str, headers: Headers) -> tuple[int, str] | None:
        if headers.get("host", "").lower() not in self._hosts:
            return 421, "This server answers only under the address that `algosmith web` printed."
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self._hosts}:
            return 403, "Other pages may not ask here."
        if not path.startswith("/api/"):
            return None
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "Other pages may not ask here."
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            return 401, _NO_KEY
        size = headers.get("content-length", "0")
        if headers.get("transfer-encoding") or not size.isdigit() or int(size) > MOST_BODY_BYTES:
            return 413, f"That is larger than {MOST_BODY_BYTES >> 20} MiB; shorten it."
        return None
