"""What stands behind a cut function: its arguments are read, it is called, its result is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.carried import DRIVER, impls
from algosmith.languages.rust.kinds import parameters_in
from algosmith.languages.rust.tree import (
    name_of,
    owner_of,
    owners_of,
    parameters_of,
    returned_type,
    self_of,
    type_text,
)
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

COUNTING = f"{DRIVER}::counting"
"""What counts the work of a program that does so."""
COUNTED_WORK = f"{COUNTING}::seen()"
_MEMORY = f"#[global_allocator] static ALGOSMITH_MEMORY: {COUNTING}::Memory = {COUNTING}::Memory;"
_LIFETIME = re.compile(r"'(?!static\b)[A-Za-z_]\w*(?!')")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MUTABLE = re.compile(r"&\s*(?:'\w+\s+)?mut\s+")


def glue(source: str, function: tree_sitter.Node, names: Callable[[str], str], seen: str) -> str:
    """The items behind a program's text.

    Args:
        source: The program.
        function: Its function, of the tree of ``source``.
        names: Makes of the call of a function by a given path the call that is asked for: where
            there are changed versions, a choice of them.
        seen: What lists marks; ``COUNTED_WORK`` where work is counted; empty for neither.
    """
    root = parse_text(source, "rust").root_node
    known = parameters_in(function, source)
    types = [type_text(one) for one in parameters_of(function)]
    arguments = [_argument(_resolved(text, known), f"a{n}") for n, text in enumerate(types)]
    owner, taken, kind = _owner(function), self_of(function), returned_type(function)
    given = [passed for _, passed, _ in arguments]
    reads = [kept for kept, _, _ in arguments]
    if taken is not None:
        reads.append(f"let mut object = {_object(root, owner)};")
        text = text_of(taken)
        lent = "&mut " if _MUTABLE.match(f"{text} ") else "&" if text.startswith("&") else ""
        given.insert(0, f"{lent}object")
    call = names(f"{owner}::{name_of(function)}" if owner else name_of(function))
    call = call.replace("(..)", f"{_told_types(known, types)}({', '.join(given)})")
    unsafe = "unsafe" in text_of(function).partition("fn")[0]
    gathered = ".collect::<Vec<_>>()" if re.match(r"impl\b.*\bIterator\b", kind) else ""
    lines = [
        _MEMORY if seen == COUNTED_WORK else "",
        *impls(root, function, types),
        "fn algosmith_call(from: &mut ::algosmith_driver::Reader, reading: &mut bool)",
        "    -> ::algosmith_driver::Answer {",
        *reads,
        *_asked(f"{'unsafe ' * unsafe}{{ {call} }}{gathered}", kind, seen == COUNTED_WORK),
        *(_told(f"a{n}", mutable=mutable) for n, (_, _, mutable) in enumerate(arguments)),
        "::std::result::Result::Ok(out)",
        "}",
        "fn algosmith_seen() -> ::std::string::String {",
        seen or "::std::string::String::new()",
        "}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _asked(call: str, kind: str, counted: bool) -> list[str]:
    """The call with all that was read, and its result on its way out."""
    return [
        "from.done()?;",
        "*reading = false;",
        f"let counting = {COUNTING}::Begin::new();" if counted else "",
        f"let made = {call};",
        "::std::mem::drop(counting);" if counted else "",
        "let mut out = ::std::string::String::new();",
        f"{DRIVER}::Io::write(&made, &mut out)?;",
        "::std::mem::drop(made);" if "&" not in kind and "'" not in kind else "",
    ]


def _told(name: str, *, mutable: bool) -> str:
    """Tells what an argument is after the call, where that can be another than before."""
    return f"{DRIVER}::Io::write(&{name}, &mut out)?;" if mutable else 'out.push_str("- ");'


def _told_types(known: dict[str, str], types: list[str]) -> str:
    """The types that a function is run with, where its arguments do not tell all of them."""
    told = frozenset(_WORD.findall(" ".join(types)))
    return f"::<{', '.join(known.values())}>" if known.keys() - told else ""


def _owner(function: tree_sitter.Node) -> str:
    return (owners_of(function) or [""])[-1]


def _resolved(text: str, known: dict[str, str]) -> str:
    """A type with its parameters' types in place of their names."""
    return _WORD.sub(lambda m: known.get(m[0], m[0]), text) if known else text


def _argument(text: str, name: str) -> tuple[str, str, bool]:
    """(reads it, how it is given, whether the function may change it)."""
    text = _LIFETIME.sub("'static", text.strip())
    text = re.sub(r"&'static\s+mut\b", "&mut", text)
    if _MUTABLE.match(text):
        inner = _MUTABLE.sub("", text, count=1)
        slice_of = re.fullmatch(r"\[([^;]*)\]", inner)
        kept = f"Vec<{slice_of[1]}>" if slice_of else "String" if inner == "str" else inner
        whole = "[..]" if slice_of or inner == "str" else ""
        return _read(name, kept), f"&mut {name}{whole}", True
    iterated = re.match(r"impl\s+(?:Into)?Iterator<\s*Item\s*=\s*(.*)>", text)
    if iterated:
        return _read(name, f"Vec<{iterated[1]}>"), f"{name}.into_iter()", False
    if re.match(r"&?\s*impl\s+(?:AsRef<str>|Into<String>|ToString|Borrow<str>)", text):
        return _read(name, "String"), f"{'&' * text.startswith('&')}{name}", False
    slice_of = re.match(r"impl\s+(?:AsRef|Borrow|Into)<\s*(?:\[(.*)\]|Vec<(.*)>)\s*>", text)
    if slice_of:
        return _read(name, f"Vec<{slice_of[1] or slice_of[2]}>"), name, False
    return _read(name, text), name, False


def _read(name: str, kind: str) -> str:
    return f"let mut {name}: {kind} = {DRIVER}::Io::read(from)?;"


def object_of(root: tree_sitter.Node, owner: str) -> str:
    """How a value of a type is made from nothing; empty where that is not known."""
    for node in walk(root):
        label = owner_of(node) if node.type in ("struct_item", "enum_item", "impl_item") else ""
        if label != owner:
            continue
        if node.type == "struct_item" and node.child_by_field_name("body") is None:
            return owner
        if node.type == "impl_item" and "Default" in _WORD.findall(_head(node)):
            return f"<{owner} as ::std::default::Default>::default()"
        for one in walk(node) if node.type == "impl_item" else ():
            if one.type == "function_item" and name_of(one) == "new" and _makes(one, owner):
                return f"{owner}::new()"
    return _derived(root, owner)


def _head(item: tree_sitter.Node) -> str:
    trait = item.child_by_field_name("trait")
    return text_of(trait) if trait is not None else ""


def _makes(function: tree_sitter.Node, owner: str) -> bool:
    given = function.child_by_field_name("parameters")
    kind = returned_type(function)
    return given is not None and not given.named_children and kind in ("Self", owner)


def _derived(root: tree_sitter.Node, owner: str) -> str:
    for node in walk(root):
        if node.type == "attribute_item" and re.search(r"derive\(.*\bDefault\b", text_of(node)):
            after = node.next_named_sibling
            while after is not None and after.type == "attribute_item":
                after = after.next_named_sibling
            if after is not None and name_of(after) == owner:
                return f"<{owner} as ::std::default::Default>::default()"
    return ""


def _object(root: tree_sitter.Node, owner: str) -> str:
    return object_of(root, owner) or f"<{owner} as ::std::default::Default>::default()"
