"""The archive for machines without a network, installed and used in a namespace without any."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.e2e.test_offline import NO_NETWORK, can_unshare

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "server" / "packaging" / "make_bundle.py"
TODO = '''def double(n: int) -> int:
    """Twice the number.

    >>> double(2)
    4
    """
    # TODO: return twice the number
'''

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.model,
    pytest.mark.skipif("ALGOSMITH_TEST_BUNDLE" not in os.environ, reason="make test-bundle"),
]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked bundle with the small model."""
    out = tmp_path_factory.mktemp("bundle")
    command = [sys.executable, str(SCRIPT), "--model", "smollm2-135m", "--out", str(out)]
    subprocess.run([*command, "--extras", "demo"], check=True, cwd=ROOT)
    (archive,) = out.glob("*.tar")
    with tarfile.open(archive) as tar:
        tar.extractall(out, filter="data")
    archive.unlink()
    return next(path for path in out.iterdir() if path.is_dir())


def _install(bundle: Path, home: Path, *prefix: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ALGO", "XDG"))}
    return subprocess.run(
        [*prefix, str(bundle / "install.sh")], check=False, capture_output=True, text=True,
        env={**kept, "HOME": str(home)},
    )  # fmt: skip


def test_it_installs_and_solves_where_there_is_no_network(bundle: Path, tmp_path: Path) -> None:
    if not can_unshare():
        pytest.skip("no network namespace can be made here")
    inside = ["unshare", "--map-root-user", "--net"]
    subprocess.run([*inside, sys.executable, "-c", NO_NETWORK], check=True)
    home, file = tmp_path / "home", tmp_path / "double.py"
    file.write_text(TODO, "utf-8")
    began = time.monotonic()
    done = _install(bundle, home, *inside)
    assert done.returncode == 0, done.stderr
    installed = time.monotonic() - began
    command = [*inside, str(home / ".local" / "bin" / "algosmith")]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    run = subprocess.run(
        [*command, "solve", str(file), "--json", "--model", "smollm2-135m"],
        check=False, capture_output=True, text=True, cwd=tmp_path, env=environment,
    )  # fmt: skip
    subprocess.run([*command, "engine", "stop"], check=False, env=environment, capture_output=True)
    print(f"installed in {installed:.0f} s, solved after {time.monotonic() - began:.0f} s")
    outcome = json.loads(run.stdout)
    assert outcome["candidates"], run.stderr
    assert any(one["verdict"]["level"] != "unchecked" for one in outcome["candidates"]), "it ran"


def _change(bundle: Path, folder: Path, file: str, text: str) -> Path:
    """A copy of the bundle with another file in it, its checksum mended."""
    copy = folder / "changed"
    shutil.copytree(bundle, copy, ignore=shutil.ignore_patterns("models", "wheels"))
    (copy / file).write_text(text, "utf-8")
    sums = subprocess.run(
        "find . -type f ! -name SHA256SUMS | xargs sha256sum", shell=True, cwd=copy, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    (copy / "SHA256SUMS").write_text(sums, "utf-8")
    return copy


def test_a_damaged_archive_is_one_sentence(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "damaged"
    shutil.copytree(bundle, copy, ignore=shutil.ignore_patterns("models"))
    done = _install(copy, tmp_path / "home")
    assert done.returncode == 1
    assert "damaged or incomplete" in done.stderr
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("python3.99-linux-x86_64", "made for python3.99, which is not here"),
        (f"python3.{sys.version_info[1]}-linux-riscv64", "make one on a machine of this kind"),
    ],
)
def test_another_platform_is_one_sentence(
    bundle: Path, tmp_path: Path, tag: str, sentence: str
) -> None:
    done = _install(_change(bundle, tmp_path, "PLATFORM", f"{tag}\n"), tmp_path / "home")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert list((tmp_path / "home").iterdir()) == []
