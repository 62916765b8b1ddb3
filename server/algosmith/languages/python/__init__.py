"""Python: what is said here is asked here; the rest still stands in ``verify`` and ``inputs``."""

from algosmith.languages.types import Language, LanguageSupport


def _documented(signature: str, docstring: str) -> str:
    body = docstring.replace('"""', "'''").replace("\n", "\n    ")
    # A quote or a backslash before the closing ones would change where the text ends.
    body += "\n    " if body.endswith(('"', "\\")) else ""
    return f'{signature}\n    """{body}"""\n    ...' if docstring else f"{signature}\n    ..."


def _stub(name: str, given: str, gives: str) -> str:
    arrow = f" -> {gives}" if gives else ""
    return f"def {name}({given}){arrow}:"


_KNOWN = LanguageSupport(
    runs="the Python that algosmith has, or `verify.python`",
    examples="doctests, docstrings and TODO, asserts, tests of the workspace (pytest, unittest)",
    complexity="measured",
    missing="",
)

PYTHON = Language(
    "Python", ("python",), _documented, "Leave the docstring out.", _KNOWN, stub=_stub
)
