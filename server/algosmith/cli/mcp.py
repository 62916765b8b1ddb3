"""``algosmith mcp``: the checks and the solving as tools for other agents (MCP, standard streams).

A client starts this. Files are only looked at in the folders that the client tells, or else in
those named by --root, or else in the folder it is started in.
"""

import argparse
from pathlib import Path

from algosmith.cli.files import load_settings
from algosmith.errors import ConfigError


def run(args: list[str]) -> int:
    """Serves one client."""
    parser = argparse.ArgumentParser("algosmith mcp", description=__doc__)
    parser.add_argument(
        "--root", type=Path, action="append", default=[], metavar="FOLDER", help="may be repeated"
    )
    options = parser.parse_args(args)
    try:
        from algosmith.mcp import roots, server
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"`algosmith mcp` needs the package {error.name}: pip install 'algosmith[mcp]'"
        ) from error
    server.build(load_settings(), roots.named(options.root)).run("stdio")
    return 0
