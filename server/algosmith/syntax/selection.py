"""Choosing from what a model wrote the stretches that are to stand in the file."""

from dataclasses import dataclass

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax import rustuse
from algosmith.syntax.bindings import bound_names, file_names, is_in_file
from algosmith.syntax.cnames import defined_names
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.functions import ANONYMOUS, Definition
from algosmith.syntax.gobeside import check_receiver, known_at
from algosmith.syntax.goimports import receiver_of
from algosmith.syntax.hoisting import FAMILY, can_stand_inside
from algosmith.syntax.refusals import check_form, check_nestable
from algosmith.syntax.site import Place
from algosmith.syntax.written import ParsedCode, Part, check_parameters

_NAMELESS = (ANONYMOUS, "default")
_WRAPS = ("Solution", "Main")
"""Classes that models put around a method that was asked for."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Stretches of the written code, in the order they are to stand."""

    spans: tuple[Span, ...]
    is_expression: bool = False
    """The only stretch is an expression whose value the function returns."""


def body_code(user: Document, place: Place, written: ParsedCode) -> Chosen:
    """What becomes the whole body of the place's function."""
    function = place.function
    if function is None:
        raise EditError("The task has no function to fill; ask again.")
    one = _same_function(written, function)
    if one is None:
        return _loose(user, function, written)
    check_receiver(function.node, one.node)
    check_parameters(user, function, written, one)
    check_form(user, function, written, one)
    inside, is_expression = inner_span(written.document, one)
    if not user.language.nests:
        return Chosen((inside,), is_expression)
    beside = [*_beside_class(user, place, written, one), *_beside(user, written, one, inside)]
    return (
        Chosen((*beside, inside), is_expression and not beside)
        if not (is_expression and beside)
        else _refuse_expression()
    )


def _refuse_expression() -> Chosen:
    raise EditError("The answer needs helpers beside an expression; try another candidate.")


def definition_code(user: Document, place: Place, written: ParsedCode) -> Chosen:
    """What becomes a new function or class at the place."""
    parts = [part for part in written.parts if part.is_definition]
    parent = place.parent
    if parent is not None:
        for part in parts:
            owner = part.definition
            wraps = () if user.language.nests else _WRAPS
            if owner is not None and owner.is_class and owner.name in (parent.name, *wraps):
                return _members(user, place, written, owner)
    if not parts:
        raise EditError("The answer defines no function or class; ask again.")
    known = file_names(user)
    fresh = [part for part in parts if part.definition and part.definition.name not in known]
    parts = fresh or parts
    used: set[str] = set()
    for part in parts:
        used |= written.names_in(part.span)
    extra = [
        part
        for part in written.parts
        if part.kind in ("import", "statement")[user.language.id in ("java", "go") :]
        and used & bound_names(written.document, part.span)
        and not is_in_file(user, written.document, part)
    ]
    chosen = {part.span.start: part.span for part in [*extra, *parts]}
    spans = [_with_comment(written, chosen[start]) for start in sorted(chosen)]
    return Chosen(tuple(spans))


def statement_code(written: ParsedCode) -> Chosen:
    """What stands in place of a TODO among other code, when only statements were written."""
    nests = written.document.language.nests
    parts = [part for part in written.parts if part.kind != "docstring"]
    if not nests:
        parts = [part for part in parts if _stands_inside(written, part)]
    if not any(part.kind != "comment" for part in parts):
        raise EditError("The answer holds no statements; ask again.")
    for part in parts:
        check_nestable(written, part)
    if not nests:
        return Chosen(tuple(part.span for part in parts))
    return Chosen((Span(parts[0].span.start, parts[-1].span.end),))


def program_code(user: Document, written: ParsedCode) -> Chosen:
    """What stands in place of a TODO as a whole program: all but a docstring of its own.

    Where nothing may be declared twice, what the file has already is left out.
    """
    parts = [part for part in written.parts if part.kind != "docstring"]
    tops = user.tree.root_node.named_children
    if user.language.id == "go" and any(one.type == "package_clause" for one in tops):
        # Imports go to the file's own, and a file says once of what package it is.
        parts = [part for part in parts if part.kind != "import"]
    if user.language.blocks == "braces":
        known = _declared(user)
        twice = [part for part in parts if (names := _names_of(written, part)) and names <= known]
        if twice:
            kept = [part for part in parts if part not in twice]
            if not any(part.kind != "comment" for part in kept):
                raise EditError("The answer only repeats what the file has; ask again.")
            return Chosen(tuple(part.span for part in kept))
    if not any(part.kind != "comment" for part in parts):
        raise EditError("The answer holds no statements; ask again.")
    return Chosen((Span(parts[0].span.start, parts[-1].span.end),))


