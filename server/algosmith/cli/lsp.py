"""``algosmith lsp``: the language server, over the standard streams or a loopback port."""

import argparse
import sys


def run(args: list[str]) -> int:
    """Serves one client; gives the exit code."""
    parser = argparse.ArgumentParser(prog="algosmith lsp", description=__doc__)
    parser.add_argument("--tcp", type=int, metavar="PORT", help="listen on 127.0.0.1 instead")
    parser.add_argument("--stdio", action="store_true", help="what is done anyway")
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        help="instead of the setting log_level",
    )
    options = parser.parse_args(args)
    from algosmith.lsp import serving

    if options.tcp is not None:
        return serving.over_tcp(options.tcp, options.log_level)
    return serving.over_stdio(options.log_level)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
