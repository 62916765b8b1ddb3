"""The commands. Each lives in a module of its own that is imported only when it runs."""

import errno
import importlib
import os
import signal
import sys

from algosmith import __version__
from algosmith.errors import AlgosmithError

_COMMANDS = {
    "solve": "solve a TODO in a file and show, print or apply the result",
    "split": "plan a TODO as helper functions, and solve them in order",
    "tasks": "list the TODOs in files or folders",
    "explain": "say what algorithm a function is",
    "verify": "check the implementation that stands in a file, or given candidates; no model",
    "check": "check examples and claimed complexity of all functions in files or folders; no model",
    "review": "what a teacher would say about a function: evidence first, then the model's words",
    "hint": "a hint for an exercise, by level; never the solution",
    "stress": "look for the smallest input on which two implementations differ; no model",
    "complexity": "measure the time and space complexity of a function; no model",
    "ask": "ask a question about an algorithm, or a mathematical one",
    "web": "open the page to ask on, in your browser",
    "people": "who may open the page that others reach",
    "notebook": "a template notebook for Jupyter, in this folder",
    "start": "set up what is missing, then open the page",
    "mcp": "run the MCP server (agents start this)",
    "lsp": "run the language server (editors start this)",
    "engine": "start, stop or look at the process that holds the model",
    "models": "fetch, list and check models",
    "completion": "words for your shell's Tab key: bash, zsh, fish",
    "doctor": "check every link of the chain and say how to mend a broken one",
    "self-test": "solve a small TODO and ask the language server, in a minute",
    "bench": "measure the engine's speed on this machine",
    "eval": "measure answer quality on a set of problems",
    "tune": "teach the model your kind of problem, and be refused when it got worse",
    "adapters": "list, add, compare and choose what was taught",
}
_INTERRUPTED = 130
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def main() -> None:
    """Entry point of the ``algosmith`` command; exits with the command's status."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what may follow
        _complete(os.environ.get("COMP_LINE", "").split())
    sys.exit(run(sys.argv[1:]))


def run(argv: list[str]) -> int:
    """Runs one command: 0 done, 1 it could not be done (the reason on stderr), 2 wrong usage."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if argv else 2
    if argv[0] in ("-V", "--version"):
        print(f"algosmith {__version__}")
        return 0
    if argv[0] not in _COMMANDS:
        print(f"algosmith: no command {argv[0]!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    try:
        command = importlib.import_module(f"algosmith.cli.{argv[0].replace('-', '_')}")
        return command.run(argv[1:])
    except AlgosmithError as error:
        from algosmith.cli.files import safe

        for text in filter(None, (f"algosmith {argv[0]}: {error}", error.detail)):
            print(safe(text), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would only break off the end
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough, as `head` does
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        where = f" at {error.filename}" if error.filename else ""
        text = f"{error.strerror}{where}; make room, or name another folder by ALGOSMITH_HOME"
        print(f"algosmith {argv[0]}: {text}", file=sys.stderr)
        return 1


def _complete(typed: list[str]) -> None:
    from algosmith.cli import completion

    at_name = len(typed) < 2 or (len(typed) == 2 and not os.environ["COMP_LINE"].endswith(" "))
    if at_name or typed[1] not in _COMMANDS:
        completion.words(completion.command_names(_COMMANDS))
    completion.take_over()
    run(typed[1:])


def _usage() -> str:
    width = max(map(len, _COMMANDS))
    rows = "\n".join(f"  {name:{width}}  {text}" for name, text in _COMMANDS.items())
    return f"usage: algosmith COMMAND …    (COMMAND --help tells more)\n\n{rows}"
