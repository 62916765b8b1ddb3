"""The page for several people, as a process behind TLS: keys, histories apart, OpenAI's way in."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from algosmith.web.people import People
from tests.fakes import Scripted
from tests.fakes_process import FakeProcess, run_fake_engine
from tests.web.page import PageServer, page_server, settings_file
from tests.web.test_place import certificate

SCRIPT = [
    Scripted("It ends never. " * 400, when="slowly", pace=0.02, sticky=True),
    Scripted("Because $1 < 2$.", sticky=True),
]
_SECONDS = 120


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path_factory.mktemp("engine"), SCRIPT) as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def keys(home: Path) -> dict[str, str]:
    people = People(home / "config" / "people.json")
    return {"ada": _add(home, "ada"), **{name: people.add(name, None) for name in ("bob", "eve")}}


@pytest.fixture(scope="module")
def server(engine: FakeProcess, home: Path, keys: dict[str, str]) -> Iterator[PageServer]:
    assert keys
    tls = certificate(home)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    options = ("--host", "127.0.0.1", "--port", port, "--url", f"https://localhost:{port}",
               "--cert", str(tls.cert), "--cert-key", str(tls.cert_key))  # fmt: skip
    with page_server(home, engine.url, *options) as running:
        yield replace(running, cert=str(tls.cert))


def _people(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "algosmith", *args], capture_output=True, text=True, check=False,
        env={**os.environ, "ALGOSMITH_HOME": str(home)}, timeout=_SECONDS,
    )  # fmt: skip


def _add(home: Path, name: str, *more: str) -> str:
    done = _people(home, "people", "add", name, *more)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1]


def _as(server: PageServer, key: str, **headers: str) -> httpx.Client:
    return server.client(authorization=f"Bearer {key}", **headers)


def _wait(test: object, client: httpx.Client, path: str, ready: object) -> object:
    end = time.monotonic() + _SECONDS
    while True:
        found = client.get(path).json()
        if ready(found):  # type: ignore[operator]
            return found
        assert time.monotonic() < end, (test, found)
        time.sleep(0.05)


def test_each_sees_only_their_own_questions(server: PageServer, keys: dict[str, str]) -> None:
    with _as(server, keys["ada"]) as ada, _as(server, keys["bob"]) as bob:
        id_ = ada.post("/api/ask", json={"question": "Ada's secret?"}).json()["id"]
        _wait("answered", ada, f"/api/entries/{id_}", lambda entry: entry["state"] == "done")
        _wait("kept", ada, "/api/entries", lambda rows: rows)
        assert bob.get("/api/entries").json() == []
        assert bob.get(f"/api/entries/{id_}").status_code == 404
        assert bob.get("/api/export").text == ""
        bob.post(f"/api/entries/{id_}/stop")
        bob.delete("/api/entries")
        assert [row["id"] for row in ada.get("/api/entries").json()] == [id_]
    kept = server.home / "state" / "people" / "ada" / "history.sqlite"
    assert kept.stat().st_mode & 0o077 == 0


def test_one_persons_stream_tells_nothing_of_another(
    server: PageServer, keys: dict[str, str]
) -> None:
    with (
        _as(server, keys["ada"]) as ada, _as(server, keys["bob"]) as bob,
        bob.stream("GET", "/api/events") as events,
    ):  # fmt: skip
        lines = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: "))
        assert next(lines)["type"] == "hello"
        hers = ada.post("/api/ask", json={"question": "Whose?"}).json()["id"]
        _wait("answered", ada, f"/api/entries/{hers}", lambda entry: entry["state"] == "done")
        his = bob.post("/api/ask", json={"question": "His."})
        seen: list[str] = []
        for event in lines:
            seen.append(json.dumps(event))
            if event["type"] == "entry" and event["entry"]["state"] == "done":
                break
        assert his.json()["id"] in " ".join(seen)
        assert hers not in " ".join(seen)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": ""}, 401),
        ({"host": "evil.example"}, 421),
        ({"origin": "http://localhost"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_strangers_are_refused_on_both_interfaces(
    server: PageServer, keys: dict[str, str], headers: dict[str, str], status: int
) -> None:
    with server.client(**{"authorization": f"Bearer {keys['ada']}", **headers}) as client:
        refused = client.get("/api/choices")
        assert refused.status_code == status
        assert refused.headers["cache-control"] == "no-store"
        answer = client.get("/v1/models")
        assert answer.status_code == status
        assert answer.json()["error"]["message"].endswith(".")


def test_without_tls_nothing_is_served(server: PageServer) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(server.root.replace("https", "http"), trust_env=False)


def test_a_model_that_the_page_does_not_list_is_refused(
    server: PageServer, keys: dict[str, str]
) -> None:
    with _as(server, keys["ada"]) as ada:
        answer = ada.post("/api/ask", json={"question": "q", "model": "/etc/passwd"})
    assert (answer.status_code, "none of those" in answer.text) == (400, True)


def test_who_loses_their_key_is_out_at_once_and_their_stream_ends(
    server: PageServer, keys: dict[str, str], home: Path
) -> None:
    with _as(server, keys["eve"]) as eve, eve.stream("GET", "/api/events") as events:
        lines = events.iter_lines()
        next(lines)
        assert _people(home, "people", "remove", "eve").returncode == 0
        for _ in lines:  # it ends; nothing has to be waited for
            pass
        answer = eve.get("/api/choices")
    assert answer.status_code == 401
    assert "ask whoever runs this server" in answer.json()["error"]


def test_who_loses_their_key_gets_no_more_of_an_answer_by_openais_interface(
    server: PageServer, home: Path, engine: FakeProcess
) -> None:
    before = len(engine.cancelled())
    body = {"model": "fake", "messages": [{"role": "user", "content": "slowly"}], "stream": True}
    key = People(home / "config" / "people.json").add("mal", None)
    with (
        _as(server, key) as mal,
        mal.stream("POST", "/v1/chat/completions", json=body) as answer,
    ):
        lines = answer.iter_lines()
        next(lines)
        People(home / "config" / "people.json").remove("mal")
        rest = list(lines)
    assert "data: [DONE]" not in rest
    end = time.monotonic() + _SECONDS
    while len(engine.cancelled()) == before:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_page_that_was_opened_with_a_replaced_key_is_told_nothing_more(
    server: PageServer, home: Path
) -> None:
    people = People(home / "config" / "people.json")
    with (
        _as(server, people.add("zoe", None)) as old, old.stream("GET", "/api/events") as events,
    ):  # fmt: skip
        lines = events.iter_lines()
        assert "hello" in next(lines)
        with _as(server, people.add("zoe", None)) as new:
            secret = new.post("/api/ask", json={"question": "After the new key?"}).json()["id"]
        rest = list(lines)  # it ends
    assert secret not in " ".join(rest)


def test_an_expired_key_says_when_it_ended(server: PageServer, home: Path) -> None:
    key = People(home / "config" / "people.json").add("late", 0.00001)
    end = time.monotonic() + _SECONDS
    with _as(server, key) as late:
        while (answer := late.get("/api/choices")).status_code == 200:
            assert time.monotonic() < end
            time.sleep(0.1)
    assert answer.status_code == 401
    assert "This key ended on" in answer.json()["error"]


def test_programs_ask_by_openais_interface_with_the_same_key(
    server: PageServer, keys: dict[str, str]
) -> None:
    body = {"model": "fake", "messages": [{"role": "user", "content": "Why?"}]}
    with _as(server, keys["ada"]) as client:
        models = client.get("/v1/models").json()["data"]
        assert [model["id"] for model in models] == ["fake"]
        answer = client.post("/v1/chat/completions", json=body).json()
        assert answer["choices"][0]["message"]["content"] == "Because $1 < 2$."
        with client.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            events = [line[6:] for line in stream.iter_lines() if line.startswith("data: ")]
    choices = [one for event in events[:-1] for one in json.loads(event)["choices"]]
    parts = [one["delta"].get("content") or "" for one in choices]
    assert ("".join(parts), events[-1]) == ("Because $1 < 2$.", "[DONE]")


@pytest.mark.parametrize("stream", [True, False])
def test_a_program_that_leaves_frees_the_engine(
    server: PageServer, keys: dict[str, str], engine: FakeProcess, stream: bool
) -> None:
    before = len(engine.cancelled())
    body = {"model": "fake", "messages": [{"role": "user", "content": "slowly"}], "stream": stream}
    with _as(server, keys["ada"]) as client:
        client.timeout = httpx.Timeout(_SECONDS if stream else 2.0)
        if stream:
            with client.stream("POST", "/v1/chat/completions", json=body) as answer:
                next(answer.iter_lines())
        else:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v1/chat/completions", json=body)
    end = time.monotonic() + _SECONDS
    while len(engine.cancelled()) == before:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_health_is_told_to_anybody_and_says_nothing_else(server: PageServer) -> None:
    with server.client(authorization="", host="10.0.0.9") as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_people_nothing_is_opened(tmp_path: Path) -> None:
    settings_file(tmp_path, "http://127.0.0.1:9/v1")
    done = _people(tmp_path, "web", "--host", "127.0.0.1", "--behind-proxy", "--url", "https://box")
    assert done.returncode == 1
    assert "algosmith people add NAME" in done.stderr
