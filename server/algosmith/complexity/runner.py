"""Runs rewritten source at one size: a fresh module, fresh arguments, counted work.

Standard library only and no imports of algosmith: it runs in the cage, sent as source.
"""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

import functools
import inspect
import itertools
import random
import sys
import time
import tracemalloc
import types
from typing import Any

from algosmith.complexity import charges
from algosmith.complexity.outcome import Outcome, cells

_DEEP = 6000
"""Nested calls; beyond it the C stack of an older interpreter is in danger."""


class Runner:
    """Runs ``entry`` of a plan's sources; ``tools`` are the sibling modules."""

    def __init__(self, plan: dict[str, Any], tools: dict[str, Any]) -> None:
        self.plan = plan
        self.tools = tools
        self.codes = {
            mode: compile(text, f"<{mode}>", "exec") for mode, text in plan["sources"].items()
        }
        self.meter = tools["costs"].Meter()
        self.library = tools["library"].Library(self.meter)
        self.prelude: dict[str, Any] = {
            "__builtins__": self.library.builtins(),
            "__name__": "measured",
        }
        exec(tools["prelude"].PRELUDE, self.prelude)  # noqa: S102 - our own text
        sys.modules["measured"] = types.ModuleType("measured")  # dataclasses look there
        self.classes: dict[str, Any] = {}

    def seconds(self) -> float:
        """Processor time used so far."""
        return time.process_time()

    def ahead(self, parameters: Any, runs: list[tuple[dict[str, int], str]], limit: int) -> None:
        """Runs that will be asked for soon: each is as cheap alone here."""

    def run(
        self, parameters: Any, sizes: dict[str, int], family: str, limit: int, mode: str = "steps"
    ) -> Outcome:
        """One call at one size, at most ``limit`` units of work."""
        meter = self.meter
        meter.reset(limit)
        random.seed(self.plan["seed"])
        self.library.generator.seed(self.plan["seed"])
        try:
            target, arguments, keywords = self._prepare(meter, parameters, sizes, family, mode)
        except self.tools["grow"].Unfit as error:
            return Outcome("unfit", 0, f"no value of kind {error}")
        except charges.MissingInput as error:
            return Outcome("unfed", 0, str(error))
        except charges.WorkLimit:
            return Outcome("unfed", 0, "importing the file is already too much work")
        except RecursionError:
            return Outcome("raised", 0, "RecursionError while its input was made")
        except Exception as error:  # noqa: BLE001 - contained: untrusted code, any failure
            return Outcome("raised", 0, f"{type(error).__name__}: {error}")
        before = meter.work()
        nodes = any(p["kind"]["base"] in ("linked", "tree") for p in parameters)
        size = sum(cells(value) for value in arguments) + 4 * nodes * max(sizes.values())
        outcome = self._call(meter, before, target, arguments, keywords, mode)
        outcome.size = size
        return outcome

    def _prepare(
        self, meter: Any, parameters: Any, sizes: dict[str, int], family: str, mode: str
    ) -> tuple[Any, list[Any], dict[str, Any]]:
        namespace = self._module(meter, mode)
        target: Any = namespace
        # A method of a class that takes arguments is given the object as its first one.
        bound = not any(p["name"] == "self" for p in parameters[:1])
        for part in self.plan["entry"].split("."):
            owner = target
            target = target[part] if isinstance(target, dict) else getattr(target, part)
            if bound and isinstance(owner, type) and not isinstance(target, type):
                static = isinstance(inspect.getattr_static(owner, part), staticmethod | classmethod)
                target = target if static else getattr(owner(), part)
        self.classes = namespace
        values = self._arguments(parameters, sizes, family)
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        for parameter, value in zip(parameters, values, strict=True):
            if parameter.get("keyword"):
                keywords[parameter["name"]] = value
            else:
                positional.append(value)
        return target, positional, keywords

    def _module(self, meter: Any, mode: str) -> dict[str, Any]:
        namespace = {**self.prelude, **meter.names()}
        exec(self.codes[mode], namespace)  # noqa: S102 - this is the cage
        return namespace

    def _arguments(self, parameters: Any, sizes: dict[str, int], family: str) -> list[Any]:
        sequences, structures = self.tools["sequences"], self.tools["structures"]
        if self.plan.get("generator"):
            return self._generated(sizes)
        parts = {
            "list": sequences.make_list, "str": sequences.make_string, "set": sequences.make_set,
            "tuple": sequences.make_tuple, "bytes": sequences.make_bytes,
            "numbers": sequences.numbers, "matrix": structures.make_matrix,
            "graph": structures.make_graph, "linked": structures.make_linked,
            "tree": structures.make_tree, "dict": structures.make_dict,
            "vertex": structures.make_vertex, "number": structures.hard_number,
            "node": self._node, "object": self._object, "dress": self.tools["dress"].dressed,
        }  # fmt: skip
        maker = self.tools["grow"].Maker(sizes, family, self.plan["seed"], parts)
        return maker.make({"params": parameters})

    def _generated(self, sizes: dict[str, int]) -> list[Any]:
        namespace: dict[str, Any] = {}
        exec(self.plan["generator"], namespace)  # noqa: S102 - this is the cage
        made = namespace["gen"](sizes["*"])
        return list(made) if isinstance(made, tuple) else [made]

    def _object(self, kind: dict[str, Any], items: list[Any]) -> Any:
        cls = self.classes.get(kind["class_name"])
        if not isinstance(cls, type):
            raise self.tools["grow"].Unfit(kind["class_name"])
        if kind["base"] == "member":
            return getattr(cls, items[0])
        placed = [item for name, item in zip(kind["fields"], items, strict=True) if not name]
        named = {name: item for name, item in zip(kind["fields"], items, strict=True) if name}
        return cls(*placed, **named)

    def _node(self, kind: dict[str, Any], items: list[Any]) -> Any:
        cls = self.classes.get(kind["class_name"])
        if not isinstance(cls, type):
            raise self.tools["grow"].Unfit(kind["class_name"] or "object")
        fields = kind["fields"]
        nodes = [None if item is None else _node_of(cls, fields, item) for item in items]
        present = [node for node in nodes if node is not None]
        if kind["base"] == "linked":
            for node, following in itertools.pairwise(present):
                setattr(node, fields[1], following)
            return present[0] if present else None
        rest = iter(nodes[1:])
        for node in present:
            for side in fields[1:]:
                child = next(rest, None)
                setattr(node, side, child)
        return nodes[0] if nodes else None

    def _call(
        self,
        meter: Any,
        before: int,
        target: Any,
        arguments: list[Any],
        keywords: dict[str, Any],
        mode: str,
    ) -> Outcome:
        meter.lines.clear()
        previous = sys.getrecursionlimit()
        status, error, result = "ok", "", None
        if mode == "depth":
            tracemalloc.start()
        sys.setrecursionlimit(_DEEP)
        try:
            result = _drained(meter, target(*arguments, **keywords))
        except charges.WorkLimit:
            status = "limit"
        except charges.MissingInput as caught:
            status, error = "unfed", str(caught)
        except RecursionError:
            status, error = "deep", "its recursion does not end on the inputs tried"
        except (Exception, SystemExit) as caught:  # noqa: BLE001 - untrusted code, any failure
            status, error = "raised", f"{type(caught).__name__}: {str(caught)[:120]}"
        finally:
            sys.setrecursionlimit(previous)
        outcome = Outcome(status, meter.work() - before, error)
        if mode == "depth":
            outcome.peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        outcome.kind = type(result).__name__
        outcome.depth = meter.deepest
        outcome.lines = dict(meter.lines)
        outcome.uncosted = set(meter.uncosted)
        return outcome


def _node_of(cls: Any, fields: list[str], value: Any) -> Any:
    node = object.__new__(cls)
    setattr(node, fields[0], value)
    for name in fields[1:]:
        setattr(node, name, None)
    for name in _extras(cls):
        setattr(node, name, None)
    return node


@functools.cache
def _extras(cls: Any) -> tuple[str, ...]:
    """Further links that the class gives its nodes."""
    code = getattr(cls.__init__, "__code__", None)
    known = code.co_names if code is not None else ()
    return tuple(n for n in ("prev", "random", "parent", "child") if n in known)


def _drained(meter: Any, result: Any) -> Any:
    """Generators are read to their end, coroutines driven as long as they wait for nothing."""
    if inspect.iscoroutine(result):
        try:
            result.send(None)
        except StopIteration as stopped:
            return stopped.value
        finally:
            result.close()
        raise ValueError("the coroutine waits for an event loop")
    if hasattr(result, "__next__"):
        own = isinstance(result, types.GeneratorType)
        return list(result if own else meter.counted(result))
    return result
