"""Rules of the house that no linter checks."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "server" / "algosmith").rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 45


def _relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", SOURCES, ids=_relative)
def test_files_and_functions_are_small(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MOST_FUNCTION_LINES, f"{node.name} has {lines} lines"


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_nothing_large_or_foreign_is_committed() -> None:
    for file in _tracked():
        if file.is_file() and not file.is_symlink():
            assert file.stat().st_size < 1 << 20, file
            assert file.suffix not in {".gguf", ".safetensors", ".vsix", ".bin"}, file


def test_the_top_level_stays_as_it_is() -> None:
    listed = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    seen = {name for name in listed if not name.startswith(".")}
    assert seen <= {
        "pyproject.toml", "README.md", "README.zh.md", "LICENSE", "CITATION.cff",
        "CONTRIBUTING.md", "Makefile", "constraints.txt", "start.sh", "1键推理.sh",
        "server", "editor-client", "prompts", "tests",
    }  # fmt: skip


def test_links_between_pages_lead_somewhere() -> None:
    for page in (path for path in _tracked() if path.suffix == ".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            target = link.partition("#")[0]
            if target and "://" not in target:
                assert (page.parent / target).exists(), f"{page}: {link}"
