"""Plain doctest, run on modules that are installed, beside ours: outside the cage, as people do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_RUN_SECONDS = 120.0
_DOCTEST = """
import doctest, importlib, json, os, signal, sys
def tried(name, wanted):
    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    found = {}
    try:
        module = importlib.import_module(name)
        finder = doctest.DocTestFinder(recurse=True)
        tests = {test.name: test for test in finder.find(module, name)}
    except BaseException:
        tests = {}
    known = {}
    def run(place):
        if place in tests and place not in known:
            runner = doctest.DocTestRunner(verbose=False)
            known[place] = runner.run(tests[place], out=lambda text: None)
        return known.get(place)
    for short in wanted:
        own = name + "." + short
        try:  # a class's and a module's sessions are examples of a function, too
            ran = [run(place) for place in (own, own.rpartition(".")[0], name)]
        except BaseException:
            continue
        if ran[0] is not None:
            found[short] = [ran[0].attempted, sum(one.failed for one in ran if one is not None)]
    sys.stdout = out
    return found
"""
_ONE = """
print(json.dumps(tried(*json.loads(sys.argv[1]))))
"""
_MANY = f"""
importlib.import_module(sys.argv[1]) if sys.argv[1] != "stdlib" else None
for line in sys.stdin:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.alarm({_RUN_SECONDS:.0f})
            os.write(writing, json.dumps(tried(*json.loads(line))).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as answer:
        print(answer.read() or "{{}}", flush=True)
    os.waitpid(child, 0)
"""
_WITH_TEXT = """
import sys, importlib.machinery
_text = sys.stdin.buffer.read()
_real = importlib.machinery.SourceFileLoader.get_code
def _get_code(self, fullname):
    if self.path == sys.argv[2]:
        return compile(_text, self.path, "exec", dont_inherit=True)
    return _real(self, fullname)
importlib.machinery.SourceFileLoader.get_code = _get_code
"""


class Doctest:
    """Plain doctest runs of a package's modules, each in a child of a process that has imported it.

    To import a large package for each of its modules would take longer than all else.
    """

    def __init__(self, package: str, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DOCTEST + _MANY, package],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, cwd=root,
        )  # fmt: skip

    def passing(self, module: str, names: Sequence[str]) -> dict[str, int]:
        """How many doctest lines each has, of those that all pass."""
        asking, answering = self._process.stdin, self._process.stdout
        if asking is None or answering is None:
            return {}
        try:
            asking.write(json.dumps([module, list(names)]) + "\n")
            asking.flush()
            found: dict[str, Any] = json.loads(answering.readline() or "{}")
        except (OSError, ValueError):
            return {}
        return {name: tried for name, (tried, failed) in found.items() if tried and not failed}

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        with self._process:  # waits, and closes its pipes
            pass


def notices(module: str, name: str, file: Path, root: Path, text: bytes) -> bool:
    """Whether a plain doctest run rejects the changed text, put in the module's place."""
    script = _WITH_TEXT + _DOCTEST + _ONE
    names = json.dumps([module, [name]])
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, names, str(file)],
            input=text, capture_output=True, check=False, timeout=_RUN_SECONDS, cwd=root,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        return False
    return any(failed for _, failed in found.values())
