"""A project's own doctest settings count, and so do the directives of pytest and its plugins."""

import doctest
from pathlib import Path

import pytest

from algosmith.sandbox.types import Sandbox
from algosmith.verify import option_flags
from tests.verify.test_examples_as_written import as_it_stands

CONFIGS = {
    "pytest.ini": "[pytest]\ndoctest_optionflags = ELLIPSIS NUMBER\n",
    "tox.ini": "[tox]\na = 1\n[pytest]\ndoctest_optionflags =\n    ELLIPSIS\n    NUMBER\n",
    "setup.cfg": "[tool:pytest]\ndoctest_optionflags= ELLIPSIS NUMBER MADE_UP %(here)s\n",
    "pyproject.toml": '[tool.pytest.ini_options]\ndoctest_optionflags = ["ELLIPSIS", "NUMBER"]\n',
}
BOTH = doctest.ELLIPSIS | option_flags.NUMBER
TEXT = '''def f(n):
    """
    >>> f(3)
    [0.333, ..., 3]
    """
    return [1 / n, "a" * n, n]
'''


@pytest.mark.parametrize("name", CONFIGS)
def test_the_nearest_settings_of_the_workspace_count(name: str, tmp_path: Path) -> None:
    file = tmp_path / "shop" / "inner" / "prices.py"
    file.parent.mkdir(parents=True)
    (tmp_path / "shop" / name).write_text(CONFIGS[name])
    (tmp_path / "pytest.ini").write_text("[pytest]\n") if name != "pytest.ini" else None
    assert option_flags.of_project(file, [tmp_path]) == BOTH
    assert option_flags.of_project(file, [file.parent]) == 0
    assert option_flags.of_project(file, []) == 0


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"[pytest\n", b"[[[", b"", b"[pytest]\na\nb = 1"])
@pytest.mark.parametrize("name", CONFIGS)
def test_settings_that_cannot_be_read_are_none(name: str, bad: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bad)
    assert option_flags.of_project(tmp_path / "a.py", [tmp_path]) == 0


@pytest.mark.parametrize(
    ("want", "displayed", "flags", "result"),
    [
        ("3.14\n", "3.1415\n", option_flags.NUMBER, "3.14\n"),
        ("3.14\n", "3.16\n", option_flags.NUMBER, "3.16\n"),
        ("3\n", "3.2\n", option_flags.NUMBER, "3.2\n"),
        ("1.5e3\n", "1490.0\n", option_flags.NUMBER, "1.5e3\n"),
        ("[0.1, 2]\n", "[0.13, 2]\n", option_flags.NUMBER, "[0.1, 2]\n"),
        ("[0.1, 2]\n", "[0.13]\n", option_flags.NUMBER, "[0.13]\n"),
        ("1.0\n", "1.000001\n", option_flags.FLOAT_CMP, "1.0\n"),
        ("1.0\n", "1.001\n", option_flags.FLOAT_CMP, "1.001\n"),
        ("3.14\n", "3.1415\n", 0, "3.1415\n"),
        ("x1.5\n", "x1.4\n", option_flags.NUMBER, "x1.4\n"),
    ],
)
def test_numbers_near_enough_are_as_wanted(
    want: str, displayed: str, flags: int, result: str
) -> None:
    assert option_flags.with_wanted_numbers(want, displayed, flags) == result


@pytest.mark.sandbox
async def test_right_code_passes_under_the_projects_flags_and_wrong_code_does_not(
    tmp_path: Path, cage: Sandbox
) -> None:
    (tmp_path / "pytest.ini").write_text(CONFIGS["pytest.ini"])
    file = tmp_path / "f.py"
    file.write_text(TEXT)
    assert (await as_it_stands(file, "f", cage)).verdicts[0].level == "consistent"
    wrong = await as_it_stands(file, "f", cage, "return [1 / n + 0.01, 2, n]")
    assert wrong.verdicts[0].level == "refuted"


@pytest.mark.sandbox
@pytest.mark.parametrize("directive", ["+NUMBER", "+FLOAT_CMP, +ELLIPSIS", "+REMOTE_DATA, +NUMBER"])
async def test_a_directive_of_a_plugin_does_not_lose_the_docstring(
    directive: str, tmp_path: Path, cage: Sandbox
) -> None:
    file = tmp_path / "half.py"
    file.write_text(
        f"def half(n):\n    '''\n    >>> half(3)  # doctest: {directive}\n    1.50000\n"
        "    >>> half(4)\n    2.0\n    '''\n    return n / 2\n"
    )
    found = await as_it_stands(file, "half", cage)
    assert (found.verdicts[0].level, len(found.examples)) == ("consistent", 2)
