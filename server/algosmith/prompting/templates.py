"""Prompt files: found, parsed, validated and rendered. Knows nothing of tasks or models.

The format and the order of folders are those of ``prompts/README.md``: a folder may be named
after a family of models, ``vibethinker`` for all whose names begin so. Variables are
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
from algosmith.syntax.languages import LANGUAGES
from algosmith.wire import Message

_MOST_BYTES = 64 << 10
_FRONT = re.compile(r"\A\+\+\+\r?\n(.*?)^\+\+\+\r?\n", re.DOTALL | re.MULTILINE)
_TURN = re.compile(r"^--- (user|example user|example assistant) ---\r?\n", re.MULTILINE)
_VARIANT = re.compile(r"[\w][\w.-]*")
_KEYS = {
    "description", "variables", "temperature", "top_p", "repetition_penalty", "max_tokens", "stop",
}  # fmt: skip
_MODEL_FILE = re.compile(r"\.(gguf|safetensors)$")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One parsed prompt file."""

    name: str
    file: Path
    system: str
    """Empty for models that want all in one user turn."""
    examples: tuple[Message, ...]
    """Turns shown between system and user: small models keep to a form they have seen."""
    user: str
    variables: frozenset[str]
    digest: str
    """Eight hex digits of the file's content: part of what identifies a result."""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    description: str = ""
    repetition_penalty: float | None = None


def load(
    name: str,
    language: str = "",
    model: str = "",
    folders: Sequence[Path] = (),
    *,
    base: str = "",
) -> Prompt:
    """The first file for ``name``, in the order of ``prompts/README.md``.

    ``base`` is the model below an adapter: an adapter without prompts of its own gets its base's.
    """
    if not _is_name(name):
        raise PromptError(
            f"No prompt can be called {name!r}: letters, digits, - and . are allowed."
        )
    for folder in folders or paths.prompt_dirs():
        named = [v for one in (model, base) if one for v in (one, *_families(folder, one))]
        variants = [*filter(_is_name, named), ""]
        for place in [Path(variant) / lang for variant in variants for lang in (language, "")]:
            file = folder / place / f"{name}.md"
            if file.is_file():
                return parse(name, file)
    raise PromptError(f"No prompt file {name}.md was found; reinstall algosmith.")


@dataclass(frozen=True, slots=True)
class PromptEntry:
    """A prompt as a list of templates shows it."""

    name: str
    description: str
    variables: tuple[str, ...]


def listed() -> tuple[PromptEntry, ...]:
    """The prompts that stand in no subfolder, the user's in place of ours; broken ones left out."""
    names = {file.stem for folder in paths.prompt_dirs() for file in folder.glob("*.md")}
    found: list[PromptEntry] = []
    for name in sorted(names - {"README"}):
        try:
            prompt = load(name)
        except PromptError:
            continue  # `algosmith doctor` names it and what is wrong
        found.append(PromptEntry(name, prompt.description, tuple(sorted(prompt.variables))))
    return tuple(found)


def _families(folder: Path, model: str) -> list[str]:
    """The folders named after the model's family, the closest first.

    The model may be a name, a file or a folder: what counts is how the last part of it begins.
    """
    bare = _MODEL_FILE.sub("", re.split(r"[/\\]", model.rstrip("/\\"))[-1].lower())
    try:
        names = [one.name for one in folder.iterdir() if one.is_dir() and one.name not in LANGUAGES]
    except OSError:
        return []
    return sorted((name for name in names if bare.startswith(name.lower())), key=len, reverse=True)


def _is_name(text: str) -> bool:
    return _VARIANT.fullmatch(text) is not None


def parse(name: str, file: Path) -> Prompt:
    """Reads and validates one file; PromptError names it and what is wrong."""
    try:
        data = file.read_bytes()
        text = data[: _MOST_BYTES + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{file}: {error}") from error
    if len(data) > _MOST_BYTES:
        raise PromptError(f"{file}: larger than 64 KiB")
    front, system, turns = _parts(file, text)
    user = turns[-1].content
    variables = frozenset(str(name) for name in front["variables"])
    _check_variables(file, f"{system}\n{user}", variables)
    return Prompt(
        name,
        file,
        system,
        turns[:-1],
        user,
        variables,
        hashlib.sha256(data).hexdigest()[:8],
        front.get("temperature"),
        front.get("top_p"),
        front.get("max_tokens"),
        tuple(front.get("stop", ())),
        str(front.get("description", "")),
        front.get("repetition_penalty"),
    )


def render(prompt: Prompt, values: Mapping[str, str]) -> tuple[Message, ...]:
    """The chat messages; every variable of the prompt needs a value, further values are ignored."""
    missing = sorted(prompt.variables - set(values))
    if missing:
        raise PromptError(f"{prompt.file}: no value for ${missing[0]} in this job")
    system = string.Template(prompt.system).substitute(values)
    user = string.Template(prompt.user).substitute(values)
    first = (Message("system", system),) if system else ()
    return (*first, *prompt.examples, Message("user", _squeeze(user)))


def as_data(text: str) -> str:
    """Text of the workspace made safe inside ``<data>``: it can't close the tag or open a turn."""
    return re.sub(r"<(?=/?data>|\|)", "< ", text)


def _squeeze(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _parts(file: Path, text: str) -> tuple[dict[str, Any], str, tuple[Message, ...]]:
    """Front matter, system text, and the turns, of which only the last is ``user``."""
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
    system, *rest = _TURN.split(text[match.end() :])
    names, contents = rest[::2], rest[1::2]
    if names[-1:] != ["user"] or names.count("user") != 1:
        raise PromptError(f"{file}: needs one line '--- user ---', after any examples")
    turns = tuple(
        Message("assistant" if name.endswith("assistant") else "user", content.strip())
        for name, content in zip(names, contents, strict=True)
    )
    return front, system.strip(), turns


def _check_variables(file: Path, text: str, declared: frozenset[str]) -> None:
    template = string.Template(text)
    if not template.is_valid():
        raise PromptError(f"{file}: a $ that starts no variable; write $$ for a dollar")
    unknown = sorted(set(template.get_identifiers()) - declared)
    if unknown:
        raise PromptError(f"{file}: ${unknown[0]} is not in its variables")
