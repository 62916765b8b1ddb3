"""One candidate's process: loads the source, then answers one call at a time, as text.

Answers go out on descriptor 4, one line for each line read from 3. What stands here is no barrier:
the candidate can change all of it. It can then only answer wrongly, and the checker outside
compares; it never learns what is expected.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import json
import linecache
import os
import random
import sys
import types
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.caged.loop import run_coroutine, serve_asyncio_run
from algosmith.sandbox.caged.program import describe, run_program
from algosmith.sandbox.caged.steps import Steps
from algosmith.sandbox.caged.values import Codec, Unserialisable, holds_record

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS, ANSWERS = 3, 4
_COROUTINES = (types.CoroutineType, types.AsyncGeneratorType)

_LIBRARY = getattr(sys, "stdlib_module_names", ())

_type, _getattr = type, getattr
_write, _read = os.write, os.read
_encode = json.JSONEncoder(separators=(",", ":")).encode


class _Lines:
    """Lines of a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""

    def next(self) -> bytes | None:
        """The next line, None at the end."""
        parts = [self._buffer]
        while b"\n" not in parts[-1]:
            chunk = _read(self._descriptor, 1 << 16)
            if not chunk:
                return None
            parts.append(chunk)
        line, _, self._buffer = b"".join(parts).partition(b"\n")
        return line


def send(frame: list[Any]) -> None:
    """Writes one answer line."""
    data = memoryview(_encode(frame).encode("ascii") + b"\n")
    while data:
        data = data[_write(ANSWERS, data) :]


def serve() -> None:
    """Answers until the calls end; the cage stands already."""
    lines = _Lines(CALLS)
    send(["sealed"])
    line = lines.next()
    if line is None:
        return
    program = json.loads(line)
    del line
    random.seed(0)
    # What ``site`` gives every Python, but this one is started without.
    names: Any = builtins
    names.exit = names.quit = sys.exit
    if program["asyncio"]:
        serve_asyncio_run()
    code, problem = _compiled(program.pop("source"))
    module = _prepare(program["modules"], program["module"], program["package"])
    if code is not None and not program["whole"]:
        in_place = program["in_package"] and _is_there(module.__name__.partition(".")[0])
        load = _load_in_place if in_place else _load
        problem = load(module, code, program["entry"])
    _flush()
    send(problem or ["loaded"])
    if problem is None:
        _serve_jobs(lines, module, program["entry"], program["answer_bytes"], code)


def _serve_jobs(
    lines: _Lines, module: types.ModuleType, entry: str, answer_bytes: int, code: Any
) -> None:
    """One answer for each line, until there are no more."""
    codec = Codec(module.__dict__, answer_bytes)
    steps = Steps(module, codec, answer_bytes)
    while True:
        line = lines.next()
        if line is None:
            return
        job = json.loads(line)
        if "step" in job:
            frame = steps.run(job["step"], fresh=job["fresh"])
        elif "input" in job:
            frame = run_program(code, module, job["input"])
        else:
            frame = _answer(codec, module, entry, job)
        _flush()
        send([job["n"], *frame])


def _prepare(sources: dict[str, list[Any]], name: str, package: str) -> types.ModuleType:
    """The module that the program's names go into; ``name`` is what imports know it by.

    ``package`` is what it stands in, or ``name`` where it is a package itself.
    """
    module = types.ModuleType(name or "__candidate__")
    sys.modules["__candidate__"] = module
    module.__package__ = package
    if name and package == name:
        module.__path__ = []
    module.__file__ = f"/tmp/{name.rpartition('.')[2] or 'candidate'}.py"  # noqa: S108  no such file
    # A file may be called like a module of the library, which others there import.
    if name and name not in sys.modules and name not in _LIBRARY:
        sys.modules[name] = module
    if sources:
        sys.meta_path.append(_Sources(sources, module))
    return module


class _Sources:
    """Imports the modules whose sources came with the program."""

    def __init__(self, sources: dict[str, list[Any]], program: types.ModuleType) -> None:
        self._sources = sources
        self._program = program

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        found = self._sources.get(name)
        if found is None:
            return None
        return ModuleSpec(name, self, is_package=found[1])  # type: ignore[arg-type]  # duck-typed

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        owner, _, last = self._program.__name__.rpartition(".")
        if module.__name__ == owner:
            setattr(module, last, self._program)
        exec(compile(self._sources[module.__name__][0], module.__name__, "exec"), module.__dict__)  # noqa: S102  what a cage is for


def _compiled(source: str) -> tuple[types.CodeType | None, list[Any] | None]:
    """The code of a program, or what is wrong with it."""
    try:
        return compile(source, "<candidate>", "exec", dont_inherit=True), None
    except (SyntaxError, ValueError) as error:
        line = _getattr(error, "lineno", None) or 0
        return None, ["failed", "syntax", describe(error), line]
    except (RecursionError, MemoryError):
        return None, ["failed", "syntax", "too deeply nested to compile", 0]


