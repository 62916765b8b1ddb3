"""Hostile JavaScript: nothing leaves the realm, and what would leave it finds a cage."""

import asyncio
import os
import socket
import tomllib
from pathlib import Path

import pytest

from algosmith.languages.javascript import node
from algosmith.sandbox.commandcheck import open_command_cage
from algosmith.sandbox.commands import Command, CommandCage
from algosmith.sandbox.opening import SWITCH
from algosmith.sandbox.reaches import LIBRARIES
from algosmith.sandbox.types import Call, Limits, Program, Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

ESCAPED = "ESCAPED"
FOLDER = Path(__file__).parent / "attacks"
REALM = tomllib.loads((FOLDER / "realm.toml").read_text("utf-8"))
RAW = tomllib.loads((FOLDER / "raw.toml").read_text("utf-8"))
LIMITS = Limits(wall_seconds=0.7)


@pytest.mark.parametrize("name", REALM)
async def test_a_hostile_function_stays_in_its_realm(javascript: Sandbox, name: str) -> None:
    source = f"function f(x) {{ {REALM[name]} }}"
    run = await javascript.run(Program(source, "f"), [Call(([1],)), Call(([1],))], LIMITS)
    assert ESCAPED not in repr(run), run
    assert len(run.answers) <= 2
    # Whoever comes next is served as if nothing had been; on a busy machine with patience.
    good = Program("function g(x) { return [x, x]; }", "g")
    after = await javascript.run(good, [Call((2,))], Limits(wall_seconds=60.0))
    assert after.answers[0].value == [2, 2], after


async def test_what_a_program_changes_is_gone_for_the_next_of_its_family(
    javascript: Sandbox,
) -> None:
    head = '/*algosmith {"family": "one"}*/\n'
    spoil = (
        "function f(x) { globalThis.kept = x; Array.prototype.push = null; Math.max = () => 9;"
        " Object.prototype.then = 1; return x; }"
    )
    limits = Limits(wall_seconds=60.0)
    await javascript.run(Program(head + spoil, "f"), [Call((1,))], limits)
    look = (
        "function f(x) {"
        " return [typeof kept, Math.max(1, 2), [].push(1), ({}).then === undefined]; }"
    )
    run = await javascript.run(Program(head + look, "f"), [Call((1,))], limits)
    assert run.answers[0].value == ["undefined", 2, 1, True]


TRY = """
const report = (text) => {{ require("fs").writeSync(1, text + "\\n"); }};
const SECRET = {secret!r}, FOLDER = {folder!r}, PORT = {port}, SERVER = {server};
try {{
  {code}
}} catch (error) {{ report("held " + error.code); }}
"""


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that everybody may read and write, with a secret and a socket."""
    folder = tmp_path_factory.mktemp("outside")
    for one in (folder, folder.parent):
        one.chmod(0o777)
    (folder / "secret").write_text("secret")
    (folder / "secret").chmod(0o666)
    return folder


async def raw_cages() -> dict[str, CommandCage]:
    """The cage for commands in every tier that this machine gives."""
    found: dict[str, CommandCage] = {}
    before = os.environ.get(SWITCH)
    for tier in ("namespaces", "landlock"):
        os.environ[SWITCH] = tier
        cage = await open_command_cage()
        assert cage.report is not None
        if cage.report.tier in found:
            await cage.close()
        else:
            found[cage.report.tier] = cage
    os.environ.pop(SWITCH)
    if before is not None:
        os.environ[SWITCH] = before
    return found


async def test_what_gets_out_of_the_realm_is_still_in_a_cage(
    outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = node.find()
    if found is None:
        pytest.skip("no Node.js here")
    monkeypatch.setenv("ALGOSMITH_TEST_SECRET", "secret")
    cages = await raw_cages()
    with socket.socket() as server, socket.socket(socket.AF_UNIX) as local:
        server.bind(("127.0.0.1", 0))
        server.listen()
        local.bind(str(outside / "socket"))
        local.listen()
        port = server.getsockname()[1]
        names = [(tier, name) for tier in cages for name in RAW]
        outcomes = await asyncio.gather(
            *(tried(cages[tier], found.path, outside, port, RAW[name]) for tier, name in names)
        )
    for cage in cages.values():
        await cage.close()
    escaped = [key for key, said in zip(names, outcomes, strict=True) if ESCAPED in said]
    assert not escaped
    assert contents(outside) == {"secret": "secret", "socket": ""}


async def tried(cage: CommandCage, path: Path, outside: Path, port: int, code: str) -> str:
    """What an attempt printed."""
    text = "const fs = require('fs');\n" + TRY.format(
        secret=str(outside / "secret"),
        folder=str(outside),
        port=port,
        server=os.getpid(),
        code=code,
    )
    command = Command(
        (str(path), "worker.js"),
        (path, *LIBRARIES),
        {"worker.js": text.encode()},
        {"OPENSSL_CONF": "./none"},
    )
    limits = Limits(wall_seconds=20.0, cpu_seconds=10.0, memory_bytes=2 << 30)
    finished = await cage.run(command, limits)
    return (finished.stdout + finished.stderr).decode("utf-8", "replace")


def contents(folder: Path) -> dict[str, str]:
    """The files of a folder, and what is in them."""
    return {one.name: one.read_text() if one.is_file() else "" for one in folder.iterdir()}
