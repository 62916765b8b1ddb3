"""What a candidate newly uses: files, processes, network, dynamic code, hidden characters, …

A label for people, not a barrier: the cage is the barrier. A capability that the rest of the file
already uses is not named.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODULES: dict[str, str] = {
    name: label
    for label, names in {
        "files": "io pathlib shutil tempfile glob fileinput zipfile tarfile sqlite3 dbm mmap linecache"
        " fcntl zipimport gzip bz2 lzma",
        "processes": "subprocess multiprocessing signal pty atexit sched resource",
        "network": "socket urllib http requests httpx aiohttp ftplib smtplib poplib imaplib telnetlib"
        " ssl socketserver xmlrpc webbrowser websockets paramiko select selectors",
        "dynamic code": "importlib runpy code codeop imp zipapp pkgutil",
        "native code": "ctypes cffi _ctypes",
        "deserialisation": "pickle marshal shelve dill cloudpickle joblib _pickle",
        "introspection": "inspect gc builtins traceback tracemalloc dis ast symtable sys.monitoring"
        " faulthandler bdb pdb trace",
        "threads": "threading _thread concurrent asyncio",
        "test tools": "unittest pytest doctest nose hypothesis",
        "environment": "getpass pwd grp platform",
    }.items()
    for name in names.split()
}
_CALLS: dict[str, str] = {
    "open": "files", "eval": "dynamic code", "exec": "dynamic code", "compile": "dynamic code",
    "__import__": "dynamic code", "globals": "introspection", "vars": "introspection",
    "breakpoint": "processes", "exit": "processes", "quit": "processes", "input": "keyboard input",
    "delattr": "introspection", "memoryview": "introspection",
}  # fmt: skip
_ATTRIBUTES: dict[str, str] = {
    "read_text": "files", "write_text": "files", "read_bytes": "files", "write_bytes": "files",
    "unlink": "files", "load_module": "dynamic code",
}  # fmt: skip
_OS_PROCESSES = re.compile(
    r"system|popen|fork\w*|exec\w+|spawn\w+|kill\w*|_exit|abort|wait\w*|posix_spawn\w*|nice|setsid|pidfd\w*"
)
_OS_HARMLESS = frozenset(
    "path sep linesep name pathsep curdir pardir extsep altsep PathLike fspath".split()
)
_SYS_INSPECTS = frozenset(
    "_getframe modules settrace setprofile _current_frames meta_path path_hooks addaudithook"
    " setswitchinterval path getrefcount stdout stderr stdin __stdout__ excepthook exc_info".split()
)
_DUNDERS = re.compile(
    r"__(subclasses|globals|builtins|code|closure|mro|bases|dict|import|loader|self|traceback|"
    r"reduce|reduce_ex|getattribute|class)__|tb_frame|f_back|f_locals|f_globals|gi_frame|cr_frame|co_code"
)
_HOOKS = frozenset("__eq__ __hash__ __lt__ __le__ __gt__ __ge__ __ne__ __del__ __reduce__ __getattr__"
                   " __class__ __instancecheck__ __bool__".split())  # fmt: skip
_HIDDEN = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\ufeff")
_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
_FOREIGN = (
    ("files", re.compile(r"""['"](?:node:)?fs(?:/promises)?['"]|\bDeno\.(?:read|write)|\bBun\.(?:file|write)""")),
    ("processes", re.compile(r"child_process|worker_threads|process\.(?:exit|kill|binding|abort)|Deno\.(?:run|Command)")),
    ("network", re.compile(r"""\bfetch\s*\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|['"](?:node:)?(?:https?|net|dgram|tls|dns|axios)['"]""")),
    ("dynamic code", re.compile(r"\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bimport\s*\(|\bvm\b\s*\.|setTimeout\s*\(\s*['\"`]")),
    ("environment", re.compile(r"process\.env|Deno\.env|document\.cookie|localStorage|sessionStorage")),
    ("introspection", re.compile(r"__proto__|prototype\s*\.\s*constructor|constructor\s*\.\s*constructor|Reflect\.\w+|new\s+Proxy\b")),
)  # fmt: skip


def added(before: ast.Module | None, after: ast.Module, inserted: str) -> tuple[str, ...]:
    """Capabilities that the file has with the candidate and had not before."""
    old = capabilities(before) if before is not None else frozenset[str]()
    return tuple(sorted((capabilities(after) - old) | text_findings(inserted)))


