"""The part of a C++ file that one function needs, as a program without ``main``.

Comments and headers of the project are left out: what a file expects of the function never goes
where the function runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.languages.cpp.heads import template_types
from algosmith.languages.cpp.tree import declared_name, look, names_in, parameters_of, type_text
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Part
from algosmith.languages.versions import with_head
from algosmith.syntax.cnames import CLASSES, defined_names
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions, enclosing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition

_ALWAYS = ("preproc_def", "preproc_function_def", "using_declaration", "namespace_alias_definition",
           "linkage_specification")  # fmt: skip
_SCOPES = ("namespace_definition", "linkage_specification")
_CONDITIONS = ("preproc_ifdef", "preproc_if", "preproc_else", "preproc_elif", "preproc_elifdef")
_LINE = re.compile(rb"(?:[^\\\n]|\\\r?\n|\\.)*")
_NODES = {
    "ListNode": "struct ListNode { int val; ListNode *next; ListNode() : val(0), next(nullptr) {} "
    "ListNode(int x) : val(x), next(nullptr) {} "
    "ListNode(int x, ListNode *next) : val(x), next(next) {} };\n",
    "TreeNode": "struct TreeNode { int val; TreeNode *left; TreeNode *right; "
    "TreeNode() : val(0), left(nullptr), right(nullptr) {} "
    "TreeNode(int x) : val(x), left(nullptr), right(nullptr) {} "
    "TreeNode(int x, TreeNode *left, TreeNode *right) : val(x), left(left), right(right) {} };\n",
}
"""Linked lists and trees that problems speak of without defining them."""
_BARE = re.compile(
    r"(?<!::)(?<![\w.])(?:vector|string|map|set|unordered_map|unordered_set|pair|tuple|queue|stack|deque"
    r"|priority_queue|list|array|optional|cout|cin|max|min|sort|swap)\b"
)
_C_WORDS = "#define restrict __restrict\n#define _Bool bool\n"
"""What C calls otherwise than C++, as which it is compiled."""
CHANCES = re.compile(
    r"\b(?:s?rand|random_device|mt19937(?:_64)?|default_random_engine|time|clock|chrono|gettimeofday"
    r"|random_shuffle)\b"
)


@dataclass(slots=True)
class Top:
    """One piece of a file's top level."""

    node: tree_sitter.Node
    names: frozenset[str]
    """What it defines."""
    always: bool = False
    text: str = ""
    """In place of the node's own."""


def part_of(
    before: Snapshot, after: Snapshot, task: Task, one: Definition, named: frozenset[str]
) -> Part:
    """The program for one placed candidate."""
    document = open_document(after)
    around = enclosing(definitions(document), one)
    tops = list(top_level(document.tree.root_node))
    home = next((t for t in tops if _holds(t.node, one.node)), None)
    found = look(one.node)
    own = [*(o.name for o in around), *one.name.split("::")]
    spaces = sum(o.node.type == "namespace_definition" for o in around)
    known = Part(
        entry=".".join(own),
        why_not_run=_why_not(
            one, around, [d.name for d in definitions(document) if not d.is_class]
        ),
        shape=found.shape,
        size=found.size,
        parts=found.parts,
        unread=_unread(one.node),
        returns=returned_type(one.node),
        chances=CHANCES.search(text_of(one.node)) is not None or _reads_raw(one.node),
    )
    if known.why_not_run or home is None:
        return known
    text = "".join(_text(document.data, top) for top in _needed(tops, home))
    text = _nodes(text) + text
    whole = document.data.decode("utf-8", "replace")
    if after.language == "c":
        text = with_head(f"{_C_WORDS}{text}", c=True)
    elif "using namespace std" not in whole and _BARE.search(re.sub(r"(?m)^#.*$", "", text)):
        text = f"using namespace std;\n{text}"
    if len(own) > 1 and spaces == len(own) - 1:
        text = with_head(text, namespace=True)
    template = one.node.parent
    if template is not None and template.type == "template_declaration":
        text = with_head(text, types=list(template_types(template, whole).values()))
    return replace(known, text=text)


def _why_not(one: Definition, around: list[Definition], functions: list[str]) -> str:
    if any(not other.is_class for other in around):
        return "the function is inside another function"
    template = one.node.parent
    if template is not None and template.type == "template_declaration":
        if around and any(other.node.type in CLASSES for other in around):
            return "it is a template in a class: with which types it is called is not known"
        if not template_types(template, ""):
            return "it is a template: with which types it is called is not known"
    if any(
        o.node.parent is not None and o.node.parent.type == "template_declaration" for o in around
    ):
        return "its class is a template: with which types it is made is not known"
    if "operator" in one.name or "~" in one.name or any(o.name == one.name for o in around):
        return "constructors, destructors and operators are not run alone"
    if functions.count(one.name) > 1:
        return "it is overloaded: several functions have its name"
    return ""


