"""Mends what a model wrote where only one meaning is possible: names, and an end that is missing.

``named_as`` gives a function the name and the parameters that the file has; ``parsing_part`` keeps
the longest beginning that parses and is a whole answer. What is not certain is left as it is, for
``splice`` to refuse in words.
"""

import re
from collections.abc import Iterable, Mapping
from textwrap import dedent

import tree_sitter

from algosmith.errors import EditError
from algosmith.model import Function, Snapshot
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions
from algosmith.syntax.languages import LANGUAGES
from algosmith.syntax.parse import COMMENTS, parse_text
from algosmith.syntax.written import ParsedCode, parameter_names, read

_MOST_LINES = 600
"""Of a longer answer the end is not looked at line by line."""
_NAME = re.compile(r"[^\W\d]\w*")
_REFLECTS = {"locals", "globals", "vars", "eval", "exec", "arguments"}
"""With one of these in it, a name may be read in ways the tree does not show."""
_SHARES = ("global_statement", "nonlocal_statement", "dotted_name", "aliased_import")
_FUNCTIONS = (
    "function_definition", "lambda", "function_declaration", "function_expression",
    "arrow_function", "method_definition", "generator_function_declaration", "method_declaration",
)  # fmt: skip
_LEAVES = ("return_statement", "raise_statement", "throw_statement")
_BRANCHES = ("if_statement", "with_statement", "try_statement")


def parsing_part(code: str, language: str) -> str:
    """The code, or its longest beginning that parses and is a whole answer; all if there is none.

    A function counts where its end is known: the next line stands outside it, or its last
    statement leaves it on every path.
    """
    try:
        read(code, language)
    except EditError:
        pass
    else:
        return code
    lines = dedent(code.replace("\r\n", "\n").replace("\r", "\n")).strip("\n").split("\n")
    for end in range(min(len(lines) - 1, _MOST_LINES), 0, -1):
        head = "\n".join(lines[:end]).rstrip()
        if head and _parses(head, language) and _is_whole(head, lines[end:], language):
            return head + "\n"
    return code


def named_as(code: str, snapshot: Snapshot, function: Function) -> str:
    """The code, its function and parameters named as the file's are, where that is certain."""
    user = open_document(snapshot)
    ours = next((one for one in definitions(user) if one.outer == function.span), None)
    try:
        written = read(code, snapshot.language)
    except EditError:
        return code
    theirs = _answer(written, ours) if ours else None
    if ours is None or theirs is None:
        return code
    names = _parameters(written.document, theirs, user, ours)
    if names is None:
        return code
    if theirs.name != ours.name:
        if not _NAME.fullmatch(ours.name) or ours.name == "default":
            return code
        names[theirs.name] = ours.name
    renamed = _renamed(written.document, theirs, names) if names else None
    return code if renamed is None else renamed


def _parses(code: str, language: str) -> bool:
    return not parse_text(code, language).root_node.has_error


def _is_whole(head: str, rest: list[str], language: str) -> bool:
    following = next((line for line in rest if line.strip()), "")
    tree = parse_text(head, language)
    document = Document(head.encode("utf-8", "surrogatepass"), tree, LANGUAGES[language])
    tops = [one for one in definitions(document) if one.outer.start == one.node.start_byte]
    if not tops:
        return False
    last = max(tops, key=lambda one: one.body_end)
    outside = following[:1] not in (" ", "\t", "")
    return (outside and not last.is_class) or (
        LANGUAGES[language].blocks == "indent" and _leaves(last.body)
    )


def _leaves(block: tree_sitter.Node) -> bool:
    """Whether every path through the block ends in a return or an exception."""
    children = [child for child in block.named_children if child.type not in COMMENTS]
    last = children[-1] if children else None
    if last is None:
        return False
    if last.type in _LEAVES:
        return True
    if last.type not in _BRANCHES:
        return False
    blocks = _blocks(last)
    total = last.type == "with_statement" or any(
        child.type in ("else_clause", "except_clause") for child in last.children
    )
    return total and all(_leaves(one) for one in blocks)


