"""The socket: private, one engine, stale ones replaced, strangers and their files left alone."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from algosmith import paths
from algosmith.engine.listener import AlreadyRunning, open_listener
from algosmith.errors import EngineError
from algosmith.sockets import address_file, own_address, private_folder


@pytest.fixture(autouse=True)
def home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    # Short, because a Unix socket's path may have 107 bytes.
    folder = Path(f"/tmp/as-{os.getpid()}-{tmp_path_factory.mktemp('x').name}")
    monkeypatch.setenv("ALGOSMITH_HOME", str(folder))
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_socket_and_folder_are_private() -> None:
    listener = open_listener(tcp=False)
    path = paths.engine_socket()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not list(path.parent.glob("*.new"))
    listener.close()
    assert not path.exists()


def test_the_umask_is_as_before() -> None:
    before = os.umask(0o022)
    os.umask(before)
    open_listener(tcp=False).close()
    after = os.umask(before)
    assert after == before


def test_a_second_engine_is_refused_and_harms_nothing() -> None:
    listener = open_listener(tcp=False)
    with pytest.raises(AlreadyRunning):
        open_listener(tcp=False)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(paths.engine_socket()))
    listener.close()
    open_listener(tcp=False).close()


def test_a_stale_socket_is_replaced() -> None:
    path = paths.engine_socket()
    private_folder(path.parent)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    listener = open_listener(tcp=False)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    listener.close()


def test_a_foreign_listener_on_the_path_is_left_alone_and_named() -> None:
    path = paths.engine_socket()
    private_folder(path.parent)
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(path))
        foreign.listen(4)
        with pytest.raises(EngineError, match="another program listens"):
            open_listener(tcp=False)
        assert path.exists()
    # The lock was given back: once the stranger is gone an engine can start.
    open_listener(tcp=False).close()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_something_else_on_the_path(kind: str, tmp_path: Path) -> None:
    path = paths.engine_socket()
    private_folder(path.parent)
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EngineError, match="in the way"):
        open_listener(tcp=False)
    assert not (tmp_path / "elsewhere").exists()


def test_folders_others_may_write_to_are_refused(home: Path) -> None:
    folder = paths.engine_socket().parent
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(EngineError, match="chmod 700"):
        open_listener(tcp=False)
    folder.chmod(0o755)  # others may only look: mended
    open_listener(tcp=False).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_folder_is_refused(home: Path, tmp_path: Path) -> None:
    folder = paths.engine_socket().parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(tmp_path)
    with pytest.raises(EngineError, match="not a folder of yours"):
        open_listener(tcp=False)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to give a folder away")
def test_another_users_folder_is_refused() -> None:
    folder = paths.engine_socket().parent
    folder.mkdir(parents=True, mode=0o700)
    os.chown(folder, 65534, 65534)
    with pytest.raises(EngineError, match="not a folder of yours"):
        open_listener(tcp=False)


def test_tcp_binds_loopback_only_and_the_token_is_in_a_private_file() -> None:
    listener = open_listener(tcp=True)
    assert listener.socket.getsockname()[0] == "127.0.0.1"
    assert stat.S_IMODE(address_file().stat().st_mode) == 0o600
    address = own_address()
    assert address is not None
    assert address.token == listener.access.token
    assert len(address.token or "") == 64
    assert listener.access.hosts == {address.url.removeprefix("http://").removesuffix("/v1")}
    listener.close()
    assert not address_file().exists()


RACE = """
import sys, time
from algosmith.engine.listener import AlreadyRunning, open_listener
sys.stdin.readline()
try:
    listener = open_listener(tcp=False)
except AlreadyRunning:
    print("second")
else:
    print("first", flush=True)
    sys.stdin.readline()
    listener.close()
"""


def test_engines_started_in_the_same_millisecond(home: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RACE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(paths.__file__).parents[1])},
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    words = [process.stdout.readline().strip() for process in processes if process.stdout]
    for process in processes:
        process.communicate("done\n")
    assert sorted(words) == ["first", "second", "second", "second"]
