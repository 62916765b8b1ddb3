"""One program for the cage out of the measuring modules and the rewritten source.

The modules are sent as text, because the cage has no algosmith; they import only the standard
library and each other (a test loads the bundle in a bare interpreter).
"""

from __future__ import annotations

import functools
import json
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
    "runner": _HERE / "runner.py",
    "ladder": _HERE / "ladder.py",
    "driver": _HERE / "driver.py",
}
_LOADER = """
import sys
import types


def measure(plan):
    tools = {}
    for name in ("algosmith", "algosmith.complexity"):
        sys.modules.setdefault(name, types.ModuleType(name))
    for name, text in TEXTS.items():
        module = types.ModuleType("measuring_" + name)
        exec(compile(text, "<measuring " + name + ">", "exec"), module.__dict__)
        tools[name] = sys.modules["algosmith.complexity." + name] = module
        setattr(sys.modules["algosmith.complexity"], name, module)
    return tools["driver"].run(plan, tools)
"""


@functools.cache
def _text() -> str:
    texts = {name: path.read_text(encoding="utf-8") for name, path in _MODULES.items()}
    return f"TEXTS = {texts!r}\n{_LOADER}"


def program() -> Program:
    """The program whose ``measure`` takes a plan as JSON and gives a report as JSON."""
    return Program(_text(), "measure")


def call(plan: Mapping[str, Any]) -> Call:
    """The one call to make of it."""
    return Call((json.dumps(plan),))
