"""The client side of the engine: OpenAI-compatible HTTP and the launcher. No model library.

What is heavy to import (httpx) is imported when a connection is made: a language server must be up
in milliseconds and often answers for hours without a model.
"""

from dataclasses import replace

from algosmith import paths
from algosmith.config import Settings
from algosmith.wire import Completer


def connect_thinking(settings: Settings) -> Completer | None:
    """Whatever answers for ``thinking_model``; None where the settings name none.

    Our own engine holds one model, so this is a second engine beside the first; it too leaves when
    nobody needs it. With ``engine.url`` the model is another one of that server.
    """
    if settings.thinking_model is None:
        return None
    if settings.engine.url is not None:
        return connect(settings)
    from algosmith.llm.own import OwnEngine

    return OwnEngine(replace(settings, model=settings.thinking_model, adapter=None), paths.THINKER)


def connect(settings: Settings) -> Completer:
    """Whatever answers chat requests under these settings. No I/O happens here.

    With ``engine.url`` that server and nothing else; without it our own engine, which is found or
    started when the first request needs it.

    Raises:
        ConfigError: ``engine.key_file`` can't be used.
    """
    if settings.engine.url is not None:
        from algosmith.llm.client import HttpCompleter

        return HttpCompleter(settings.engine.url, settings.engine.key_file)
    from algosmith.llm.own import OwnEngine

    return OwnEngine(settings)
