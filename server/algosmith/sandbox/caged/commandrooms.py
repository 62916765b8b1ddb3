"""The cages for commands: parts of the system to read and start, a scratch folder, nothing else."""

from __future__ import annotations

import contextlib
import os
import signal

from algosmith.linux import calls, landlock
from algosmith.sandbox.caged import kernel
from algosmith.sandbox.caged.rooms import (
    LandlockRoom,
    NamespaceRoom,
    drop_root,
    hold,
    private_root,
    unused_user,
)

SCRATCH = "/scratch"
_RUN = landlock.READ | landlock.EXECUTE
_CHANGE = landlock.READ_WRITE | landlock.EXECUTE | landlock.MOVE
"""Compilers write a file in a folder of its own and move it to its place."""


class CommandNamespaces(NamespaceRoom):
    """Own namespaces, and a root that holds only what commands may read."""

    signals = True
    """A command's signals reach nobody else: it has a process namespace of its own."""

    def __init__(self, reads: list[str], links: list[list[str]]) -> None:
        super().__init__()
        self._reads = reads
        self._links = tuple((path, led_to) for path, led_to in links)

    def make_root(self) -> None:
        """See the class."""
        private_root(hold(self._reads), SCRATCH, self._links)

    def make_ruleset(self) -> None:
        """Each command gets its own."""

    def make_scratch(self, number: int, size: int) -> str:
        """A folder in memory, gone with the command; becomes the working folder."""
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC, "own files")
        flags = kernel.MS_NOSUID | kernel.MS_NODEV
        kernel.mount("tmpfs", SCRATCH, "tmpfs", flags, f"size={size},nr_inodes=1024,mode=0755")
        os.chdir(SCRATCH)
        return SCRATCH

    def shut_scratch(self) -> None:
        """Makes the folder read-only."""
        flags = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
        kernel.mount("", SCRATCH, "", flags | kernel.MS_NOSUID | kernel.MS_NODEV)

    def end_others(self) -> None:
        """Ends what a command has left running."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)

    def seal_command(self, scratch: str, writes: bool) -> None:
        """Landlock on top of the private root, where the kernel has it."""
        if landlock.version():
            _restrict([("/", _RUN)], scratch, writes)


class CommandLandlock(LandlockRoom):
    """No namespaces: Landlock refuses the machine's files, seccomp everything else."""

    def __init__(self, reads: list[str], base: str) -> None:
        self._reads = reads
        self._base = base
        self.signals = False

    def enter(self) -> None:
        """Shuts this process, and so every command, out of all files but what it may read."""
        found = landlock.version()
        if not found:
            raise calls.CageError("this kernel has no Landlock")
        self.signals = found >= 6
        if os.geteuid() == 0:
            drop_root(unused_user())
            kernel.set_dumpable(True)  # else our own /proc belongs to root
        kernel.die_with_parent()
        calls.no_new_privileges()
        _restrict([(path, _RUN) for path in self._reads], self._base, True)
        kernel.set_dumpable(False)
        os.closerange(5, 1024)

    def fork(self) -> int:
        """A child with a process group of its own, which no command can leave."""
        pid = os.fork()
        with contextlib.suppress(OSError):  # the other half may have come first, or be gone
            os.setpgid(pid, pid)
        return pid

    def kill(self, pid: int) -> None:
        """Ends a child and its whole group."""
        for end in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                end(pid, signal.SIGKILL)

    def make_scratch(self, number: int, size: int) -> str:
        """A folder that the server removes; becomes the working folder."""
        folder = f"{self._base}/{number}"
        os.mkdir(folder, 0o700)
        os.chdir(folder)
        return folder

    def shut_scratch(self) -> None:
        """``seal_access`` does it."""

    def end_others(self) -> None:
        """Ends what a command has left running: this process leaves its group first."""
        group = os.getpgrp()
        os.setpgid(0, os.getpgid(os.getppid()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def seal_command(self, scratch: str, writes: bool) -> None:
        """Of the folders of other commands it sees none."""
        _restrict([(path, _RUN) for path in self._reads], scratch, writes)


def _restrict(rules: list[tuple[str, int]], scratch: str, writes: bool) -> None:
    rules = [*rules, (scratch, _CHANGE if writes else _RUN)]
    landlock.restrict(landlock.make_ruleset(rules))
