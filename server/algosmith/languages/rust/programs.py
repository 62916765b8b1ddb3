"""Whole programs that read standard input: what they are, small changes to them, what ran."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust import mutants
from algosmith.languages.rust.cutting import CHANCES, without_comments
from algosmith.languages.rust.marking import Marker, inserted, is_const
from algosmith.languages.rust.tree import (
    functions_in,
    is_test,
    look,
    name_of,
    names_in,
    owners_of,
    parameters_of,
)
from algosmith.languages.types import MarkedProgram, Part
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax import rustuse
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from typing import Literal

    import tree_sitter

    from algosmith.languages.copies import Edit
    from algosmith.model import Function, Snapshot

_READS = re.compile(r"\bstdin\b|\bread_line\b|\bread_to_string\b")
_FILES = re.compile(r"\b(?:File::|fs::|OpenOptions\b)")
_QUIET = re.compile(
    r"^.*\b(?:stdin|stdout|read_line|read_to_string|println!|print!|writeln!|write!)\b.*$", re.M
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
    given = parameters_of(known[function.name]) or "." in function.qualified_name
    return "given" if given else "bare"


def whole(snapshot: Snapshot) -> Part:
    """See ``languages.types.Programs.whole``."""
    document = open_document(snapshot)
    root = document.tree.root_node
    text = _without_tests(document.data, root)
    found = look(root)
    return Part(
        text, "", _why_not(text, root), found.shape, found.size, Counter(found.parts),
        chances=CHANCES.search(text) is not None,
    )  # fmt: skip


def quiet(text: str) -> str:
    """Code without what every program does: reading its input, printing."""
    return _QUIET.sub("", text)


def _without_tests(data: bytes, root: tree_sitter.Node) -> str:
    kept = [n for n in root.children if not is_test(n)]
    parts = [
        without_comments(data, n) for n in kept if n.type != "attribute_item" or not _of_test(n)
    ]
    return "\n".join(parts) + "\n"


def _of_test(attribute: tree_sitter.Node) -> bool:
    after = attribute.next_named_sibling
    while after is not None and after.type in ("attribute_item", "line_comment", "block_comment"):
        after = after.next_named_sibling
    return after is not None and is_test(after)


def _why_not(text: str, root: tree_sitter.Node) -> str:
    if not any(name_of(n) == "main" and not owners_of(n) for n in functions_in(root)):
        return "there is no `main`: a program begins there"
    here = {name_of(n) or text_of(n) for n in root.named_children}
    for node in root.named_children:
        if node.type == "mod_item" and node.child_by_field_name("body") is None:
            return f"it uses the file of `{name_of(node)}`, which is not there where it runs"
        if node.type == "use_declaration":
            for one in (
                rustuse.roots(text_of(node)) - here - {"std", "core", "alloc", "crate", "self"}
            ):
                return f"it uses the crate `{one}`, which is not there where it runs"
    if _FILES.search(text):
        return "it reads or writes files; write it for standard input and output"
    return ""


def changed(text: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change each.

    Every changed program stands in a module of its own, so that the compiler is asked once.
    """
    _, source = head_of(text)
    root = parse_text(source, "rust").root_node
    bodies = [body for one in functions_in(root) if (body := one.child_by_field_name("body"))]
    edits = mutants.chosen(bodies, most)
    if not edits:
        return []
    data = source.encode("utf-8", "surrogatepass")
    copies = "".join(_copy(data, root, edit, n) for n, edit in enumerate(edits, 1))
    base = with_head(copies, copies=len(edits))
    return [with_head(base, switch=n) for n in range(1, len(edits) + 1)]


def _copy(data: bytes, root: tree_sitter.Node, edit: Edit, number: int) -> str:
    """A changed version of the program, as a module."""
    edits = [edit]
    for one in root.named_children:
        if one.type == "function_item" and name_of(one) == "main":
            if not text_of(one).startswith("pub"):
                edits.append((one.start_byte, one.start_byte, "pub "))
        elif one.type == "inner_attribute_item":
            edits.append((one.start_byte, one.end_byte, ""))
    for one in walk(root):
        if one.type == "crate":
            edits.append((one.start_byte, one.end_byte, f"crate::algosmith_change{number}"))
    made = data
    for start, end, new in sorted(edits, reverse=True):
        made = made[:start] + new.encode() + made[end:]
    text = made.decode("utf-8", "replace")
    return f"\n/*<{number}*/\nmod algosmith_change{number} {{\n{text}\n}}\n/*{number}>*/\n"


def marked(text: str, mark: str) -> MarkedProgram | None:
    """The program, which prints behind ``mark`` at its end how its conditions came out."""
    _, source = head_of(text)
    root = parse_text(source, "rust").root_node
    marker = Marker(f"mark_{mark}")
    mains = [n for n in root.named_children if n.type == "function_item" and name_of(n) == "main"]
    for one in functions_in(root):
        body = one.child_by_field_name("body")
        nested = any(p.start_byte < one.start_byte < p.end_byte for p in functions_in(root))
        if body is not None and not is_const(one) and not nested and not _in_module(one):
            marker.look(body)
    if not marker.wanted or len(mains) != 1:
        return None
    label = mains[0].child_by_field_name("name")
    if label is not None:
        marker.insertions.append((label.end_byte, 0, f"_{mark}"))
    kind = mains[0].child_by_field_name("return_type")
    gives = f" -> {text_of(kind)}" if kind is not None else ""
    made = inserted(source, marker, f"seen_{mark}")
    teller = (
        f"struct Teller_{mark};\nimpl Drop for Teller_{mark} {{ fn drop(&mut self) {{\n"
        f'    ::std::println!("\\n{mark} {{}}", seen_{mark}());\n}} }}\n'
        f"fn main(){gives} {{ let _teller = Teller_{mark}; main_{mark}() }}\n"
    )
    return MarkedProgram(made + teller, "", frozenset(marker.wanted))


def _in_module(function: tree_sitter.Node) -> bool:
    parent = function.parent
    while parent is not None:
        if parent.type == "mod_item":
            return True
        parent = parent.parent
    return False