def _declared(user: Document) -> set[str]:
    """What the file declares at its top level."""
    if user.language.id in FAMILY:
        return {n for node in user.tree.root_node.named_children for n in defined_names(node)}
    if user.language.id == "go":
        return set(known_at(user))
    spans = (Span(n.start_byte, n.end_byte) for n in user.tree.root_node.named_children)
    return set[str]().union(*(bound_names(user, span) for span in spans))


def _names_of(written: ParsedCode, part: Part) -> set[str]:
    """What a part of the answer declares; nothing for other statements."""
    path = written.document.path(part.span.start)
    node = next((n for n in path if n.start_byte == part.span.start), None)
    if node is None or part.kind in ("comment", "demo"):
        return set()
    if written.document.language.id in FAMILY:
        return set(defined_names(node))
    declares = ("_declaration", "import_statement", "export_statement")
    return bound_names(written.document, part.span) if node.type.endswith(declares) else set()


def starting_lines(written: ParsedCode, unit: str) -> list[str]:
    """What starts a program that only defines its ``main``: models leave the call out."""
    if any(part.kind in ("demo", "statement") for part in written.parts):
        return []
    functions = [part.definition for part in written.parts if part.kind == "function"]
    names = [one.name for one in functions if one is not None and _takes_nothing(written, one)]
    name = next((name for name in ("main", "solve", "run") if name in names), "")
    return ["", "", 'if __name__ == "__main__":', f"{unit}{name}()"] if name else []


def _takes_nothing(written: ParsedCode, one: Definition) -> bool:
    parameters = one.parameters
    return parameters is not None and not written.document.node_text(parameters).strip("() \n")


def inner_span(document: Document, one: Definition) -> tuple[Span, bool]:
    """A definition's statements without its docstring, and whether they are one expression."""
    braces = document.language.blocks == "braces"
    expression = braces and one.header_end == one.body.start_byte
    docstring = None if braces else docstring_node(one.body)
    start = document.code_after(docstring.end_byte if docstring else one.header_end)
    end = document.code_before(one.body_end)
    if document.data[start : start + 1] == b";":
        start = document.code_after(start + 1)
    if start >= end:
        raise EditError(f"The answer leaves `{one.name}` empty; ask again.")
    return Span(start, end), expression


def _same_function(written: ParsedCode, function: Definition) -> Definition | None:
    """The function of the same name at the top or directly in a class, the last one if several."""
    found: list[Definition] = []
    for part in written.parts:
        owner = part.definition
        if owner is None:
            continue
        candidates = written.members(owner) if owner.is_class else [owner]
        found += [one for one in candidates if not one.is_class]
    named = [one for one in found if _bare(one.name) == _bare(function.name)]
    same = [one for one in named if receiver_of(one.node)[1] == receiver_of(function.node)[1]]
    named = same or named or _in_objects(written, function.name)
    if not named and function.name in _NAMELESS and len(found) == 1:
        loose = [part for part in written.parts if part.kind == "statement"]
        return None if loose else found[0]
    return named[-1] if named else None


def _in_objects(written: ParsedCode, name: str) -> list[Definition]:
    """The function as an object's property: ``module.exports = { f: function () {} }``."""
    if written.document.language.id not in ("javascript", "typescript", "tsx"):
        return []
    if name in _NAMELESS:  # any callback of the answer is anonymous, too
        return []
    return [
        one
        for one in written.found
        if one.name == name
        and not any(o is not one and o.holds(one.node.start_byte) for o in written.found)
        and "this" not in written.document.text(one.header_end, one.body_end)
    ]


def _bare(name: str) -> str:
    """``Solution::f`` is ``f`` of a class."""
    return name.rpartition("::")[2]


