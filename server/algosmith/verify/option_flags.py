"""doctest's option flags: those of pytest and its plugins too, and a project's own settings."""

from __future__ import annotations

import configparser
import contextlib
import doctest
import re
import tomllib
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NUMBER = doctest.register_optionflag("NUMBER")
"""pytest's: a number is right to the digits that are written."""
FLOAT_CMP = doctest.register_optionflag("FLOAT_CMP")
"""pytest-doctestplus's: numbers are right to five digits."""
IGNORE_OUTPUT = doctest.register_optionflag("IGNORE_OUTPUT")
_OTHERS = ("ALLOW_UNICODE", "ALLOW_BYTES", "REMOTE_DATA", "IGNORE_WARNINGS", "SHOW_WARNINGS")
for _name in _OTHERS:
    doctest.register_optionflag(_name)

_FILES = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
_SETTING = "doctest_optionflags"
_MOST_BYTES = 256 << 10
_NUMBER = re.compile(r"(?<![\w.])([+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)(?![\w.])")
_CLOSE = 1e-5


def of_project(file: Path | None, roots: Sequence[Path]) -> int:
    """The flags that a project sets for all its doctests, in pytest's settings."""
    inside = [root for root in roots if file and file.is_relative_to(root)]
    if file is None or not inside:
        return 0
    top = min(inside, key=lambda root: len(root.parts))
    for folder in (one for one in file.parents if one.is_relative_to(top)):
        for name, section in _FILES:
            found = _flags_in(folder / name, section)
            if found is not None:
                return found
    return 0


def _flags_in(file: Path, section: str) -> int | None:
    """The flags of a file with pytest's settings; None where it is none, or can't be read."""
    with contextlib.suppress(OSError, ValueError, configparser.Error):
        if file.is_file() and file.stat().st_size <= _MOST_BYTES:
            text = file.read_text("utf-8")
            values = _toml(text) if file.suffix == ".toml" else _ini(text, section)
            return None if values is None else sum({*_known(values.get(_SETTING, ""))})
    return None


def _toml(text: str) -> Any:
    try:
        found: Any = tomllib.loads(text)["tool"]["pytest"]["ini_options"]
        return {_SETTING: found.get(_SETTING, "")}
    except (KeyError, TypeError, AttributeError):
        return None


def _ini(text: str, section: str) -> Any:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser[section] if parser.has_section(section) else None


def _known(setting: Any) -> Iterator[int]:
    listed = cast("list[Any]", setting) if isinstance(setting, list) else []
    for word in setting.split() if isinstance(setting, str) else listed:
        flag = doctest.OPTIONFLAGS_BY_NAME.get(str(word).strip(","))
        if flag is not None and flag not in (doctest.SKIP, IGNORE_OUTPUT):
            yield flag


def with_wanted_numbers(want: str, displayed: str, flags: int) -> str:
    """What was displayed, with those of its numbers written as wanted that are near enough."""
    if not flags & (NUMBER | FLOAT_CMP):
        return displayed
    wanted, given = [*_NUMBER.finditer(want)], [*_NUMBER.finditer(displayed)]
    if len(wanted) != len(given):
        return displayed
    parts: list[str] = []
    last = 0
    for one, other in zip(wanted, given, strict=True):
        near = _is_near(one[1], other[1], flags)
        parts += [displayed[last : other.start()], one[1] if near else other[1]]
        last = other.end()
    return "".join([*parts, displayed[last:]])


def _is_near(wanted: str, given: str, flags: int) -> bool:
    one, other = float(wanted), float(given)
    if flags & FLOAT_CMP:
        return abs(one - other) <= _CLOSE * max(abs(one), abs(other))
    digits, _, exponent = wanted.lower().partition("e")
    if "." not in digits:
        return False
    # As pytest does: one step of the last digit.
    return abs(one - other) <= 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