def _holds(outer: tree_sitter.Node, inner: tree_sitter.Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def top_level(root: tree_sitter.Node) -> Iterator[Top]:
    """The pieces of a file."""
    for node in root.named_children:
        if node.type in _CONDITIONS:
            yield from _conditional(node)
        elif node.type in _SCOPES and _is_block(node):
            yield from _scope(node)
        elif node.type == "preproc_include":
            path = node.child_by_field_name("path")
            if path is not None and path.type == "system_lib_string":
                yield Top(node, frozenset(), always=True)
        elif node.type in _ALWAYS:
            yield Top(node, frozenset(), always=True)
        elif node.type not in ("comment", "expression_statement", "static_assert_declaration"):
            names = frozenset(_defined(node))
            if "main" not in names:
                yield Top(node, names)


def _conditional(node: tree_sitter.Node) -> Iterator[Top]:
    """``#ifdef … #endif``: its lines always, what stands between them where it is needed.

    Tests and ``main`` often stand in one, and a header's guard holds all of the header.
    """
    line = _LINE.match(node.text or b"")
    words = re.sub(rb"//.*|/\*.*?\*/", b"", line[0] if line else b"").decode("utf-8", "replace")
    yield Top(node.children[0], frozenset(), always=True, text=words.rstrip())
    yield from top_level(node)
    if node.type in ("preproc_ifdef", "preproc_if"):
        yield Top(node.children[-1], frozenset(), always=True, text="#endif")


def _is_block(scope: tree_sitter.Node) -> bool:
    body = scope.child_by_field_name("body")
    return body is not None and body.type == "declaration_list"


def _scope(node: tree_sitter.Node) -> Iterator[Top]:
    """``namespace x { … }``: its braces always, what stands between them where it is needed."""
    body = node.child_by_field_name("body")
    if body is None:
        return
    head = (node.text or b"")[: body.start_byte - node.start_byte].decode("utf-8", "replace")
    head = re.sub(r"//.*|/\*[\s\S]*?\*/", " ", head)
    yield Top(node.children[0], frozenset(), always=True, text=f"{head.strip()} {{")
    yield from top_level(body)
    yield Top(body.children[-1], frozenset(), always=True, text="}")


def _defined(node: tree_sitter.Node) -> Iterator[str]:
    yield from defined_names(node)
    if node.type == "namespace_definition":
        for one in walk(node):
            if one.type in ("function_definition", "declaration", *CLASSES, "alias_declaration"):
                yield from defined_names(one)


def _needed(tops: list[Top], home: Top) -> list[Top]:
    """The pieces that the home needs, in the order of the file."""
    kept = {id(home)} | {id(top) for top in tops if top.always}
    used: set[str] = set()
    for top in tops:
        used |= names_in(top.node) if id(top) in kept else frozenset()
    while True:
        more = [t for t in tops if id(t) not in kept and t.names & used]
        if not more:
            return [top for top in tops if id(top) in kept]
        for top in more:
            kept.add(id(top))
            used |= names_in(top.node)


def _text(data: bytes, top: Top) -> str:
    """A piece's text with a blank for each comment."""
    if top.text:
        return f"{top.text}\n"
    text = without_comments(data, top.node)
    return f"{text}{';' if top.node.type in CLASSES else ''}\n"


def without_comments(data: bytes, node: tree_sitter.Node) -> str:
    """A node's text with a blank for each comment: comments may hold what is wanted."""
    pieces: list[bytes] = []
    done = node.start_byte
    for one in walk(node):
        if one.type == "comment" and one.start_byte >= done:
            breaks = data[one.start_byte : one.end_byte].count(b"\n")
            pieces += [data[done : one.start_byte], b" " + b"\n" * breaks]
            done = one.end_byte
    pieces.append(data[done : node.end_byte])
    return b"".join(pieces).decode("utf-8", "replace")


def _nodes(text: str) -> str:
    """The usual structs that the text names and does not define."""
    return "".join(
        definition
        for name, definition in _NODES.items()
        if re.search(rf"\b{name}\b", text)
        and not re.search(rf"\bstruct\s+{name}\s*\{{", text)
        and not re.search(rf"\bclass\s+{name}\s*\{{", text)
    )


def returned_type(function: tree_sitter.Node) -> str:
    """The builtin type that the signature promises, as Python calls it."""
    kind = function.child_by_field_name("type")
    text = (
        re.sub(r"\b(?:std::|const|static|inline|constexpr)\s*", "", text_of(kind))
        if kind is not None
        else ""
    )
    declarator = function.child_by_field_name("declarator")
    if declarator is not None and declarator.type == "pointer_declarator":
        return ""
    text = text.strip()
    if re.fullmatch(r"(?:unsigned|signed|long|short|int|size_t|u?int\d+_t|\s)+", text):
        return "int"
    plain = {"bool": "bool", "string": "str", "char": "str"}
    return plain.get(text, "list" if text.startswith("vector<") else "")


def _reads_raw(function: tree_sitter.Node) -> bool:
    """Whether it is given memory that does not know its length.

    What lies behind its end differs from run to run, and a loop that goes one too far is not seen
    here: the driver leaves room there, since inputs do not tie a length to its list.
    """
    types = map(type_text, parameters_of(function))
    return any(("*" in text or text.endswith("[]")) and "Node" not in text for text in types)


def _unread(function: tree_sitter.Node) -> tuple[str, ...]:
    body = function.child_by_field_name("body")
    read = names_in(body) if body is not None else frozenset[str]()
    asked: set[str] = set()
    for parameter in parameters_of(function):
        name = declared_name(parameter.child_by_field_name("declarator"))
        asked |= {text_of(name)} if name is not None else set()
    return tuple(sorted(asked - read))
