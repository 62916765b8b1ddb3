"""``algosmith engine start|stop|status|serve``: the process that holds the model."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from algosmith import config, paths
from algosmith.config import Settings
from algosmith.wire import EngineStatus, Progress


def run(args: list[str]) -> int:
    """The command; gives the process's exit status."""
    options = _parser().parse_args(args)
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith engine", description=__doc__)
    commands = parser.add_subparsers(required=True)
    start = commands.add_parser("start", help="start the engine and wait until it is ready")
    start.add_argument("--model", help="instead of the setting `model`")
    start.set_defaults(run=_start)
    stop = commands.add_parser("stop", help="end the running engine")
    stop.set_defaults(run=_stop)
    status = commands.add_parser("status", help="model, device, memory, queue and speed")
    status.add_argument("--json", action="store_true", help="one JSON object")
    status.set_defaults(run=_status)
    serve = commands.add_parser("serve", help="be the engine, in the foreground")
    serve.add_argument("--model", help="instead of the setting `model`")
    serve.add_argument("--tcp", action="store_true", help="loopback TCP and a token, no socket")
    serve.add_argument("--start-from-stdin", action="store_true", help=argparse.SUPPRESS)
    serve.set_defaults(run=_serve)
    return parser


def _settings(model: str | None) -> Settings:
    settings, problems = config.load()
    for problem in problems:
        print(f"algosmith: {problem}", file=sys.stderr)
    if model is None:
        return settings
    changed, _ = config.parse({"model": model}, settings)
    return changed


def _start(options: argparse.Namespace) -> int:
    from algosmith.llm import launcher

    settings = _settings(options.model)
    if settings.engine.url is not None:
        print(f"`engine.url` is set: {settings.engine.url} is used, no engine of ours")
        return 0
    shown: list[str] = []

    def report(progress: Progress) -> None:
        share = "" if progress.fraction is None else f" {progress.fraction:.0%}"
        line = f"{progress.phase}{share}"
        if not shown or shown[-1] != line:
            shown.append(line)
            print(line, file=sys.stderr)

    print(_describe(asyncio.run(launcher.start(settings, report))))
    return 0


def _stop(_: argparse.Namespace) -> int:
    from algosmith.llm import launcher

    print("stopped" if asyncio.run(launcher.stop()) else "no engine runs")
    return 0


def _status(options: argparse.Namespace) -> int:
    from algosmith.llm import launcher

    status = asyncio.run(launcher.status())
    print(json.dumps(asdict(status)) if options.json else _describe(status))
    thinker = asyncio.run(launcher.status(paths.THINKER))
    if thinker.state != "away" and not options.json:
        print(f"\nthe engine of `thinking_model`:\n{_describe(thinker)}")
    return 1 if status.state in ("away", "failed") else 0


def _serve(options: argparse.Namespace) -> int:
    from algosmith import catalogue
    from algosmith.engine import daemon
    from algosmith.llm import launcher

    if options.start_from_stdin:
        raw = json.load(sys.stdin)
        settings, _ = config.parse(raw["settings"])
        start = daemon.Start(settings, Path(raw["path"]), str(raw["fingerprint"]), str(raw["name"]))
    else:
        settings = _settings(options.model)
        path = catalogue.resolve(settings.model)
        start = daemon.Start(settings, path, launcher.fingerprint(settings, path))
    status = daemon.serve(start, tcp=True) if options.tcp else daemon.serve(start)
    if status == daemon.EXIT_RUNNING and not options.start_from_stdin:
        print("an engine is running already: `algosmith engine status` shows it", file=sys.stderr)
    return status


def _describe(status: EngineStatus) -> str:
    if status.state == "away":
        return status.message or "no engine runs"
    memory = "unknown" if status.memory_bytes is None else f"{status.memory_bytes / 2**20:,.0f} MiB"
    rows = [
        ("state", f"{status.state} {status.message}".strip()),
        ("model", status.model or "-"),
        ("adapters", ", ".join(status.adapters) or "none"),
        ("backend", f"{status.backend} on {status.device}" if status.backend else "-"),
        ("memory", memory),
        ("running", f"{status.running}, {status.queue} waiting"),
        (
            "tokens/s",
            f"{status.tokens_per_second:.1f} now, {status.tokens_per_second_lately:.1f} lately",
        ),
        ("together", f"{status.sequences} answers of one request are written at once"),
        ("cage", status.cage or "-"),
        ("cache hits", str(status.cache_hits)),
        ("process", f"{status.pid}, algosmith {status.version}"),
        ("log", status.log or "-"),
    ]
    return "\n".join(f"{name + ':':12} {value}" for name, value in rows)
