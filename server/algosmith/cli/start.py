"""``algosmith start``: sets up what is missing, with your consent, then opens the page."""

import argparse
import sys

from algosmith import catalogue
from algosmith.cli import models
from algosmith.cli.files import load_settings
from algosmith.cli.web import open_page
from algosmith.config import Settings
from algosmith.errors import ModelError


def run(args: list[str]) -> int:
    """Asks before anything is downloaded; without a terminal only ``--yes`` consents."""
    parser = argparse.ArgumentParser("algosmith start", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="consent to fetching a model")
    parser.add_argument("--port", type=int, help="of the page; default: 8765, or the next free one")
    parser.add_argument("--no-open", action="store_true", help="print the link, open no browser")
    options = parser.parse_args(args)
    _prepare_model(load_settings(), consent=options.yes)
    return open_page(options.port, show=not options.no_open)


def _prepare_model(settings: Settings, *, consent: bool) -> None:
    if settings.engine.url is not None:
        return
    try:
        catalogue.resolve(settings.model)
    except ModelError:
        known = catalogue.entry(settings.model)
        if settings.model == catalogue.AUTO:
            known = models.recommended()
        if known is None:
            raise
        what = f"{known.name} ({known.bytes / 2**20:,.0f} MiB, {known.licence}, once)"
        if not (consent or _agreed(f"There is no model yet. Fetch {what}?")):
            raise
        models.fetch(known.name)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes", "是", "好")
