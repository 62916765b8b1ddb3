"""One program for the cage out of the measuring modules and the rewritten source.

The modules are sent along, because the cage has no algosmith; they import only the standard
library and each other (a test loads the bundle in a bare interpreter). They are sent compiled, too:
an interpreter like ours need not compile them anew for each function.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import marshal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Call, Program

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).resolve().parent
_MODULES = {
    "dress": _HERE.parent / "inputs" / "dress.py",
    "grow": _HERE.parent / "inputs" / "grow.py",
    "sequences": _HERE.parent / "inputs" / "sequences.py",
    "structures": _HERE.parent / "inputs" / "structures.py",
    "charges": _HERE / "charges.py",
    "prelude": _HERE / "prelude.py",
    "meter": _HERE / "meter.py",
    "costs": _HERE / "costs.py",
    "library": _HERE / "library.py",
    "outcome": _HERE / "outcome.py",
    "runner": _HERE / "runner.py",
    "ladder": _HERE / "ladder.py",
    "driver": _HERE / "driver.py",
}
_LOADER = """
import marshal
import sys
import types
from _frozen_importlib_external import MAGIC_NUMBER


def measure(plan):
    tools = {}
    for name in ("algosmith", "algosmith.complexity"):
        sys.modules.setdefault(name, types.ModuleType(name))
    ready = marshal.loads(bytes.fromhex(CODES)) if MAGIC == MAGIC_NUMBER.hex() else TEXTS
    for name, code in ready.items():
        module = types.ModuleType("measuring_" + name)
        if isinstance(code, str):
            code = compile(code, "<measuring " + name + ">", "exec")
        exec(code, module.__dict__)
        tools[name] = sys.modules["algosmith.complexity." + name] = module
        setattr(sys.modules["algosmith.complexity"], name, module)
    return tools["driver"].run(plan, tools)
"""


@functools.cache
def _text() -> str:
    texts = {name: path.read_text(encoding="utf-8") for name, path in _MODULES.items()}
    codes = {
        name: compile(text, f"<measuring {name}>", "exec", dont_inherit=True)
        for name, text in texts.items()
    }
    compiled = marshal.dumps(codes).hex()
    magic = importlib.util.MAGIC_NUMBER.hex()
    return f"MAGIC = {magic!r}\nCODES = {compiled!r}\nTEXTS = {texts!r}\n{_LOADER}"


def program() -> Program:
    """The program whose ``measure`` takes a plan as JSON and gives a report as JSON."""
    return Program(_text(), "measure")


def call(plan: Mapping[str, Any]) -> Call:
    """The one call to make of it."""
    return Call((json.dumps(plan),))
