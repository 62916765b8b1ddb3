"""``algosmith bench``: how fast the model runs here, as figures and as shares of the limit."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith import config

if TYPE_CHECKING:
    from algosmith.engine import bench


def run(args: list[str]) -> int:
    """The command; gives the process's exit status."""
    from algosmith import catalogue
    from algosmith.engine import bench, bench_torch

    options = _parser(list(bench_torch.SHAPES)).parse_args(args)
    settings = _settings(options)
    batches = tuple(int(size) for size in options.batches.split(","))
    if options.random_weights or options.quality:
        decoder = bench_torch.Options(
            model=catalogue.resolve(settings.model) if options.quality else None,
            random_weights=options.random_weights,
            device=settings.engine.device,
            quantization=settings.engine.quantization,
            threads=settings.engine.threads or 1,
            context=options.context,
            prompt=options.prompt,
            tokens=options.tokens or 128,
            batches=batches,
            compare=options.compare,
            quality=options.quality,
            compiled=options.compiled,
        )
        measured = bench_torch.measure(decoder, _tell)
        print(json.dumps(asdict(measured)) if options.json else bench_torch.table(measured))
        return 0
    result = bench.run(
        catalogue.resolve(settings.model),
        settings,
        _tell,
        bench.Options(options.tokens or 64, batches, options.compare),
    )
    print(json.dumps(asdict(result)) if options.json else _table(result))
    return 0


def _parser(shapes: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith bench", description=__doc__)
    parser.add_argument("--model", help="instead of the setting `model`")
    parser.add_argument("--backend", choices=("auto", "llamacpp", "transformers"))
    parser.add_argument("--device", help="instead of the setting `engine.device`")
    parser.add_argument("--quantization", choices=("none", "int8", "int4"))
    parser.add_argument(
        "--threads", type=int, help="CPU threads; by default one for each physical core"
    )
    parser.add_argument("--tokens", type=int, help="tokens for each sequence")
    parser.add_argument("--batches", default="1,4,8,16", help="sequences at a time")
    parser.add_argument(
        "--no-compare",
        dest="compare",
        action="store_false",
        help="leave out generate() of transformers and llama.cpp beside ours",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    decoder = parser.add_argument_group("the torch decoder by itself")
    decoder.add_argument("--random-weights", choices=shapes, help="no model is needed")
    decoder.add_argument(
        "--quality", type=Path, metavar="TEXTFILE", help="what quantization costs on a text"
    )
    decoder.add_argument("--context", type=int, default=1024, help="tokens decoding starts from")
    decoder.add_argument("--prompt", type=int, default=1528, help="tokens before the first one")
    decoder.add_argument("--no-compile", dest="compiled", action="store_false")
    return parser


def _settings(options: argparse.Namespace) -> config.Settings:
    wanted = {
        name: getattr(options, name) for name in ("backend", "device", "quantization", "threads")
    }
    changes: dict[str, object] = {
        "engine": {name: value for name, value in wanted.items() if value is not None}
    }
    if options.model is not None:
        changes["model"] = options.model
    loaded, problems = config.load()
    settings, more = config.parse(changes, loaded)
    for problem in (*problems, *more):
        print(f"algosmith: {problem}", file=sys.stderr)
    return settings


def _tell(line: str) -> None:
    print(f"… {line}", file=sys.stderr)


def _table(result: "bench.Result") -> str:
    gib = 1 << 30
    limit = result.limit_tokens_per_second
    bound = "unknown"
    if result.bandwidth and limit:
        bound = f"{result.bandwidth / 1e9:.1f} GB/s, so at most {limit:.0f} steps/s"
    reuse = 1 - result.first_token_reused_seconds / max(result.first_token_cold_seconds, 1e-9)
    memory = "unknown" if result.memory_bytes is None else f"{result.memory_bytes / gib:.2f} GiB"
    rows = [
        ("model", f"{result.model}, {result.weight_bytes / gib:.2f} GiB of weights"),
        ("backend", f"{result.backend} on {result.device}"),
        ("memory reads", bound),
        ("load", f"{result.load_seconds:.1f} s"),
        ("memory held", memory),
        ("first token", f"{result.first_token_cold_seconds * 1000:.0f} ms cold"),
        ("", f"{result.first_token_reused_seconds * 1000:.0f} ms with the prefix reused"
             f" (-{reuse:.0%}, {result.prompt_tokens:,} tokens)"),
    ]  # fmt: skip
    first = result.decode[0].tokens_per_second if result.decode else 0.0
    for row in result.decode:
        share = "" if row.share_of_limit is None else f", {row.share_of_limit:.0%} of the limit"
        times = (
            f", {row.tokens_per_second / first:.1f} x batch 1" if row.batch > 1 and first else ""
        )
        rows.append((f"batch {row.batch}", f"{row.tokens_per_second:.1f} tokens/s{share}{times}"))
    ours = {row.batch: row.tokens_per_second for row in result.decode}
    for other in result.beside:
        ratio = ours.get(other.batch, 0.0) / max(other.tokens_per_second, 1e-9)
        rows.append(
            (
                f"beside, {other.batch}",
                f"{other.tokens_per_second:.1f} tokens/s with {other.name}"
                + (f": ours is {ratio:.1f} x that" if ratio else ""),
            )
        )
    rows += [("not beside", reason) for reason in result.not_beside]
    return "\n".join(f"{name:14} {value}" for name, value in rows)
