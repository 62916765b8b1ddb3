"""Whole programs that read standard input, on Node: what they are, small changes, what ran."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from typing import TYPE_CHECKING

from algosmith.languages.javascript import mutants, shapes
from algosmith.languages.javascript.cutting import CHANCES, HEAD, top_level
from algosmith.languages.javascript.marking import inserted, marker_of
from algosmith.languages.javascript.tree import parameters_of, string_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram, Part
from algosmith.syntax.document import open_document
from algosmith.syntax.erasing import CannotErase, erased
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse_text
from algosmith.syntax.scripts import READS

if TYPE_CHECKING:
    from typing import Literal

    import tree_sitter

    from algosmith.languages.javascript.cutting import Top
    from algosmith.model import Function, Snapshot

_BUILTIN = frozenset({"fs", "fs/promises", "readline", "readline/promises", "os", "path", "util",
                      "events", "stream", "assert", "process", "buffer", "string_decoder",
                      "perf_hooks", "timers", "timers/promises"})  # fmt: skip
_REQUIRE = (
    "import {{ createRequire as create_{name} }} from 'node:module'; "
    "const require = create_{name}(import.meta.url);\n"
)
_WRITES = re.compile(r"\b(?:writeFile|appendFile|createWriteStream)(?:Sync)?\b")
_INPUTS = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_OF_INPUT = {"createReadStream": "process.stdin", "existsSync": "true"}
"""What calls with the standard input's name come to."""
_PLAIN = re.compile(
    r"require\(\s*['\"](?:node:)?fs['\"]\s*\)|from\s+['\"](?:node:)?fs['\"]|process\.exit\b"
)


def reads(code: str) -> bool:
    """Whether code asks for standard input."""
    return READS["javascript"].search(code.encode("utf-8", "replace")) is not None


def starts(snapshot: Snapshot, function: Function) -> Literal["", "bare", "given"]:
    """See ``languages.types.Programs.starts``."""
    document = open_document(snapshot)
    same = [one for one in definitions(document) if one.outer == function.span]
    tops = list(top_level(document.tree.root_node))
    one = next((one for one in same if not one.is_class), None)
    home = next((t for t in tops if one is not None and _holds(t.node, one.node)), None)
    if one is None or home is None:
        return ""
    reached = _reached(tops)
    if not (home.is_loose or home.names & reached):
        return ""
    given = bool(parameters_of(one.node)) or "." in function.qualified_name
    # What is called by the machine, as ``rl.on("line", line => …)``, has no other caller.
    inside = home.is_loose or one.name.startswith("<")
    return "given" if given and not inside else "bare"


def _reached(tops: list[Top]) -> frozenset[str]:
    """The names that the program comes to when it is started."""
    waiting = [name for top in tops if top.is_loose or _runs(top) for name in top.uses]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one for top in tops if name in top.names for one in top.uses]
    return frozenset(found)


def _runs(top: Top) -> bool:
    """Whether a declaration calls something: ``const answer = solve(lines)``."""
    kinds = ("lexical_declaration", "variable_declaration")
    return top.node.type in kinds and any(n.type == "call_expression" for n in walk(top.node))


