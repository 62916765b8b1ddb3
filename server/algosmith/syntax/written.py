"""Reading what a model wrote: parsing it, its parts, its parameters. Knows no file to put it in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import dedent
from typing import Literal

import tree_sitter

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.erasing import CannotErase, erased
from algosmith.syntax.functions import Definition, definitions
from algosmith.syntax.languages import LANGUAGES
from algosmith.syntax.levels import is_crooked, levelled
from algosmith.syntax.parse import COMMENTS, parse_text

MAX_CODE = 200_000
_LINE_END = re.compile(r"\r\n?")
_MAIN_GUARD = re.compile(r"if\s+__name__\s*==|if\s*\(\s*require\.main\s*===")
_IMPORTS = {"import_statement", "import_from_statement", "future_import_statement",
            "preproc_include", "using_declaration", "import_declaration",
            "package_declaration", "package_clause", "use_declaration",
            "extern_crate_declaration"}  # fmt: skip
_SELF = ("self", "cls", "this")

_NAMED_FIRST = ("typed_parameter", "assignment_pattern", "reference_declarator")

PartKind = Literal["import", "function", "class", "demo", "docstring", "comment", "statement"]


@dataclass(frozen=True, slots=True)
class Part:
    """One top-level piece of the code."""

    kind: PartKind
    span: Span
    definition: Definition | None = None

    @property
    def is_definition(self) -> bool:
        """A function or a class."""
        return self.definition is not None


@dataclass(frozen=True, slots=True)
class ParsedCode:
    """Code that parses, cut into its top-level parts."""

    document: Document
    parts: tuple[Part, ...]
    found: tuple[Definition, ...]
    """Every definition in it."""

    def members(self, owner: Definition) -> list[Definition]:
        """The functions directly in a class."""
        inside = [
            one
            for one in self.found
            if owner.header_end <= one.node.start_byte < owner.body_end and one is not owner
        ]
        return [
            one
            for one in inside
            if not any(
                other.header_end <= one.node.start_byte < other.body_end
                for other in inside
                if other is not one
            )
        ]

    def names_in(self, span: Span) -> set[str]:
        """Every name the stretch mentions."""
        return {
            self.document.node_text(node)
            for node in self.document.nodes("text", "name.used", span)
            if span.start <= node.start_byte < span.end
        }


def read(code: str, language: str) -> ParsedCode:
    """Parses a model's code as statements or, failing that, as class members."""
    if len(code) > MAX_CODE:
        raise EditError("The answer is far too long to be one function; ask again.")
    code = _LINE_END.sub("\n", code.removeprefix("\ufeff")).strip("\n").rstrip()
    if not code.strip() or "\0" in code:
        raise EditError("The answer holds no code; ask again.")
    if language == "go":
        code += "\n"  # there a declaration ends with its line
    for text, members in _readings(code, language):
        tree = parse_text(text, language)
        if tree.root_node.has_error and language == "javascript":
            text = _without_types(text)
            tree = parse_text(text, language)
        if not tree.root_node.has_error:
            document = Document(text.encode("utf-8", "surrogatepass"), tree, LANGUAGES[language])
            found = definitions(document)
            top = tree.root_node
            if members:
                top = found[0].body
            return ParsedCode(document, tuple(_parts(document, top, found)), tuple(found))
    raise EditError("The answer does not parse; ask again, or try another candidate.")


def _without_types(text: str) -> str:
    """TypeScript, which models answer with out of habit, as JavaScript; else as it is."""
    tree = parse_text(text, "typescript")
    if tree.root_node.has_error:
        return text
    data = text.encode("utf-8", "surrogatepass")
    try:
        return erased(data, tree.root_node, tidy=True).decode("utf-8", "surrogatepass")
    except CannotErase:
        return text


def _readings(code: str, language: str) -> Iterable[tuple[str, bool]]:
    plain = dedent(_spaces(code))
    first, _, rest = plain.partition("\n")
    shifted = first.lstrip() + "\n" + dedent(rest)
    if LANGUAGES[language].blocks == "indent" and is_crooked(plain):
        headless = not first.startswith(("def ", "async ", "class ", "@"))
        yield shifted if headless and not is_crooked(shifted) else levelled(plain), False
        return
    yield plain, False
    yield shifted, False
    if LANGUAGES[language].blocks == "braces":
        if language in ("cpp", "c"):
            yield "void written_() {\n" + plain + "\n}", True
            yield "class Written {\n" + plain + "\n};", True
            return
        if language == "rust":
            yield "fn written_() {\n" + plain + "\n}", True
            return
        if language == "go":
            yield "func written_() {\n" + plain + "\n}", True
            return
        yield "class Written {\n" + plain + "\n}", True
        if "=>" in plain:
            yield "class Written {\nx = " + plain + "\n}", True


