"""``algosmith start``: sets up what is missing, with your consent, then opens the page."""

import argparse
import os
import re
import sys
from pathlib import Path

from algosmith import catalogue
from algosmith.cli import models, web
from algosmith.cli.files import load_settings
from algosmith.config import Settings
from algosmith.errors import ConfigError, ModelError


def run(args: list[str]) -> int:
    """Asks before anything is downloaded; without a terminal only ``--yes`` consents."""
    parser = argparse.ArgumentParser("algosmith start", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="consent to fetching a model")
    web.add_options(parser)
    menu = parser.add_mutually_exclusive_group()
    menu.add_argument("--add-to-menu", action="store_true", help="put it among your applications")
    menu.add_argument("--remove-from-menu", action="store_true", help="take it out again")
    options = parser.parse_args(args)
    if options.add_to_menu or options.remove_from_menu:
        return _change_menu(add=options.add_to_menu)
    web.where(options)  # what can't be served needs no model fetched
    _prepare_model(load_settings(), consent=options.yes)
    return web.open_page(options)


def _change_menu(*, add: bool) -> int:
    """Writes or deletes the entry, as the freedesktop.org specification has it."""
    if sys.platform in ("win32", "darwin"):
        raise ConfigError("menu entries are for Linux desktops; here, run `algosmith start`")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    file = Path(data) / "applications" / "algosmith.desktop"
    try:
        if not add:
            file.unlink(missing_ok=True)
            print(f"{file} is gone")
            return 0
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_entry(), "utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error
    print(f"{file} written; look for Algosmith among your applications")
    return 0


def _entry() -> str:
    # The specification's quoting: backslashes first, then what a quoted argument may not hold.
    program = re.sub(r'([\\"`$])', r"\\\1", sys.executable).replace("\\", "\\\\").replace("%", "%%")
    return (
        "[Desktop Entry]\nType=Application\nName=Algosmith\n"
        "Comment=Ask a local model about algorithms and mathematics\n"
        "Comment[zh_CN]=向本地模型提问算法与数学\n"
        f'Exec="{program}" -m algosmith start\n'
        "Terminal=true\nCategories=Development;Education;\n"
    )


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
