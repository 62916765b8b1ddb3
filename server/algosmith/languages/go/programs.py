"""Whole programs that read standard input: what they are, small changes to them, what ran."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from algosmith.languages.go import mutants, packages
from algosmith.languages.go.compiling import LIBRARY
from algosmith.languages.go.cutting import has_chances, without_comments
from algosmith.languages.go.marking import inserted, marker_of
from algosmith.languages.go.tree import (
    entry_of,
    function_in,
    functions_in,
    look,
    name_of,
    names_in,
    parameters_of,
)
from algosmith.languages.types import MarkedProgram, Part
from algosmith.languages.versions import changed_name, head_of, with_head
from algosmith.syntax.document import open_document
from algosmith.syntax.goimports import imports_in, receiver_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from typing import Literal

    import tree_sitter

    from algosmith.model import Function, Snapshot

_READS = re.compile(r"\bos\s*\.\s*Stdin\b|\bfmt\s*\.\s*Scan(?:f|ln)?\b")
_FILES = re.compile(r"\bos\s*\.\s*(?:Open|OpenFile|Create|ReadFile|WriteFile|ReadDir)\b")
_QUIET = re.compile(
    r"^.*\b(?:os\.Std(?:in|out)|fmt\.F?(?:Scan|Print)\w*|bufio\.\w+|\.Flush\(\)|\.Scan\(\))\b.*$",
    re.MULTILINE,
)


def reads(code: str) -> bool:
    """Whether code asks for standard input."""
    return _READS.search(code) is not None


def starts(snapshot: Snapshot, function: Function) -> Literal["", "bare", "given"]:
    """See ``languages.types.Programs.starts``."""
    if function.qualified_name == "main":
        return "bare"
    root = open_document(snapshot).tree.root_node
    known = {name_of(node): node for node in functions_in(root)}
    waiting, seen = ["main"], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        waiting += names_in(known[name])
    if "main" not in seen or function.name not in seen:
        return ""
    node = known[function.name]
    return "given" if parameters_of(node) or receiver_of(node)[1] else "bare"


def whole(snapshot: Snapshot) -> Part:
    """See ``languages.types.Programs.whole``."""
    root = open_document(snapshot).tree.root_node
    others = packages.beside(snapshot) if packages.package_of(root) == "main" else []
    text = without_comments(root) + "\n"
    found = look(root)
    return Part(
        text, "", _why_not(text, root, others), found.shape, found.size, Counter(found.parts),
        chances=has_chances(root),
    )  # fmt: skip


def quiet(text: str) -> str:
    """Code without what every program does: reading its input, printing."""
    return _QUIET.sub("", text)


def _why_not(text: str, root: tree_sitter.Node, others: list[tree_sitter.Node]) -> str:
    if not any(entry_of(n) == "main" for n in functions_in(root)):
        return "there is no `main`: a program begins there"
    name = packages.package_of(root)
    if name not in ("", "main"):
        return f"it is of the package `{name}`: only `main` is a program"
    for one in imports_in(root):
        if one.path not in LIBRARY:
            return f"it uses the package `{one.path}`, which is not there where it runs"
    own = {entry_of(n) for n in functions_in(root)}
    used = names_in(root)
    for other in others:
        if any(entry_of(n) == "main" for n in functions_in(other)):
            continue  # a program of its own that stands in the same folder
        for n in functions_in(other):
            if name_of(n) in used and entry_of(n) not in own and not receiver_of(n)[1]:
                return f"it uses `{name_of(n)}` of another file of its package"
    if _FILES.search(text):
        return "it reads or writes files; write it for standard input and output"
    return ""


def changed(text: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change each.

    The functions that ``main`` comes to stand beside their changed versions; what else the program
    declares is there once, since only one version runs.
    """
    _, source = head_of(text)
    made = mutants.mutants(source, "main", most)
    if not made:
        return []
    head, together = head_of(made[0])
    main = function_in(together, "main")
    label = main.child_by_field_name("name") if main is not None else None
    if label is None:
        return []
    data = together.encode("utf-8", "surrogatepass")
    name = changed_name("main", 0).encode()
    data = data[: label.start_byte] + name + data[label.end_byte :]
    base = with_head(data.decode("utf-8", "replace"), copies=head["copies"])
    return [with_head(base, switch=n) for n in range(1, head["copies"] + 1)]


def marked(text: str, mark: str) -> MarkedProgram | None:
    """The program, which prints behind ``mark`` at its end how its conditions came out."""
    _, source = head_of(text)
    root = parse_text(source, "go").root_node
    marker = marker_of(mark)
    main = function_in(source, "main")
    label = main.child_by_field_name("name") if main is not None else None
    for one in functions_in(root):
        body = one.child_by_field_name("body")
        if body is not None:
            marker.look(body)
    if not marker.wanted or label is None:
        return None
    marker.insertions.append((label.end_byte, 0, f"_{mark}"))
    made = inserted(source, marker, f"seen_{mark}")
    printed = f"_{mark}print"
    package = re.search(r"^package\s+\w+", made, re.MULTILINE)
    at = package.end() if package is not None else 0
    lead = "" if package is not None else "package main"
    made = f'{made[:at]}{lead}; import {printed} "fmt"{made[at:]}'
    teller = (
        f"func main() {{\n\tdefer func() {{\n"
        f'\t\t{printed}.Printf("\\n{mark} %s\\n", seen_{mark}())\n'
        f"\t}}()\n\tmain_{mark}()\n}}\n"
    )
    return MarkedProgram(made + teller, "", frozenset(marker.wanted))
