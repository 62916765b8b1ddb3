"""The figures as Markdown, for terminals and for the documentation."""

from collections.abc import Sequence

from algosmith.evaluation.mathematics import MathSummary
from algosmith.evaluation.paired import Comparison
from algosmith.evaluation.pools import RULES, Pool
from algosmith.evaluation.summary import Part, Summary, Times


def summary_table(summary: Summary) -> str:
    """One run."""
    lines = [f"{summary.problems} problems, {summary.answers:.1f} answers each on average"]
    if summary.failed:
        lines.append(f"{summary.failed} without an answer: asking the model failed")
    lines += ["", "| figure | value |", "| --- | --- |"]
    parts = {
        "replies that can be placed": summary.placeable,
        "one greedy plain answer: right": summary.plain,
        "first answer: right": summary.first,
        "**chosen answer: right**": summary.chosen,
        "any answer right (oracle)": summary.oracle,
        "chosen right, of those where any is": summary.chosen_of_oracle,
        "chosen answer verified": summary.verified,
        "the same, problems with 3 or more examples": summary.verified_many,
        "**verified and right** (chosen)": summary.verified_right,
        "verified and right (all answers)": summary.all_verified_right,
        "verified and as the reference on generated inputs": summary.verified_agrees,
    }
    lines += [f"| {name} | {_part(part)} |" for name, part in parts.items() if part.whole]
    times = {
        "seconds to the first answer": summary.seconds_first,
        "seconds to the chosen answer": summary.seconds,
        "seconds to the end": summary.seconds_end,
        "seconds of the greedy plain answer": summary.seconds_plain,
        "tokens": summary.tokens,
    }
    lines += [f"| {name}: median, p90 | {_times(t)} |" for name, t in times.items() if t]
    return "\n".join(lines)


def pool_table(pools: Sequence[Pool]) -> str:
    """What several ways of choosing pick from the same answers."""
    count = len(pools)
    lines = ["| pick | right |", "| --- | --- |"]
    rows = [pool.row for pool in pools]
    shares = [sum(a.right for a in row.answers) / max(len(row.answers), 1) for row in rows]
    lines.append(f"| a random answer (expected) | {sum(shares):.1f} of {count} |")
    for rule in RULES:
        picked = [(pool.row, pool.picks[rule]) for pool in pools]
        right = sum(i is not None and row.answers[i].right for row, i in picked)
        lines.append(f"| {rule} | {_part(Part(right, count))} |")
    lines.append(f"| **chosen** | {_part(Part(sum(row.is_right for row in rows), count))} |")
    return "\n".join(lines)


def comparison_table(comparison: Comparison) -> str:
    """Two runs."""
    lines = [f"{comparison.problems} problems in both runs, compared problem by problem"]
    if comparison.only_in_one:
        lines.append(f"{comparison.only_in_one} problems stand in one run only and are left out")
    lines += [
        "",
        "| figure | first | second | difference, 95% | only second, only first | p |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for share in comparison.shares:
        change = (share.after - share.before) / comparison.problems
        low, high = share.interval
        lines.append(
            f"| {share.name} | {share.before} | {share.after} | {change:+.1%} ({low:+.1%} to "
            f"{high:+.1%}) | {share.gained}, {share.lost} | {share.p:.3f} |"
        )
    for ratio in comparison.ratios:
        low, high = ratio.interval
        change = ratio.after / ratio.before
        lines.append(
            f"| {ratio.name}, median | {ratio.before:.1f} | {ratio.after:.1f} | × {change:.2f} "
            f"({low:.2f} to {high:.2f}) | | |"
        )
    return "\n".join(lines)


def math_table(summary: MathSummary) -> str:
    """One run of mathematical problems."""
    parts = {
        "first answer: right": summary.first,
        "**majority: right**": summary.majority,
        "any answer right (oracle)": summary.oracle,
        "confirmed (two or more answers equal)": summary.confirmed,
        "**confirmed and right**": summary.confirmed_right,
    }
    rows = [f"| {name} | {_part(part)} |" for name, part in parts.items()]
    return "\n".join(
        (
            f"{summary.problems} problems, {summary.not_compared} without a comparison, "
            f"{summary.without_box} replies without a final value",
            "", "| figure | value |", "| --- | --- |", *rows,
            f"| seconds a problem, median | {summary.seconds:.1f} |",
        )
    )  # fmt: skip


def _part(part: Part) -> str:
    if part.share is None or part.interval is None:
        return "-"
    low, high = part.interval
    return f"{part.part} of {part.whole} = {part.share:.1%} ({low:.0%} to {high:.0%})"


def _times(times: Times) -> str:
    return f"{times.median:.1f}, {times.p90:.1f}"
