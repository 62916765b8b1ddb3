"""The process of one candidate: a WebAssembly machine with CPython in it, and no way out.

Started as a file by ``python -I``, so it imports nothing of ours. The machine is given its standard
streams and one or two environment variables: no folder, no socket, no clock but the time of day.
Candidates read calls from its input, answer on its output and print on its error stream.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import wasmtime

ENDED_BASE, TRAPPED, TOO_LONG, REFUSED = 64, 61, 62, 63
"""Exit statuses: the candidate left with status N (64 + N, up to 191), crashed, used up its
processor time, or the machine could not be started."""
_NATIVE_STACK = 64 << 20
_STACK = 3 << 19
"""Bytes of native stack for the machine's code; wasmtime takes no more than 2 MiB."""
_LOOK_SECONDS = 0.05
_ROOMIER = (
    # The section of the memory: 416 pages at the start, not 160.
    (bytes.fromhex("05040100a001"), bytes.fromhex("05040100a003")),
    # The section of the only global, the stack's top: at the end of those pages, not at 512 KiB.
    (bytes.fromhex("0608017f01418080200b"), bytes.fromhex("0609017f01418080800d0b")),
)
"""The build's own stack is used up by about 80 nested calls of a cached function; this is 16 MiB.
Below it lies the heap, which was laid out when the file was made and grows above it."""


def engine() -> wasmtime.Engine:
    """The same settings for compiling and for running, else the compiled form is refused."""
    config = wasmtime.Config()
    config.max_wasm_stack = _STACK
    return wasmtime.Engine(config)


def compile_module(source: Path, target: Path) -> None:
    """Writes the machine code of the interpreter; takes seconds, done once."""
    wasm = source.read_bytes()
    for before, after in _ROOMIER:
        if wasm.count(before) != 1:
            raise ValueError("not the interpreter that was tried")
        wasm = wasm.replace(before, after)
    target.write_bytes(wasmtime.Module(engine(), wasm).serialize())


def run_module(compiled: str, options: dict[str, object]) -> int:
    """Runs the interpreter until the candidate is through; the exit status."""
    settings = wasmtime.WasiConfig()
    settings.argv = ["python", "-S", "-B", "-X", "utf8", "-c", str(options["boot"])]
    settings.env = [("PYTHONHASHSEED", str(options["hash_seed"]))]
    settings.inherit_stdin()
    settings.inherit_stdout()
    settings.inherit_stderr()
    machine = engine()
    store = wasmtime.Store(machine)
    store.set_limits(memory_size=int(str(options["memory"])))
    store.set_wasi(settings)
    linker = wasmtime.Linker(machine)
    linker.define_wasi()
    module = _load(machine, compiled)
    start = linker.instantiate(store, module).exports(store)["_start"]
    if not isinstance(start, wasmtime.Func):
        raise TypeError("no program")
    try:
        start(store)
    except wasmtime.ExitTrap as left:
        return ENDED_BASE + (left.code & 127) if left.code else 0
    except (wasmtime.Trap, wasmtime.WasmtimeError):
        return TRAPPED
    return 0


def _load(machine: wasmtime.Engine, compiled: str) -> wasmtime.Module:
    try:
        return wasmtime.Module.deserialize_file(machine, compiled)
    except wasmtime.WasmtimeError:
        # Damaged, or made for another processor: the next start makes it anew.
        Path(compiled).unlink(missing_ok=True)
        raise


def _watch(options: dict[str, object], parent: int) -> None:
    """Ends the process when its time is up or the server is gone; the machine can't stop it."""
    cpu, life = float(str(options["cpu"])), float(str(options["life"]))
    started = time.monotonic()
    while True:
        time.sleep(_LOOK_SECONDS)
        if time.process_time() > cpu:
            os._exit(TOO_LONG)
        if os.getppid() != parent or time.monotonic() - started > life:
            os._exit(REFUSED)


def _harden() -> None:
    """Where there are such limits, none of what the machine doesn't need."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _options() -> dict[str, object]:
    """The first of the input; all that follows is for the machine, so no byte more is read."""
    return json.loads(_exactly(int(_exactly(8))))


def _exactly(size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = os.read(0, size - len(data))
        if not chunk:
            raise EOFError("the server went away")
        data += chunk
    return data


def _serve() -> None:
    status = REFUSED
    try:
        options = _options()
        _harden()
        threading.Thread(target=_watch, args=(options, os.getppid()), daemon=True).start()
        status = run_module(sys.argv[1], options)
    except BaseException as error:  # noqa: BLE001  whatever it is, the server must hear of it
        os.write(1, json.dumps(["cage", f"{type(error).__name__}: {error}"[:300]]).encode() + b"\n")
    finally:
        os._exit(status)


def main() -> None:
    """``compile SOURCE TARGET``, or ``COMPILED`` to run a candidate."""
    if sys.argv[1] == "compile":
        compile_module(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    # The stack of a main thread is small on some systems.
    threading.stack_size(_NATIVE_STACK)
    runner = threading.Thread(target=_serve)
    runner.start()
    runner.join()


if __name__ == "__main__":
    main()
