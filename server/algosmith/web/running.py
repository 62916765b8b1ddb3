"""What the page shows of a run of code, and which models can be chosen: plain data for JSON."""

from dataclasses import asdict
from typing import Any

from algosmith import catalogue
from algosmith.errors import EngineError
from algosmith.features.services import Services


async def run(services: Services, code: str, question: str) -> dict[str, Any]:
    """Runs an answer's code in the cage. What it needs is imported when somebody runs code."""
    from algosmith.complexity import notation, plot
    from algosmith.features import code_run, words

    seen = await code_run.run_code(services, code, question)
    measured = seen.measurement
    picture = ""
    if measured and measured.basis == "measured" and measured.time.points:
        picture = plot.svg(measured)
    return {
        "function": seen.function,
        "level": seen.verdict.level,
        "summary": words.clean(seen.verdict.summary),
        "checks": [asdict(check) for check in seen.verdict.checks],
        "examples": [words.clean(example) for example in seen.examples],
        "notes": [words.clean(note) for note in seen.notes],
        "complexity": words.measurement_text(measured) if measured else "",
        "time": notation.pretty(measured.time.complexity_class or "") if measured else "",
        "plot": picture,
    }


async def model_names(services: Services) -> tuple[str, ...]:
    """The setting's model first, then the others that are at hand; starts no engine."""
    settings = services.settings
    names = [settings.model]
    if settings.engine.url is None:
        names += [model.name for model in catalogue.installed()]
    else:
        try:
            served = await services.completer.models()
            names += [model.name for model in served if model.adapter_of is None]
        except EngineError:
            pass  # it is away: the status line says so
    return tuple(dict.fromkeys(names))
