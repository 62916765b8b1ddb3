"""``algosmith bench``: how fast the model runs here, as figures and as shares of the limit."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from algosmith import config

if TYPE_CHECKING:
    from algosmith.engine import bench


def run(args: list[str]) -> int:
    """The command; gives the process's exit status."""
    parser = argparse.ArgumentParser("algosmith bench", description=__doc__)
    parser.add_argument("--model", help="instead of the setting `model`")
    parser.add_argument("--backend", choices=("auto", "llamacpp", "transformers"))
    parser.add_argument("--threads", type=int, help="CPU threads; by default the free cores")
    parser.add_argument("--tokens", type=int, default=64, help="tokens for each sequence")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(args)
    changes: dict[str, object] = {"model": options.model, "engine": {}}
    chosen = {"backend": options.backend, "threads": options.threads}
    changes["engine"] = {name: value for name, value in chosen.items() if value is not None}
    if options.model is None:
        del changes["model"]
    loaded, problems = config.load()
    settings, more = config.parse(changes, loaded)
    for problem in (*problems, *more):
        print(f"algosmith: {problem}", file=sys.stderr)

    from algosmith.engine import bench
    from algosmith.llm import models

    path = models.resolve(settings.model)
    result = bench.run(path, settings, _tell, options.tokens)
    print(json.dumps(asdict(result)) if options.json else _table(result))
    return 0


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
    return "\n".join(f"{name:14} {value}" for name, value in rows)
