"""The standard library as rewritten source sees it: imports give modules whose calls are charged.

Standard library and ``charges`` only: it runs in the cage, sent as source.
"""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

import builtins
import importlib
import random
import sys
import types
from typing import TYPE_CHECKING, Any

from algosmith.complexity import charges

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSED = {
    "socket": "the network", "ssl": "the network", "urllib": "the network", "http": "the network",
    "requests": "the network", "ftplib": "the network", "smtplib": "the network",
    "subprocess": "other processes", "multiprocessing": "other processes",
    "threading": "threads", "concurrent": "threads", "queue": "threads", "tkinter": "a window",
    "sqlite3": "a database", "ctypes": "native code", "signal": "signals", "shutil": "files",
    "tempfile": "files", "glob": "files", "pathlib": "files",
}  # fmt: skip
_LIBRARY_CONSTANT = frozenset({"math", "cmath", "operator", "string", "typing", "enum", "abc",
    "dataclasses", "functools", "itertools", "collections", "__future__", "numbers", "types",
    "contextlib", "warnings", "sys", "random", "time", "copy", "heapq", "bisect"})  # fmt: skip


class Library:
    """The import function and the builtins; ``meter`` charges, ``charges.MissingInput`` refuses."""

    def __init__(self, meter: Any) -> None:
        self.meter = meter
        self.generator = random.Random(20)  # noqa: S311 - reproducible runs, no secrets
        self._modules: dict[str, Any] = {}

    def load(
        self, name: str, _globals: Any = None, _locals: Any = None, wanted: Any = (), level: int = 0
    ) -> Any:
        """Stands in for ``__import__``."""
        top = name.partition(".")[0]
        if level or top not in sys.stdlib_module_names:
            return self._absent(top, f"calls {top}, whose work is not counted")
        if top in _REFUSED:
            return self._absent(top, f"uses {_REFUSED[top]} ({top})")
        try:
            real = importlib.import_module(name)
        except ImportError:
            return self._absent(top, f"imports {name}, which is not installed")
        return self.module(name, real) if wanted else self.module(top, sys.modules[top])

    def _absent(self, name: str, reason: str) -> Any:
        unfed = charges.MissingInput

        class Absent(types.ModuleType):
            def __getattr__(self, attribute: str) -> Any:
                if attribute.startswith("__"):
                    raise AttributeError(attribute)
                return Absent(attribute)

            def __call__(self, *_args: Any, **_options: Any) -> Any:
                raise unfed(reason)

        return Absent(name)

    def module(self, name: str, real: types.ModuleType) -> Any:
        """A copy of the module with charged functions; calls of unlisted ones are noted."""
        if name in self._modules:
            return self._modules[name]
        copy = types.ModuleType(name)
        copy.__dict__.update(real.__dict__)
        maker = getattr(self, f"_patch_{name.replace('.', '_')}", None)
        if maker is not None:
            copy.__dict__.update(maker(real))
        elif name not in _LIBRARY_CONSTANT:
            for key, value in real.__dict__.items():
                if isinstance(value, types.FunctionType | types.BuiltinFunctionType):
                    setattr(copy, key, self._noted(f"{name}.{key}", value))
                elif isinstance(value, types.ModuleType) and f"{name}.{key}" in sys.modules:
                    setattr(copy, key, self.module(f"{name}.{key}", value))
        self._modules[name] = copy
        return copy

    def _noted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Charged by the size of its arguments, and named among what is not in the table."""

        def charged(*args: Any, **options: Any) -> Any:
            self.meter.uncosted.add(name)
            self.meter.charge(1 + sum(len(a) for a in args if isinstance(a, charges.SIZED)))
            return function(*args, **options)

        return charged

    def _charged(self, function: Any, cost: Callable[..., int]) -> Any:
        def charged(*args: Any, **options: Any) -> Any:
            self.meter.charge(cost(*args))
            return function(*args, **options)

        return charged

    def _patch_heapq(self, real: Any) -> dict[str, Any]:
        log2 = charges.log2

        def selected(count: int, values: Any, *_rest: Any) -> int:
            return (len(values) if hasattr(values, "__len__") else 1) * log2(count)

        step: Callable[..., int] = lambda heap, *_: log2(len(heap) + 1)  # noqa: E731 - a table entry
        whole: Callable[..., int] = lambda heap: len(heap)  # noqa: E731 - a table entry
        table = dict.fromkeys(("heappush", "heappop", "heapreplace", "heappushpop"), step)
        table |= {"heapify": whole, "nlargest": selected, "nsmallest": selected}
        return {name: self._charged(getattr(real, name), cost) for name, cost in table.items()}

    def _patch_bisect(self, real: Any) -> dict[str, Any]:
        log2 = charges.log2
        names = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")

        def cost(insert: bool) -> Callable[..., int]:
            return lambda values, *_: log2(len(values) + 1) + insert * len(values)

        return {n: self._charged(getattr(real, n), cost(n.startswith("insort"))) for n in names}

    def _patch_copy(self, real: Any) -> dict[str, Any]:
        return {
            "deepcopy": self._charged(real.deepcopy, lambda value, *_: _nodes(value)),
            "copy": self._charged(real.copy, lambda v: len(v) if hasattr(v, "__len__") else 1),
        }

    def _patch_collections(self, real: Any) -> dict[str, Any]:
        meter = self.meter

        def init(base: Any) -> Any:
            def __init__(this: Any, *args: Any, **options: Any) -> None:  # noqa: N807
                counted = [meter.counted(a) if not callable(a) else a for a in args]
                base.__init__(this, *counted, **options)

            return __init__

        return {
            name: type(name, (getattr(real, name),), {"__init__": init(getattr(real, name))})
            for name in ("deque", "Counter", "OrderedDict")
        }

    def _patch_math(self, real: Any) -> dict[str, Any]:
        log2 = charges.log2
        table: dict[str, Callable[..., int]] = {
            "gcd": lambda *a: log2(min(map(abs, a), default=1)),
            "lcm": lambda *a: log2(min(map(abs, a), default=1)),
            "factorial": lambda n: max(1, int(n)),
            "comb": lambda n, k: max(1, min(k, n - k)),
            "perm": lambda n, k=None: max(1, n if k is None else k),
            "isqrt": lambda n: 1,
            "prod": lambda values, *_: len(values) if hasattr(values, "__len__") else 1,
            "fsum": lambda values: len(values) if hasattr(values, "__len__") else 1,
        }
        return {name: self._charged(getattr(real, name), cost) for name, cost in table.items()}

    def _patch_functools(self, real: Any) -> dict[str, Any]:
        def reduce(function: Any, values: Any, *initial: Any) -> Any:
            return real.reduce(function, self.meter.counted(values), *initial)

        return {"reduce": reduce}

    def _patch_random(self, real: Any) -> dict[str, Any]:
        generator = self.generator
        names = ("random", "randint", "randrange", "choice", "shuffle", "sample", "choices",
                 "uniform", "getrandbits", "gauss")  # fmt: skip
        made = {name: getattr(generator, name) for name in names}
        made["shuffle"] = self._charged(generator.shuffle, len)
        made["sample"] = self._charged(generator.sample, lambda values, k=1: k)
        made["seed"] = lambda *_: None
        return made

    def _patch_time(self, real: Any) -> dict[str, Any]:
        def sleep(*_: Any) -> None:
            raise charges.MissingInput("waits (time.sleep), which counted work does not show")

        return {"sleep": sleep}

    def _patch_sys(self, real: Any) -> dict[str, Any]:
        return {"setrecursionlimit": lambda limit: None, "stdin": None, "exit": self._exit}

    def _patch_re(self, real: Any) -> dict[str, Any]:
        names = ("match", "search", "findall", "sub", "split", "fullmatch", "finditer")
        return {name: self._noted(f"re.{name}", getattr(real, name)) for name in names}

    def _exit(self, *_: Any) -> None:
        raise ValueError("the function ends the program")

    def builtins(self) -> dict[str, Any]:
        """The builtins of one run."""

        def refuse(reason: str) -> Callable[..., Any]:
            def refused(*_args: Any, **_options: Any) -> Any:
                raise charges.MissingInput(reason)

            return refused

        return {
            **builtins.__dict__,
            "__import__": self.load,
            "print": lambda *_args, **_options: None,
            "input": refuse("reads from the keyboard (input())"),
            "open": refuse("opens files"),
            "exec": refuse("runs text as code (exec)"),
            "eval": refuse("runs text as code (eval)"),
            "exit": self._exit,
            "quit": self._exit,
        }


def _nodes(value: Any) -> int:
    """How many values a deep copy reaches."""
    count, stack = 0, [value]
    while stack:
        item = stack.pop()
        count += 1
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple | set | frozenset):
            stack.extend(item)
    return count
