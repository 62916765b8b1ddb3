"""Whether an output is the wanted one: token by token, numbers within the problem's tolerance."""

import math
import re

from algosmith.programs.types import Rules

_DECIMAL = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_EXACT = Rules().tolerance


def same(wanted: str, given: str, rules: Rules) -> bool:
    """Whether two outputs have equal tokens; white space of any kind counts alike."""
    one, other = wanted.split(), given.split()
    return len(one) == len(other) and all(
        _equal(first, second, rules) for first, second in zip(one, other, strict=True)
    )


def canonical(output: str) -> str:
    """The same text for outputs that say the same: one blank between tokens, numbers shortened."""
    lines = (" ".join(map(_short, line.split())) for line in output.splitlines())
    return "\n".join(line for line in lines if line)


def _equal(wanted: str, given: str, rules: Rules) -> bool:
    if wanted == given or (rules.any_case and wanted.lower() == given.lower()):
        return True
    loose = rules.tolerance > _EXACT and _WHOLE.fullmatch(wanted) is not None
    if not (loose or _DECIMAL.fullmatch(wanted)):
        return False
    if not (_DECIMAL.fullmatch(given) or _WHOLE.fullmatch(given)):
        return False
    one, other = float(wanted), float(given)
    return math.isclose(one, other, rel_tol=rules.tolerance, abs_tol=rules.tolerance)


def _short(token: str) -> str:
    return f"{float(token):.6g}" if _DECIMAL.fullmatch(token) else token
