"""Memory a training needs, by part, against the memory that is there; and what would fit.

An estimate before anything is loaded, from the model's shape alone. Activations: what a layer of
the Llama family keeps for its backward pass, counted tensor by tensor; the logits and their
gradients are apart, since a large vocabulary makes them the largest part of a short batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from algosmith.engine.weights import ModelShape, WeightsReport
from algosmith.engine.weights.expected import layer_linears
from algosmith.errors import ConfigError
from algosmith.tuning.settings import TuneSettings

_LIBRARIES = 500 << 20
"""torch, transformers and the interpreter."""
_LIBRARIES_CUDA = 700 << 20
_SPARE = 1.05
_SHORT = 256


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes by part."""

    weights: int
    adapter: int
    """Its matrices and their gradients."""
    optimizer: int
    activations: int
    logits: int
    libraries: int

    @property
    def total(self) -> int:
        """All of it."""
        parts = (self.weights, self.adapter, self.optimizer, self.activations, self.logits)
        return sum(parts) + self.libraries


@dataclass(frozen=True, slots=True)
class Room:
    """Where a training runs and what is free there."""

    device: str
    """``cpu`` or ``cuda``."""
    free: int
    can_quantise: bool
    """bitsandbytes is there."""
    is_bfloat16_fast: bool = False


def resolved(settings: TuneSettings, base: WeightsReport, room: Room, longest: int) -> TuneSettings:
    """The settings with the precision decided: exact first, 4 bits where memory is short."""
    if settings.precision != "auto":
        return settings
    plain = "bfloat16" if room.device == "cuda" or room.is_bfloat16_fast else "float32"
    first = replace(settings, precision=plain)
    if fits(needed(first, base, room, longest), room):
        return first
    smaller = replace(settings, precision="4bit")
    if room.can_quantise and fits(needed(smaller, base, room, longest), room):
        return smaller
    half = replace(settings, precision="bfloat16")
    return half if fits(needed(half, base, room, longest), room) else first


def needed(settings: TuneSettings, base: WeightsReport, room: Room, longest: int) -> Need:
    """What the training takes when its longest batch has ``longest`` tokens a row."""
    shape = _shape(base)
    trained = adapter_parameters(shape, settings)
    tokens = settings.batch * longest
    width = 4 if settings.precision == "float32" else 2
    per_layer = _kept_per_token(shape, settings) * width
    per_token = (
        shape.layers * shape.hidden * width + per_layer
        if settings.checkpointing
        else (shape.layers * per_layer)
    )
    attention = 0 if room.device == "cuda" else settings.batch * shape.heads * longest**2 * width
    return Need(
        weights=_weights(base, shape, settings),
        adapter=trained * 8,
        optimizer=trained * 8,
        activations=tokens * per_token + attention,
        logits=tokens * shape.vocabulary * (4 + 4 + width),
        libraries=_LIBRARIES_CUDA if room.device == "cuda" else _LIBRARIES,
    )


def fits(need: Need, room: Room) -> bool:
    """Whether there is room, with a little to spare."""
    return need.total * _SPARE <= room.free


def adapter_parameters(shape: ModelShape, settings: TuneSettings) -> int:
    """Numbers that are trained."""
    return shape.layers * sum(
        settings.rank * (out + into)
        for name, (out, into), _ in layer_linears(shape)
        if name.rpartition(".")[2] in settings.targets
    )


def options(
    settings: TuneSettings, base: WeightsReport, room: Room, longest: int
) -> Iterator[tuple[str, Need]]:
    """Other ways that take less memory, by the flags that choose them."""
    ways: dict[str, TuneSettings] = {}
    lean = replace(settings, checkpointing=True)
    if settings.batch > 1:
        ways["--batch 1"] = replace(settings, batch=1)
    if not settings.checkpointing:
        ways["--checkpointing"] = lean
    if settings.precision == "float32":
        ways["--precision bfloat16"] = replace(settings, precision="bfloat16")
    if settings.precision != "4bit" and room.can_quantise:
        ways["--precision 4bit"] = replace(settings, precision="4bit")
        ways["--precision 4bit --checkpointing"] = replace(lean, precision="4bit")
    for way, changed in ways.items():
        yield way, needed(changed, base, room, longest)
    if longest > _SHORT:
        short = replace(lean, batch=1)
        yield f"--batch 1 --checkpointing --most-tokens {_SHORT}", needed(short, base, room, _SHORT)


def require_room(settings: TuneSettings, base: WeightsReport, room: Room, longest: int) -> Need:
    """What is needed; ConfigError says by part what is missing, and what would fit."""
    need = needed(settings, base, room, longest)
    if fits(need, room):
        return need
    found = [(way, other) for way, other in options(settings, base, room, longest)]
    fitting = [f"{way} ({in_words(other.total)})" for way, other in found if fits(other, room)]
    missing = "" if room.can_quantise else "; 4 bits need `pip install bitsandbytes`"
    would = "this would fit: " + ", ".join(fitting) if fitting else "nothing smaller would fit"
    raise ConfigError(
        f"training needs {in_words(need.total)}, {in_words(room.free)} are free on {room.device} "
        f"({described(need)}); {would}{missing}"
    )


def described(need: Need) -> str:
    """The parts in words."""
    return (
        f"weights {in_words(need.weights)}, adapter {in_words(need.adapter)}, "
        f"optimiser {in_words(need.optimizer)}, activations {in_words(need.activations)}, "
        f"logits {in_words(need.logits)}, libraries {in_words(need.libraries)}"
    )


def _weights(base: WeightsReport, shape: ModelShape, settings: TuneSettings) -> int:
    embedding = shape.vocabulary * shape.hidden
    others = base.parameters - embedding * (1 if shape.tied else 2)
    match settings.precision:
        case "4bit":  # the linear maps alone are quantised: half a byte, and a scale for each 64
            return int(others * 0.5626) + (base.parameters - others) * 2
        case "float32" | "auto":
            return base.parameters * 4
        case "bfloat16":
            return base.parameters * 2


def _kept_per_token(shape: ModelShape, settings: TuneSettings) -> int:
    """Numbers of one layer that wait for the backward pass, for each token."""
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    # Two norms (input and normed), q and k before and after rotating, v, attention's result, the
    # residual sums; gate, its activation, up and their product.
    kept = 4 * shape.hidden + 2 * query + 2 * key + key + 2 * query + 4 * shape.intermediate
    # What each adapted map sees, once more for its dropout, and its inner product.
    adapted = sum(
        2 * into + settings.rank
        for name, (_, into), _ in layer_linears(shape)
        if name.rpartition(".")[2] in settings.targets
    )
    return kept + adapted


def _shape(base: WeightsReport) -> ModelShape:
    if base.shape is None:
        raise ConfigError(
            f"{base.path.name} is a GGUF file, which can't be trained on: "
            "`algosmith tune base NAME -o FOLDER` makes a folder of it"
        )
    return base.shape


def in_words(count: int) -> str:
    """Bytes for people."""
    if count < 1 << 20:
        return f"{count / 1024:.0f} KiB"
    return f"{count / 2**30:.1f} GiB" if count >= 1 << 30 else f"{count / 2**20:.0f} MiB"
