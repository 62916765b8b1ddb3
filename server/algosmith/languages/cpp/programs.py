"""Whole programs that read standard input: what they are, small changes to them, what ran."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from algosmith.languages.cpp import mutants
from algosmith.languages.cpp.cutting import CHANCES, without_comments
from algosmith.languages.cpp.marking import inserted, marker_of
from algosmith.languages.cpp.tree import function_declarator, look, names_in, parameters_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram, Part
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.cnames import declared_name
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    import tree_sitter

    from algosmith.languages.copies import Edit
    from algosmith.model import Function, Snapshot

_READS = re.compile(
    r"\b(?:cin|scanf|getchar|getchar_unlocked|fgets|getline|fread|gets|stdin|read)\b"
)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*[<\"].*$", re.MULTILINE)
_OWN_HEADER = re.compile(r"^[ \t]*#[ \t]*include[ \t]*\"([^\"]*)\"", re.MULTILINE)
_FILES = re.compile(r"\b(?:freopen|fopen|ifstream|ofstream|fstream)\b")
_GUARD = re.compile(
    r"^[ \t]*#[ \t]*(?:ifndef[ \t]+ONLINE_JUDGE|ifdef[ \t]+(?:LOCAL|DEBUG|MY_DEBUG|HOME)\w*)\b"
    r"(?:.*\n)*?[ \t]*#[ \t]*(?:endif|else)\b", re.MULTILINE,
)  # fmt: skip
"""What judges leave out: programs read a file there when they run at home."""


def reads(code: str) -> bool:
    """Whether code asks for standard input."""
    return _READS.search(code) is not None


def starts(snapshot: Snapshot, function: Function) -> Literal["", "bare", "given"]:
    """See ``languages.types.Programs.starts``."""
    if function.qualified_name == "main":
        return "bare"
    root = open_document(snapshot).tree.root_node
    known = {name: node for node in functions_in(root) if (name := _name_of(node))}
    waiting, seen = ["main"], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        waiting += names_in(known[name])
    name = function.name.rpartition("::")[2]
    if "main" not in seen or name not in seen:
        return ""
    return "given" if parameters_of(known[name]) or "." in function.qualified_name else "bare"


def whole(snapshot: Snapshot) -> Part:
    """See ``languages.types.Programs.whole``."""
    document = open_document(snapshot)
    root = document.tree.root_node
    text = without_comments(document.data, root)
    functions = list(functions_in(root))
    found = look(root)
    if snapshot.language == "c":
        text = with_head(text, c=True)
    return Part(
        text, "", _why_not(text, functions), found.shape, found.size, Counter(found.parts),
        chances=CHANCES.search(text) is not None,
    )  # fmt: skip


def _why_not(text: str, functions: list[tree_sitter.Node]) -> str:
    if not any(_name_of(node) == "main" for node in functions):
        return "there is no `main`: a program begins there"
    own = _OWN_HEADER.search(text)
    if own is not None and "stdc++" not in own[1]:
        return f"it includes {own[1]}, which is not there where it runs"
    if _FILES.search(_GUARD.sub("", text)):
        return "it reads or writes files; write it for standard input and output"
    return ""


def functions_in(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The functions and methods with a body, lambdas in them not counted."""
    for node in walk(root):
        if node.type == "function_definition" and node.child_by_field_name("body") is not None:
            yield node


def _name_of(function: tree_sitter.Node) -> str:
    name = declared_name(function.child_by_field_name("declarator"))
    return text_of(name).rpartition("::")[2] if name is not None else ""


def changed(text: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change each.

    Every changed program stands in a namespace of its own, so that the compiler is asked once.
    """
    head, source = head_of(text)
    root = parse_text(source, "cpp").root_node
    bodies = [body for one in functions_in(root) if (body := one.child_by_field_name("body"))]
    edits = mutants.chosen(bodies, most)
    if not edits:
        return []
    data = source.encode("utf-8", "surrogatepass")
    includes = "\n".join(_INCLUDE.findall(source))
    copies = "".join(_copy(data, root, edit, n) for n, edit in enumerate(edits, 1))
    kept = {"c": True} if head.get("c") else {}
    takes = any(_name_of(one) == "main" and parameters_of(one) for one in functions_in(root))
    base = with_head(f"{includes}\n{copies}", **kept, copies=len(edits), takes=takes)
    return [with_head(base, switch=n) for n in range(1, len(edits) + 1)]


def _copy(data: bytes, root: tree_sitter.Node, edit: Edit, number: int) -> str:
    """A changed version of the program."""
    edits = [edit]
    for one in functions_in(root):
        body = one.child_by_field_name("body")
        if _name_of(one) == "main" and body is not None:
            # Only the real one may end without giving anything back.
            edits.append((body.end_byte - 1, body.end_byte - 1, " return 0; "))
            kind, declarator = one.child_by_field_name("type"), function_declarator(one)
            if kind is not None and text_of(kind) == "void" and declarator is not None:
                edits.append((kind.start_byte, kind.end_byte, "signed"))
    made = data
    for start, end, new in sorted(edits, reverse=True):
        made = made[:start] + new.encode() + made[end:]
    text = _INCLUDE.sub("", made.decode("utf-8", "replace"))
    return (
        f'\n/*<{number}*/\nnamespace algosmith_change{number} {{\n#line 1 "change{number}.cpp"\n'
        f"{text}\n}}\n/*{number}>*/\n"
    )


def marked(text: str, mark: str) -> MarkedProgram | None:
    """The program, which prints behind ``mark`` at its end how its conditions came out."""
    head, source = head_of(text)
    marker = marker_of(mark)
    for one in functions_in(parse_text(source, "cpp").root_node):
        body = one.child_by_field_name("body")
        if body is not None and not _is_fixed(one):
            marker.look(body)
    if not marker.wanted:
        return None
    teller = (
        f"static struct teller_{mark} {{ ~teller_{mark}() {{ std::cout.flush(); fflush(stdout);\n"
        f'  printf("\\n{mark} %s\\n", all_{mark}().c_str()); fflush(stdout); }} }} own_{mark};\n'
    )
    made = inserted(source, marker, teller)
    kept = {"c": True, "compiled": "cpp"} if head.get("c") else {}
    return MarkedProgram(with_head(made, **kept) if kept else made, "", frozenset(marker.wanted))


def _is_fixed(function: tree_sitter.Node) -> bool:
    """Whether it is worked out while compiling, where nothing can be noted."""
    head = text_of(function).partition("{")[0]
    return "constexpr" in head or "consteval" in head
