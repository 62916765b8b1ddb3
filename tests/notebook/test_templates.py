"""The template notebooks run from top to bottom; `algosmith notebook` writes over nothing."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("name", ["algorithms", "mathematics", "prompts"])
def test_a_template_runs(name: str, environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "algosmith", "notebook", name, "--no-open"]
    for number in ("", "-2"):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert f"{name}{number}.ipynb written" in done.stdout
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=environment)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert name == "prompts" or any("example" in str(output) for output in outputs)
