"""``algosmith models get|list|check``: the models on this machine."""

import argparse
import sys
from pathlib import Path

from algosmith.cli.files import load_settings
from algosmith.errors import ModelError
from algosmith.llm import models


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


def _get() -> int:
    file = models.fetch_demo(lambda line: print(line, file=sys.stderr, flush=True))
    print(f"demo model: {file}")
    return 0


def _list() -> int:
    chosen = load_settings().model
    found = models.installed()
    for name, path in found:
        print(f"{'*' if name == chosen else ' '} {name:12} {path}")
    if chosen not in dict(found):
        known = Path(chosen).expanduser().exists()
        state = (
            ""
            if known
            else "   (missing: `algosmith models get demo`, or set model in the settings)"
        )
        print(f"* {chosen}{state}")
    return 0


def _check(name: str) -> int:
    from algosmith.engine import weights

    try:
        report = weights.check(models.resolve(name))
    except ModelError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    print(report.summary())
    return 0
