"""``algosmith models get|list|check``: the models on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.errors import ModelError
from algosmith.llm import models
from algosmith.model import Step

if TYPE_CHECKING:
    from algosmith.engine.weights.report import WeightsReport


def run(args: list[str]) -> int:
    """Only ``get`` ever uses the network, and only for the demo model."""
    parser = argparse.ArgumentParser("algosmith models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    get = commands.add_parser("get", help="fetch the demo model; other models are yours to place")
    get.add_argument("name", choices=["demo"])
    commands.add_parser("list", help="the models algosmith can find by name")
    check = commands.add_parser("check", help="read a model's files without loading them")
    check.add_argument("name", nargs="?", help="name, folder or GGUF file; default: the setting")
    options = parser.parse_args(args)
    if options.command == "get":
        return _get()
    if options.command == "list":
        return _list()
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


def _get() -> int:
    with ProgressLine() as line:
        file = models.fetch_demo(lambda text, share: line(Step("starting", text, share)))
    print(f"demo model: {file}")
    return 0


def _list() -> int:
    chosen = load_settings().model
    found = models.installed()
    for one in found:
        mark = "*" if one.name == chosen else " "
        print(f"{mark} {one.name:12} {one.bytes / 2**20:8,.0f} MiB  {one.path}")
    if chosen not in [one.name for one in found]:
        known = Path(chosen).expanduser().exists()
        print(
            f"* {chosen}" + ("" if known else "   missing: `algosmith models get demo` fetches one")
        )
    return 0


def _check(name: str) -> int:
    from algosmith.engine import weights

    try:
        report = weights.check(models.resolve(name))
    except ModelError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    print(summary(report))
    for note in report.notes:
        print(f"note: {note}")
    return 0
