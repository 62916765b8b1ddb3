"""The program around a cut function: the driver's call in front and behind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from algosmith.languages.versions import LEFT_OUT, changed_name, head_of

_SEEN = "all_"
_COUNTED = "counted_"
AS_C = "/*C*/\n"
"""A program that begins with it was C: what only C allows is let pass."""
IN_C = "/*in C*/\n"
"""A program that begins with it is compiled as C."""


@dataclass(frozen=True, slots=True)
class Build:
    """What is compiled, and how it is then started."""

    text: str
    switch: int
    """Which of the small changes in the text is in force; 0 for none."""
    marked: bool
    """Its one call holds many, and its answer is the outcomes that were seen."""
    whole: bool = False
    """It is a program that reads standard input."""
    counted: bool = False
    """It counts its work; the first arguments of a call are not the function's."""


def build_of(source: str, entry: str) -> Build:
    """The whole program; the same text for all small changes of one."""
    head, rest = head_of(source)
    if not entry and "entry" not in head:
        return _whole(head, rest)
    name = str(head.get("entry", entry))
    marked, counted = entry.startswith(_SEEN), entry.startswith(_COUNTED)
    *owners, last = name.split(".")
    owner = "::".join(owners)
    copies = int(str(head.get("copies", 0)))
    types = head.get("types")
    given = f"<{', '.join(map(str, types))}>" if isinstance(types, list) else ""  # pyright: ignore[reportUnknownArgumentType]  # our own JSON

    def call(function: str) -> str:
        seen = ", &counted_::seen" if counted else f", &{entry}" if marked else ""
        if owner and not head.get("namespace"):
            return f"algosmith_driver::serve_method<{owner}>(&{owner}::{function}{seen})"
        space = f"{owner}::" if owner else ""
        return f"algosmith_driver::serve(&{space}{function}{given}{seen})"

    cases = "".join(
        f"/*<{n}*/\n  if (chosen == {n}) return {call(changed_name(last, n))};\n/*{n}>*/\n"
        for n in range(1, copies + 1)
    )
    text = (
        f'{AS_C if head.get("c") else ""}#line 1 "candidate.cpp"\n{rest}\n#line 1 "driver.cpp"\n'
        "#undef int\n#undef main\n#undef return\n#undef signed\n#undef char\n#undef if\n"
        "signed main(signed count, char** given) {\n"
        "  signed chosen = count > 1 ? std::atoi(given[1]) : 0;\n"
        f"{cases}  if (chosen) return 1;\n  return {call(last)};\n}}\n"
    )
    return Build(text, int(str(head.get("switch", 0))), marked, counted=counted)


def _whole(head: dict[str, object], rest: str) -> Build:
    """A program as it stands, or one that is any of several changed programs."""
    copies = int(str(head.get("copies", 0)))
    if not copies:
        as_c = AS_C if "compiled" in head else IN_C
        return Build(
            f'{as_c if head.get("c") else ""}#line 1 "candidate.cpp"\n{rest}\n',
            0,
            False,
            whole=True,
        )
    given = "1, given" if head.get("takes") else ""
    cases = "".join(
        f"/*<{n}*/\n  if (chosen == {n}) return algosmith_change{n}::main({given});\n/*{n}>*/\n"
        for n in range(1, copies + 1)
    )
    text = (
        f'{AS_C if head.get("c") else ""}{rest}\n#line 1 "driver.cpp"\n'
        "#undef int\n#undef main\n#undef return\n#undef signed\n#undef char\n#undef if\n"
        "signed main(signed count, char** given) {\n"
        "  signed chosen = count > 1 ? std::atoi(given[1]) : 0;\n"
        f"{cases}  return {LEFT_OUT};\n}}\n"
    )
    return Build(text, int(str(head.get("switch", 0))), False, whole=True)


def changes_in(text: str) -> frozenset[int]:
    """The changed versions that a program, or what a compiler says of it, speaks of."""
    return frozenset(int(n) for n in re.findall(r"change(\d+)\.cpp:", text))
