"""``algosmith doctor --report``: nothing secret, and one block that a line of a log can't leave."""

import getpass
import socket
from pathlib import Path

import pytest

from algosmith import paths
from algosmith.cli.doctor import Finding
from algosmith.cli.report import redact, report

SECRET = "Zq8xW2vB4nM6"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "Authorization: Basic {}==",
        "'authorization': 'Bearer {}'",
        "got bearer {}",
        "api_key={}",
        "OPENAI_API_KEY={}",
        "HF_TOKEN={}",
        "AWS_SECRET={} and more",
        '"api_key": "{}"',
        '"password": "with spaces {}"',
        "x-api-key: {}",
        "password is {}",
        "the token {} is wrong",
        "Cookie: session={}; other={}",
        "hf_{}",
        "sk-proj-{}",
        "https://host/x?token={}&y=1",
        "proxy http://alice:{}@proxy:3128",
        "ftp://alice:{}@host/",
        "http://127.0.0.1:8765/#{}",
    ],
)
def test_no_key_is_left(text: str) -> None:
    shown = redact(text.replace("{}", SECRET))
    assert SECRET not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "tokens/s by sequences: [1, 2]",
        "266 tokens, 46.2 s",
        "basically right",
        "either/or 3.11.7",
        "/usr/bin/node runs it",
        "http://127.0.0.1:8765/v1",
        "run `algosmith models get demo`",
    ],
)  # fmt: skip
def test_what_is_no_key_stays(text: str) -> None:
    assert redact(text) == text


def test_the_system_s_python_is_called_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.base_prefix", "/usr")  # as for `uv tool install` on Debian
    assert redact("/usr/bin/g++ compiles C") == "/usr/bin/g++ compiles C"


def test_names_of_user_machine_and_home_are_left_out() -> None:
    shown = redact(f"{Path.home()}/x.gguf {getpass.getuser()}, {socket.gethostname()}")
    assert shown == "***.gguf USER, HOST"


@pytest.mark.parametrize(
    "text",
    [
        "/srv/{}/thing", "/srv/x/{}.gguf", "~/work/{}", "/mnt/My Disk/{}.py", "C:\\work\\{}\\a",
        "file:///srv/{}/a", "src/{}.py:12", "{}.ipynb", "https://models.{}.corp/v1",
        "http://localhost:8000/{}/v1", "http://localhost:8000/v1?sig={}", "ada@{}.org",
    ],
)  # fmt: skip
def test_no_folder_file_or_address_is_left(text: str) -> None:
    assert "Secret" not in redact(f"the model at {text.format('Secret')} is away")


def test_of_the_log_no_code_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    log = paths.log_file("lsp")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "2026-11-28 07:00:00,123 4711 ERROR algosmith.features: checking 'Secret.solve' failed\n"
        "Traceback (most recent call last):\n"
        '  File "/home/x/Secret/server/algosmith/verify/large.py", line 40, in made\n'
        "    call = sized_call(signature, Secret)\n"
        "ValueError: no Secret\n    Secret = 7\n"
        "2026-11-28 07:00:01,123 4711 WARNING algosmith.llm: not \"it's Secret\" nor 'Secret\n"
    )
    shown = report([])
    assert "Secret" not in shown
    for kept in ("checking '…' failed", "verify/large.py, line 40, in made", "  ValueError\n"):
        assert kept in shown


def test_a_line_of_a_log_can_not_leave_its_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    log = paths.log_file("lsp")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"```\n</details>\x1b]0;title\x07 \xff\n")
    shown = report([Finding("ok", "cage", "```")])
    assert shown.count("```") == 2 * shown.count("<details>")
    assert not set("\x1b\x07") & set(shown)
