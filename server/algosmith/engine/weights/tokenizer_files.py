"""tokenizer.json and tokenizer_config.json of a model folder, as far as they must be known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from algosmith.engine.weights.files import open_inside, read_json, refuse

TOKENIZER_LIMIT = 48 * 1024 * 1024
"""Bytes; the largest vocabularies in use take 35 MB."""


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """What the two files say."""

    tokens: int
    specials: frozenset[str]
    """Contents of the added tokens."""
    chat_template: str | None


def read_tokenizer(folder: Path, vocabulary: int) -> TokenizerFacts:
    """Reads both files; ``vocabulary`` is the number of rows of the embedding."""
    raw = read_json(folder, "tokenizer.json", TOKENIZER_LIMIT)
    path = folder / "tokenizer.json"
    model: object = raw.get("model")
    entries: object = (
        cast("dict[str, Any]", model).get("vocab") if isinstance(model, dict) else None
    )
    if not isinstance(entries, (dict, list)) or not entries:
        refuse(path, "holds no vocabulary")
    count = len(cast("dict[str, Any]", entries))
    specials: set[str] = set()
    added: object = raw.get("added_tokens") or []
    highest = count - 1
    for item in cast("list[object]", added) if isinstance(added, list) else []:
        token = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
        content, number = token.get("content"), token.get("id")
        if not isinstance(content, str) or type(number) is not int or number < 0:
            refuse(path, "has a malformed added token")
        specials.add(content)
        highest = max(highest, number)
    if highest >= vocabulary:
        refuse(
            path, f"names token {highest:,}, but the model has {vocabulary:,} (another model's?)"
        )
    return TokenizerFacts(highest + 1, frozenset(specials), _template(folder))


def _template(folder: Path) -> str | None:
    if (folder / "tokenizer_config.json").exists():
        raw = read_json(folder, "tokenizer_config.json", 8 * 1024 * 1024)
        if raw.get("auto_map") is not None:
            refuse(folder / "tokenizer_config.json", "wants code of its own ('auto_map')")
        template = raw.get("chat_template")
        if isinstance(template, str):
            return template[:200_000]
    if (folder / "chat_template.jinja").exists():
        with open_inside(folder, "chat_template.jinja") as file:
            return file.read(0, 200_000).decode("utf-8", "replace")
    return None