def _loose(user: Document, function: Definition, written: ParsedCode) -> Chosen:
    """The code is the body itself, unless it is a definition of something else."""
    body = [part for part in written.parts if part.kind in ("statement", "demo")]
    others = [part.definition.name for part in written.parts if part.definition is not None]
    if not body and others:
        raise EditError(
            f"The answer defines `{others[-1]}` instead of `{function.name}`; ask again."
        )
    parts = [part for part in written.parts if part.kind != "docstring"]
    if all(part.kind == "comment" or _only_exports(written, part) for part in parts):
        raise EditError(f"The answer leaves `{function.name}` empty; ask again.")
    expression = user.language.blocks == "braces" and function.header_end == (
        function.body.start_byte
    )
    if expression and len(parts) == 1 and body:
        span = parts[0].span
        text = written.document.text(span.start, span.end)
        if not text.startswith(("return", "throw", "if", "for", "while", "const ", "let ")):
            return Chosen((Span(span.start, span.end - text.endswith(";")),), True)
    kept = [
        part
        for part in parts
        if part.kind != "import" or not is_in_file(user, written.document, part)
    ]
    if not user.language.nests:
        kept = [part for part in parts if _stands_inside(written, part)]
    for part in kept:
        check_nestable(written, part)
    if len(kept) < len(parts):
        return Chosen(tuple(part.span for part in kept))
    return Chosen((Span(kept[0].span.start, kept[-1].span.end),))


def _stands_inside(written: ParsedCode, part: Part) -> bool:
    """Whether a piece of an answer may stand in a function's body, where not all may."""
    path = written.document.path(part.span.start)
    kinds = [node.type for node in path if node.start_byte == part.span.start]
    top = kinds[0] if kinds else ""
    return part.kind != "import" and can_stand_inside(top)


def _only_exports(written: ParsedCode, part: Part) -> bool:
    return part.kind == "demo" and written.document.data.startswith(b"module.", part.span.start)


def _beside(user: Document, written: ParsedCode, one: Definition, inside: Span) -> list[Span]:
    """Imports, helpers and constants that the function's code needs, as nested code."""
    known = file_names(user)
    waiting = [
        part
        for part in written.parts
        if part.kind in ("import", "function", "class", "statement")
        and not part.span.start <= inside.start < part.span.end
        and not is_in_file(user, written.document, part)
        and not (part.definition is not None and part.definition.name in known)
    ]
    used = written.names_in(inside)
    taken: list[Part] = []
    while True:
        more = [part for part in waiting if used & _binds(written, part, used)]
        if not more:
            break
        for part in more:
            waiting.remove(part)
            check_nestable(written, part)
            used |= written.names_in(part.span)
        taken += more
    taken.sort(key=lambda part: (part.kind != "import", part.span.start))
    return [_with_comment(written, part.span) for part in taken]


def _binds(written: ParsedCode, part: Part, used: set[str]) -> set[str]:
    """The names a part makes known; an ``import *`` may be any."""
    text = written.document.text(part.span.start, part.span.end)
    star = part.kind == "import" and (text.endswith("import *") or rustuse.opens(text))
    return used if star else bound_names(written.document, part.span)


def _beside_class(user: Document, place: Place, written: ParsedCode, one: Definition) -> list[Span]:
    """Refuses methods the answer added to the class and calls; a body has no room for them."""
    owner = next(
        (
            part.definition
            for part in written.parts
            if part.definition is not None
            and part.definition.is_class
            and part.span.start <= one.node.start_byte < part.span.end
        ),
        None,
    )
    if owner is None or user.language.id == "rust":  # there they go beside the function
        return []
    known = file_names(user)
    used = written.names_in(Span(one.header_end, one.body_end))
    for other in written.members(owner):
        if other.name != one.name and other.name in used and other.name not in known:
            raise EditError(
                f"The answer needs another method, `{other.name}`, beside `{one.name}`; "
                "try another candidate."
            )
    return []


def _members(user: Document, place: Place, written: ParsedCode, owner: Definition) -> Chosen:
    known = file_names(user)
    members = [one for one in written.members(owner) if one.name not in known]
    if not members:
        raise EditError(f"The answer adds nothing to `{owner.name}`; ask again.")
    return Chosen(tuple(_with_comment(written, one.outer) for one in members))


def _with_comment(written: ParsedCode, span: Span) -> Span:
    """The stretch with the comments right above it."""
    for part in reversed(written.parts):
        if part.kind != "comment" or part.span.start >= span.start:
            continue
        between = written.document.text(part.span.end, span.start)
        if between.strip() or between.count("\n") != 1:
            break
        span = Span(part.span.start, span.end)
    return span
