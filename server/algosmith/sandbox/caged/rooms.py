"""The two cages of Linux: a private root in own namespaces, or Landlock over the machine's files.

Both end with the seccomp filter and the resource limits, which ``parent`` puts on.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import signal
import stat
import sys
from typing import Any

from algosmith.linux import calls, landlock
from algosmith.sandbox.caged import kernel

_TMP_OPTIONS = "size=8m,nr_inodes=256,mode=1777"
_ROOT_OPTIONS = "size=1m,nr_inodes=4096,mode=0755"
_MS_TMP = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
_TMP = "/tmp"  # noqa: S108  the cage's own
_OTHER_TMP = "/scratch"
"""Where the library lies below /tmp, which a folder mounted there would hide."""
_FOREIGN = ("site-packages", "dist-packages", "test", "idlelib", "ensurepip")
"""Folders of the standard library that candidates do not see."""
_ALL = (
    kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWNET
)  # fmt: skip


def library_paths() -> list[str]:
    """Folders of the standard library, and one of packages where the server names it."""
    here = os.path.dirname(os.path.realpath(os.__file__))
    found = [here]
    for entry in sys.path:
        path = os.path.realpath(entry)
        packages = os.path.basename(path) in _FOREIGN  # they may lie inside the standard library
        outside = packages or not path.startswith(here + os.sep)
        if os.path.isdir(path) and outside and path not in found:
            found.append(path)
    return found


def shared_library_paths() -> list[str]:
    """Folders of the C libraries that the standard library's modules need."""
    found: list[str] = []
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            path = line.rstrip().partition("/")[2]
            folder = os.path.dirname("/" + path)
            if ".so" not in os.path.basename(path) or folder in found or not os.path.isdir(folder):
                continue
            # Not a folder with the interpreter in it: installed packages lie there too.
            if not any(
                (library + os.sep).startswith(folder + os.sep) for library in library_paths()
            ):
                found.append(folder)
    return found


def scratch_folder() -> str:
    """Where children may write: /tmp, unless it holds what they import."""
    needed = library_paths() + shared_library_paths()
    return _OTHER_TMP if any(path.startswith(_TMP + "/") for path in needed) else _TMP


def unused_user() -> int:
    """A user id that nobody has."""
    uid = 64_901
    while _is_user(uid):
        uid += 1
    return uid


