"""Runs every attack of ``attacks/`` in the cage and prints what happened as JSON.

Started by ``test_attacks.py`` in a process of its own, as root and as a user without rights; plays
the server: it holds a secret file, a socket like the engine's and a marker in its environment.
"""

import asyncio
import json
import os
import re
import socket
import stat
import sys
import tempfile
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path

from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Call, Limits, Program, Value

ATTACKS = Path(__file__).with_name("attacks")
SLOWDOWN = int(os.environ.get("ALGOSMITH_TEST_SLOWDOWN", "1"))
"""How much slower than usual this machine is, as an emulated one (tests/e2e/machine) says."""
WALL_SECONDS = 0.7 * SLOWDOWN
LIMITS = Limits(WALL_SECONDS, WALL_SECONDS, memory_bytes=400 << 20)
EXPECTED = tomllib.loads((ATTACKS / "expected.toml").read_text("utf-8"))
SECRET = b"the secret of the workspace"


class World:
    """What an attack may try to reach, and whether it was touched."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.folder.chmod(0o777)
        self.secret = self.folder / "secret-file"
        self.secret.write_bytes(SECRET)
        self.secret.chmod(0o666)
        (self.folder / "planted.py").write_text("")
        self.engine = self._listener(socket.AF_UNIX, str(self.folder / "engine.sock"))
        (self.folder / "engine.sock").chmod(0o777)
        self.abstract = f"algosmith-attack-{os.getpid()}"
        self.nameless = self._listener(socket.AF_UNIX, "\0" + self.abstract)
        self.tcp = self._listener(socket.AF_INET, ("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.udp.setblocking(False)
        self.before = self._look()

    @staticmethod
    def _listener(family: int, address: str | tuple[str, int]) -> socket.socket:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        return listener

    def _look(self) -> object:
        found = self.secret.stat()
        listing = sorted(path.name for path in self.folder.iterdir())
        mode = stat.S_IMODE(found.st_mode)
        attributes = os.listxattr(self.secret)
        return self.secret.read_bytes(), mode, found.st_mtime, found.st_uid, listing, attributes

    def data(self) -> dict[Value, Value]:
        return {
            "secret": str(self.secret),
            "folder": str(self.folder),
            "socket": str(self.folder / "engine.sock"),
            "abstract": self.abstract,
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "server": os.getpid(),
            "host": os.uname().nodename,
            "marker": os.environ["ATTACK_MARKER"],
        }

    def touched(self) -> list[str]:
        problems = [] if self._look() == self.before else ["files were changed"]
        for listener in (self.engine, self.nameless, self.tcp):
            try:
                listener.accept()[0].close()
                problems.append("a socket was reached")
            except BlockingIOError:
                pass
        try:
            self.udp.recv(1)
            problems.append("a datagram arrived")
        except BlockingIOError:
            pass
        return problems

    def close(self) -> None:
        for listener in (self.engine, self.nameless, self.tcp, self.udp):
            listener.close()


def attacks() -> dict[str, Program]:
    found = {}
    for file in sorted(ATTACKS.glob("*.py")):
        source = file.read_text("utf-8")
        for name in re.findall(r"^def ([a-z]\w*)\(world\):", source, re.M):
            text, entry = source, name
            if name.startswith("at_import_"):
                text, entry = f"{source}\n{name}(None)\ndef entry(world): return 'own'\n", "entry"
            found[f"{file.stem}.{name}"] = Program(text, entry)
    return found


def _is_plain(text: str) -> bool:
    return len(text) <= 220 and not any(unicodedata.category(char)[0] == "C" for char in text)


def descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        try:
            parent = int(Path(entry, "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
        except (OSError, ValueError, IndexError):
            continue
    found, waiting = [], [os.getpid()]
    while waiting:
        waiting += (below := children.get(waiting.pop(), []))
        found += below
    return found


def _ends_by_itself(name: str) -> bool:
    family, _, attack_name = name.partition(".")
    return not EXPECTED[family][attack_name].startswith("timeout")


async def attack(sandbox, world: World, program: Program, patient: bool) -> dict[str, object]:
    limits = LIMITS if patient else replace(LIMITS, wall_seconds=0.3 * SLOWDOWN)
    calls = [Call((world.data(),)), Call((world.data(),))]
    run = await sandbox.run(program, calls, limits)
    loading = program.entry != "entry" and (run.failure or "").startswith(
        "while loading: no answer"
    )
    late = patient and bool(run.answers) and run.answers[-1].status == "timeout"
    if loading or late:
        # A slow machine did not even get to the attack, or not to its own end.
        run = await sandbox.run(program, calls, replace(limits, wall_seconds=20.0))
    if run.failure is not None:
        outcome = f"failed {run.cause}"
    else:
        last = run.answers[0]
        outcome = last.status
        if last.status == "value":
            outcome = f"value {last.value!r:.40}"
        elif last.status == "raised":
            # With its type, so that an attack that fails by a slip of its author is not passed.
            outcome = f"raised {last.error.partition(':')[0]:.40}"
        later = run.answers[1:]
        if later and later[0].status == "protocol":
            outcome += ", then protocol"
    shown = [run.failure or "", *(answer.error for answer in run.answers)]
    return {
        "outcome": outcome,
        "touched": world.touched(),
        "plain": all(map(_is_plain, shown)) and _is_plain(run.output[:100].replace("\n", "")),
        "shown": " | ".join(filter(None, shown)),
    }


def without_modules(program: Program) -> Program:
    """For a Python that lacks them: what does not need them is still tried."""
    source = program.source
    for name in ("ctypes", "mmap"):
        optional = f"\ntry:\n import {name}\nexcept ImportError:\n {name} = None\n"
        source = source.replace(f"\nimport {name}\n", optional, 1)
    source = source.replace("\n_libc = ctypes.", "\n_libc = ctypes and ctypes.", 1)
    return replace(program, source=source)


async def main(only: str) -> None:
    sandbox = await open_sandbox(Path(sys.executable))
    fit = without_modules if sandbox.report.tier == "wasi" else lambda program: program
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        world = World(folder)
        results = {
            name: await attack(sandbox, world, fit(program), _ends_by_itself(name))
            for name, program in attacks().items()
            if only in name
        }
        world.close()
    tier = sandbox.report.tier
    await sandbox.close()
    print(json.dumps({"tier": tier, "uid": os.getuid(), "results": results, "left": descendants()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
