"""``algosmith web``: the page to ask on, for this machine's browsers, or for people with keys."""

import argparse
import importlib
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.cli.files import load_settings
from algosmith.errors import ConfigError

if TYPE_CHECKING:
    from algosmith.web.place import Place

_WAY = "without it the page is for this machine only"


def run(args: list[str]) -> int:
    """Serves until Ctrl-C; where the page runs already, its link is given again."""
    options = make_parser().parse_args(args)
    return open_page(options)


def make_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser("algosmith web", description=__doc__)
    add_options(parser)
    return parser


def add_options(parser: argparse.ArgumentParser) -> None:
    """What ``web`` and ``start`` both take."""
    parser.add_argument("--port", type=int, help="default: 8765, or the next free one")
    parser.add_argument("--no-open", action="store_true", help="print the link, open no browser")
    shared = parser.add_argument_group("for several people", "see also: algosmith people")
    shared.add_argument("--host", help=f"address to listen on, as in 0.0.0.0; {_WAY}")
    shared.add_argument(
        "--url", action="append", default=[],
        help="how people reach it, as in https://box.example:8765; may be given more than once",
    )  # fmt: skip
    shared.add_argument("--cert", type=Path, help="certificate for TLS, PEM")
    shared.add_argument("--cert-key", type=Path, help="its key, PEM, without a password")
    shared.add_argument(
        "--behind-proxy", action="store_true", help="a reverse proxy in front of it does TLS"
    )
    shared.add_argument(
        "--key-file", type=Path, help="its first line is one more key, besides those of `people`"
    )


def where(options: argparse.Namespace) -> "Place":
    """Where the page is to be, before anything is started or fetched.

    Raises:
        ConfigError: the options do not fit, or the page's libraries are not installed.
    """
    try:
        importlib.import_module("algosmith.web.serve")
    except ModuleNotFoundError as error:
        command = "pip install 'algosmith[web]'"
        raise ConfigError(f"the page needs {error.name}, not installed: {command}") from error
    from algosmith.web import place

    found = place.check(
        place.Place(
            options.host, options.port, tuple(options.url),
            options.cert, options.cert_key, options.behind_proxy,
        )
    )  # fmt: skip
    if options.key_file is not None and not found.shared:
        raise ConfigError("--key-file goes with --host")
    return found


def open_page(options: argparse.Namespace) -> int:
    """Starts the page's server, or finds the one that runs, and opens the link."""
    page = where(options)
    if page.shared:
        return _serve_people(page, options.key_file)
    from algosmith.web import place, serve

    def opened(link: str) -> None:
        print(f"The page is open at {link}\nThe link is your key: give it to nobody.", flush=True)
        if not options.no_open:
            webbrowser.open(link)

    found = serve.running()
    if found is not None and options.port in (None, found.port):
        opened(found.link)
        return 0
    settings = load_settings()
    listener = place.listen(page)
    print("Ctrl-C ends it.")
    serve.serve(settings, listener, opened)
    return 0


def _serve_people(page: "Place", key_file: Path | None) -> int:
    from algosmith.web import place, serve
    from algosmith.web.people import People

    people = People(key_file=key_file)
    names = [person.name for person in people.all() if not person.ended]
    if not names:
        raise ConfigError("nobody has a key yet: `algosmith people add NAME` makes one")
    settings = load_settings()
    listener = place.listen(page)

    def opened() -> None:
        print(f"The page is open at {', '.join(page.urls)} for {', '.join(names)}.", flush=True)
        print("Each needs their own link: this address, then /#key= and their key.", flush=True)

    print("Ctrl-C ends it.")
    serve.serve_people(settings, listener, page, people, opened)
    return 0