def _spaces(code: str) -> str:
    """Tabs that indent become four spaces where only tabs indent, else reach columns of eight."""
    indents = re.findall(r"^[ \t]+", code, re.MULTILINE)
    width = 4 if all(" " not in indent for indent in indents) else 8
    return (
        re.sub(r"^[ \t]+", lambda match: match.group().expandtabs(width), code, flags=re.M)
        if (any("\t" in indent for indent in indents) and not _multi_line_text(code))
        else code
    )


def _multi_line_text(code: str) -> bool:
    return '"""' in code or "'''" in code or "`" in code


def _parts(document: Document, top: tree_sitter.Node, found: list[Definition]) -> Iterable[Part]:
    docstring = docstring_node(top) if document.language.blocks == "indent" else None
    by_end = {one.outer.end: one for one in reversed(found)}
    for node in top.named_children:
        if node.end_byte <= node.start_byte:
            continue
        owner = next(
            (
                one
                for one in found
                if one.outer.start <= node.start_byte
                and node.end_byte <= max(one.outer.end, one.node.end_byte)
                and one.body != top
            ),
            by_end.get(node.end_byte),
        )
        if owner is not None and owner.body != top and owner.outer.start <= node.start_byte:
            if node.type not in COMMENTS and node.end_byte >= owner.node.end_byte:
                yield Part("class" if owner.is_class else "function", owner.outer, owner)
            continue
        yield Part(_kind(document, node, docstring), Span(node.start_byte, node.end_byte))


def _kind(
    document: Document, node: tree_sitter.Node, docstring: tree_sitter.Node | None
) -> PartKind:
    if node.type in _IMPORTS:
        return "import"
    if node.type in COMMENTS:
        return "comment"
    if docstring is not None and node == docstring:
        return "docstring"
    text = document.node_text(node)
    if node.type == "assert_statement" or _MAIN_GUARD.match(text):
        return "demo"
    inner = node.named_child(0) if node.named_child_count else None
    is_call = node.type == "expression_statement" and inner is not None and inner.type == "call"
    is_log = node.type == "expression_statement" and text.startswith(("console.", "module."))
    return "demo" if is_call or is_log else "statement"


def parameter_names(document: Document, one: Definition) -> list[str]:
    """The names of a function's parameters, without types and defaults."""
    node = one.parameters
    if node is None:
        return []
    if node.named_child_count == 0 and node.type.endswith("identifier"):
        return [document.node_text(node)]
    receiver = one.node.child_by_field_name("receiver")  # Go: what a method is called on
    children = [
        child
        for given in (receiver, node)
        for child in (given.named_children if given is not None else ())
        if child.type not in COMMENTS
    ]
    names = [name for child in children for name in _parameter_names(document, child)]
    return [name for name in names if name not in ("", "*", "/")]


def _parameter_names(document: Document, node: tree_sitter.Node) -> list[str]:
    several = node.children_by_field_name("name")
    if len(several) > 1:  # Go: `a, b int`
        return [_parameter_name(document, one) for one in several]
    return [_parameter_name(document, node)]


def _parameter_name(document: Document, node: tree_sitter.Node) -> str:
    for label in ("name", "pattern", "left", "declarator"):
        inner = node.child_by_field_name(label)
        if inner is not None:
            return _parameter_name(document, inner)
    if node.type in _NAMED_FIRST and node.named_child_count:
        return _parameter_name(document, node.named_children[0])
    return re.sub(r"\s+", "", document.node_text(node))


def check_parameters(
    user: Document, function: Definition, written: ParsedCode, one: Definition
) -> None:
    """Raises when the answer's function takes other parameters than the user's."""
    ours, theirs = parameter_names(user, function), parameter_names(written.document, one)
    if ours == theirs:
        return
    mine = ours[1:] if ours[:1] and ours[0] in _SELF else ours
    other = theirs[1:] if theirs[:1] and theirs[0] in _SELF else theirs
    body = Span(one.header_end, one.body_end)
    dropped_self = theirs != other and ours == mine and theirs[0] in written.names_in(body)
    renamed_self = ours != mine and theirs != other and ours[0] != theirs[0]
    if mine == other and not dropped_self and not renamed_self:
        return
    raise EditError(
        f"The answer changes the parameters of `{function.name}` from ({', '.join(ours)}) to "
        f"({', '.join(theirs)}); ask again, or try another candidate."
    )
