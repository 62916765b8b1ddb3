"""The corpus run counts what contradicts doctest, names why other verdicts differ, and goes on."""

import json
import sys
from pathlib import Path

import pytest

from algosmith.evaluation import corpus
from algosmith.evaluation.corpus_table import Row, reason_of, table

PACKAGE = '''"""A package."""


def right(n):
    """Twice.

    >>> right(4)
    8
    >>> right("a")
    'aa'
    """
    return 2 * n


def failing(n):
    """
    >>> failing(1)
    2
    """
    return n


class Box:
    def size(self):
        """
        >>> Box().size()
        3
        """
        return 3
'''


def test_contradictions_and_reasons_are_counted() -> None:
    rows = [
        Row("p", "p.a", "right", "consistent", "consistent (3/4 examples)", 3, 1,
            ["docstring: left out: 'x': it uses y, which the file does not define"]),
        Row("p", "p.b", "right", "refuted", "refuted: b(1) gave 2, expected 3", 0, 1),
        Row("p", "p.a", "broken", "refuted", "refuted: …", 4),
        Row("p", "p.c", "broken", "verified", "verified 5/5", 5),
        Row("q", "q.d", "right", "unchecked", "unchecked: not runnable (imports x, not installed)"),
    ]  # fmt: skip
    lines = table(rows).splitlines()
    assert "p right 2 0 1 0 1 0 60.0%" in lines
    assert "all right 3 0 1 1 1 0 60.0%" in lines
    assert "! right p.b: refuted: b(1) gave 2, expected 3" in lines
    assert "! broken p.c: verified 5/5" in lines
    assert not any(line.startswith("! right p.a") for line in lines)
    assert any("names what neither the file nor the docstring defines | 1" in x for x in lines)
    assert any("right | unchecked | needs a package" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("not the same result twice: f(2), then something else", "differs from run to run"),
        ("`f(2)` does not do the same twice", "differs from run to run"),
        ("`open('x')` needs what the cage forbids (FileNotFoundError)", "needs files"),
        ("unchecked: something quite new", "something quite new"),
    ],
)
def test_reasons_have_kinds(text: str, kind: str) -> None:
    assert reason_of(text).startswith(kind)


@pytest.mark.sandbox
def test_functions_that_pass_doctest_are_judged_and_so_are_broken_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tinypackage").mkdir()
    (tmp_path / "tinypackage" / "__init__.py").write_text("")
    (tmp_path / "tinypackage" / "numbers.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    out = tmp_path / "rows.jsonl"
    arguments = ["corpus", "--packages", "tinypackage", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    corpus.main()
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    names = {(row["name"].rpartition("numbers.")[2], row["kind"], row["level"]) for row in rows}
    assert ("right", "right", "consistent") in names
    assert ("right", "broken", "refuted") in names
    assert ("Box.size", "right", "consistent") in names
    assert not any(name == "failing" for name, _, _ in names)
    assert "tinypackage right 2 0 2 0 0 0 100.0%" in capsys.readouterr().out
    corpus.main()
    assert len(out.read_text().splitlines()) == len(rows)
    out.write_bytes(out.read_bytes()[:-20])
    corpus.main()
    assert "tinypackage right 2 0 2 0 0 0 100.0%" in capsys.readouterr().out
