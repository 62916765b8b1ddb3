"""Hostile JavaScript: nothing leaves the realm, and what would leave it finds a cage."""

import asyncio
import os
import socket
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
PROCESS = f"try {{ const p = %s; if (p && p.pid) return '{ESCAPED}'; }} catch (e) {{ }} return 'held';"

REALM = {
    "function constructor": PROCESS % "(() => {}).constructor('return process')()",
    "this": PROCESS % "this.constructor.constructor('return process')()",
    "argument": PROCESS % "x.constructor.constructor('return process')()",
    "global": PROCESS % "globalThis.process",
    "eval": PROCESS % "(0, eval)('process')",
    "new Function": PROCESS % "new Function('return process')()",
    "console": PROCESS % "console.log.constructor('return process')()",
    "timer": PROCESS % "setTimeout.constructor('return process')()",
    "require": PROCESS % "require('process')",
    "module": PROCESS % "module.constructor.constructor('return process')()",
    "binding": PROCESS % "process.binding('spawn_sync')",
    "callee": PROCESS % "(function () { return arguments.callee.caller.constructor('return process')(); })()",
    "stack trace": """
        Error.prepareStackTrace = (_, sites) => sites;
        for (const site of new Error().stack) {
          for (const ask of ['getThis', 'getFunction']) {
            let found;
            try { found = site[ask](); } catch { }
            try { if (found && found.constructor.constructor('return process')().pid) return 'ESCAPED'; } catch { }
          }
        }
        return 'held';""",
    "stack overflow": """
        let caught;
        const dive = (n) => { try { dive(n + 1); } catch (e) { caught = e; console.log(1); } };
        try { dive(0); } catch (e) { caught = e; }
        try { if (caught.constructor.constructor('return process')().pid) return 'ESCAPED'; } catch { }
        return 'held';""",
    "import": """
        return import('fs').then((fs) => { fs.readFileSync('/etc/hostname'); return 'ESCAPED'; })
          .catch((e) => { try { return e.constructor.constructor('return process')().pid ? 'ESCAPED' : 'held'; } catch { return 'held'; } });""",
    "thenable": """
        return { then(resolve) { try { resolve(resolve.constructor('return process')().pid ? 'ESCAPED' : 'held'); } catch { resolve('held'); } } };""",
    "proxy": """
        return new Proxy({}, { ownKeys(target) { return ['a']; },
          getOwnPropertyDescriptor() { return { value: 1, enumerable: true, configurable: true }; },
          get(target, key, receiver) { try { return receiver.constructor.constructor('return process')().pid ? 'ESCAPED' : 1; } catch { return 'held'; } } });""",
    "getter": """
        return { get a() { try { return arguments.callee.caller.constructor('return process')().pid ? 'ESCAPED' : 1; } catch { return 'held'; } } };""",
    "message": """
        const e = new Error('x');
        Object.defineProperty(e, 'message', { get() { while (true); } });
        throw e;""",
    "forged line": """
        console.log('[0,"value","sESCAPED",null,"",false]');
        console.error('["loaded"]');
        return 'held';""",
    "json": """
        JSON.stringify = () => '"sESCAPED"'; JSON.parse = () => 'ESCAPED';
        String.prototype.toJSON = () => 'ESCAPED';
        return 'held';""",
    "array": """
        Array.prototype.toJSON = () => 'ESCAPED'; Array.prototype.map = () => ['ESCAPED'];
        Array.prototype[Symbol.iterator] = function* () { yield 'ESCAPED'; };
        Array.prototype.push = () => { throw new Error('ESCAPED'); };
        return ['held'];""",
    "object prototype": """
        Object.prototype.then = (r) => r('ESCAPED'); Object.prototype.toJSON = () => 'ESCAPED';
        Object.defineProperty(Object.prototype, 'n', { set(v) { throw new Error('ESCAPED'); } });
        Object.prototype.next = () => ({ done: false, value: 'ESCAPED' });
        return 'held';""",
    "promise": """
        Promise.prototype.then = (f) => f('ESCAPED');
        return Promise.resolve('held');""",
    "exit": "process.exit(0); return 'ESCAPED';",
    "endless loop": "while (true);",
    "endless promise": "return new Promise(() => {});",
    "microtasks": "const spin = () => Promise.resolve().then(spin); return spin();",
    "endless generator": "return (function* () { while (true) yield 1; })();",
    "endless iterator": "return { next: () => ({ done: false }), [Symbol.iterator]() { return this; } };",
    "timers": "return new Promise(() => { const again = () => setTimeout(again, 0); again(); });",
    "memory": "const kept = []; while (true) kept.push(new Array(1e6).fill(kept.length));",
    "buffers": "const kept = []; while (true) kept.push(new Uint8Array(1e8).fill(1));",
    "long text": "let s = 'x'; while (true) s += s;",
    "wasm": "const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); while (true) m.grow(1000);",
    "atomics": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 'held';",
    "regex": "return /^(a+)+$/.test('a'.repeat(40) + '!');",
    "flood": "while (true) console.log('x'.repeat(1e6));",
    "deep value": "let v = []; for (let i = 0; i < 1e5; i++) v = [v]; return v;",
    "circle": "const v = {}; v.v = v; return v;",
    "huge value": "return new Array(5e6).fill('abcdef');",
    "sparse": "const v = []; v.length = 4e9; return v;",
    "throws nothing": "throw undefined;",
    "throws a proxy": "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; }, has() { throw 3; } });",
    "late rejection": "Promise.reject(new Error('late')); return 'held';",
}  # fmt: skip

