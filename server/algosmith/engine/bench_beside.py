"""What else can run the model, measured in the same run: a figure alone says little.

``generate()`` of transformers runs on the folder's weights; for a GGUF on random ones of the same
shape, as its speed does not depend on the values and its own reader of GGUF would look for more
in the folder than was checked. llama.cpp runs a GGUF that lies in or beside the folder.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith.config import Settings
from algosmith.engine.backends import choose, llamacpp_native, transformers
from algosmith.engine.bench_runner import decode_rate
from algosmith.engine.weights import check, gguf_shape
from algosmith.errors import AlgosmithError

BATCHES = (1, 8)
_CONTEXT = 32
"""Tokens that ``generate()`` starts from; about as many as the question our backend gets."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another runtime's decoding with one batch size."""

    name: str
    batch: int
    tokens_per_second: float


def beside(
    path: Path, settings: Settings, backend: str, tokens: int, report: Callable[[str], None]
) -> tuple[tuple[Beside, ...], tuple[str, ...]]:
    """Figures, and a sentence for each runtime that could not be measured."""
    found: list[Beside] = []
    missing: list[str] = []
    measures = [("generate()", _generate)]
    if backend == "transformers":
        measures.append(("llama.cpp", _llamacpp))
    for name, measure in measures:
        try:
            found += measure(path, settings, tokens, report)
        except AlgosmithError as error:
            missing.append(f"{name}: {error}")
    return tuple(found), tuple(missing)


def _generate(
    path: Path, settings: Settings, tokens: int, report: Callable[[str], None]
) -> list[Beside]:
    if not transformers.available():
        raise AlgosmithError("torch and transformers are not installed (the extra `gpu`)")
    weights = check(path)
    shape = weights.shape or gguf_shape(weights.path)
    if shape is None:
        raise AlgosmithError(f"{weights.architecture} is no architecture our torch side builds")
    from algosmith.engine.backends.torch_decode.reference import plain_rates

    rates = plain_rates(
        shape,
        weights if weights.shape else None,
        settings.engine,
        (BATCHES, _CONTEXT, min(tokens, 32)),
        report,
    )
    return [Beside(f"generate(), {dtype}", batch, round(rate, 1)) for dtype, batch, rate in rates]


def _llamacpp(
    path: Path, settings: Settings, tokens: int, report: Callable[[str], None]
) -> list[Beside]:
    if not llamacpp_native.available():
        raise AlgosmithError("xllamacpp is not installed (the extra `llamacpp`)")
    gguf = gguf_of(path)
    if gguf is None:
        raise AlgosmithError(f"no GGUF of the model in {path} or, under its name, beside it")
    report(f"llama.cpp with {gguf.name}")
    engine = replace(settings.engine, backend="llamacpp", parallel=max(BATCHES))
    backend = choose.load(gguf, replace(settings, engine=engine), lambda text, share: None)
    try:
        return [
            Beside(f"llama.cpp, {gguf.name}", batch, round(decode_rate(backend, batch, tokens), 1))
            for batch in BATCHES
        ]
    finally:
        backend.close()


def gguf_of(folder: Path) -> Path | None:
    """A GGUF in a model's folder, or beside it under the folder's name."""
    folder = folder.expanduser().resolve()
    inside = sorted(folder.glob("*.gguf"))
    name = folder.name.lower()
    near = [
        each for each in sorted(folder.parent.glob("*.gguf")) if each.stem.lower().startswith(name)
    ]
    return next(iter(inside + near), None)
