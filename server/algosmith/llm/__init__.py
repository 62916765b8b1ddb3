"""The client side of the engine: OpenAI-compatible HTTP and the launcher. No model library.

What is heavy to import (httpx) is imported when a connection is made: a language server must be up
in milliseconds and often answers for hours without a model.
"""

from algosmith.config import Settings
from algosmith.wire import Completer


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