def _load(module: types.ModuleType, code: types.CodeType, entry: str) -> list[Any] | None:
    """Runs the module's body; what went wrong, or None."""
    return _attempt(lambda: exec(code, module.__dict__), module, entry)  # noqa: S102  what a cage is for


def _load_in_place(module: types.ModuleType, code: types.CodeType, entry: str) -> list[Any] | None:
    """Imports the program as its name says, so that its package comes first, as it does outside."""
    from importlib.machinery import ModuleSpec

    sys.modules.pop(module.__name__, None)
    sys.meta_path.insert(0, _Program(module, code, ModuleSpec))
    return _attempt(lambda: importlib.import_module(module.__name__), module, entry)


def _is_there(package: str) -> bool:
    """Whether a package can be imported."""
    return any(finder.find_spec(package, None) for finder in sys.meta_path)


class _Program:
    """Imports the program itself, when its package or others ask for it by name."""

    def __init__(self, module: types.ModuleType, code: types.CodeType, spec: Any) -> None:
        self._module = module
        self._code = code
        self._spec = spec

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._module.__name__:
            return None
        return self._spec(name, self, is_package=hasattr(self._module, "__path__"))

    def create_module(self, spec: Any) -> types.ModuleType:
        return self._module

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102  what a cage is for


def _attempt(load: Callable[[], Any], module: types.ModuleType, entry: str) -> list[Any] | None:
    """Loads a program and looks for its entry; what went wrong, or None."""
    linecache.clearcache()
    try:
        load()
        if entry:
            _find(module, entry)
    except ModuleNotFoundError as error:
        return ["failed", "import", str(error.name), 0]
    except LookupError as error:
        cause = "entry" if _type(error) is LookupError else "load"
        return ["failed", cause, describe(error), 0]
    except BaseException as error:  # noqa: BLE001  the candidate may raise anything at all
        return ["failed", "load", describe(error), 0]
    return None


def _find(module: types.ModuleType, entry: str) -> Any:
    """The callable that ``entry`` names; a class on the way is constructed."""
    found: Any = module
    *owners, last = entry.split(".")
    for name in owners:
        found = _getattr(found, name, None)
        if not isinstance(found, type):
            raise LookupError(f"defines no class {name}")
    if owners:
        owner, found = found, _instance(found)
        getter = _getter(owner, last)
        if getter is not None:
            return getter if found is owner else lambda: _getattr(found, last)
    found = _getattr(found, last, None)
    if not callable(found):
        raise LookupError(f"defines no function {last}")
    return found


def _getter(cls: Any, name: str) -> Any:
    """The function behind a property; None where the name is none."""
    for owner in cls.__mro__:
        if name in vars(owner):
            return _behind(vars(owner)[name])
    return None


def _behind(raw: Any) -> Any:
    kind = _type(raw).__name__
    if kind == "property":
        return raw.fget
    return raw.func if kind == "cached_property" else None


def _instance(cls: Any) -> Any:
    """An object to call the method on; the class itself, where that needs arguments: the call's
    first one is the object then.
    """
    try:
        return cls()
    except Exception:
        code = _getattr(_getattr(cls, "__init__", None), "__code__", None)
        if (
            code is not None
            and code.co_argcount + code.co_kwonlyargcount < 2
            and not code.co_flags & 12
        ):
            raise
        return cls


def _answer(codec: Codec, module: types.ModuleType, entry: str, call: dict[str, Any]) -> list[Any]:
    """[status, value, arguments or null when unchanged, error, whether it was an iterator]."""
    try:
        function = _find(module, entry)
        arguments = [codec.decode(item) for item in call["args"]]
        named = {name: codec.decode(item) for name, item in call["kwargs"].items()}
        before = [codec.encode(item) if holds_record(t) else t
                  for item, t in zip(arguments, call["args"])]  # fmt: skip  # noqa: B905  Python 3.9
        result = function(*arguments, **named)
        if _type(result) in _COROUTINES:
            result = run_coroutine(result)
        value, lazy = codec.encode_lazy(result)
        return ["value", value, _changed(codec, arguments, before), "", lazy]
    except Unserialisable as error:
        return ["unserialisable", None, None, str(error), False]
    except MemoryError:
        return ["memory", None, None, "ran out of memory", False]
    except BaseException as error:  # noqa: BLE001  the candidate may raise anything at all
        return ["raised", None, None, describe(error), False]


def _changed(codec: Codec, arguments: list[Any], before: list[Any]) -> list[Any] | None:
    """The arguments as they are now; null for one that no longer is a plain value."""
    try:
        after = codec.encode_all(arguments)
    except Unserialisable:
        return []
    return None if after == before else after


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The candidate may have replaced it by anything.
        with contextlib.suppress(BaseException):
            stream.flush()
