"""The page's server as a process: who may ask, what it answers to bad input, how it starts."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes import Scripted
from tests.fakes_process import FakeProcess, run_fake_engine
from tests.web.page import PageServer, page_server, settings_file

SCRIPT = [
    Scripted("It ends never. " * 400, when="slowly", pace=0.02, sticky=True),
    Scripted(status=500, error="the model burst", when="fail", sticky=True),
    Scripted("Because $1 < 2$.", thinking="Let me see.", sticky=True),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path_factory.mktemp("engine"), SCRIPT) as running:
        yield running


@pytest.fixture(scope="module")
def server(engine: FakeProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    with page_server(tmp_path_factory.mktemp("home"), engine.url) as running:
        yield running


def _ask(client: httpx.Client, question: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/ask", json={"question": question, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _ended(client: httpx.Client, id_: str) -> dict[str, Any]:
    end = time.monotonic() + 300
    while True:
        entry = client.get(f"/api/entries/{id_}").json()
        if entry["state"] in ("done", "stopped", "failed"):
            return entry
        assert time.monotonic() < end, entry
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_only_our_own_page_with_the_key_may_ask(
    server: PageServer, headers: dict[str, str], status: int
) -> None:
    with server.client(**headers) as client:
        answer = client.get("/api/choices")
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"].endswith(".")


def test_the_page_itself_loads_nothing_from_elsewhere(server: PageServer) -> None:
    answer = httpx.get(server.root + "/", trust_env=False)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "http://" not in answer.text
    assert "https://" not in answer.text


@pytest.mark.parametrize("path", ["/../app.py", "/%2e%2e/app.py", "/static/../app.py", "/app.py"])
def test_no_file_but_the_built_page_is_served(server: PageServer, path: str) -> None:
    assert httpx.get(server.root + path, trust_env=False).status_code == 404


def test_a_question_is_answered_and_kept(server: PageServer) -> None:
    with server.client() as client:
        entry = _ended(client, _ask(client, "为什么?")["id"])
        assert (entry["state"], entry["answer"]) == ("done", "Because $1 < 2$.")
        assert entry["reasoning"] == "Let me see."
        assert entry["id"] in [row["id"] for row in client.get("/api/entries").json()]
        lines = client.get("/api/export").text.splitlines()
        assert entry["id"] in [json.loads(line)["id"] for line in lines]


def test_the_stream_tells_every_piece_in_order(server: PageServer) -> None:
    with server.client() as client, client.stream("GET", "/api/events") as events:
        lines = (line for line in events.iter_lines() if line.startswith("data: "))
        assert json.loads(next(lines)[6:])["type"] == "hello"
        with server.client() as other:
            id_ = _ask(other, "Why?")["id"]
        seq, answer = 0, ""
        for line in lines:
            event = json.loads(line[6:])
            if event["type"] == "delta" and event["id"] == id_:
                assert event["seq"] > seq
                seq, answer = event["seq"], answer + event["answer"]
            if event["type"] == "entry" and event["entry"]["state"] == "done":
                break
        assert answer == "Because $1 < 2$."


def test_stopping_frees_the_engine_and_keeps_what_was_written(
    server: PageServer, engine: FakeProcess
) -> None:
    before = len(engine.cancelled())
    with server.client() as client:
        id_ = _ask(client, "slowly, please")["id"]
        while "never" not in client.get(f"/api/entries/{id_}").json()["answer"]:
            time.sleep(0.05)
        assert client.post(f"/api/entries/{id_}/stop").status_code == 200
        entry = _ended(client, id_)
    assert entry["state"] == "stopped"
    assert entry["answer"].startswith("It ends never.")
    end = time.monotonic() + 300
    while len(engine.cancelled()) == before:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_engine_that_fails_is_one_sentence(server: PageServer) -> None:
    with server.client() as client:
        entry = _ended(client, _ask(client, "fail")["id"])
    assert entry["state"] == "failed"
    assert "burst" in entry["message"]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"question": 7}, "text is expected"),
        ({"question": "x" * 300_000}, "Shorten it"),
        ({"question": "q", "mode": "poetry"}, "mode"),
        ({"question": "q", "answers": 99}, "answers"),
        ({"question": "q", "answers": "many"}, "answers"),
        ({"question": "q", "variables": [1]}, "variables"),
        ({"question": "q", "adapter": "none such", "model": "fake"}, "adapter"),
    ],
)
def test_bad_questions_are_refused_in_words(
    server: PageServer, fields: dict[str, Any], part: str
) -> None:
    with server.client() as client:
        answer = client.post("/api/ask", json=fields)
    assert answer.status_code == 400
    assert part in answer.json()["error"]


@pytest.mark.parametrize(
    ("question", "options", "part"),
    [
        ("", {}, "no question"),
        ("word " * 20_000, {}, "too long"),
        ("q", {"prompt": "no_such"}, "no_such"),
        ("q", {"prompt": "../../secret"}, "can be called"),
        ("q", {"prompt": "explain"}, "no value for"),
    ],
)
def test_questions_that_can_not_be_asked_say_why(
    server: PageServer, question: str, options: dict[str, Any], part: str
) -> None:
    with server.client() as client:
        entry = _ended(client, _ask(client, question, **options)["id"])
    assert entry["state"] == "failed"
    assert part in entry["message"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"question": "\\ud800"}']
)
def test_requests_that_are_no_questions_do_no_harm(server: PageServer, body: bytes) -> None:
    with server.client() as client:
        assert client.post("/api/ask", content=body).status_code in (200, 400)
        assert client.post("/api/run", content=body).status_code == 400


def test_more_than_a_mebibyte_is_refused(server: PageServer) -> None:
    with server.client() as client:
        answer = client.post("/api/ask", json={"question": "x" * (2 << 20)})
    assert answer.status_code == 413
    assert "shorten" in answer.json()["error"]


@pytest.mark.sandbox
def test_code_is_run_on_the_examples_of_the_question(server: PageServer) -> None:
    question = "Double it: double(2) == 4 and double(5) == 10"
    right = "def helper(x):\n    return x\n\ndef double(x):\n    return helper(x) * 2\n"
    with server.client() as client:
        good = client.post("/api/run", json={"code": right, "question": question}).json()
        wrong = {"code": right.replace("* 2", "* 3"), "question": question}
        bad = client.post("/api/run", json=wrong).json()
        none = client.post("/api/run", json={"code": "x = 1\n", "question": question})
    assert good["function"] == "double"
    assert good["level"] != "refuted"
    assert len(good["examples"]) == 2
    assert bad["level"] == "refuted"
    assert none.status_code == 400
    assert "no function" in none.json()["error"]


def test_a_second_start_gives_the_same_link(server: PageServer) -> None:
    done = _web(server.home)
    assert (done.returncode, server.link in done.stdout) == (0, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_on_a_full_disk_the_start_is_one_sentence(tmp_path: Path) -> None:
    settings_file(tmp_path, "http://127.0.0.1:9/v1")
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / "run" / "web.new").symlink_to("/dev/full")
    done = _web(tmp_path)
    assert done.returncode == 1
    assert "web.json can't be written (No space left on device): make room" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_sentence(server: PageServer, tmp_path: Path) -> None:
    settings_file(tmp_path, "http://127.0.0.1:9/v1")
    port = server.root.rpartition(":")[2]
    done = _web(tmp_path, "--port", port)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_idle_the_page_takes_little_memory(server: PageServer) -> None:
    assert server.resident_bytes() < 80 << 20


def _web(home: Path, *options: str) -> subprocess.CompletedProcess[str]:

    return subprocess.run(
        [sys.executable, "-m", "algosmith", "web", "--no-open", *options],
        env={**os.environ, "ALGOSMITH_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_programs_are_told_when_nothing_answers(tmp_path: Path) -> None:
    with page_server(tmp_path, "http://127.0.0.1:9/v1") as page, page.client() as client:
        answer = client.get("/v1/models")
    assert answer.status_code == 503
    assert "nothing answers at http://127.0.0.1:9/v1" in answer.json()["error"]["message"]
