"""One archive for machines without a network: wheels, models, editor clients, docs, an installer.

    python server/packaging/make_bundle.py --model qwen2.5-coder-1.5b --out build

Wheels are those of the Python and the platform that run this; the archive says so, and its
installer compares. Models are those that `algosmith models get` has fetched here.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from algosmith import __version__, catalogue
from algosmith.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]
_PIECES = (
    "README.md",
    "README.zh.md",
    "LICENSE",
    "CITATION.cff",
    "server/docs",
    "editor-client/nvim",
)
_VSIX = Path("editor-client/vscode/algosmith.vsix")
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def main() -> None:
    """Prints the archive's path; exits with a sentence where something is missing."""
    parser = argparse.ArgumentParser("make_bundle", description=__doc__)
    parser.add_argument("--model", action="append", default=[], help="a model that is fetched here")
    parser.add_argument("--extras", default="demo,web,notebook")
    parser.add_argument("--out", type=Path, default=Path("build"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    name = f"algosmith-{__version__}-{_tag()}"
    with tempfile.TemporaryDirectory(dir=options.out) as folder:
        bundle = Path(folder) / name
        bundle.mkdir()
        for model in options.model:
            _copy_model(model, bundle / "models")
        _wheels(bundle / "wheels", options.extras)
        _copy_pieces(bundle)
        (bundle / "PLATFORM").write_text(f"{_tag()}\n", "utf-8")
        (bundle / "EXTRAS").write_text(f"{options.extras}\n", "utf-8")
        _checksums(bundle)
        archive = options.out / f"{name}.tar"
        part = archive.with_suffix(".tar.part")  # never half an archive under the good name
        with tarfile.open(part, "w") as tar:  # uncompressed: wheels and models are already
            tar.add(bundle, name)
        part.replace(archive)
    sys.stdout.write(f"{archive}: {archive.stat().st_size / 2**20:,.0f} MiB\n")


def _tag() -> str:
    return f"{_python()}-{platform.system().lower()}-{platform.machine().lower()}"


def _python() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _copy_model(name: str, folder: Path) -> None:
    try:
        source = catalogue.resolve(name)
    except ModelError as error:
        sys.exit(f"{error}")
    source = source if source.is_dir() else source.parent
    shutil.copytree(source, folder / source.name)


def _wheels(folder: Path, extras: str) -> None:
    """Everything that pip needs without an index, ourselves included."""
    constraints = ("-c", str(ROOT / "constraints.txt"))
    subprocess.run(
        [*_PIP, "wheel", *constraints, "-w", str(folder), f"{ROOT}[{extras}]"], check=True
    )


def _copy_pieces(bundle: Path) -> None:
    for piece in _PIECES:
        source, target = ROOT / piece, bundle / piece
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    if (ROOT / _VSIX).exists():
        shutil.copy2(ROOT / _VSIX, bundle / _VSIX.name)
    shutil.copy2(ROOT / "server" / "packaging" / "install.sh", bundle / "install.sh")


def _checksums(bundle: Path) -> None:
    lines: list[str] = []
    for file in sorted(path for path in bundle.rglob("*") if path.is_file()):
        with file.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        lines.append(f"{digest}  {file.relative_to(bundle).as_posix()}\n")
    (bundle / "SHA256SUMS").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
