"""The program around a cut function: what the compiler is given, and how it is then started."""

from __future__ import annotations

from dataclasses import dataclass

from algosmith.languages.rust.glue import COUNTED_WORK, glue
from algosmith.languages.rust.tree import function_in
from algosmith.languages.versions import LEFT_OUT, changed_name, head_of

SEEN = "seen_"
"""An entry that begins with it takes all calls at once and lists the marks that were met."""
COUNTED = "counted_run"
"""The entry of a program that counts its work."""
GLUE = "// algosmith: what calls it\n"
"""Between a program and what is ours behind it."""


@dataclass(frozen=True, slots=True)
class Build:
    """What is compiled, and how it is then started."""

    text: str
    switch: int = 0
    """Which of the small changes in the text is in force; 0 for none."""
    marked: bool = False
    """Its one call holds many, and its answer is the outcomes that were seen."""
    whole: bool = False
    """It is a program that reads standard input."""
    counted: bool = False
    """It counts its work; the first arguments of a call are not the function's."""


def build_of(source: str, entry: str) -> Build | None:
    """The whole program; the same text for all small changes of one. None: no such function."""
    head, rest = head_of(source)
    switch, copies = int(str(head.get("switch", 0))), int(str(head.get("copies", 0)))
    if not entry and "entry" not in head:
        return Build(_whole(rest, copies), switch, whole=True)
    name = str(head.get("entry", entry))
    marked, counted = entry.startswith(SEEN), entry == COUNTED
    function = function_in(rest, name)
    if function is None:
        return None

    def called(path: str) -> str:
        cases = "".join(
            f"/*<{n}*/ {n} => {changed_name(path, n)}(..), /*{n}>*/\n" for n in range(1, copies + 1)
        )
        return (
            f"match algosmith_chosen() {{\n{cases} _ => {path}(..) }}" if copies else f"{path}(..)"
        )

    seen = COUNTED_WORK if counted else f"{entry}()" if marked else ""
    behind = glue(rest, function, called, seen)
    text = f"{rest}\n{GLUE}{behind}{_chosen(copies)}{_MAIN}"
    return Build(text, switch, marked, counted=counted)


_MAIN = """fn main() {
    algosmith_known();
    ::algosmith_driver::serve(algosmith_call, algosmith_seen)
}
"""


def _chosen(copies: int) -> str:
    """Which changed version is asked for; one that was left out ends the program."""
    known = "".join(f"/*<{n}*/ {n}, /*{n}>*/\n" for n in range(1, copies + 1))
    return (
        "fn algosmith_chosen() -> u32 {\n"
        "    static CHOSEN: ::std::sync::OnceLock<u32> = ::std::sync::OnceLock::new();\n"
        "    *CHOSEN.get_or_init(|| ::std::env::args().nth(1).and_then(|one| one.parse().ok())"
        ".unwrap_or(0))\n}\n"
        "fn algosmith_known() {\n"
        f"    let known: &[u32] = &[0,\n{known}];\n"
        "    if !known.contains(&algosmith_chosen()) "
        f"{{ ::std::process::exit({LEFT_OUT}) }}\n}}\n"
    )


def _whole(rest: str, copies: int) -> str:
    """A program as it stands, or one that is any of several changed programs."""
    if not copies:
        return rest
    report = "::std::process::Termination::report"
    cases = "".join(
        f"/*<{n}*/ {n} => {report}(algosmith_change{n}::main()), /*{n}>*/\n"
        for n in range(1, copies + 1)
    )
    return (
        f"{rest}\n{GLUE}{_chosen(copies)}fn main() -> ::std::process::ExitCode {{\n"
        f"    algosmith_known();\n    match algosmith_chosen() {{\n{cases}"
        f"        _ => ::std::process::exit({LEFT_OUT}),\n    }}\n}}\n"
    )
