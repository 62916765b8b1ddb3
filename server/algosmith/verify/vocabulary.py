"""The words that ``scan`` looks for: modules, calls and attributes, and what each one gives."""

import re


def _labels(table: dict[str, str]) -> dict[str, str]:
    return {name: label for label, names in table.items() for name in names.split()}


MODULES = _labels({
    "files": "io pathlib shutil tempfile glob fileinput zipfile tarfile sqlite3 dbm mmap"
    " linecache fcntl zipimport gzip bz2 lzma",
    "processes": "subprocess multiprocessing signal pty atexit sched resource",
    "network": "socket urllib http requests httpx aiohttp ftplib smtplib poplib imaplib ssl"
    " telnetlib socketserver xmlrpc webbrowser websockets paramiko select selectors",
    "dynamic code": "importlib runpy code codeop imp zipapp pkgutil",
    "native code": "ctypes cffi _ctypes",
    "deserialisation": "pickle marshal shelve dill cloudpickle joblib _pickle",
    "introspection": "inspect gc builtins traceback tracemalloc dis ast symtable faulthandler"
    " bdb pdb trace",
    "threads": "threading _thread concurrent asyncio",
    "test tools": "unittest pytest doctest nose hypothesis",
    "environment": "getpass pwd grp platform",
})  # fmt: skip

CALLS = _labels({
    "files": "open",
    "dynamic code": "eval exec compile __import__",
    "introspection": "globals vars delattr memoryview",
    "processes": "breakpoint exit quit",
    "keyboard input": "input",
})  # fmt: skip
ALIASED = ("eval", "exec", "__import__", "open")
"""Builtins that count wherever their name stands, called or not."""

ATTRIBUTES = _labels({
    "files": "read_text write_text read_bytes write_bytes unlink",
    "dynamic code": "load_module",
})  # fmt: skip

OS_PROCESSES = re.compile(
    r"system|popen|fork\w*|exec\w+|spawn\w+|kill\w*|_exit|abort|wait\w*|posix_spawn\w*|nice"
    r"|setsid|pidfd\w*"
)
OS_ENVIRONMENT = frozenset({"environ", "getenv", "environb", "putenv", "unsetenv"})
OS_HARMLESS = frozenset(
    {"path", "sep", "linesep", "name", "pathsep", "curdir", "pardir", "extsep", "altsep",
     "PathLike", "fspath"}
)  # fmt: skip
SYS_INSPECTS = frozenset(
    {"_getframe", "modules", "settrace", "setprofile", "_current_frames", "meta_path", "path",
     "path_hooks", "addaudithook", "setswitchinterval", "getrefcount", "stdout", "stderr",
     "stdin", "__stdout__", "excepthook", "exc_info"}
)  # fmt: skip
MEMBERS = {
    ("sys", "exit"): "processes",
    ("yaml", "load"): "deserialisation",
    ("yaml", "unsafe_load"): "deserialisation",
    ("yaml", "full_load"): "deserialisation",
    ("codecs", "open"): "files",
    ("numpy", "load"): "files",
    ("numpy", "save"): "files",
    ("numpy", "fromfile"): "files",
    ("operator", "attrgetter"): "introspection",
    ("operator", "methodcaller"): "introspection",
} | {("sys", name): "introspection" for name in SYS_INSPECTS}

DUNDERS = re.compile(
    r"__(subclasses|globals|builtins|code|closure|mro|bases|dict|import|loader|self|traceback"
    r"|reduce|reduce_ex|getattribute|class)__"
    r"|tb_frame|f_back|f_locals|f_globals|gi_frame|cr_frame|co_code"
)
HOOKS = _labels({
    "equality hooks": "__eq__ __hash__ __lt__ __le__ __gt__ __ge__ __ne__ __bool__",
    "introspection": "__del__ __reduce__ __getattr__ __class__ __instancecheck__",
})  # fmt: skip

HIDDEN = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\ufeff")
COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)

FOREIGN = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        (
            "files",
            r"""['"](?:node:)?fs(?:/promises)?['"]|\bDeno\.(?:read|write)|\bBun\.(?:file|write)""",
        ),
        (
            "processes",
            r"child_process|worker_threads|process\.(?:exit|kill|binding|abort)"
            r"|Deno\.(?:run|Command)",
        ),
        (
            "network",
            r"\bfetch\s*\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource"
            r"""|['"](?:node:)?(?:https?|net|dgram|tls|dns|axios)['"]""",
        ),
        (
            "dynamic code",
            r"\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bimport\s*\(|\bvm\b\s*\."
            r"|setTimeout\s*\(\s*['\"`]",
        ),
        (
            "environment",
            r"process\.env|Deno\.env|document\.cookie|localStorage|sessionStorage",
        ),
        (
            "introspection",
            r"__proto__|prototype\s*\.\s*constructor|constructor\s*\.\s*constructor"
            r"|Reflect\.\w+|new\s+Proxy\b",
        ),
        (
            "files",
            r"\bjava\.nio\.file\b|\b(?:Files|Paths|Path)\.\w+\s*\(|\bRandomAccessFile\b"
            r"|\bnew\s+(?:java\.io\.)?File(?:Reader|Writer|InputStream|OutputStream)?\s*\(",
        ),
        (
            "processes",
            r"\bProcessBuilder\b|\bRuntime\.getRuntime\b|\bSystem\.(?:exit|load|loadLibrary)\b",
        ),
        (
            "network",
            r"\bjava\.net\b|\b(?:Server|Datagram)?Socket\s*\(|\bHttpClient\b|\bURLConnection\b",
        ),
        (
            "dynamic code",
            r"\bClass\.forName\b|\bjava\.lang\.(?:reflect|invoke)\b|\bsetAccessible\b"
            r"|\b(?:sun|jdk)\.\w+\.|\bScriptEngine|\bnative\s+\w+\s+\w+\s*\(|\bClassLoader\b",
        ),
        ("environment", r"\bSystem\.(?:getenv|getProperty|getProperties|setProperty)\b"),
        ("files", r"\b(?:std::)?fs::\w|\b(?:File|OpenOptions)::|\binclude(?:_str|_bytes)?!"),
        ("processes", r"\bprocess::|\bCommand::new\b|\bthread::spawn\b"),
        ("network", r"\bstd::net\b|\b(?:Tcp(?:Stream|Listener)|UdpSocket|Unix\w+)::"),
        ("dynamic code", r"\bunsafe\b|\b(?:global_)?asm!|\bextern\s+\"C\"|#\[link\b|\btransmute\b"),
        ("environment", r"\benv::(?:var|vars|args)\b|\b(?:option_)?env!"),
        ("files", r"\bos\.(?:Open|Create|Read|Write|Remove|Mkdir|Rename|Chmod)\w*\s*\(|//go:embed"),
        ("processes", r"\bexec\.Command|\bos\.StartProcess\b|\bsyscall\.(?:Exec|ForkExec|Kill)"),
        ("network", r"\bnet\.(?:Dial|Listen|Lookup)\w*\s*\(|\bhttp\.\w+\s*\("),
        (
            "dynamic code",
            r"\bunsafe\.\w|\bplugin\.Open|\bimport\s+\"C\"|//go:linkname"
            r"|\bsyscall\.(?:Raw)?Syscall",
        ),
        ("environment", r"\bos\.(?:Getenv|LookupEnv|Environ|Setenv)\b"),
    )
)
"""Patterns for JavaScript and TypeScript, then for Java, Rust and Go."""