def _holds(outer: tree_sitter.Node, inner: tree_sitter.Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def whole(snapshot: Snapshot) -> Part:
    """See ``languages.types.Programs.whole``."""
    document = open_document(snapshot)
    root = document.tree.root_node
    found = shapes.look(root)
    why = _why_not(root)
    text = ""
    try:
        text = "" if why else erased(document.data, root).decode("utf-8", "replace")
    except CannotErase as error:
        why = f"it uses {error}, which needs a compiler"
    head = {"family": hashlib.sha256(text.encode()).hexdigest()[:16], "whole": True}
    return Part(
        f"/*algosmith {json.dumps(head)}*/\n{text}", "", why, found.shape, found.size,
        Counter(found.parts), chances=CHANCES.search(text) is not None,
    )  # fmt: skip


def _why_not(root: tree_sitter.Node) -> str:
    foreign = sorted(_modules(root) - _BUILTIN)
    if foreign:
        return f"it imports {', '.join(foreign)}, which is not there where it runs"
    if _WRITES.search(text_of(root)):
        return "it writes files; let it print instead"
    return ""


def _modules(root: tree_sitter.Node) -> set[str]:
    """The modules that a program asks for."""
    found: set[str] = set()
    for node in walk(root):
        source = node.child_by_field_name("source") if "port_statement" in node.type else None
        if node.type == "call_expression":
            called, given = (node.child_by_field_name(f) for f in ("function", "arguments"))
            if called is not None and text_of(called) == "require" and given is not None:
                source = next(iter(given.named_children), None)
        if source is not None and not any(child.type == "type" for child in node.children):
            found.add((string_of(source) or "a module named at run time").removeprefix("node:"))
    return found


def as_file(source: str) -> tuple[str, str]:
    """(name, text) of the file that Node starts: a module where it imports or waits at the top."""
    source = _without_devices(source)
    root = parse_text(source, "javascript").root_node
    is_module = any(n.type in ("import_statement", "export_statement") for n in root.named_children)
    awaits = any(n.type == "await_expression" and _is_top(n) for n in walk(root))
    if not is_module and not (awaits and "module.exports" not in source):
        return "program.cjs", source
    binds = re.search(r"\brequire\s*=|\brequire\b[^;\n]*createRequire", source)
    needs = "require(" in source and binds is None
    return "program.mjs", (_REQUIRE.format(name="own") if needs else "") + source


def _without_devices(source: str) -> str:
    """The program, which reads descriptor 0 where it names a device: the cage has no ``/dev``."""
    if not any(name in source for name in _INPUTS):
        return source
    data = bytearray(source.encode("utf-8", "surrogatepass"))
    named = [n for n in walk(parse_text(source, "javascript").root_node) if _is_input(n)]
    for node in sorted(named, key=lambda node: -node.start_byte):
        call = node.parent.parent if node.parent is not None else None
        called = call.child_by_field_name("function") if call is not None else None
        name = text_of(called).rpartition(".")[2] if called is not None else ""
        whole = call if call is not None and name in _OF_INPUT else node
        data[whole.start_byte : whole.end_byte] = _OF_INPUT.get(name, "0").encode()
    return data.decode("utf-8", "surrogatepass")


def _is_input(node: tree_sitter.Node) -> bool:
    return node.type in ("string", "template_string") and string_of(node) in _INPUTS


def _is_top(node: tree_sitter.Node) -> bool:
    parent = node.parent
    while parent is not None:
        if "function" in parent.type or parent.type == "method_definition":
            return False
        parent = parent.parent
    return True


def changed(text: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change each, in a fixed order."""
    head, source = _split(text)
    root = parse_text(source, "javascript").root_node
    data = source.encode("utf-8", "surrogatepass")
    places = [(node, edit) for node in walk(root) for edit in mutants.edits_of(node, root)]
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    found: dict[str, None] = {}
    for _, (start, end, new) in places:
        if len(found) >= most:
            break
        made = data[:start] + new.encode("utf-8", "surrogatepass") + data[end:]
        found.setdefault(made.decode("utf-8", "surrogatepass"))
    found.pop(source, None)
    return [head + made for made in found]


def marked(text: str, mark: str) -> MarkedProgram | None:
    """The program, which prints behind ``mark`` at its end how its conditions came out."""
    head, source = _split(text)
    marker = marker_of(mark)
    marker.look(parse_text(source, "javascript").root_node)
    if not marker.wanted:
        return None
    made = inserted(source, marker)
    teller = (
        f"\nvar SEEN_{mark};\nfunction {mark}(number, value) {{ (SEEN_{mark} ??= new Set())"
        f".add(2 * number + (value ? 1 : 0)); return value; }}\n"
        f"process.on('exit', () => {{ console.log('\\n{mark} ' + "
        f"[...(SEEN_{mark} ?? [])].join(' ')); }});\n"
    )
    return MarkedProgram(f"{head}{teller.strip()}\n{made}", "", frozenset(marker.wanted))


def quiet(text: str) -> str:
    """Code without the standard input's file, and the end of the process."""
    return _PLAIN.sub("", text)


def _split(text: str) -> tuple[str, str]:
    match = HEAD.match(text)
    return (match[0], text[match.end() :]) if match else ("", text)
