"""The page's routes: JSON in and out, one stream of events, and the built page itself."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from algosmith.errors import AlgosmithError, EngineError, ModelError
from algosmith.features.ask import MOST_CHARACTERS, Mode, Problem
from algosmith.llm.relay import Relay
from algosmith.prompting import templates
from algosmith.web import running
from algosmith.web.desk import Desk
from algosmith.web.desks import Desks
from algosmith.web.guard import HEALTH, Guard, error_body
from algosmith.web.hub import encoded
from algosmith.web.people import Keys

STATIC = Path(__file__).with_name("static")
_MOST_ANSWERS = 8
_TOO_LONG = f"That is too long: {MOST_CHARACTERS:,} characters are the most. Shorten it."

Handler = Callable[[Request], Awaitable[Response]]
Part = TypeVar("Part", str, bytes)


def make_app(desks: Desks, keys: Keys, urls: frozenset[str]) -> Starlette:
    """The ASGI application: everybody's desk behind their key, known under ``urls``."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        watch = asyncio.create_task(desks.watch())
        try:
            yield
        finally:
            watch.cancel()
            await desks.close()

    routes = [
        Route(HEALTH, _health, methods=["GET"]),
        Route("/api/events", _told(_events), methods=["GET"]),
        Route("/api/ask", _told(_ask), methods=["POST"]),
        Route("/api/run", _told(_run), methods=["POST"]),
        Route("/api/choices", _told(_choices), methods=["GET"]),
        Route("/api/entries", _told(_list), methods=["GET"]),
        Route("/api/entries", _told(_delete), methods=["DELETE"]),
        Route("/api/export", _told(_export), methods=["GET"]),
        Route("/api/entries/{id}", _told(_entry), methods=["GET"]),
        Route("/api/entries/{id}", _told(_delete), methods=["DELETE"]),
        Route("/api/entries/{id}/stop", _told(_stop), methods=["POST"]),
        Route("/v1/models", _told(_relay), methods=["GET"]),
        Route("/v1/chat/completions", _told(_relay), methods=["POST"]),
        Mount("/", StaticFiles(directory=STATIC, html=True)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, keys=keys, urls=urls)],
        lifespan=lifespan,
    )
    app.state.desks = desks
    app.state.relay = Relay(desks.services.settings)
    return app


def _told(handler: Handler) -> Handler:
    """The handler with errors for people turned into one sentence."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (EngineError, ModelError) as error:
            text, status = str(error), 503
        except (AlgosmithError, ValueError) as error:
            text, status = str(error), 400
        return JSONResponse(error_body(request.url.path, text), status)

    return guarded


def _desk(request: Request) -> Desk:
    return cast("Desks", request.app.state.desks).of(request.state.person)


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _relay(request: Request) -> Response:
    relay = cast("Relay", request.app.state.relay)
    path = request.url.path.removeprefix("/v1/")
    sending = asyncio.create_task(relay.send(request.method, path, await request.body()))
    leaving = asyncio.create_task(_left(request))
    try:
        # Whoever goes away while the first word is awaited frees the engine as well.
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            return Response(status_code=499)
        answer = sending.result()
    finally:
        for task in (sending, leaving):
            task.cancel()
    parts = _while_let_in(request, answer.parts)
    return StreamingResponse(parts, answer.status, media_type=answer.kind)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _events(request: Request) -> Response:
    desk = _desk(request)
    first = encoded("hello", status=desk.status(), kept=desk.history.kept)
    events = _while_let_in(request, desk.hub.events(first))
    return StreamingResponse(events, media_type="text/event-stream")


async def _while_let_in(request: Request, parts: AsyncGenerator[Part]) -> AsyncGenerator[Part]:
    """What is told to a key; nothing more once it was taken away or replaced."""
    async with contextlib.aclosing(parts):
        async for part in parts:
            if not request.state.still():
                return
            yield part


async def _ask(request: Request) -> Response:
    fields = await _fields(request)
    mode = fields.get("mode", "algorithms")
    if mode not in get_args(Mode):
        raise ValueError(f"mode: {mode!r} is none of {', '.join(get_args(Mode))}")
    answers = fields.get("answers", 1)
    if not isinstance(answers, int) or not 1 <= answers <= _MOST_ANSWERS:
        raise ValueError(f"answers: a number from 1 to {_MOST_ANSWERS} is expected")
    variables: object = fields.get("variables") or {}
    if not isinstance(variables, dict):
        raise ValueError("variables: an object is expected")
    problem = Problem(
        question=_text(fields, "question"),
        mode=cast("Mode", mode),
        prompt=_text(fields, "prompt"),
        variables=tuple(
            (str(k), str(v)) for k, v in cast("dict[object, object]", variables).items()
        ),
        answers=answers,
    )
    desk = _desk(request)
    model = _text(fields, "model") or None
    adapter = _text(fields, "adapter") or None
    if model and model not in await running.model_names(desk.services):
        raise ValueError(f"model: {model!r} is none of those that the page lists")
    return JSONResponse(desk.ask(problem, model, adapter).record())


async def _run(request: Request) -> Response:
    fields = await _fields(request)
    services = _desk(request).services
    return JSONResponse(
        await running.run(services, _text(fields, "code"), _text(fields, "question"))
    )


async def _choices(request: Request) -> Response:
    desk = _desk(request)
    settings = desk.services.settings
    return JSONResponse(
        {
            "model": settings.model,
            "adapter": settings.adapter,
            "models": list(await running.model_names(desk.services)),
            "adapters": [adapter.name for adapter in settings.adapters],
            "prompts": [asdict(prompt) for prompt in templates.listed()],
            "budget": settings.thinking.tokens,
            "answers": max(1, min(settings.web.answers, _MOST_ANSWERS)),
            "characters": MOST_CHARACTERS,
            "kept": desk.history.kept,
        }
    )


async def _list(request: Request) -> Response:
    return JSONResponse(await _desk(request).history.listed())


async def _entry(request: Request) -> Response:
    record = await _desk(request).find(request.path_params["id"])
    if record is None:
        return JSONResponse({"error": "That answer is no longer kept."}, 404)
    return JSONResponse(record)


async def _stop(request: Request) -> Response:
    await _desk(request).stop(request.path_params["id"])
    return JSONResponse({})


async def _delete(request: Request) -> Response:
    await _desk(request).delete(request.path_params.get("id"))
    return JSONResponse({})


async def _export(request: Request) -> Response:
    text = await _desk(request).history.export()
    return Response(text.encode("utf-8", "surrogatepass"), media_type="application/x-ndjson")


async def _fields(request: Request) -> dict[str, Any]:
    try:
        value: object = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise ValueError("the request is no JSON") from None
    if not isinstance(value, dict):
        raise ValueError("the request must be a JSON object")
    return cast("dict[str, Any]", value)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name}: text is expected")
    if len(value) > MOST_CHARACTERS:
        raise ValueError(_TOO_LONG)
    # What no UTF-8 holds may come as an escape of JSON's.
    return value.encode("utf-8", "replace").decode("utf-8")
