"""Whole programs that read standard input: what they are, small changes, what ran."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from algosmith.languages.java import mutants
from algosmith.languages.java.beside import blanked, is_jdk, publics_of, used_beside
from algosmith.languages.java.cutting import CHANCES
from algosmith.languages.java.marking import marker_of
from algosmith.languages.java.tree import (
    TYPES,
    is_main,
    look,
    name_of,
    names_in,
    owners_of,
    parameters_of,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram, Part
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.javaclasses import JDK, imports_in
from algosmith.syntax.parse import COMMENTS, parse_text
from algosmith.syntax.scripts import READS

if TYPE_CHECKING:
    from typing import Literal

    import tree_sitter

    from algosmith.model import Function, Snapshot

_WRITES = re.compile(r"\b(?:FileWriter|FileOutputStream|RandomAccessFile|Files\s*\.\s*write\w*)\b")
_PLAIN = re.compile(r"\bSystem\.exit\b")


def reads(code: str) -> bool:
    """Whether code asks for standard input."""
    return READS["java"].search(code.encode("utf-8", "replace")) is not None


def starts(snapshot: Snapshot, function: Function) -> Literal["", "bare", "given"]:
    """See ``languages.types.Programs.starts``."""
    document = open_document(snapshot)
    same = [one for one in definitions(document) if one.outer == function.span]
    one = next((one for one in same if not one.is_class), None)
    main = _main(document.tree.root_node)
    if one is None or main is None:
        return ""
    if one.node == main:
        return "bare"
    if one.name not in _reached(document.tree.root_node, main):
        return ""
    return "given" if parameters_of(one.node) else "bare"


def _main(root: tree_sitter.Node) -> tree_sitter.Node | None:
    """The method that the program begins with."""
    return next((node for node in walk(root) if is_main(node)), None)


def _reached(root: tree_sitter.Node, main: tree_sitter.Node) -> frozenset[str]:
    """The names that the program comes to from its beginning."""
    uses: dict[str, set[str]] = {}
    for node in walk(root):
        if node.type in ("method_declaration", "field_declaration"):
            names = [name_of(node)] if node.type == "method_declaration" else [
                name_of(c) for c in node.named_children if c.type == "variable_declarator"
            ]  # fmt: skip
            for name in names:
                uses.setdefault(name, set()).update(names_in(node))
        elif node.type == "constructor_declaration":
            uses.setdefault(name_of(node), set()).update(names_in(node))
    waiting, found = [*names_in(main)], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += uses.get(name, ())
    return frozenset(found)


def whole(snapshot: Snapshot) -> Part:
    """See ``languages.types.Programs.whole``."""
    document = open_document(snapshot)
    root = document.tree.root_node
    found = look(root)
    main = _main(root)
    why = _why_not(root, main)
    others = used_beside(snapshot, (), _types(root))
    why = why or others.reason or _elsewhere(root, others.names)
    text = "" if why else blanked(document.data, _gone(root))
    if others.names and not why:
        text = f"{text}\n{others.text}\n"
    names = owners_of(main) if main is not None else []
    text = with_head(text, main="$".join(names))
    return Part(text, "", why, found.shape, found.size, found.parts,
                chances=CHANCES.search(text) is not None)  # fmt: skip


def _why_not(root: tree_sitter.Node, main: tree_sitter.Node | None) -> str:
    if main is None or not owners_of(main):
        return "it has no `public static void main(String[] args)` in a class"
    return "it writes files; let it print instead" if _WRITES.search(text_of(root)) else ""


def _types(root: tree_sitter.Node) -> frozenset[str]:
    return frozenset(name_of(node) for node in walk(root) if node.type in TYPES)


def _elsewhere(root: tree_sitter.Node, found: frozenset[str]) -> str:
    """What it uses that is neither the JDK's nor among what was found beside it."""
    used = {n for child in root.named_children if child.type in TYPES for n in names_in(child)}
    for static, package, name in imports_in(text_of(root)):
        if name in found and not static:
            continue
        if not JDK.match(f"{package}.") and name in used:
            return f"it uses `{name}` of `{package}`, which is not part of the JDK"
    return ""


def _gone(root: tree_sitter.Node) -> list[tuple[int, int]]:
    """Comments, annotations, the package, imports from elsewhere, ``public`` at the top."""
    gone: list[tuple[int, int]] = []
    for node in walk(root):
        mark = node.type in COMMENTS or node.type in ("marker_annotation", "annotation")
        package = node.type == "package_declaration"
        elsewhere = node.type == "import_declaration" and not is_jdk(node)
        if mark or package or elsewhere:
            gone.append((node.start_byte, node.end_byte))
    return [*gone, *publics_of(root)]


def changed(text: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change each, in a fixed order."""
    head, source = head_of(text)
    root = parse_text(source, "java").root_node
    data = source.encode("utf-8", "surrogatepass")
    places = [edit for node in walk(root) for edit in mutants.edits_of(node)]
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    found: list[str] = []
    for start, end, new in dict.fromkeys(places):
        if len(found) >= most:
            break
        made = data[:start] + new.encode("utf-8", "surrogatepass") + data[end:]
        found.append(with_head(made.decode("utf-8", "surrogatepass"), **head))
    return found


def marked(text: str, mark: str) -> MarkedProgram | None:
    """The program, which prints behind ``mark`` at its end how its conditions came out."""
    head, source = head_of(text)
    name = f"Seen_{mark}"
    marker = marker_of(f"{name}.at")
    marker.look(parse_text(source, "java").root_node)
    if not marker.wanted:
        return None
    made = marker.inserted(source) + (
        f"\nclass {name} {{ static final java.util.Set<Integer> all = "
        f"java.util.Collections.synchronizedSet(new java.util.TreeSet<>());\n"
        f"static {{ Runtime.getRuntime().addShutdownHook(new Thread(() -> {{ "
        f'StringBuilder out = new StringBuilder("\\n{mark} "); '
        f"for (int n : all) out.append(n).append(' '); "
        f"System.out.println(out); System.out.flush(); }})); }}\n"
        f"static boolean at(int number, boolean came) {{ all.add(2 * number + (came ? 1 : 0)); "
        f"return came; }} }}\n"
    )
    return MarkedProgram(with_head(made, **head), "", frozenset(marker.wanted))


def quiet(text: str) -> str:
    """Code without the end of the process, which every program may ask for."""
    return _PLAIN.sub("", text)
