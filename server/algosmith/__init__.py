"""algosmith: solves TODOs with a small local model, and says what was proven."""

import importlib

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """``%load_ext algosmith``: registers the magics; IPython calls it by this name.

    By name, since every module reads the version here and most may not know of notebooks.
    """
    importlib.import_module("algosmith.notebook").register(shell)
