"""Where a file stands among the modules of its workspace."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def search_path(file: Path | None, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Folders that modules of the workspace may be imported from, for the code of a file.

    Where the file stands in a package the package's own folder comes last, as a module in it may be
    called like the package.
    """
    inside = [r for r in roots if file and file.resolve().is_relative_to(r.resolve())]
    if file is None or not inside:
        return ()
    packages = _packages(file)
    outer = packages[-1].parent if packages else file.parent
    folders = [outer, *inside, *(r / "src" for r in inside), file.parent]
    return tuple(dict.fromkeys(f.resolve() for f in folders if f.is_dir()))


def _packages(file: Path) -> list[Path]:
    """The folders of the packages that a file stands in, the innermost first.

    One called like a module of the library (``jaraco/functools``) stands in a folder that is a
    package without ``__init__.py``: as a module of its own it would hide the library's.
    """
    found = [*itertools.takewhile(lambda f: (f / "__init__.py").is_file(), file.parents)]
    if found and found[-1].name in sys.stdlib_module_names:
        found.append(found[-1].parent)
    return found


def name_of(file: Path | None) -> str:
    """The name by which others import a file: ``shop.prices``; empty where there is none."""
    if file is None or file.suffix != ".py":
        return ""
    file = file.resolve()
    parts = [*reversed([folder.name for folder in _packages(file)]), file.stem]
    parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def package_of(file: Path | None) -> str:
    """The package that a file stands in, or is as its ``__init__.py``; empty for others."""
    name = name_of(file)
    return name if file is not None and file.stem == "__init__" else name.rpartition(".")[0]
