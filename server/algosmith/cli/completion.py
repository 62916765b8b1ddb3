"""``algosmith completion SHELL``: a line for your shell's start file, and words for its Tab key.

argcomplete does the work. Each command's parser is built only where it runs, so completion starts
the command and takes over at the moment it would read its arguments.
"""

import argparse
import os
from collections.abc import Iterable
from typing import Any

import argcomplete

from algosmith import catalogue
from algosmith.errors import ConfigError

_WHERE = {
    "bash": ("~/.bashrc", 'eval "$(algosmith completion bash)"'),
    "zsh": ("~/.zshrc, after compinit", 'eval "$(algosmith completion zsh)"'),
    "fish": ("~/.config/fish/config.fish", "algosmith completion fish | source"),
}


def run(args: list[str]) -> int:
    """Prints what the shell has to read."""
    rows = "\n".join(f"  {line}    in {file}" for file, line in _WHERE.values())
    parser = argparse.ArgumentParser(
        "algosmith completion", epilog=f"for good:\n{rows}",
        description="words for your shell's Tab key",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("shell", nargs="?", choices=sorted(_WHERE), help="default: $SHELL's")
    options = parser.parse_args(args)
    shell = options.shell or os.path.basename(os.environ.get("SHELL", ""))  # noqa: PTH119
    if shell not in _WHERE:
        raise ConfigError(f"name your shell: algosmith completion {'|'.join(sorted(_WHERE))}")
    print(argcomplete.shellcode(["algosmith"], shell=shell))  # pyright: ignore
    return 0


def command_names(commands: Iterable[str]) -> argparse.ArgumentParser:
    """A parser that knows the commands' names and nothing else."""
    parser = argparse.ArgumentParser("algosmith")
    parser.add_argument("command", choices=sorted(commands))
    return parser


def words(parser: argparse.ArgumentParser, *, skipped: int = 0) -> None:
    """Writes what may stand at the cursor, then ends this process."""
    # argcomplete counts from one the word that it takes for the program.
    os.environ["_ARGCOMPLETE"] = str(1 + skipped)
    argcomplete.autocomplete(parser, default_completer=_Words())  # pyright: ignore


def take_over() -> None:
    """From here, the parser that is asked to read arguments gives words instead."""

    def parse_args(parser: argparse.ArgumentParser, *_: Any) -> None:
        words(parser, skipped=1)

    argparse.ArgumentParser.parse_args = parse_args  # pyright: ignore


class _Words:
    """Names of models where one is expected, else files."""

    def __call__(
        self, prefix: str, action: argparse.Action, parser: argparse.ArgumentParser, **_: Any
    ) -> Iterable[str]:
        if action.dest == "model" or (action.dest == "name" and " models " in parser.prog):
            return [one.name for one in (*catalogue.entries(), *catalogue.installed())]
        return argcomplete.FilesCompleter()(prefix)  # pyright: ignore