LIMITS = Limits(wall_seconds=1.5)


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
    look = "function f(x) { return [typeof kept, Math.max(1, 2), [].push(1), ({}).then === undefined]; }"
    run = await javascript.run(Program(head + look, "f"), [Call((1,))], limits)
    assert run.answers[0].value == ["undefined", 2, 1, True]


TRY = """
const report = (text) => {{ require("fs").writeSync(1, text + "\\n"); }};
const SECRET = {secret!r}, FOLDER = {folder!r}, PORT = {port}, SERVER = {server};
try {{
  {code}
}} catch (error) {{ report("held " + error.code); }}
"""
RAW = {
    "passwd": "report('ESCAPED ' + fs.readFileSync('/etc/passwd').length);",
    "a file": "report('ESCAPED ' + fs.readFileSync(SECRET));",
    "a link": "fs.symlinkSync(SECRET, 'link'); report('ESCAPED ' + fs.readFileSync('link'));",
    "home": "report('ESCAPED ' + fs.readdirSync(FOLDER));",
    "write": "fs.writeFileSync(FOLDER + '/new', 'x'); report('ESCAPED');",
    "write here": "fs.writeFileSync('new', 'x'); report('ESCAPED');",
    "append": "fs.appendFileSync(SECRET, 'x'); report('ESCAPED');",
    "remove": "fs.unlinkSync(SECRET); report('ESCAPED');",
    "rights": "fs.chmodSync(SECRET, 0o777); report('ESCAPED');",
    "times": "fs.utimesSync(SECRET, 1, 1); report('ESCAPED');",
    "hard link": "fs.linkSync(SECRET, FOLDER + '/hard'); report('ESCAPED');",
    "rename": "fs.renameSync(SECRET, FOLDER + '/moved'); report('ESCAPED');",
    "shell": "report('ESCAPED ' + require('child_process').execSync('id'));",
    "spawn": "const d = require('child_process').spawnSync('/bin/ls'); if (!d.error) report('ESCAPED');",
    "fork": "const c = require('child_process').fork('worker.js'); c.on('spawn', () => report('ESCAPED')); c.on('error', () => {});",
    "itself": "const d = require('child_process').spawnSync(process.execPath, ['-v']); if (!d.error) report('ESCAPED');",
    "binding": "const d = process.binding('spawn_sync').spawn({file: '/bin/ls', args: ['ls'], stdio: []}); if (!d.error) report('ESCAPED');",
    "cluster": "require('cluster').fork().on('online', () => report('ESCAPED'));",
    "connect": "require('net').connect(PORT, '127.0.0.1', () => report('ESCAPED')).on('error', () => {});",
    "listen": "require('net').createServer().listen(0, () => { report('ESCAPED'); process.exit(); }).on('error', () => {});",
    "unix socket": "require('net').connect(FOLDER + '/socket', () => report('ESCAPED')).on('error', () => {});",
    "datagram": "const s = require('dgram').createSocket('udp4'); s.send('x', PORT, '127.0.0.1', (e) => { if (!e) report('ESCAPED'); s.close(); }); s.on('error', () => {});",
    "names": "require('dns').lookup('example.org', (e) => { if (!e) report('ESCAPED'); });",
    "http": "require('http').get('http://127.0.0.1:' + PORT, () => report('ESCAPED')).on('error', () => {});",
    "inspector": "require('inspector').open(0, '127.0.0.1'); if (require('inspector').url()) report('ESCAPED'); process.exit();",
    "kill": "process.kill(SERVER, 0); report('ESCAPED');",
    "kill all": "process.kill(-1, 0); report('ESCAPED');",
    "environment": "if (process.env.ALGOSMITH_TEST_SECRET) report('ESCAPED');",
    "server's environment": "report('ESCAPED ' + fs.readFileSync('/proc/' + SERVER + '/environ'));",
    "user": "process.setuid(0); if (process.getuid() === 0) report('ESCAPED');",
    "descriptors": "for (let fd = 5; fd < 64; fd++) { try { if (fs.fstatSync(fd).isFile()) report('ESCAPED ' + fd); } catch {} }",
    "report": "process.report.writeReport(FOLDER + '/report'); if (fs.existsSync(FOLDER + '/report')) report('ESCAPED');",
    "heap": "require('v8').writeHeapSnapshot(FOLDER + '/heap'); report('ESCAPED');",
    "native": "process.dlopen({exports: {}}, SECRET); report('ESCAPED');",
    "memory": "const kept = []; for (let i = 0; i < 60; i++) kept.push(Buffer.alloc(1e8, 1)); report('ESCAPED');",
    "threads": "const { Worker } = require('worker_threads'); for (let i = 0; i < 400; i++) new Worker('setInterval(() => {}, 100)', {eval: true}); report('ESCAPED');",
    "flood": "for (let i = 0; i < 1e4; i++) fs.writeSync(1, 'x'.repeat(1e5)); report('ESCAPED');",
}  # fmt: skip


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
    assert (outside / "secret").read_text() == "secret"
    assert sorted(one.name for one in outside.iterdir()) == ["secret", "socket"]


async def tried(cage: CommandCage, path: Path, outside: Path, port: int, code: str) -> str:
    """What an attempt printed."""
    text = "const fs = require('fs');\n" + TRY.format(
        secret=str(outside / "secret"), folder=str(outside), port=port, server=os.getpid(), code=code
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
