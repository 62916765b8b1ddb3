"""``algosmith web``: the page to ask on, for this machine's browsers only."""

import argparse
import webbrowser

from algosmith.cli.files import load_settings
from algosmith.errors import ConfigError


def run(args: list[str]) -> int:
    """Serves until Ctrl-C; where the page runs already, its link is given again."""
    parser = argparse.ArgumentParser("algosmith web", description=__doc__)
    parser.add_argument("--port", type=int, help="default: 8765, or the next free one")
    parser.add_argument("--no-open", action="store_true", help="print the link, open no browser")
    options = parser.parse_args(args)
    return open_page(options.port, show=not options.no_open)


def open_page(port: int | None, *, show: bool) -> int:
    """Starts the page's server, or finds the one that runs, and opens the link."""
    try:
        from algosmith.web import serve
    except ModuleNotFoundError as error:
        command = "pip install 'algosmith[web]'"
        raise ConfigError(f"the page needs {error.name}, not installed: {command}") from error

    def opened(link: str) -> None:
        print(f"The page is open at {link}\nThe link is your key: give it to nobody.", flush=True)
        if show:
            webbrowser.open(link)

    found = serve.running()
    if found is not None and port in (None, found.port):
        opened(found.link)
        return 0
    settings = load_settings()
    listener = serve.listen(port)
    print("Ctrl-C ends it.")
    serve.serve(settings, listener, opened)
    return 0
