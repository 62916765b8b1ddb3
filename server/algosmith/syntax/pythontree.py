"""Python text as the ``ast`` module's tree, or one sentence why it is none."""

import ast
import functools
import threading
import warnings
from typing import Any

_DEEPEST = 120
"""Levels of a tree: copying or printing one takes six calls a level, of Python's 1,000."""
_MOST_BITS = 14_000
"""Python writes no number of over 4,300 digits."""


class Unreadable(ValueError):
    """The text is no Python that can be worked on; ``str`` of it says why."""


class TooMuch(Unreadable):
    """It may well be Python, but is more than can be worked on."""


TOO_DEEP = "an expression or block in it is nested too deep"

_ONE_AT_A_TIME = threading.RLock()
"""Before Python 3.13 all threads count the depth of their trees in one place (CPython, gh-106905):
a tree that is built while another one is ends in SystemError, or is called too deep."""


def parsed(text: str | bytes) -> ast.Module:
    """A module's tree as ``ast.parse`` reads it, in any thread and without its warnings.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: It is no Python that can be read.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)  # noqa: TID251  its one home


def expression(text: str) -> ast.expr:
    """The tree of one expression. Raises as ``parsed`` does."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.strip(), mode="eval").body  # noqa: TID251  its one home


def literal(text: str) -> Any:
    """The value of a literal. Raises as ``parsed`` does, ValueError where it is none."""
    return ast.literal_eval(expression(text))


def module_of(text: str) -> ast.Module:
    """The module's tree, one that can be copied and printed.

    Raises:
        Unreadable: It does not parse.
        TooMuch: It is nested too deep, or holds a number too long, to be copied and printed.
    """
    try:
        tree = parsed(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        if "too many nested" in str(error) or "too many levels" in str(error):
            raise TooMuch(TOO_DEEP) from error
        where = f" (line {error.lineno})" if error.lineno else ""
        raise Unreadable(f"is not valid Python: {error.msg}{where}") from error
    except (RecursionError, MemoryError) as error:
        raise TooMuch(TOO_DEEP) from error
    except ValueError as error:
        raise Unreadable(f"is not valid Python: {error}") from error
    _check(tree)
    return tree


_SHARED = range(2_000, 500_000)
"""Lengths of texts whose trees are kept: shorter ones are read quickly, longer ones take room."""
_MOST_KEPT = 8


def shared(text: str) -> ast.Module:
    """The same tree for all who read this text, which takes a second where a module is large.

    Whoever changes a tree takes one of his own from ``module_of``. Raises as that does.
    """
    if len(text) not in _SHARED:
        return module_of(text)
    found = _kept(text)
    if isinstance(found, Unreadable):
        raise found
    return found


@functools.lru_cache(maxsize=_MOST_KEPT)
def _kept(text: str) -> ast.Module | Unreadable:
    try:
        return module_of(text)
    except Unreadable as error:
        return error.with_traceback(None)


def is_future(node: ast.stmt) -> bool:
    """Whether a statement is ``from __future__ import …``, which must stay the first one."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def nodes(tree: ast.AST) -> list[ast.AST]:
    """All nodes of a tree in the order of ``ast.walk``, in a third of its time."""
    found = [tree]
    for node in found:
        found += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """What stands directly below a node."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        if isinstance(value, ast.AST):
            found.append(value)
        elif type(value) is list:
            found += [one for one in value if isinstance(one, ast.AST)]  # pyright: ignore[reportUnknownVariableType]  # ast fields
    return found


def _check(tree: ast.Module) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        for node in level:
            number = node.value if isinstance(node, ast.Constant) else None
            if isinstance(number, int) and number.bit_length() > _MOST_BITS:
                raise TooMuch("a number in it has over 4,300 digits")
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise TooMuch(TOO_DEEP)
