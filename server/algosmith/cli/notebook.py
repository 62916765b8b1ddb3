"""``algosmith notebook``: a template notebook in this folder, opened where Jupyter is installed."""

import argparse
import shutil
import subprocess
import sys
from importlib import resources, util
from pathlib import Path

from algosmith.errors import ConfigError

_TEMPLATES = ("algorithms", "mathematics", "prompts")


def run(args: list[str]) -> int:
    """Writes no file over another one."""
    parser = argparse.ArgumentParser("algosmith notebook", description=__doc__)
    parser.add_argument("template", nargs="?", choices=_TEMPLATES, default="algorithms")
    parser.add_argument("--folder", type=Path, default=Path(), help="where it is put")
    parser.add_argument("--no-open", action="store_true", help="only write the file")
    options = parser.parse_args(args)
    file = _copy(options.template, options.folder)
    print(f"{file} written")
    if options.no_open:
        return 0
    if util.find_spec("jupyterlab") is None:
        print("JupyterLab is not installed: pip install jupyterlab, or open the file in VS Code")
        return 0
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(file)])


def _copy(name: str, folder: Path) -> Path:
    source = resources.files("algosmith.notebook") / "templates" / f"{name}.ipynb"
    for number in range(1, 1000):
        file = folder / (f"{name}.ipynb" if number == 1 else f"{name}-{number}.ipynb")
        try:
            with source.open("rb") as template, file.open("xb") as out:
                shutil.copyfileobj(template, out)
        except FileExistsError:
            continue
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror or error}") from error
        return file
    raise ConfigError(f"{folder} is full of notebooks called {name}; name another with --folder")
