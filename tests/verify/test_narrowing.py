"""A function in a large file, or beside code that Python can't work on, is judged as if alone."""

import ast
import re
from pathlib import Path

import pytest

from algosmith.cli import verify
from algosmith.model import Snapshot, Span
from algosmith.syntax import pythontree
from algosmith.syntax.excerpt import excerpted, without_checks

GOOD = '''def double(x):
    """Twice the number.

    >>> double(4)
    8
    """
    return helper(x) * FACTOR


'''
BESIDE = "FACTOR = 2\n\n\ndef helper(x):\n    return x\n\n\n"
LATER = "assert double(5) == 10\n"
DEEP = f"def deep(x):\n    return {' + '.join(['x'] * 3_000)}\n\n\n"
MANY = "".join(f'def f{n}(x):\n    """{n:60}"""\n    return x + {n}\n\n\n' for n in range(1_000))


def judged(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> str:
    file = folder / "numbers.py"
    file.write_text(text)
    line = text[: text.index("def double")].count("\n") + 1
    verify.run([f"{file}:{line}"])
    return capsys.readouterr().out


@pytest.mark.sandbox
@pytest.mark.parametrize("around", [MANY, DEEP, MANY + DEEP], ids=["many", "deep", "both"])
def test_what_else_the_file_holds_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], around: str
) -> None:
    alone = judged(tmp_path, BESIDE + GOOD + LATER, capsys)
    assert "double(5) == 10" in alone
    assert "refuted" not in alone
    among = judged(
        tmp_path, BESIDE + around + GOOD + around.replace("def ", "def z") + LATER, capsys
    )
    assert re.sub(r":\d+\)", "", among) == re.sub(r":\d+\)", "", alone)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "expression", [" + ".join(["x"] * 3_000), "(" * 300 + "x" + ")" * 300, "-" * 3_000 + "x"]
)
def test_code_that_is_nested_too_deep_is_not_refuted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expression: str
) -> None:
    out = judged(tmp_path, f"def double(x):\n    return {expression}\n", capsys)
    assert "unchecked: not runnable (an expression or block in it is nested too deep)" in out


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("good", "beside"),
    [
        (GOOD, ""),
        (GOOD, "data = input()\nprint(double(int(data)))\n"),
        (re.sub(r"\n    >>>.*\n    8\n", "", GOOD), "print(double(3))\n"),
    ],
    ids=["with an example", "in a program, with an example", "without an example"],
)
def test_what_the_function_does_not_need_is_not_read_as_python(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    good: str,
    beside: str,
) -> None:
    read: list[int] = []
    parse = pythontree.module_of

    def counted(text: str) -> ast.Module:
        read.append(len("".join(text.split())))
        return parse(text)

    monkeypatch.setattr(pythontree, "module_of", counted)
    judged(tmp_path, BESIDE + MANY + good + MANY.replace("def ", "def z") + beside, capsys)
    assert 0 < sum(read) < len("".join(MANY.split()))


def test_words_of_other_docstrings_are_no_names() -> None:
    text = (
        'def one(xs):\n    """The first one; see all others.\n\n    >>> one(given(2))\n    2\n'
        '    """\n    return xs[0]\n\n\n'
        "def first(xs):\n    return xs\n\n\ndef given(n):\n    # others\n    return [n]\n\n\n"
        'def others(xs):\n    """Not one."""\n\n\n__all__ = ["one", "others"]\n'
    )
    snapshot = Snapshot("file:///x.py", "python", text.encode())
    kept = excerpted(snapshot, Span(0, text.index("def first") - 3), about=("one",)).decode()
    assert "def one" in kept
    assert "def given" in kept
    assert "def first" not in kept
    assert "def others" not in kept
    assert "__all__" not in kept


def test_checks_are_taken_out_in_place() -> None:
    text = "x = 1\nassert x\nfor y in [1]:\n    assert y\nif __name__ == '__main__':\n    x = 2\n"
    snapshot = Snapshot("file:///x.py", "python", text.encode())
    left = without_checks(snapshot, Span(0, 0))
    assert len(left) == len(text)
    assert left.count(b"\n") == text.count("\n")
    assert ast.unparse(ast.parse(left)) == "x = 1\npass\npass\npass"
