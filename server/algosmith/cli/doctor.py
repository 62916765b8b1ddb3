"""``algosmith doctor``: every link of the chain, and the command that mends a broken one."""

import argparse
import asyncio
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith import __version__, config, paths
from algosmith.catalogue import AUTO
from algosmith.errors import AlgosmithError, EngineError
from algosmith.wire import EngineStatus

if TYPE_CHECKING:
    from algosmith.engine.weights import WeightsReport

_FREE_BYTES = 512 << 20
_GIB = 1 << 30
_USUAL_CONTEXT = 8192


@dataclass(frozen=True, slots=True)
class Finding:
    """One link: fine, worth knowing, or broken with what mends it."""

    mark: str
    """ok, note or BROKEN."""
    link: str
    text: str


def run(args: list[str]) -> int:
    """Exit status 1 when a link is broken."""
    parser = argparse.ArgumentParser("algosmith doctor", description=__doc__)
    parser.add_argument("--start", action="store_true", help="start the engine to test it as well")
    parser.add_argument(
        "--report", action="store_true", help="print what a bug report needs, without your names"
    )
    options = parser.parse_args(args)
    found = findings(start_engine=options.start)
    if options.report:
        from algosmith.cli.report import report

        print(report(list(found)))
        return 0
    broken = False
    for finding in found:
        show(finding)
        broken = broken or finding.mark == "BROKEN"
    return 1 if broken else 0


def line(finding: Finding) -> str:
    """How a finding reads."""
    return f"{finding.mark:6}  {finding.link:9} {finding.text}"


def show(finding: Finding) -> None:
    """Prints a finding at once: the next may take its time."""
    print(line(finding), flush=True)


def findings(*, start_engine: bool) -> Iterator[Finding]:
    """All links in order; a check that fails unexpectedly is itself a finding."""
    settings, problems = config.load()
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("version", _version),
        ("settings", lambda: _settings(problems)),
        ("folders", _folders),
        ("syntax", _syntax),
        ("prompts", _prompts),
        ("model", lambda: _model(settings)),
        ("adapters", lambda: _adapters(settings)),
        ("engine", lambda: _engine(settings, start=start_engine)),
        ("cage", _cage),
        ("languages", _languages),
    ]
    for link, check in checks:
        try:
            yield from check()
        except AlgosmithError as error:
            yield Finding("BROKEN", link, str(error))
        except Exception as error:  # noqa: BLE001 - a doctor reports a failing check, whatever it is
            yield Finding("BROKEN", link, f"{type(error).__name__}: {error}")


def _version() -> Iterator[Finding]:
    python = platform.python_version()
    yield Finding("ok", "version", f"algosmith {__version__}, Python {python}, {sys.platform}")


def _settings(problems: tuple[str, ...]) -> Iterator[Finding]:
    file = paths.config_file()
    if not file.exists():
        yield Finding("ok", "settings", f"defaults ({file} does not exist)")
    elif not problems:
        yield Finding("ok", "settings", str(file))
    for problem in problems:
        yield Finding("BROKEN", "settings", f"{problem}; edit {file}")


def _folders() -> Iterator[Finding]:
    for folder in (paths.data_dir(), paths.state_dir(), paths.runtime_dir()):
        nearest = next(p for p in (folder, *folder.parents) if p.exists())
        if not os.access(nearest, os.W_OK):
            text = f"{folder} can't be written; mend its rights or set ALGOSMITH_HOME"
            yield Finding("BROKEN", "folders", text)
        elif shutil.disk_usage(nearest).free < _FREE_BYTES:
            text = f"less than {_FREE_BYTES >> 20} MiB free at {folder}; make room"
            yield Finding("BROKEN", "folders", text)
        else:
            yield Finding("ok", "folders", str(folder))


def _syntax() -> Iterator[Finding]:
    from algosmith.syntax import languages

    yield Finding("ok", "syntax", ", ".join(languages.LANGUAGES))


def _languages() -> Iterator[Finding]:
    """The tools that run languages other than Python; each is named once."""
    from algosmith import languages

    said = dict.fromkeys(one.running.tools() for one in languages.every() if one.running)
    for found, text in said:
        yield Finding("ok" if found else "note", "languages", text)


def _prompts() -> Iterator[Finding]:
    from algosmith.prompting import templates

    for name in ("implement", "repair", "explain", "tests", "inputs"):
        prompt = templates.load(name)
        yield Finding("ok", "prompts", f"{name} {prompt.digest} from {prompt.file}")


def _model(settings: config.Settings) -> Iterator[Finding]:
    if settings.engine.url:
        yield asyncio.run(_served(settings, settings.engine.url))
        return
    needs: list[_Need] = []
    for link, one in (("model", settings), ("thinking", settings.second())):
        if link == "model" or settings.thinking_model is not None:
            yield from _weights(link, one, needs)
    yield _memory(needs)


@dataclass(frozen=True, slots=True)
class _Need:
    """The memory that one model's engine takes, roughly."""

    name: str
    bytes: int


def _weights(link: str, settings: config.Settings, needs: list[_Need]) -> Iterator[Finding]:
    """A model's files; adds what it needs to ``needs``."""
    from algosmith import catalogue
    from algosmith.cli.models import summary
    from algosmith.engine import weights

    report = weights.check(catalogue.resolve(settings.model))
    yield Finding("ok", link, summary(report))
    needs.append(_need(settings, report))
    wanted = settings.engine.context_tokens
    if wanted is not None and report.context_tokens < wanted:
        text = f"engine.context_tokens = {wanted} is beyond this model"
        yield Finding("note", link, f"{text}; {report.context_tokens} are used")
    needed = "xllamacpp" if report.format == "gguf" else "torch"
    extra = "llamacpp" if report.format == "gguf" else "gpu"
    if importlib.util.find_spec(needed) is None:
        text = f"{needed} is not installed: pip install 'algosmith[{extra}]'"
        yield Finding("BROKEN", link, text)


