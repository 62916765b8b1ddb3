"""The engine's own cage: which files it may use, and no network and no other program.

Weights are a stranger's files, and parsers of them are C++ in this process. On the CPU the cage
stands before the first byte of a model is looked at and before the first thread starts, since
Landlock binds the threads that come after it. A GPU's driver and the compilers that torch runs
want more than anybody lists, so there only the calls are refused, once the model is loaded.
"""

import importlib.metadata
import importlib.util
import logging
import mmap
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

from algosmith.config import Settings
from algosmith.engine.connector import Connector

_log = logging.getLogger(__name__)

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/proc", "/sys")
_SYSTEM_FILES = (
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/timezone", "/etc/passwd",
    "/etc/group", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf",
    "/etc/crypto-policies", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip
_GPUS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
_GRAPHICS = "/dev/dri"
"""Also where there is no GPU worth decoding on; Vulkan uses it."""
_DRIVERS = (b"libcuda.so", b"libamdhip64.so", b"libvulkan.so", b"libOpenCL.so", b"libsycl.so")
_READ_ANY_FILE = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root's models may belong to others."""
_CALLS = "no network, starts no program"


class Cage:
    """What this process is kept from.

    Args:
        settings: ``engine.cage``, the device and the adapters.
        model: GGUF file or folder.
        backend: which library will run it.
        writable: folders it writes to, which exist; temporary files go to the first.
    """

    def __init__(
        self, settings: Settings, model: Path, backend: str, writable: tuple[Path, ...]
    ) -> None:
        self._settings, self._model, self._backend = settings, model, backend
        self._writable = writable
        self._late = False
        self.connector: Connector | None = None
        """What makes the connections that llama.cpp needs."""
        self.report = ""
        """What is in force, in one line; it begins with full, calls, files or none."""

    def before_load(self) -> None:
        """To be called before any other thread starts."""
        if not self._settings.engine.cage:
            self.report = "none: switched off by `engine.cage`"
        elif sys.platform != "linux":
            self.report = "none: only Linux has one"
        else:
            if self._backend == "llamacpp":
                self.connector = Connector(self._writable[0])
            self._late = _may_use_gpu(self._settings.engine.device, self._backend)
            if self._late:
                self.report = "none while the model is being loaded"
            else:
                self._close_files()
        _log.info("cage: %s", self.report)

    def after_load(self) -> None:
        """Any thread; binds all."""
        if self._late:
            self._late = False
            self._close_calls("calls", "files stay open to it, since it may use a GPU")
            _log.info("cage: %s", self.report)

    def _close_files(self) -> None:
        from algosmith.linux import calls, landlock

        try:
            if not landlock.version():
                raise calls.CageError("this kernel has no Landlock")
            if len(list(Path("/proc/self/task").iterdir())) > 1:
                raise calls.CageError("threads run already, which it would not bind")
            ruleset = landlock.make_ruleset(list(self._rules()))
            calls.no_new_privileges()
            if os.geteuid() == 0:
                # With the others it could read the memory of all processes, past Landlock.
                calls.keep_capabilities(_READ_ANY_FILE)
            landlock.restrict(ruleset)
        except (OSError, RuntimeError, calls.CageError) as error:
            self._close_calls("calls", f"files stay open to it ({error})")
            return
        # The usual folders for temporary files are closed.
        os.environ["TMPDIR"] = tempfile.tempdir = str(self._writable[0])
        self._close_calls("full", "reads the model and the libraries, writes its own folders")

    def _close_calls(self, kind: str, files: str) -> None:
        from algosmith.engine import syscalls
        from algosmith.linux import calls

        try:
            code = syscalls.build(os.uname().machine, os.getpid())
            calls.no_new_privileges()
            calls.install_filter(code, speculation=True)
        except (OSError, ValueError, calls.CageError) as error:
            kind = "files" if kind == "full" else "none"
            self.report = f"{kind}: {files}; calls are not filtered ({error})"
            return
        self.report = f"{kind}: {files}; {_CALLS}"

    def _rules(self) -> Iterator[tuple[str, int]]:
        from algosmith.linux.landlock import MAKE_SOCKET, READ, READ_WRITE

        own = [Path(adapter.folder).expanduser() for adapter in self._settings.adapters]
        others = [*map(Path, (*_SYSTEM, *_SYSTEM_FILES)), *_libraries()]
        for path in (self._model, *own, *filter(_is_no_home, others)):
            if os.path.exists(path):  # noqa: PTH110  false too where the way there is closed
                yield str(path), READ
        for path in self._writable:
            yield str(path), READ_WRITE | MAKE_SOCKET
        yield os.devnull, READ_WRITE


def _libraries() -> Iterator[Path]:
    """Where Python, its packages and their C libraries lie.

    Not ``sys.path``: it may hold the folder that Python was started in.
    """
    yield Path(sys.prefix)
    yield Path(sys.base_prefix)
    yield from map(Path, (sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")))
    yield Path(site.getusersitepackages())
    yield Path(__file__).parents[1]
    yield from map(Path, filter(os.path.isabs, os.environ.get("LD_LIBRARY_PATH", "").split(":")))


def _is_no_home(path: Path) -> bool:
    """Whether reading all of ``path`` leaves the user's own folder closed."""
    home, real = Path.home().resolve(), path.resolve()
    return real != home and real not in home.parents


def _may_use_gpu(device: str, backend: str) -> bool:
    # Left to itself, torch looks for CUDA and ROCm only.
    graphics = (_GRAPHICS,) if backend == "llamacpp" or device != "auto" else ()
    if device == "cpu" or not any(map(os.path.exists, (*_GPUS, *graphics))):
        return False
    if backend == "llamacpp":
        return _llamacpp_names_a_driver()
    try:
        return not importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:
        return False


def _llamacpp_names_a_driver() -> bool:
    """Most builds are for the CPU; the others name the library of a GPU's driver."""
    spec = importlib.util.find_spec("xllamacpp")
    folders = (spec and spec.submodule_search_locations) or ()
    for library in (file for folder in folders for file in Path(folder).glob("*.so")):
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
            if any(data.find(name) >= 0 for name in _DRIVERS):
                return True
    return False
