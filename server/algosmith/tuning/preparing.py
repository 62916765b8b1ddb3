"""From files and a base to a training that may begin: read, split, encoded, room found."""

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith.engine import weights
from algosmith.engine.weights import WeightsReport, free_host_memory
from algosmith.errors import ConfigError
from algosmith.evaluation.problems import Problem
from algosmith.tuning import plan, reading, splitting
from algosmith.tuning.conversations import Conversation, DataSet, turns
from algosmith.tuning.encoding import EncodedSet, Encoder, teaches_empty_thought
from algosmith.tuning.libraries import LIBRARIES, require
from algosmith.tuning.plan import Need, Room
from algosmith.tuning.settings import TuneSettings
from algosmith.tuning.splitting import Split


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """All that a training needs, and what is told before it begins."""

    base: WeightsReport
    data: DataSet
    digest: str
    """Of the data's files."""
    split: Split
    training: EncodedSet
    validation: EncodedSet
    encoder: Encoder
    settings: TuneSettings
    room: Room
    need: Need

    @property
    def longest(self) -> int:
        """Tokens of the longest row that is learned."""
        return longest(self.training, self.validation)


def base_of(path: Path) -> WeightsReport:
    """A folder that can be trained on; ModelError or ConfigError says why another can't."""
    report = weights.check(path)
    if report.format == "gguf":
        raise ConfigError(
            f"{path.name} is a GGUF file, which can't be trained on: "
            f"`algosmith tune base {path} -o FOLDER` makes a folder of it, then name that folder"
        )
    return report


def prepare(
    files: Sequence[Path], base: WeightsReport, settings: TuneSettings, share: float = 1.0
) -> TrainingSetup:
    """Reads and encodes the data; ``share`` takes part of the rows, for a pilot.

    Raises:
        ConfigError: The data can't be used, or the memory does not suffice.
    """
    require(*LIBRARIES)
    data = reading.read(files)
    _refuse_empty_thoughts(data.conversations)
    parts = splitting.split(data.conversations, settings.held_out, settings.seed)
    if share < 1:
        count = max(splitting.LEAST_ROWS, round(len(parts.training) * share))
        parts = replace(parts, training=parts.training[:count])
    encoder = Encoder(base)
    training = encoder.encode_all(turns(parts.training), settings.most_tokens)
    validation = encoder.encode_all(turns(parts.validation), settings.most_tokens)
    if not training.encoded or not validation.encoded:
        shortest = min(len(one.tokens) for one in (*training.too_long, *validation.too_long))
        raise ConfigError(
            f"no row is within --most-tokens {settings.most_tokens}: the shortest has {shortest}; "
            "raise it, or give shorter rows"
        )
    room = room_here()
    decided = plan.resolved(settings, base, room, longest(training, validation))
    need = plan.needed(decided, base, room, longest(training, validation))
    return TrainingSetup(
        base, data, digest_of(files), parts, training, validation, encoder, decided, room, need
    )


def longest(*sets: EncodedSet) -> int:
    """Tokens of the longest row that is used."""
    return max((len(one.tokens) for encoded in sets for one in encoded.encoded), default=0)


def digest_of(files: Sequence[Path]) -> str:
    """Changes when the data does."""
    found = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()[:16]


def room_here() -> Room:
    """Where a training would run on this machine."""
    can_quantise = importlib.util.find_spec("bitsandbytes") is not None
    import torch

    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        return Room("cuda", free, can_quantise, is_bfloat16_fast=True)
    return Room("cpu", free_host_memory(), can_quantise)


def refuse_overlap(problems: Sequence[Problem], conversations: Sequence[Conversation]) -> None:
    """ConfigError where a problem that answers are judged by stands in what is learned."""
    for problem in problems:
        # Without the TODO's own words: data says "implement", an evaluation "write it".
        comment, data = problem.task.comment, problem.snapshot.data
        text = (data[: comment.start] + data[comment.end :]).decode("utf-8", "replace")
        rows = splitting.copied(text, conversations)
        if rows:
            raise ConfigError(
                f"row {rows[0]} holds the problem {problem.id} that answers are judged by: what "
                f"was learned proves nothing; take it out of the data ({len(rows)} such rows)"
            )


def _refuse_empty_thoughts(conversations: Sequence[Conversation]) -> None:
    empty = [one.row for one in conversations if teaches_empty_thought(one)]
    if empty:
        raise ConfigError(
            f"row {empty[0]} holds an empty thought ({len(empty)} such rows), which teaches the "
            "model not to think: take the empty <think></think> out, or give the thoughts"
        )
