"""What of a source goes into the cage, and text from it made safe."""

import ast
from pathlib import Path

import pytest

from algosmith.sandbox.source import imported_names, modules, without_words
from algosmith.sandbox.text import clean, clean_lines

EMPTIED = [
    ('def f():\n    "two_sum([3], 3)"\n    return 1', 'def f():\n    """"""\n    return 1'),
    ("def f():\n    '''a\n    b\n    '''\n", 'def f():\n    """\n\n"""\n'),
    ('r"""module"""\nx = 1', '""""""\nx = 1'),
    ('class A:\n  """a"""\n  def f(self):\n    """b"""',
     'class A:\n  """"""\n  def f(self):\n    """"""'),
    ("async def f():\n  'a'\n  return 'b'", 'async def f():\n  """"""\n  return \'b\''),
    ("def f():\n  'a' 'b'\n  return 1", 'def f():\n  """"""\n  return 1'),
    ("x = 1  # 3 == f(1)\n# f(2)\ny = '# no comment'", "x = 1  \n\ny = '# no comment'"),
    ("def f():\n  # first\n  'doc'\n  return 1", 'def f():\n  \n  """"""\n  return 1'),
    ("def f(): 'one line'", 'def f(): """"""'),
    ("def f():\n  x = 'kept'\n  'not a docstring'\n", None),
    ("def f():\n  f'{x}'\n", None),
    ("if x:\n  'not a docstring'\n", None),
    ("f('kept')\n", None),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), EMPTIED)
def test_docstrings_and_comments_stay_outside(source: str, expected: str | None) -> None:
    found = without_words(source)
    assert found == (source if expected is None else expected)
    assert found.count("\n") == source.count("\n")
    ast.parse(found)


def test_our_own_sources_keep_their_meaning() -> None:
    """Every file of this package parses to the same tree but for its docstrings."""

    class Blank(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            return (
                ast.Constant("") if isinstance(node.value, str) and node.value.isspace() else node
            )

        def generic_visit(self, node: ast.AST) -> ast.AST:
            body = getattr(node, "body", None)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                first = body[0] if body else None
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    first.value.value = ""
            return super().generic_visit(node)

    files = sorted((Path(__file__).parents[2] / "server" / "algosmith").rglob("*.py"))
    assert len(files) > 20
    for file in files:
        source = file.read_text("utf-8")
        before, after = ast.parse(source), ast.parse(without_words(source))
        assert ast.dump(Blank().visit(before)) == ast.dump(Blank().visit(after)), file


@pytest.mark.parametrize("source", ["def f(:\n '''x", "((((" * 5000, "\x00\ud800", "'" * 9999])
def test_broken_sources_do_no_harm(source: str) -> None:
    without_words(source)
    imported_names(source)


def test_imports_are_found() -> None:
    source = "import a.b as c, d\nfrom e import f as g, h\nfrom . import i\nfrom ..j import k"
    assert set(imported_names(source)) >= {"a.b", "d", "e", "e.f", "e.h", ".i", "..j", "..j.k"}


def test_only_modules_below_the_folder_are_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("secret = 1")
    folder = tmp_path / "project"
    (folder / "pack" / "sub").mkdir(parents=True)
    (folder / "linked.py").symlink_to(outside)
    (folder / "pack" / "__init__.py").write_text("from . import one\nfrom .sub import two")
    (folder / "pack" / "one.py").write_text("from .sub.two import x")
    (folder / "pack" / "sub" / "__init__.py").write_text("")
    (folder / "pack" / "sub" / "two.py").write_text("from .. import one\nx = 1")
    (folder / "bad.py").write_bytes(b"\xff\xfe")
    source = "import pack, linked, bad, outside, os\nfrom ..outside import secret"
    assert set(modules((source,), (folder,))) == {"pack", "pack.one", "pack.sub", "pack.sub.two"}
    assert modules((source,), ()) == {}


def test_a_folder_without_init_is_a_package_unless_the_library_has_its_name(tmp_path: Path) -> None:
    for folder in ("space", "string"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.py").write_text("x = 1")
    sent = modules(("import space.one, string, string.one",), (tmp_path,))
    assert set(sent) == {"space", "space.one"}
    assert sent["space"] == ("", True)


HOSTILE = "\x1b[31mred\x1b[0m \u202eback\u2066 zero\u200bwidth \x00\r\n[a](command:x) \U000e0041"


def test_of_too_many_modules_those_that_the_program_imports_come_first(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"m{number}.py").write_text(f"import m{number + 1}\n")
    (tmp_path / "mine.py").write_text("")
    sent = modules(("import mine\nimport m0\n",), (tmp_path,))
    assert len(sent) < 300
    assert {"mine", "m0", "m1"} <= sent.keys()


def test_text_is_made_plain() -> None:
    shown = clean(HOSTILE)
    assert shown.isprintable()
    assert "\u202e" not in shown
    assert "](" not in shown
    assert clean("x" * 500) == "x" * 199 + "…"
    assert clean("汉字 naïve ∑") == "汉字 naïve ∑"
    assert clean_lines("a\n\tb\x1b\u202e", 100) == "a\n\tb  "
