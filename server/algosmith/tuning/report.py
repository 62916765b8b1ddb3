"""What is said about data and memory before a training, for people."""

import statistics
from collections.abc import Sequence

from algosmith.tuning import contract, plan
from algosmith.tuning.encoding import EncodedSet
from algosmith.tuning.preparing import TrainingSetup
from algosmith.tuning.training import steps_of

_SHOWN = 5


def data_report(prepared: TrainingSetup) -> str:
    """Counts, token lengths, what is left out, broken contracts, and a sample."""
    data, parts = prepared.data, prepared.split
    forms = ", ".join(f"{count} {name}" for name, count in data.forms.items())
    lines = [
        f"rows: {len(data.conversations)} ({forms}), {len(data.left_out)} left out",
        *_some(data.left_out),
        f"split: {len(parts.training)} to learn, {len(parts.validation)} for validation, "
        f"{len(parts.held_out)} problems kept for the gate; {parts.repeated} rows ask nearly the "
        "same as another and stay on its side",
        _lengths("to learn", prepared.training),
        _lengths("validation", prepared.validation),
    ]
    too_long = (*prepared.training.too_long, *prepared.validation.too_long)
    if too_long:
        rows = [f"row {one.conversation.row}: {len(one.tokens)} tokens" for one in too_long]
        most = prepared.settings.most_tokens
        lines += [f"longer than --most-tokens {most}, left out whole: {len(rows)}", *_some(rows)]
    broken = [(one.row, contract.broken_by(one)) for one in data.conversations]
    told = [f"row {row}: {why}" for row, why in broken if why]
    lines += [f"answers that break the reply contract (one block of code): {len(told)}"]
    lines += _some(told)
    prompt, answer = prepared.encoder.shown(prepared.training.encoded[0])
    lines += [
        "a sample as the model sees it; what follows >>> is learned:",
        prompt + ">>>" + answer,
    ]
    return "\n".join(lines)


def plan_report(prepared: TrainingSetup) -> str:
    """Memory by part, other ways, and how many steps there will be."""
    settings, room, need = prepared.settings, prepared.room, prepared.need
    steps = steps_of(settings, len(prepared.training.encoded))
    lines = [
        f"base: {prepared.base.path.name}, {prepared.base.parameters / 1e6:,.0f}M parameters, "
        f"in {settings.precision} on {room.device}",
        f"memory: {plan.in_words(need.total)} needed, {plan.in_words(room.free)} free "
        f"({plan.described(need)})",
    ]
    for way, other in plan.options(settings, prepared.base, room, prepared.longest):
        lines.append(f"  with {way}: {plan.in_words(other.total)}")
    if not room.can_quantise:
        lines.append("  4 bits are not there: `pip install bitsandbytes` adds --precision 4bit")
    lines.append(f"steps: {steps}; the time is told after ten of them")
    return "\n".join(lines)


def _lengths(name: str, found: EncodedSet) -> str:
    lengths = sorted(len(one.tokens) for one in found.encoded)
    p90 = lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]
    learned = sum(len(one.tokens) - one.prompt for one in found.encoded) / len(lengths)
    return (
        f"tokens, {name}: median {statistics.median(lengths):.0f}, p90 {p90}, most {lengths[-1]}; "
        f"{learned:.0f} of each row are learned on average"
    )


def _some(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return [f"  {line}" for line in lines[:_SHOWN]] + ([f"  and {more} more"] if more > 0 else [])