def _adapters(settings: config.Settings) -> Iterator[Finding]:
    """Whether each adapter is for the model, and what the gate said of it."""
    from algosmith import catalogue
    from algosmith.engine import weights

    if settings.engine.url or not settings.adapters:
        return
    report = weights.check(catalogue.resolve(settings.model))
    for one in settings.adapters:
        place = Path(one.folder).expanduser()
        warning = weights.check_card(one.name, place.parent if place.is_file() else place, report)
        used = f"{one.name} is used" if one.name == settings.adapter else f"{one.name} may be used"
        yield Finding("note" if warning else "ok", "adapters", warning or used)


def _need(settings: config.Settings, report: "WeightsReport") -> _Need:
    """The catalogue's measured figure, or for a model of the user's own an estimate."""
    from algosmith import catalogue
    from algosmith.engine import weights

    name = catalogue.name_of(settings.model)
    entry = catalogue.entry(name)
    if entry is not None:
        return _Need(name, int(entry.memory_gib * _GIB))
    engine = settings.engine
    context = min(engine.context_tokens or _USUAL_CONTEXT, report.context_tokens)
    # llama.cpp's sequences share one context.
    parallel = 1 if report.format == "gguf" else engine.parallel
    plan = weights.Plan(context, parallel, engine.prefix_cache_mb << 20, engine.quantization)
    return _Need(report.path.name, weights.memory_needed(report, plan).total)


def _memory(needs: Sequence[_Need]) -> Finding:
    """What the engines need, beside what is free: two models run in an engine each."""
    from algosmith.catalogue import recommended
    from algosmith.engine.weights import free_host_memory

    free, total = free_host_memory(), sum(need.bytes for need in needs)
    text = " and ".join(f"{need.name} needs about {_gib(need.bytes)}" for need in needs)
    if len(needs) > 1:
        text += f", {_gib(total)} together, each in an engine of its own"
    text += f"; {_gib(free)} are free"
    if free >= total:
        return Finding("ok", "memory", text)
    text += ": close other programs (an engine that runs already holds its part)"
    smaller = recommended(0)
    if len(needs) > 1:
        text += ", or unset thinking_model"
    elif needs[0].bytes > smaller.memory_gib * _GIB:
        text += f', or `algosmith models get {smaller.name}` and set model = "{smaller.name}"'
    return Finding("note", "memory", text)


def _gib(count: int) -> str:
    return f"{count / _GIB:.1f} GiB"


async def _served(settings: config.Settings, url: str) -> Finding:
    from algosmith import llm

    wanted = settings.model_name
    completer = llm.connect(settings)
    try:
        names = [model.name for model in await completer.models()]
    except EngineError as error:
        return Finding("note", "model", f"{wanted} is asked for; {url} lists no models ({error})")
    finally:
        await completer.close()
    if wanted == AUTO and names:
        return Finding("ok", "model", f"{names[0]}, the first that {url} lists")
    if wanted in names:
        return Finding("ok", "model", f"{wanted}, served by {url}")
    listed = f"{url} lists {', '.join(names) or 'no model'}, not {wanted}"
    # No fault yet: llama.cpp takes any name, `transformers serve` any folder.
    return Finding("note", "model", f"{listed}; if it refuses, mend `model` or `adapter`")


def _engine(settings: config.Settings, *, start: bool) -> Iterator[Finding]:
    status = asyncio.run(_engine_status(settings, start=start))
    if status.state == "ready":
        rate = f", {status.tokens_per_second:.0f} tok/s lately" if status.tokens_per_second else ""
        text = f"{status.model} on {status.device} ({status.backend}){rate}"
        if status.backend is None:  # a server that is not ours
            text = f"{settings.engine.url} answers"
        yield Finding("ok", "engine", text)
        if status.cage:  # a server that is not ours says nothing of it
            mark = "ok" if status.cage.startswith("full") else "note"
            yield Finding(mark, "engine", f"its cage: {status.cage}")
    elif status.state == "failed" or settings.engine.url:
        hint = (
            "is the server running?" if settings.engine.url else f"see {paths.log_file('engine')}"
        )
        yield Finding("BROKEN", "engine", f"{status.state}: {status.message} ({hint})")
    else:
        text = f"{status.state}: it starts when it is needed, or with `algosmith engine start`"
        yield Finding("note", "engine", text)


async def _engine_status(settings: config.Settings, *, start: bool) -> EngineStatus:
    from algosmith import llm
    from algosmith.llm import launcher

    if start and not settings.engine.url:
        await launcher.start(settings)
    completer = llm.connect(settings)
    try:
        return await completer.status()
    finally:
        await completer.close()


def _cage() -> Iterator[Finding]:
    from algosmith import sandbox

    report = sandbox.describe()
    if report.tier == "none":
        text = f"none: candidates are offered unchecked, nothing is run ({report.reason})"
        yield Finding("note", "cage", text)
        return
    yield Finding("ok", "cage", f"{report.tier}: forbids {', '.join(report.forbids)}")
    if report.reason:
        yield Finding("note", "cage", report.reason)
