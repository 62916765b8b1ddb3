"""Prompt files: found, parsed, validated and rendered. Knows nothing of tasks or models.

The format and the order of folders are those of ``prompts/README.md``. Variables are
``string.Template``'s: no code, no attributes, no includes.
"""

import hashlib
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from algosmith import paths
from algosmith.errors import PromptError
from algosmith.wire import Message

_MOST_BYTES = 64 << 10
_FRONT = re.compile(r"\A\+\+\+\r?\n(.*?)^\+\+\+\r?\n", re.DOTALL | re.MULTILINE)
_USER_LINE = re.compile(r"^--- user ---\r?\n", re.MULTILINE)
_KEYS = {"description", "variables", "temperature", "top_p", "max_tokens", "stop"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """One parsed prompt file."""

    name: str
    file: Path
    system: str
    user: str
    variables: frozenset[str]
    digest: str
    """Eight hex digits of the file's content: part of what identifies a result."""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()


def load(name: str, language: str | None = None, folders: Sequence[Path] = ()) -> Prompt:
    """The first file for ``name`` in the user's and the built-in folder, by language first."""
    for folder in folders or paths.prompt_dirs():
        for file in ([folder / language / f"{name}.md"] if language else []) + [
            folder / f"{name}.md"
        ]:
            if file.is_file():
                return parse(name, file)
    raise PromptError(f"No prompt file {name}.md was found; reinstall algosmith.")


def parse(name: str, file: Path) -> Prompt:
    """Reads and validates one file; PromptError names it and what is wrong."""
    try:
        data = file.read_bytes()
        text = data[: _MOST_BYTES + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{file}: {error}") from error
    if len(data) > _MOST_BYTES:
        raise PromptError(f"{file}: larger than 64 KiB")
    front, system, user = _parts(file, text)
    variables = frozenset(str(name) for name in front["variables"])
    _check_variables(file, system + user, variables)
    return Prompt(
        name,
        file,
        system.strip(),
        user.strip(),
        variables,
        hashlib.sha256(data).hexdigest()[:8],
        front.get("temperature"),
        front.get("top_p"),
        front.get("max_tokens"),
        tuple(front.get("stop", ())),
    )


def render(prompt: Prompt, values: Mapping[str, str]) -> tuple[Message, ...]:
    """The chat messages; every variable of the prompt needs a value, further values are ignored."""
    missing = sorted(prompt.variables - set(values))
    if missing:
        raise PromptError(f"{prompt.file}: no value for ${missing[0]} in this job")
    system = string.Template(prompt.system).substitute(values)
    user = string.Template(prompt.user).substitute(values)
    return (Message("system", system), Message("user", _squeeze(user)))


def as_data(text: str) -> str:
    """Text of the workspace made safe inside ``<data>``: it can't close the tag or open a turn."""
    return re.sub(r"<(?=/?data>|\|)", "< ", text)


def _squeeze(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _parts(file: Path, text: str) -> tuple[dict[str, Any], str, str]:
    match = _FRONT.match(text)
    if match is None:
        raise PromptError(f"{file}: must begin with front matter between two +++ lines")
    try:
        front = tomllib.loads(match.group(1))
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{file}: front matter: {error}") from error
    unknown = sorted(set(front) - _KEYS)
    if unknown:
        raise PromptError(f"{file}: unknown front-matter key {unknown[0]!r}")
    if not isinstance(front.get("variables"), list):
        raise PromptError(f"{file}: front matter needs variables = [...]")
    sides = _USER_LINE.split(text[match.end() :])
    if len(sides) != 2:
        raise PromptError(f"{file}: needs exactly one line '--- user ---'")
    return front, sides[0], sides[1]


def _check_variables(file: Path, text: str, declared: frozenset[str]) -> None:
    template = string.Template(text)
    if not template.is_valid():
        raise PromptError(f"{file}: a $ that starts no variable; write $$ for a dollar")
    unknown = sorted(set(template.get_identifiers()) - declared)
    if unknown:
        raise PromptError(f"{file}: ${unknown[0]} is not in its variables")