def added_elsewhere(before: str, after: str, inserted: str) -> tuple[str, ...]:
    """The same for a language other than Python, by patterns."""
    new = {label for label, pattern in _FOREIGN if pattern.search(after)}
    old = {label for label, pattern in _FOREIGN if pattern.search(before)}
    return tuple(sorted((new - old) | text_findings(inserted)))


def text_findings(text: str) -> frozenset[str]:
    """What the characters themselves hide."""
    found: set[str] = set()
    if any(c in _HIDDEN or unicodedata.category(c) in ("Cf", "Co") for c in text):
        found.add("hidden characters")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text):
        found.add("hidden characters")
    if _COOKIE.search(text):
        found.add("coding cookie")
    return frozenset(found)


def capabilities(tree: ast.Module) -> frozenset[str]:
    """What a module uses, by its syntax tree."""
    modules = dict(_imports(tree))
    found: set[str] = set()
    for node in ast.walk(tree):
        found.update(_of(node, modules))
    return frozenset(found)


def _imports(tree: ast.Module) -> Iterable[tuple[str, str]]:
    """Local names of imported modules and members with what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                yield name, alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _of(node: ast.AST, modules: dict[str, str]) -> Iterable[str]:
    match node:
        case ast.Import(names=names):
            yield from (_MODULES[top] for a in names if (top := a.name.split(".")[0]) in _MODULES)
        case ast.ImportFrom(module=module, names=names):
            top = (module or "").split(".")[0]
            if top in _MODULES:
                yield _MODULES[top]
            for alias in names:
                yield from _member(top, alias.name)
        case ast.Call(func=ast.Name(id=name), args=args):
            yield from _called(name, args)
        case ast.Name(id=name):
            if name.startswith("__") and _DUNDERS.fullmatch(name):
                yield "introspection"
            if name in ("eval", "exec", "__import__", "open") and name not in modules:
                yield _CALLS[name]
            yield from _spelled(name)
        case ast.Attribute():
            yield from _attribute(node, modules)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            if name in _HOOKS:
                yield "equality hooks" if name.strip("_") in _COMPARES else "introspection"
            yield from _spelled(name)
        case ast.Constant(value=str() as text) if _DUNDERS.search(text) and len(text) < 200:
            yield "introspection"
        case _:
            pass


_COMPARES = frozenset("eq hash lt le gt ge ne bool".split())


def _called(name: str, args: list[ast.expr]) -> Iterable[str]:
    if name in _CALLS:
        yield _CALLS[name]
    if name in ("getattr", "setattr") and not _plain_attribute(args):
        yield "introspection"


def _plain_attribute(args: list[ast.expr]) -> bool:
    if len(args) < 2 or not isinstance(args[1], ast.Constant):
        return False
    return isinstance(args[1].value, str) and not args[1].value.startswith("_")


def _attribute(node: ast.Attribute, modules: dict[str, str]) -> Iterable[str]:
    if _DUNDERS.fullmatch(node.attr) and node.attr != "__class__":
        yield "introspection"
    if node.attr in _ATTRIBUTES:
        yield _ATTRIBUTES[node.attr]
    if isinstance(node.value, ast.Name):
        yield from _member(modules.get(node.value.id, ""), node.attr)


def _member(module: str, name: str) -> Iterable[str]:
    """What a member of ``os``, ``sys`` and the like gives."""
    if module in ("os", "posix", "nt"):
        if _OS_PROCESSES.fullmatch(name):
            yield "processes"
        elif name in ("environ", "getenv", "environb", "putenv", "unsetenv"):
            yield "environment"
        elif name not in _OS_HARMLESS:
            yield "files"
    elif module == "sys":
        if name == "exit":
            yield "processes"
        elif name in _SYS_INSPECTS:
            yield "introspection"
    elif module == "yaml" and name in ("load", "unsafe_load", "full_load"):
        yield "deserialisation"
    elif module in ("codecs", "numpy", "pandas") and name in ("open", "load", "fromfile", "save"):
        yield "files"
    elif module == "operator" and name in ("attrgetter", "methodcaller"):
        yield "introspection"


def _spelled(name: str) -> Iterable[str]:
    if not name.isascii():
        yield "non-ASCII names"
