"""The results of ``bench_gpu.py`` as a table for ``benchmarks.md``. The standard library only."""

import time
from typing import Any


def table(results: dict[str, Any]) -> str:
    """The figures in the form of ``benchmarks.md``."""
    facts = results.get("facts", {})
    lines = [
        f"`make bench-gpu` · {time.strftime('%d %B %Y')} · {facts.get('name', facts.get('device'))}"
        f", torch {facts.get('torch')}, {facts.get('bandwidth', 0) / 1e12:.2f} TB/s by copying",
        "",
    ]
    if "tests" in results:
        lines += [f"Tests: {results['tests'].get('summary', results['tests'])}", ""]
    head = "tok/s (share of the limit; through the backend; cancel)"
    speeds = {name: found for name, found in results.items() if "rates" in found}
    batches = sorted({r["batch"] for found in speeds.values() for r in found["rates"]})
    lines += [f"| {head} | " + " | ".join(f"batch {batch}" for batch in batches) + " |"]
    lines += ["| --- |" + " --- |" * len(batches)]
    for name, found in speeds.items():
        by_batch = {rate["batch"]: rate for rate in found["rates"]}
        through = {row["batch"]: row for row in found.get("served", ())}
        cells = [_cell(by_batch.get(batch), through.get(batch)) for batch in batches]
        how = "compiled" if found["compiled"] else "plain"
        lines += [f"| {name}, {how} | " + " | ".join(cells) + " |"]
    lines += ["", *_first_tokens(speeds), *_generate(results.get("generate", {}))]
    lines += _profile(results.get("profile", {})) + _maps(results.get("maps", []))
    lost = [f"- {name}: {found['failed']}" for name, found in results.items() if "failed" in found]
    return "\n".join([*lines, *(["", "Failed:", *lost] if lost else []), ""])


def _cell(rate: dict[str, float] | None, row: dict[str, float] | None) -> str:
    if rate is None:
        return ""
    through = f"; {row['tokens_per_second']:,.0f}; {row['cancel_ms']:.1f} ms" if row else ""
    return f"{rate['tokens_per_second']:,.0f} ({rate['share_of_limit']:.0%}{through})"


def _first_tokens(speeds: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, found in speeds.items():
        first = found["first_token"]
        lines.append(
            f"First token of {first['prompt_tokens']:,}, {name}: {first['cold_ms']:.1f} ms cold, "
            f"{first['prefix_ms']:.1f} ms with its prefix known; warm after "
            f"{found['warm_up_seconds']:.0f} s."
        )
    return lines


def _generate(found: dict[str, Any]) -> list[str]:
    ours = {rate["batch"]: rate["tokens_per_second"] for rate in found.get("rates", ())}
    return [
        f"`generate()` {dtype}, batch {batch}: {rate:,.1f} tok/s; ours {ours[batch] / rate:.1f} ×."
        for dtype, batch, rate in found.get("generate_rates", ())
        if batch in ours
    ]


def _profile(found: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, one in found.items():
        if not isinstance(one, dict):
            continue
        gaps = 1 - one["busy_us"] / one["step_us"]
        step = f"{one['step_us']:,.0f} µs a step, {one['kernels']:.0f} kernels"
        lines += ["", f"Profile, {name}: {step}, {gaps:.0%} of the time none runs.", ""]
        lines += ["| kernel | µs a step | times |", "| --- | --- | --- |"]
        lines += [
            f"| `{top['name'][:70]}` | {top['us']:.1f} | {top['count']:.0f} |"
            for top in one["top"][:10]
        ]
    return lines


def _maps(found: Any) -> list[str]:
    rows = [row for row in found if "us" in row] if isinstance(found, list) else []
    if not rows:
        return []
    lines = ["", "| map, rows | none | int8 | int4 |", "| --- | --- | --- | --- |"]
    for name, count in dict.fromkeys((row["map"], row["rows"]) for row in rows):
        cells = {
            row["kind"]: f"{row['us']:.0f} µs ({row['share_of_limit']:.0%})"
            for row in rows
            if (row["map"], row["rows"]) == (name, count)
        }
        kinds = (cells.get(kind, "") for kind in ("none", "int8", "int4"))
        lines.append(f"| {name}, {count} | " + " | ".join(kinds) + " |")
    return lines
