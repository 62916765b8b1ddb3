"""What algorithm a function is, as the model sees it."""

import hashlib

from algosmith.errors import EngineError, ReplyError
from algosmith.features import asking, words
from algosmith.features.services import Services
from algosmith.features.store import Report
from algosmith.model import Explanation, Function, Snapshot
from algosmith.prompting import extract


async def explain(
    services: Services, snapshot: Snapshot, function: Function, report: Report
) -> Explanation:
    """Asks the model; cached by content. Raises EngineError when there is no answer."""
    known = cached_explanation(services, snapshot, function)
    if known is not None:
        return known
    code = snapshot.slice(function.span)
    request = asking.explain(services.settings, snapshot.language, code)
    replies = await services.completer.complete(
        request, lambda progress: report(words.progress_step(progress))
    )
    try:
        explanation = extract.explanation(replies[0].text, request.model)
    except ReplyError as error:
        raise EngineError(f"The model gave no explanation ({error}); ask again.") from error
    services.store.explanations.put(_key(services, code), explanation)
    return explanation


def cached_explanation(
    services: Services, snapshot: Snapshot, function: Function
) -> Explanation | None:
    """An earlier explanation of the same text by the same model."""
    return services.store.explanations.get(_key(services, snapshot.slice(function.span)))


def _key(services: Services, code: str) -> str:
    settings = services.settings
    text = "\0".join((settings.model, settings.adapter or "", code))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
