"""Examples that call the function by a slightly other name: ``two_sum`` for ``twoSum``.

Only where the file has no other function that could be meant. A name that differs in case and
underscores alone is the function's; any other is a guess, whose examples refute nobody.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from typing import TYPE_CHECKING

from algosmith.syntax.pythontree import nodes

if TYPE_CHECKING:
    from algosmith.verify.examples.reading import Target

_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")
_ALIKE = 0.75
"""From which likeness on another name may be the same function's."""


def renamed(text: str, target: Target, tree: ast.Module | None) -> tuple[bool, str]:
    """Whether the calls in the text are surely the function's, and the text with its name."""
    name = min(target.names)
    called = {*_CALLED.findall(text)} - {*dir(builtins)} - target.fixed
    if not called or name in called or len(target.names) != 1:
        return True, text
    if tree is None or not is_alone(tree):
        return True, text
    for other in sorted(called):
        if _bare(other) == _bare(name):
            return True, _with_name(text, other, name)
    alike = [other for other in sorted(called) if _likeness(other, name) >= _ALIKE]
    return (False, _with_name(text, alike[0], name)) if len(alike) == 1 else (True, text)


def is_alone(tree: ast.Module) -> bool:
    """Whether the file has one function, or one class with one method beside its dunders."""
    found = [n for n in nodes(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return len([node for node in found if not node.name.startswith("__")]) == 1


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _bare(one), _bare(other)).ratio()


def _with_name(text: str, other: str, name: str) -> str:
    return re.sub(rf"(?<![\w.]){re.escape(other)}(?=\()", name, text)