def _blocks(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    found = [child for child in node.children if child.type == "block"]
    for child in node.children:
        if child.type.endswith("_clause"):
            found += _blocks(child)
    return found


def _answer(written: ParsedCode, ours: Definition) -> Definition | None:
    """The function that is meant: that of the name, else the only one nobody else calls."""
    found = [one for one in written.found if not one.is_class]
    named = [one for one in found if one.name == ours.name]
    if named:
        return named[-1]
    loose = [part.span for part in written.parts if part.kind == "statement"]
    if any(written.document.text(one.start, one.end).startswith("return") for one in loose):
        return None  # a body, its helpers above it
    tops = [part.definition for part in written.parts if part.definition is not None]
    owner = tops[0] if len(tops) == 1 and tops[0].is_class else None
    free = written.members(owner) if owner is not None else [o for o in tops if not o.is_class]
    called = _called(written, free)
    roots = [one for one in free if one.name not in called and _NAME.fullmatch(one.name)]
    return roots[0] if len(roots) == 1 else None


def _called(written: ParsedCode, among: Iterable[Definition]) -> set[str]:
    """Names of those functions that another one of them mentions."""
    found: set[str] = set()
    for one in among:
        inside = {written.document.node_text(node) for node in _identifiers(one.body)}
        found |= inside - {one.name}
    return found


def _parameters(
    document: Document, theirs: Definition, user: Document, ours: Definition
) -> dict[str, str] | None:
    """Their names to ours; None where it is not plain which is which."""
    mine, other = parameter_names(user, ours), parameter_names(document, theirs)
    if len(mine) != len(other) or not all(_NAME.fullmatch(name) for name in (*mine, *other)):
        return None if mine != other else {}
    common = set(mine) & set(other)
    if any(mine.index(name) != other.index(name) for name in common):
        return None
    return {b: a for a, b in zip(mine, other, strict=True) if a != b}


def _renamed(document: Document, one: Definition, names: Mapping[str, str]) -> str | None:
    """All uses renamed at once; None where that could change the meaning.

    A parameter is renamed in the whole function, nested ones included: what hid it before hides
    it afterwards, because the new name is used nowhere in it.
    """
    places: list[tuple[int, int, str]] = []
    for node in _identifiers(document.tree.root_node):
        text = document.node_text(node)
        inside = one.outer.start <= node.start_byte < one.node.end_byte
        if not inside and text != one.name and text != names.get(one.name):
            continue
        if text in _REFLECTS or text in names.values():
            return None
        renames = _renames(document, node, one) if text in names else False
        if renames is None:
            return None
        if renames:
            places.append((node.start_byte, node.end_byte, names[text]))
    data = document.data
    for start, end, new in sorted(places, reverse=True):
        data = data[:start] + new.encode() + data[end:]
    return data.decode("utf-8", "surrogatepass")


def _renames(document: Document, node: tree_sitter.Node, one: Definition) -> bool | None:
    """Whether this place changes with the name; None where that can't be told."""
    if _is_part(node, "attribute", "attribute"):
        return None if document.node_text(node) == one.name else False
    if _is_part(node, "keyword_argument", "name"):
        return _calls(document, node, one.name)
    return None if _is_seen_outside(node) else True


def _identifiers(node: tree_sitter.Node) -> Iterable[tree_sitter.Node]:
    """Every identifier at or below the node, as the text has them."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "identifier" or one.type.startswith("shorthand_property_identifier"):
            yield one
        waiting += one.children


def _is_part(node: tree_sitter.Node, kind: str, field: str) -> bool:
    """Whether the node is that field of a parent of that kind."""
    parent = node.parent
    return parent is not None and parent.type == kind and parent.child_by_field_name(field) == node


def _calls(document: Document, node: tree_sitter.Node, name: str) -> bool:
    """Whether the keyword argument belongs to a call of the function itself."""
    call = node.parent
    while call is not None and call.type != "call":
        call = call.parent
    target = call.child_by_field_name("function") if call else None
    return target is not None and document.node_text(target).rpartition(".")[2] == name


def _is_seen_outside(node: tree_sitter.Node) -> bool:
    """Whether the name is part of what others see: of a class, a module, an object."""
    parent = node.parent
    if node.type != "identifier" or parent is None or parent.type in _SHARES:
        return True
    while parent is not None and parent.type not in _FUNCTIONS:
        if parent.type in ("class_definition", "class_body", "field_declaration_list"):
            return True
        parent = parent.parent
    return False
