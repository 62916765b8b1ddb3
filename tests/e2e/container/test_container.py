"""The container image, started as README says: its size, its page, its cage, its bad starts.

`make test-container` builds it first. ``CONTAINER_NETWORK=host`` is for a daemon without a bridge.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from algosmith import catalogue

IMAGE = os.environ.get("ALGOSMITH_TEST_CONTAINER", "")
NETWORK = os.environ.get("CONTAINER_NETWORK", "")
NO_MODEL = ("--network", "none")
MODEL = "smollm2-135m"
STRICT = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL",
          "--security-opt", "no-new-privileges")  # fmt: skip
_SECONDS = 300

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.model,
    pytest.mark.skipif(not IMAGE, reason="make test-container"),
]


def _docker(*args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("docker")
    if tool is None:
        pytest.skip("no docker here")
    return subprocess.run(
        [tool, *args], check=check, capture_output=True, text=True, timeout=_SECONDS
    )


@dataclass(frozen=True)
class Box:
    """A running container."""

    name: str
    root: str
    key: str

    def client(self, key: str | None = None) -> httpx.Client:
        """A client with its key, or another."""
        headers = {"authorization": f"Bearer {self.key if key is None else key}"}
        return httpx.Client(base_url=self.root, headers=headers, timeout=_SECONDS, trust_env=False)

    def algosmith(self, *args: str) -> str:
        """What a command inside prints."""
        return _docker("exec", self.name, "algosmith", *args, check=False).stdout


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """The page with the small model, mounted, and as little as a container can be given."""
    name = f"algosmith-test-{os.getpid()}"
    (model,) = catalogue.resolve(MODEL).parent.glob("*.gguf")
    network = ("--network", NETWORK) if NETWORK else ("-p", "127.0.0.1:8765:8765")
    _docker(
        "run", "-d", "--name", name, *network, *STRICT, "-v", f"{name}:/data",
        "-v", f"{model}:/models/model.gguf:ro", "-e", "ALGOSMITH_MODEL=/models/model.gguf", IMAGE,
    )  # fmt: skip
    try:
        end = time.monotonic() + _SECONDS
        while not _up():
            assert time.monotonic() < end, _docker("logs", name).stdout
            time.sleep(0.2)
        key = _docker("exec", name, "cat", "/data/key").stdout.strip()
        yield Box(name, "http://localhost:8765", key)
    finally:
        _docker("rm", "-f", name, check=False)
        _docker("volume", "rm", name, check=False)


def _up() -> bool:
    try:
        return httpx.get("http://localhost:8765/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_image_without_models_is_at_most_400_mb() -> None:
    size = int(_docker("image", "inspect", "-f", "{{.Size}}", IMAGE).stdout)
    print(f"image: {size / 1e6:.0f} MB")
    assert size <= 400_000_000


def test_nothing_in_it_runs_as_root(box: Box) -> None:
    users = _docker("exec", box.name, "sh", "-c", "stat -c %u /proc/[0-9]*").stdout.split()
    assert "0" not in users


def test_its_log_gives_the_first_link_and_only_its_key_opens_the_page(box: Box) -> None:
    assert f"{box.root}/#key={box.key}" in _docker("logs", box.name).stderr
    with box.client() as mine, box.client("other") as other:
        assert mine.get("/").status_code == 200
        assert mine.get("/api/choices").status_code == 200
        assert other.get("/api/choices").status_code == 401
        assert other.get("/v1/models").status_code == 401


def test_people_get_keys_while_it_runs(box: Box) -> None:
    key = box.algosmith("people", "add", "ada").splitlines()[1]
    with box.client(key) as ada:
        assert ada.get("/api/choices").status_code == 200
        box.algosmith("people", "remove", "ada")
        assert ada.get("/api/choices").status_code == 401


def test_openais_interface_answers_on_the_same_port(box: Box) -> None:
    with box.client() as client:
        (model,) = client.get("/v1/models").json()["data"]
        body = {"model": model["id"], "max_tokens": 8, "messages": [
            {"role": "user", "content": "Say hi"}]}  # fmt: skip
        answer = client.post("/v1/chat/completions", json=body).json()
    assert answer["usage"]["completion_tokens"] > 0, answer


def test_code_runs_in_a_cage_inside_without_user_namespaces(box: Box) -> None:
    right = {"code": "def double(x):\n    return 2 * x\n", "question": "double(2) == 4"}
    with box.client() as client:
        seen = client.post("/api/run", json=right).json()
        wrong = client.post("/api/run", json={**right, "question": "double(2) == 5"}).json()
    assert (seen["level"], wrong["level"]) == ("consistent", "refuted")
    doctor = box.algosmith("doctor")
    print(next(line for line in doctor.splitlines() if line.startswith("ok      cage")))


def test_it_is_healthy(box: Box) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        seen = _docker("inspect", "-f", "{{json .State.Health}}", box.name).stdout
        if json.loads(seen)["Status"] == "healthy":
            return
        assert time.monotonic() < end, seen
        time.sleep(1)


def test_it_ends_at_once_and_well_when_asked(box: Box) -> None:
    began = time.monotonic()
    _docker("stop", "-t", "60", box.name)
    assert time.monotonic() - began < 50
    assert _docker("inspect", "-f", "{{.State.ExitCode}}", box.name).stdout.strip() in ("0", "143")


def test_without_namespaces_and_landlock_answers_are_unchecked_and_doctor_says_so(
    tmp_path: Path,
) -> None:
    profile = tmp_path / "seccomp.json"
    refused = {"names": ["landlock_create_ruleset", "unshare"], "action": "SCMP_ACT_ERRNO"}
    profile.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [refused]}))
    said = _docker(
        "run", "--rm", *NO_MODEL, "--security-opt", f"seccomp={profile}", IMAGE, "doctor",
        check=False,
    )  # fmt: skip
    assert "none: candidates are offered unchecked, nothing is run" in said.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("-v", "/etc:/data:ro"), "/data can't be written: mount a named volume"),
        (("-e", "ALGOSMITH_KEY_FILE=/run/secrets/no"), "there is no /run/secrets/no; mount it"),
        (("-e", "ALGOSMITH_URL=http://box:8765"), "keys would cross the network in the open"),
        (("-e", "ALGOSMITH_URL=box"), "https://NAME or https://NAME:PORT is expected"),
        (("-e", "ALGOSMITH_MODEL=/models/absent.gguf"), "no such file or folder"),
        ((), "could not be downloaded"),
    ],
)
def test_a_start_that_can_not_work_is_one_sentence(options: tuple[str, ...], sentence: str) -> None:
    done = _docker("run", "--rm", *NO_MODEL, *options, IMAGE, check=False)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
