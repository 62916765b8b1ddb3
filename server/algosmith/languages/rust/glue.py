"""What stands behind a cut function: its arguments are read, it is called, its result is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.rust.kinds import NODES, parameters_in, scope_of
from algosmith.languages.rust.tree import (
    name_of,
    owner_of,
    owners_of,
    parameters_of,
    returned_type,
    self_of,
    type_text,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

_LIFETIME = re.compile(r"'(?!static\b)[A-Za-z_]\w*(?!')")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MUTABLE = re.compile(r"&\s*(?:'\w+\s+)?mut\s+")
_DRIVER = "::algosmith_driver"


def glue(source: str, function: tree_sitter.Node, names: Callable[[str], str], seen: str) -> str:
    """The items behind a program's text.

    Args:
        source: The program.
        function: Its function, of the tree of ``source``.
        names: Makes of the call of a function by a given path the call that is asked for: where
            there are changed versions, a choice of them.
        seen: A function that lists marks; empty for none.
    """
    root = parse_text(source, "rust").root_node
    types = [type_text(one) for one in parameters_of(function)]
    known = parameters_in(function, source)
    reads, given, tells = [], list[str](), list[str]()
    for number, text in enumerate(types):
        kept, passed, mutable = _argument(_resolved(text, known), f"a{number}")
        reads.append(kept)
        given.append(passed)
        tells.append(
            f"{_DRIVER}::Io::write(&a{number}, &mut out)?;" if mutable else 'out.push_str("- ");'
        )
    owner = _owner(function)
    call = names(f"{owner}::{name_of(function)}" if owner else name_of(function))
    taken = self_of(function)
    if taken is not None:
        reads.append(f"let mut object = {_object(root, owner)};")
        text = text_of(taken)
        lent = "&mut " if _MUTABLE.match(f"{text} ") else "&" if text.startswith("&") else ""
        given.insert(0, f"{lent}object")
    kind = returned_type(function)
    gathered = ".collect::<Vec<_>>()" if re.match(r"impl\b.*\bIterator\b", kind) else ""
    call = call.replace("(..)", f"({', '.join(given)})")
    unsafe = "unsafe" in text_of(function).partition("fn")[0]
    call = f"unsafe {{ {call} }}" if unsafe else call
    lines = [
        *_impls(root, function, types),
        "fn algosmith_call(from: &mut ::algosmith_driver::Reader, reading: &mut bool)",
        "    -> ::algosmith_driver::Answer {",
        *reads,
        "from.done()?;",
        "*reading = false;",
        f"let made = {{ {call} }}{gathered};",
        "let mut out = ::std::string::String::new();",
        f"{_DRIVER}::Io::write(&made, &mut out)?;",
        "drop(made);" if "&" not in kind and "'" not in kind else "",
        *tells,
        "::std::result::Result::Ok(out)",
        "}",
        f"fn algosmith_seen() -> ::std::string::String {{ {seen or '::std::string::String::new()'} }}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


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
    return f"let mut {name}: {kind} = {_DRIVER}::Io::read(from)?;"


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


# How the program's own types cross the border.


def _impls(
    root: tree_sitter.Node, function: tree_sitter.Node, types: list[str]
) -> Iterator[str]:
    """Readers and writers of the structs, enums, lists and trees that the signature names."""
    scope = scope_of(root)
    waiting = [*types, returned_type(function)]
    done: set[str] = set()
    while waiting:
        for word in _WORD.findall(waiting.pop()):
            if word in done:
                continue
            done.add(word)
            if word in scope.aliases:
                waiting.append(scope.aliases[word])
            elif word == "Self":
                waiting.append(_owner(function))
            elif word in NODES:
                yield _node(root, word)
            elif word in scope.structs:
                waiting += [kind for _, kind in scope.structs[word]]
                yield _struct(word, scope.structs[word])
            elif word in scope.enums:
                yield _enum(word, scope.enums[word])


def _io(name: str, node: str, read: str, write: str) -> str:
    kind = f"const NODE: char = '{node}';" if node else ""
    return (
        f"impl {_DRIVER}::Io for {name} {{ {kind}\n"
        f"fn read(from: &mut {_DRIVER}::Reader) -> {_DRIVER}::Made<Self> {{ {read} }}\n"
        f"fn write(&self, out: &mut ::std::string::String) -> {_DRIVER}::Made<()> {{ {write} }}\n}}"
    )


def _struct(name: str, fields: tuple[tuple[str, str], ...]) -> str:
    reads = " ".join(f"{field}: {_DRIVER}::Io::read(from)?," for field, _ in fields)
    writes = " ".join(f"{_DRIVER}::Io::write(&self.{field}, out)?;" for field, _ in fields)
    wrong = f'{_DRIVER}::Mismatch("it is no {name}".into())'
    count = len(fields)
    return _io(
        name,
        "",
        f"if from.count('[', \"{name}\")? != {count} {{ return Err({wrong}); }} "
        f"Ok({name} {{ {reads} }})",
        f'out.push_str("({count} "); {writes} Ok(())',
    )


def _enum(name: str, variants: tuple[str, ...]) -> str:
    wrong = f'Err({_DRIVER}::Mismatch("it is no {name}".into()))'
    reads = " ".join(f'"{one}" => Ok({name}::{one}),' for one in variants)
    writes = " ".join(f'{name}::{one} => "{one}",' for one in variants)
    return _io(
        name,
        "",
        f"let told: String = {_DRIVER}::Io::read(from)?; match told.as_str() {{ {reads} _ => {wrong} }}",
        f"{_DRIVER}::hex(out, '\"', match self {{ {writes} }}); Ok(())",
    )


def _node(root: tree_sitter.Node, name: str) -> str:
    """A linked list's or tree's node, as the program has it."""
    fields = next(
        (dict(_raw_fields(n)) for n in walk(root) if n.type == "struct_item" and name_of(n) == name),
        {},
    )
    value = next((one for one in ("val", "value", "data") if one in fields), "")
    links = ("next",) if name == "ListNode" else ("left", "right")
    if not value or any(one not in fields for one in links):
        return ""
    rest = [one for one in fields if one not in (value, *links)]
    filled = "".join(f", {one}: ::std::default::Default::default()" for one in rest)
    wrap, open_ = _link(fields[links[0]])
    if name == "ListNode":
        made = f"ListNode {{ {value}: value, next: next.map(|one| {wrap}){filled} }}"
        read = f"{_DRIVER}::read_list(from, |value: {fields[value]}, next: Option<Self>| {made})"
        return _io(name, "L", read, _list_out(value, "borrow" in open_))
    made = (
        f"TreeNode {{ {value}: value, left: left.map(|one| {wrap}), "
        f"right: right.map(|one| {wrap}){filled} }}"
    )
    given = f"value: {fields[value]}, left: Option<Self>, right: Option<Self>"
    read = f"{_DRIVER}::read_tree(from, |{given}| {made})"
    write = (
        f"fn flat(node: &TreeNode, all: &mut {_DRIVER}::Flat) -> {_DRIVER}::Made<usize> {{\n"
        "all.enter()?;\n"
        f"let left = match &node.left {{ Some(one) => Some(flat({open_}, all)?), None => None }};\n"
        f"let right = match &node.right {{ Some(one) => Some(flat({open_}, all)?), None => None }};\n"
        f"Ok(all.add({_DRIVER}::shown(&node.{value})?, left, right))\n}}\n"
        f"let mut all = {_DRIVER}::Flat::default(); let top = flat(self, &mut all)?; all.write(out, top)"
    )
    return _io(name, "G", read, write)


def _raw_fields(struct: tree_sitter.Node) -> Iterator[tuple[str, str]]:
    body = struct.child_by_field_name("body")
    for one in body.named_children if body is not None else ():
        kind = one.child_by_field_name("type")
        if kind is not None:
            yield name_of(one), text_of(kind)


def _link(kind: str) -> tuple[str, str]:
    """(how a node is made into a link's value ``one``, how the node in ``one`` is lent)."""
    if "RefCell" in kind:
        holder = "Arc" if "Arc<" in kind else "Rc"
        path = f"::std::{'sync' if holder == 'Arc' else 'rc'}::{holder}"
        return f"{path}::new(::std::cell::RefCell::new(one))", f"&*{_DRIVER}::borrowed(one)?"
    if "Rc<" in kind:
        return "::std::rc::Rc::new(one)", "&**one"
    return "Box::new(one)", "&**one"


def _list_out(value: str, shared: bool) -> str:  # noqa: FBT001  of a link
    if shared:
        return (
            f"let mut all = vec![{_DRIVER}::shown(&self.{value})?]; let mut at = self.next.clone();\n"
            f"while let Some(one) = at {{ let node = {_DRIVER}::borrowed(&one)?; "
            f"all.push({_DRIVER}::shown(&node.{value})?); let next = node.next.clone(); drop(node); "
            f"at = next; if all.len() > 100_000 {{ break; }} }}\n{_DRIVER}::write_list(out, all)"
        )
    return (
        f"let mut all = Vec::new(); let mut at = Some(self);\n"
        f"while let Some(one) = at {{ all.push({_DRIVER}::shown(&one.{value})?); "
        f"at = one.next.as_deref(); if all.len() > 100_000 {{ break; }} }}\n"
        f"{_DRIVER}::write_list(out, all)"
    )


