"""MBPP and HumanEval, in the three forms they are handed around in.

* HumanEval's JSONL: ``prompt``, ``entry_point``, ``canonical_solution`` and a ``test`` that defines
  ``check(candidate)``. The docstring stays in the file, its doctests are the examples.
* MBPP in the same form (task ids ``Mbpp…``): the docstring's words become the TODO, and the first
  asserts stand below the function.
* MBPP's own JSON: ``text`` or ``prompt``, ``code``, ``test_list`` and imports or set-up code.
"""

import ast
import re
from dataclasses import dataclass
from typing import Any

from algosmith.errors import ConfigError
from algosmith.evaluation.problems import Problem, Script, problem
from algosmith.syntax.pythontree import parsed

_DOCSTRING = re.compile(r"('''|\"\"\")(.*?)\1", re.DOTALL)


def humaneval(row: dict[str, Any], shown: int) -> Problem:
    """A row of HumanEval; ``shown`` asserts of the hidden tests are shown besides its doctests."""
    prompt = str(row["prompt"]).rstrip()
    entry = str(row["entry_point"]).strip()
    test = str(row["test"])
    text = f"{prompt}\n    # TODO: implement this function as its docstring says\n"
    text += _visible(_asserts(test)[:shown], entry)
    reference = str(row.get("canonical_solution", ""))
    source = f"{test}\ncheck({entry})\n"
    truth = Script(source, frozenset({"candidate", entry}))
    return problem(
        str(row["task_id"]), text, truth, entry, f"{prompt}\n{reference}" if reference else ""
    )


def mbpp_as_humaneval(row: dict[str, Any], shown: int) -> Problem:
    """A row of MBPP in HumanEval's form."""
    prompt = str(row["prompt"])
    document = _DOCSTRING.search(prompt)
    head = (prompt[: document.start()] if document else prompt).rstrip()
    words = " ".join(document[2].split()) if document else str(row["task_id"])
    asserts = _asserts(str(row["test"]))
    reference = f"{head}\n{row.get('canonical_solution', '')}"
    entry = str(row["entry_point"]).strip()
    if not any(entry in _called(node) for node in asserts):
        raise ConfigError(f"{row['task_id']}: no test calls {entry}")
    return _mbpp(_Parts(str(row["task_id"]), head, words, asserts, reference, entry), shown)


def mbpp(row: dict[str, Any], shown: int) -> Problem:
    """A row of MBPP as its authors publish it."""
    code = str(row["code"]).replace("\r\n", "\n")
    asserts = [_statement(str(line)) for line in row["test_list"]]
    called = {name for node in asserts for name in _called(node)}
    tree = parsed(code)
    wanted = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in called]
    if not wanted:
        raise ConfigError(f"{row['task_id']}: no assert calls a function of the solution")
    node = wanted[-1]
    setup = [*row.get("test_imports", ()), str(row.get("test_setup_code", ""))]
    signature = ast.unparse(ast.FunctionDef(node.name, node.args, [], [], node.returns, lineno=0))
    head = "\n".join([*filter(None, setup), signature])
    words = " ".join(str(row.get("text") or row["prompt"]).split())
    reference = "\n".join([*filter(None, setup), code])
    parts = _Parts(f"MBPP/{row['task_id']}", head, words, asserts, reference, node.name)
    return _mbpp(parts, shown)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What both forms of MBPP come down to."""

    id: str
    head: str
    """Imports and the line of the function's signature."""
    words: str
    asserts: list[ast.Assert]
    reference: str
    entry: str


def _mbpp(parts: _Parts, shown: int) -> Problem:
    text = f"{parts.head}\n    # TODO: {parts.words}\n"
    text += _visible(parts.asserts[:shown], parts.entry)
    # Its asserts use math.isclose without importing it.
    source = "\n".join(["import math", *map(ast.unparse, parts.asserts)])
    truth = Script(source, frozenset({parts.entry, "candidate"}))
    return problem(parts.id, text, truth, parts.entry, parts.reference)


def _visible(asserts: list[ast.Assert], entry: str) -> str:
    lines = [re.sub(r"\bcandidate\(", f"{entry}(", ast.unparse(node)) for node in asserts]
    return "\n\n" + "\n".join(lines) + "\n" if lines else ""


def _asserts(test: str) -> list[ast.Assert]:
    """The asserts that stand directly in ``check``."""
    for node in parsed(test).body:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            return [part for part in node.body if isinstance(part, ast.Assert)]
    raise ConfigError('"test" defines no check(candidate)')


def _statement(line: str) -> ast.Assert:
    (node,) = parsed(line.strip()).body
    if not isinstance(node, ast.Assert):
        raise ConfigError(f"{line!r} is no assert")
    return node


def _called(node: ast.Assert) -> set[str]:
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return {func.id for func in calls if isinstance(func, ast.Name)}