def drop_root(uid: int) -> None:
    """From root to a user that owns nothing; a mapping of root would still own root's files."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _is_user(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


class NamespaceRoom:
    """Own user, mount, process, network, IPC and host-name namespaces and a private root."""

    keeps = 0
    """Descriptors from 5 on that children need."""

    def __init__(self) -> None:
        self._own_pids = -1
        self._ruleset = -1
        self._scratch = scratch_folder()

    def enter(self) -> None:
        """Moves this process in; returns in a new process, the first of its namespace."""
        proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
        uid, gid = os.geteuid(), os.getegid()
        as_root = uid == 0
        if as_root:
            uid = gid = unused_user()
            kernel.unshare(_ALL, "own namespaces")
            self.make_root()
            drop_root(uid)
            kernel.set_dumpable(True)  # else /proc/self/uid_map belongs to root
        flags = _ALL | kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID
        kernel.unshare(flags, "user namespaces")
        _write(proc, "self/setgroups", "deny")
        _write(proc, "self/uid_map", f"{uid} {uid} 1")
        _write(proc, "self/gid_map", f"{gid} {gid} 1")
        if not as_root:
            self.make_root()
        kernel.set_host_name("cage")
        self._become_first(proc)
        calls.no_new_privileges()
        kernel.empty_bounding_set()
        self.make_ruleset()

    def make_ruleset(self) -> None:
        """What children are held by beside the root."""
        if landlock.version():
            # The root holds nothing but the library, read-only, and where children write. No child
            # adds a rule: rules would pile up for those that follow.
            ruleset = landlock.make_ruleset([("/", landlock.READ_WRITE)])
            self._ruleset = os.dup2(ruleset, 5, inheritable=False)
            self.keeps = 1

    def make_root(self) -> None:
        """An empty root with the standard library in it, read-only, and where children write."""
        needed = library_paths() + shared_library_paths()
        private_root(hold(needed), self._scratch, hidden=_FOREIGN)

    def kill(self, pid: int) -> None:
        """Ends a child."""
        os.kill(pid, signal.SIGKILL)

    def _become_first(self, proc: int) -> None:
        """Forks into the process namespace; the waiting half ends with the other."""
        kernel.die_with_parent()
        pid = os.fork()
        if pid:
            os.close(3)
            os.waitpid(pid, 0)
            os._exit(0)
        kernel.die_with_parent()
        # /proc shows the outer namespace: "self" is this process's id there.
        found = os.open("self/ns/pid", os.O_RDONLY, dir_fd=proc)
        # Out of the way of the low numbers that children keep.
        self._own_pids = fcntl.fcntl(found, fcntl.F_DUPFD_CLOEXEC, 20)
        os.close(found)
        os.close(proc)

    def fork(self) -> int:
        """A child that is the first process of a namespace of its own."""
        kernel.unshare(kernel.CLONE_NEWPID, "process namespace")
        pid = os.fork()
        if pid:
            kernel.setns(self._own_pids, kernel.CLONE_NEWPID)
        return pid

    def seal_files(self) -> None:
        """A folder of its own, small and gone with the child."""
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC, "own files")
        kernel.mount("tmpfs", self._scratch, "tmpfs", _MS_TMP, _TMP_OPTIONS)
        os.chdir(self._scratch)

    def seal_access(self) -> None:
        """Landlock on top of the private root, where the kernel has it."""
        if self._ruleset >= 0:
            landlock.restrict(self._ruleset)


def _write(folder: int, path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def hold(paths: list[str]) -> list[tuple[str, int]]:
    """Files and folders, each with a descriptor by which it is found under another root."""
    return [(path, os.open(path, os.O_PATH)) for path in paths]


def private_root(
    held: list[tuple[str, int]],
    writable: str,
    links: tuple[tuple[str, str], ...] = (),
    hidden: tuple[str, ...] = (),
) -> None:
    """Makes the root empty but for what is held, read-only, and the place of a writable folder.

    ``links`` are symbolic links and what they lead to, ``hidden`` names of folders shown empty.
    """
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    stage = next(path for path in ("/tmp", "/var/tmp", "/run", "/mnt") if os.path.isdir(path))  # noqa: S108
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("tmpfs", stage, "tmpfs", flags, _ROOT_OPTIONS)
    for path, descriptor in held:
        target = stage + path
        _make_target(target, descriptor)
        kernel.bind_read_only(f"/proc/self/fd/{descriptor}", target)
        os.close(descriptor)
        for name in hidden:
            if os.path.isdir(f"{target}/{name}"):
                shut = flags | kernel.MS_RDONLY | kernel.MS_NOEXEC
                kernel.mount("tmpfs", f"{target}/{name}", "tmpfs", shut, "size=4k,nr_inodes=2")
    for path, led_to in links:
        os.makedirs(os.path.dirname(stage + path), exist_ok=True)
        os.symlink(led_to, stage + path)
    os.makedirs(stage + writable, exist_ok=True)
    kernel.pivot_root(stage)
    kernel.mount("", "/", "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | flags)


def _make_target(target: str, descriptor: int) -> None:
    """What a file or folder is shown at."""
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.makedirs(target, exist_ok=True)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))


class LandlockRoom:
    """No namespaces: Landlock refuses the machine's files, seccomp everything else."""

    keeps = 0
    """Descriptors from 5 on that children need."""

    def enter(self) -> None:
        """Shuts this process, and so every child, out of all files but the standard library."""
        if not landlock.version():
            raise calls.CageError("this kernel has no Landlock")
        libraries = library_paths()
        rules = [rule for path in libraries for rule in _rules(path)]
        rules += [(path, landlock.READ) for path in shared_library_paths()]
        if os.geteuid() == 0:
            held = [os.open(path, os.O_PATH | os.O_DIRECTORY) for path in libraries]
            rules = [
                (f"/proc/self/fd/{os.open(path, os.O_PATH)}", access) for path, access in rules
            ]
            drop_root(unused_user())
            kernel.set_dumpable(True)  # else our own /proc belongs to root
            self.keeps = _reach(libraries, held)
        kernel.die_with_parent()
        calls.no_new_privileges()
        landlock.restrict(landlock.make_ruleset(rules))
        kernel.set_dumpable(False)
        os.closerange(5 + self.keeps, 1024)

    def fork(self) -> int:
        """A child."""
        return os.fork()

    def kill(self, pid: int) -> None:
        """Ends a child."""
        os.kill(pid, signal.SIGKILL)

    def seal_files(self) -> None:
        """There is no folder to write to."""

    def seal_access(self) -> None:
        """Landlock is inherited."""


def _rules(library: str) -> list[tuple[str, int]]:
    """Read everything in a folder of the standard library but what was installed into it."""
    entries = [name for name in os.listdir(library) if name not in _FOREIGN]
    return [(library, landlock.LIST), *((f"{library}/{name}", landlock.READ) for name in entries)]


def _reach(libraries: list[str], held: list[int]) -> int:
    """Lets imports go on when the new user can't walk to the library, as below /root.

    Returns how many descriptors from 5 on hold the library's folders open.
    """
    if all(os.access(path, os.R_OK | os.X_OK) for path in libraries):
        return 0
    for number, (path, descriptor) in enumerate(zip(libraries, held), start=5):  # noqa: B905  Python 3.9
        os.dup2(descriptor, number, inheritable=False)
        sys.path[:] = [_moved(entry, path, number) for entry in sys.path]
        for module in list(sys.modules.values()):
            folders: Any = getattr(module, "__path__", None)
            kind: Any = folders.__class__
            if kind is list:
                folders[:] = [_moved(str(folder), path, number) for folder in folders]
    sys.path_importer_cache.clear()
    return len(libraries)


def _moved(entry: str, path: str, number: int) -> str:
    real = os.path.realpath(entry)
    inside = real == path or real.startswith(path + os.sep)
    return f"/proc/self/fd/{number}{real[len(path) :]}" if inside else entry
