"""Notebooks: ``%load_ext algosmith`` in Jupyter or IPython, and ``ask`` for questions in words.

What the magics need is imported when the first of them runs: a kernel must start quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from algosmith.notebook.rendering import RichResult

_MAGICS = {
    "solve": (
        "cell",
        "%%solve [-n ANSWERS] [--seconds S]: the cell's TODO, solved in a cell below",
    ),
    "hint": (
        "cell",
        "%%hint [LEVEL]: 1 a question, 2 the idea, 3 a plan, 4 the next line; no code",
    ),
    "verify": ("line", "%verify f: runs the examples of a function of this notebook, in a sandbox"),
    "stress": ("line", "%stress f g: searches the smallest input on which two functions differ"),
    "review": ("line", "%review f: what a teacher would say: what running it showed, then a model"),
    "complexity": ("line", "%complexity f: measures how its work and memory grow"),
}


class Shell(Protocol):
    """What is asked of IPython's shell, which has no types of its own."""

    user_ns: dict[str, Any]

    def register_magic_function(self, func: object, magic_kind: str, magic_name: str) -> None:
        """Makes ``%name`` or ``%%name``."""
        ...

    def set_next_input(self, s: str, replace: bool = False) -> None:
        """Proposes a cell below."""
        ...


def register(shell: Shell) -> None:
    """Makes the magics known to a kernel."""
    for name, (kind, text) in _MAGICS.items():
        magic = _line(shell, name) if kind == "line" else _cell(shell, name)
        magic.__doc__ = text
        shell.register_magic_function(magic, kind, name)


def ask(question: str, *, mathematics: bool = False, answers: int = 1) -> RichResult | None:
    """Asks the model; several answers to a mathematical question are compared by sympy."""
    from algosmith.notebook.magics import asked

    return asked(question, mathematics=mathematics, answers=answers)


def _line(shell: Shell, name: str) -> Callable[..., object]:
    def magic(line: str) -> object:
        from algosmith.notebook.magics import Magics

        return getattr(Magics(shell), name)(line)

    return magic


def _cell(shell: Shell, name: str) -> Callable[..., object]:
    def magic(line: str, cell: str) -> object:
        from algosmith.notebook.magics import Magics

        return getattr(Magics(shell), name)(line, cell)

    return magic
