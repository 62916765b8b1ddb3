"""Runs a session's statements one by one and says what each displayed, as ``doctest`` does."""

from __future__ import annotations
import __future__

import ast
import builtins
import json
import sys
import traceback
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.caged.program import describe

if TYPE_CHECKING:
    import types

# A candidate may replace builtins; what follows must not notice.
_type, _len, _repr, _isinstance, _str = type, len, repr, isinstance, str
_compile, _exec = compile, exec
_ONLY_TREE, _Import, _ImportFrom = ast.PyCF_ONLY_AST, ast.Import, ast.ImportFrom
_modules = sys.modules
_dict: Any = dict
_list: Any = list
_builtins: Any = vars(builtins)
_last_lines = traceback.format_exception_only
_encoded = json.JSONEncoder().encode
_MAX_RAISED = 20_000
_SPARE = 4
"""So many times more may be displayed than is read."""
_FUTURES: int = __future__.annotations.compiler_flag | __future__.barry_as_FLUFL.compiler_flag


class _TooMuch(BaseException):
    """A step goes on and on displaying."""


class _Display:
    """Standard output of a session; each step of it starts with nothing written."""

    encoding, errors, closed = "utf-8", "strict", False

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.start()

    def start(self) -> None:
        """Forgets what the steps before wrote."""
        self.full = False
        self._parts: list[str] = []
        self._left = self._limit

    @property
    def text(self) -> str:
        """All that was written, to the end of a line."""
        text = "".join(self._parts)
        return text + "\n" if text and text[-1] != "\n" else text

    def write(self, text: str) -> int:
        """Keeps the text, up to what is read of it."""
        if not _isinstance(text, _str):
            raise TypeError(f"write() argument must be str, not {_type(text).__name__}")
        self._left -= _len(text)
        if self._left >= 0:
            self._parts.append(text)
        elif self._left < -_SPARE * self._limit:
            raise _TooMuch
        else:
            self.full = True  # it may come to its end: those behind it need what it does
        return _len(text)

    def writelines(self, lines: Any) -> None:
        """Keeps the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def writable(self) -> bool:
        """Text may be written."""
        return True


class _Hook:
    """What the prompt does with an expression's value: keeps it, then shows it in some way."""

    def __init__(self, show: Any, kept: list[Any]) -> None:
        self._show = show
        self._kept = kept

    def __call__(self, value: Any) -> None:
        known = _len(self._kept)
        self._show(value)
        # The session's own way of showing may call the one it replaced.
        if value is not None and _len(self._kept) == known:
            self._kept.append(value)


def _show(value: Any) -> None:
    if value is None:
        return
    last: Any = builtins
    last._ = None
    sys.stdout.write(_repr(value) + "\n")
    last._ = value


class Steps:
    """The steps of one session after another."""

    def __init__(self, program: types.ModuleType, codec: Any, limit: int) -> None:
        self._module, self._own = program, program.__name__
        self._program = program.__dict__
        self._codec = codec
        self._limit = limit
        self._names: dict[str, Any] = {}
        self._flags = 0
        self._known: dict[str, Any] = _dict(_builtins)
        """Builtins as they were once the program was loaded."""
        self._patched: dict[str, Any] = {}
        """Those that the session replaced: they hold for its own lines only."""
        self._values: list[Any] = []
        self._display = _Display(limit)
        self._stdout: Any = self._display
        self._hook = _Hook(_show, self._values)

    def run(self, source: str, *, fresh: bool) -> list[Any]:
        """[status, value, what was displayed, the traceback's last line, error].

        ``fresh``: this is the first step of a session, whose names are a copy of the program's.
        """
        if fresh:
            self._names, self._flags, self._patched = _dict(self._program), 0, {}
            self._display = self._stdout = _Display(self._limit)
            self._hook = _Hook(_show, self._values)
        display = self._display
        display.start()
        self._values.clear()
        before = sys.stdout, sys.displayhook
        sys.stdout, sys.displayhook = self._stdout, self._hook
        _builtins.update(self._patched)
        hides = self._show_module(source)
        status, raised, error, kinds = "value", "", "", None
        try:
            _exec(self._code(source), self._names)
        except MemoryError:
            status, error = "memory", "ran out of memory"
        except _TooMuch:
            status, error = "memory", f"went on displaying after {self._limit} bytes"
        except BaseException as problem:  # noqa: BLE001  a step may raise anything at all
            status, error, raised = "raised", describe(problem), _last_line(problem)
            kinds = _kinds(problem)
        finally:
            if hides is not None:
                _modules.pop(self._own, None)
                _modules.update(hides)
            self._take_note()
            sys.stdout, sys.displayhook = before
        shown = display.text
        if status == "memory":
            return [status, None, "", "", error]
        if display.full or _len(_encoded(shown)) > self._limit:
            return ["memory", None, "", "", f"displayed over {self._limit} bytes"]
        if status != "value":
            return [status, kinds, shown, raised, error]
        return self._value(self._values, shown)

    def _take_note(self) -> None:
        """Keeps what the session replaced for its own next lines, and puts builtins back."""
        self._stdout = sys.stdout
        hook: Any = sys.displayhook
        self._hook = hook if _isinstance(hook, _Hook) else _Hook(hook, self._values)
        known = self._known
        for name, value in _list(_builtins.items()):
            if name not in known:
                del _builtins[name]
            if name not in known or value is not known[name]:
                self._patched[name] = value
            elif name in self._patched:
                del self._patched[name]  # the session itself put it back
        _builtins.update(known)

    def _show_module(self, source: str) -> dict[str, Any] | None:
        """A session that imports the file gets it, though the library has a module of that name.

        What was put aside for this step; None where nothing is in the way.
        """
        name = self._own
        if _modules.get(name) is self._module or not _imports(source, name):
            return None
        hides = {name: _modules[name]} if name in _modules else {}
        _modules[name] = self._module
        return hides

    def _code(self, source: str) -> Any:
        code = _compile(source, "<session>", "single", self._flags, True)
        # ``from __future__`` in one step holds for those behind it.
        self._flags |= code.co_flags & _FUTURES
        return code

    def _value(self, values: list[Any], shown: str) -> list[Any]:
        """The answer of a step that came to its end; reading a value may run the candidate's."""
        if _len(values) != 1:
            return ["unserialisable" if values else "value", None, shown, "", ""]
        try:
            return ["value", self._codec.encode(values[0]), shown, "", ""]
        except BaseException:  # noqa: BLE001  not plain, or code of the candidate raised
            return ["unserialisable", None, shown, "", ""]


def _imports(source: str, name: str) -> bool:
    """Whether a step does nothing but import a module, or from it."""
    if name not in source:
        return False
    try:
        tree: Any = _compile(source, "<session>", "exec", _ONLY_TREE, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(
        (_isinstance(node, _ImportFrom) and node.module == name and not node.level)
        or (_isinstance(node, _Import) and all(alias.name == name for alias in node.names))
        for node in tree.body
    )


def _kinds(error: BaseException) -> list[Any]:
    """The names of an exception's classes, as a plain value."""
    return ["l", *["s" + kind.__name__[:200] for kind in _type(error).__mro__[:50]]]


def _last_line(error: BaseException) -> str:
    try:
        return _last_lines(_type(error), error)[-1][:_MAX_RAISED]
    except BaseException:  # noqa: BLE001  an exception whose text raises is still an exception
        return describe(error) + "\n"
