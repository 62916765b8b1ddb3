"""Text to tokens and tokens to bytes, from tokenizer.json alone.

Two tokenizers are made of the one file: one for our own text, which knows the special tokens, and
one for everybody else's, from which they were taken out, so that ``<|im_end|>`` in a file gives the
tokens of its characters.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tokenizers import Tokenizer

from algosmith.engine.backends.base import Piece
from algosmith.engine.text.templates import FAMILIES
from algosmith.engine.weights.files import read_json
from algosmith.engine.weights.tokenizer_files import TOKENIZER_LIMIT
from algosmith.errors import ModelError

_TEXT_TOKENS = ("<think>", "</think>")
"""Special tokens that are text to us."""


class Tokens:
    """The two directions for one model."""

    def __init__(self, raw: dict[str, Any], family: str, end_tokens: tuple[int, ...] = ()) -> None:
        added = cast("list[dict[str, Any]]", raw.get("added_tokens") or [])
        try:
            self._trusted = Tokenizer.from_str(json.dumps(raw))
            self._plain = Tokenizer.from_str(json.dumps({**raw, "added_tokens": []}))
        except Exception as error:
            raise ModelError(
                f"tokenizer.json can't be used ({str(error)[:200]}); take the file that belongs to "
                "the model",
                detail=str(error),
            ) from error
        self._added = {int(token["id"]): str(token["content"]) for token in added}
        self._hidden = {
            int(token["id"])
            for token in added
            if token.get("special") and token["content"] not in _TEXT_TOKENS
        }
        self._byte_level = '"ByteLevel"' in json.dumps(
            [raw.get("decoder"), raw.get("pre_tokenizer")]
        )
        names = {content: number for number, content in self._added.items()}
        turn_ends = (names.get(name) for name in FAMILIES[family].end_of_turn)
        self.end = frozenset([*end_tokens, *(end for end in turn_ends if end is not None)])

    def encode(self, pieces: Sequence[Piece]) -> list[int]:
        """The tokens of a prompt."""
        found: list[int] = []
        for piece in pieces:
            if piece.trusted:
                found += self._trusted.encode(piece.text, add_special_tokens=False).ids
            else:
                found += self._untrusted(piece.text)
        return found

    def encode_trusted(self, text: str) -> list[int]:
        """The tokens of text of our own."""
        return self.encode((Piece(text, trusted=True),))

    def bytes_of(self, token: int) -> bytes:
        """The bytes a token stands for; nothing for special ones."""
        if token in self._hidden:
            return b""
        if token in self._added:
            return self._added[token].encode()
        word = self._trusted.id_to_token(token)
        if word is None:
            return b""
        if self._byte_level:
            return bytes(_BYTE_OF[c] for c in word if c in _BYTE_OF)
        if len(word) == 6 and word.startswith("<0x") and word.endswith(">"):
            return bytes.fromhex(word[3:5])
        return word.replace("▁", " ").encode()

    def _untrusted(self, text: str) -> list[int]:
        # A lone surrogate, which JSON can carry, is no UTF-8.
        text = text.encode("utf-8", "replace").decode("utf-8")
        ids = self._plain.encode(text, add_special_tokens=False).ids
        if self._added.keys().isdisjoint(ids):
            return ids
        # The vocabulary itself holds the special token as a word: character by character it can't.
        return [
            token
            for character in text
            for token in self._plain.encode(character, add_special_tokens=False).ids
            if token not in self._added
        ]


def load_tokens(folder: Path, family: str, end_tokens: tuple[int, ...]) -> Tokens:
    """The tokens of a model folder."""
    return Tokens(read_json(folder, "tokenizer.json", TOKENIZER_LIMIT), family, end_tokens)


def _byte_alphabet() -> dict[str, int]:
    """The characters by which byte-level vocabularies write bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    return table | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTE_OF = _byte_alphabet()
