"""``check`` on installed packages, cold and warm; findings after a save; actions meanwhile.

    python -m tests.bench.bench_check [PATH ...]

Without paths the packages ``algorithms`` and ``more_itertools`` are checked, where they are
installed (``make eval-corpus`` installs them).
"""

import argparse
import asyncio
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types

from tests.features.test_check import SLOW, WRONG
from tests.lsp.editor import Editor

_PACKAGES = ("algorithms", "more_itertools")
_SAVES = 20
_ACTIONS = 200
_ON = {"diagnostics": {"enabled": True}}


def installed() -> list[Path]:
    """The folders of the packages."""
    found = [importlib.util.find_spec(name) for name in _PACKAGES]
    return [Path(one.origin).parent for one in found if one and one.origin]


def check(paths: list[Path], home: Path) -> tuple[float, int]:
    """Seconds of the whole command, and the functions it tells of."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "algosmith", "check", "--json", *map(str, paths)],
        env={**os.environ, "ALGOSMITH_HOME": str(home)},
        capture_output=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    told = json.loads(done.stdout)
    return seconds, sum(len(file["functions"]) for file in told["files"])


async def after_a_save(home: Path) -> list[float]:
    """Seconds from the save of a text with two findings until the client has them."""
    took: list[float] = []
    options = {"trusted": True}
    async with Editor.start("vscode-1.139.1", home, settings=_ON, options=options) as editor:
        for number in range(_SAVES):
            text = f"{SLOW}\n\n{WRONG}".replace("count", f"count{number}")
            uri = editor.open(f"a{number}.py", text)
            begun = time.perf_counter()
            _save(editor, uri)
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            answer = await editor.client.text_document_diagnostic_async(params)
            took.append(time.perf_counter() - begun)
            assert len(answer.items) == 2, answer  # type: ignore[union-attr]  # a full report
    return took


async def actions(home: Path, *, checking: bool) -> list[float]:
    """Seconds until code actions are listed, while a file of many functions is checked or not."""
    took: list[float] = []
    options = {"trusted": True}
    async with Editor.start("vscode-1.139.1", home, settings=_ON, options=options) as editor:
        uri = editor.open("asked.py", "def f(a):\n    # TODO: sort\n    pass\n")
        many = "\n\n".join(SLOW.replace("pairs", f"pairs{n}") for n in range(400))
        other = editor.open("many.py", many)
        await editor.actions(uri, 1)
        if checking:
            _save(editor, other)
            await asyncio.sleep(1.0)
        for _ in range(_ACTIONS):
            begun = time.perf_counter()
            await editor.actions(uri, 1)
            took.append(time.perf_counter() - begun)
            await asyncio.sleep(0.01)
    return took


def _save(editor: Editor, uri: str) -> None:
    document = types.TextDocumentIdentifier(uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))


def main() -> None:
    """Prints one row for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    paths = parser.parse_args().paths or installed()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if paths:
            for kind in ("cold", "warm"):
                seconds, functions = check(paths, home)
                each = 500 * seconds / max(1, functions)
                print(f"check, {kind}, {functions} functions: {seconds:.1f} s; 500: {each:.1f} s")
        saves = asyncio.run(after_a_save(home))
        print(
            f"findings after a save: {statistics.median(saves):.2f} s, slowest {max(saves):.2f} s"
        )
        quiet = asyncio.run(actions(home, checking=False))
        busy = asyncio.run(actions(home, checking=True))
        for name, took in (("nothing runs", quiet), ("a check runs", busy)):
            print(f"code actions while {name}: median {1000 * statistics.median(took):.1f} ms")


if __name__ == "__main__":
    main()
