"""How a program's own structs, enums, lists and trees cross the border: code for the driver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.kinds import NODES, scope_of
from algosmith.languages.rust.tree import name_of, owners_of, returned_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

DRIVER = "::algosmith_driver"
_WORD = re.compile(r"[A-Za-z_]\w*")
_PATHS = {"Ok": "result::Result", "Err": "result::Result", "Some": "option::Option",
          "None": "option::Option"}  # fmt: skip
_OWN = re.compile(r"(?<![\w:\"])(?:(?:Ok|Err|Some)(?=\()|None(?= =>|\b(?![\w\"(:])))")
"""Ours, where a program may have values of enums that are called so."""


def impls(root: tree_sitter.Node, function: tree_sitter.Node, types: list[str]) -> Iterator[str]:
    """Readers and writers of the structs, enums, lists and trees that the signature names."""
    for made in _impls(root, function, types):
        yield _OWN.sub(lambda one: f"::std::{_PATHS[one[0]]}::{one[0]}", made)


def _impls(root: tree_sitter.Node, function: tree_sitter.Node, types: list[str]) -> Iterator[str]:
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
                waiting += owners_of(function)[-1:]
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
        f"impl {DRIVER}::Io for {name} {{ {kind}\n"
        f"fn read(from: &mut {DRIVER}::Reader) -> {DRIVER}::Made<Self> {{ {read} }}\n"
        f"fn write(&self, out: &mut ::std::string::String) -> {DRIVER}::Made<()> {{ {write} }}\n}}"
    )


def _struct(name: str, fields: tuple[tuple[str, str], ...]) -> str:
    reads = " ".join(f"{field}: {DRIVER}::Io::read(from)?," for field, _ in fields)
    writes = " ".join(f"{DRIVER}::Io::write(&self.{field}, out)?;" for field, _ in fields)
    wrong = f'{DRIVER}::Mismatch("it is no {name}".into())'
    count = len(fields)
    return _io(
        name,
        "",
        f"if from.count('[', \"{name}\")? != {count} {{ return Err({wrong}); }} "
        f"Ok({name} {{ {reads} }})",
        f'out.push_str("({count} "); {writes} Ok(())',
    )


def _enum(name: str, variants: tuple[str, ...]) -> str:
    wrong = f'Err({DRIVER}::Mismatch("it is no {name}".into()))'
    reads = " ".join(f'"{one}" => Ok({name}::{one}),' for one in variants)
    writes = " ".join(f'{name}::{one} => "{one}",' for one in variants)
    return _io(
        name,
        "",
        f"let told: String = {DRIVER}::Io::read(from)?; "
        f"match told.as_str() {{ {reads} _ => {wrong} }}",
        f"{DRIVER}::hex(out, '\"', match self {{ {writes} }}); Ok(())",
    )


def _node(root: tree_sitter.Node, name: str) -> str:
    """A linked list's or tree's node, as the program has it."""
    fields: dict[str, str] = {}
    for one in walk(root):
        if one.type == "struct_item" and name_of(one) == name:
            fields = dict(_raw_fields(one))
    value = next((one for one in ("val", "value", "data") if one in fields), "")
    links = ("next",) if name == "ListNode" else ("left", "right")
    if not value or any(one not in fields for one in links):
        return ""
    rest = [one for one in fields if one not in (value, *links)]
    filled = "".join(f", {one}: ::std::default::Default::default()" for one in rest)
    wrap, open_ = _link(fields[links[0]])
    if name == "ListNode":
        made = f"ListNode {{ {value}: value, next: next.map(|one| {wrap}){filled} }}"
        read = f"{DRIVER}::read_list(from, |value: {fields[value]}, next: Option<Self>| {made})"
        return _io(name, "L", read, _list_out(value, "borrow" in open_))
    made = (
        f"TreeNode {{ {value}: value, left: left.map(|one| {wrap}), "
        f"right: right.map(|one| {wrap}){filled} }}"
    )
    given = f"value: {fields[value]}, left: Option<Self>, right: Option<Self>"
    read = f"{DRIVER}::read_tree(from, |{given}| {made})"
    write = (
        f"fn flat(node: &TreeNode, all: &mut {DRIVER}::Flat) -> {DRIVER}::Made<usize> {{\n"
        "all.enter()?;\n"
        f"let left = match &node.left {{ Some(one) => Some(flat({open_}, all)?), "
        "None => None };\n"
        f"let right = match &node.right {{ Some(one) => Some(flat({open_}, all)?), "
        "None => None };\n"
        f"Ok(all.add({DRIVER}::shown(&node.{value})?, left, right))\n}}\n"
        f"let mut all = {DRIVER}::Flat::default(); let top = flat(self, &mut all)?; "
        "all.write(out, top)"
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
        return f"{path}::new(::std::cell::RefCell::new(one))", f"&*{DRIVER}::borrowed(one)?"
    if "Rc<" in kind:
        return "::std::rc::Rc::new(one)", "&**one"
    return "Box::new(one)", "&**one"


def _list_out(value: str, shared: bool) -> str:
    if shared:
        return (
            f"let mut all = vec![{DRIVER}::shown(&self.{value})?]; "
            "let mut at = self.next.clone();\n"
            f"while let Some(one) = at {{ let node = {DRIVER}::borrowed(&one)?; "
            f"all.push({DRIVER}::shown(&node.{value})?); let next = node.next.clone(); "
            "drop(node); at = next; if all.len() > 100_000 { break; } }\n"
            f"{DRIVER}::write_list(out, all)"
        )
    return (
        f"let mut all = Vec::new(); let mut at = Some(self);\n"
        f"while let Some(one) = at {{ all.push({DRIVER}::shown(&one.{value})?); "
        f"at = one.next.as_deref(); if all.len() > 100_000 {{ break; }} }}\n"
        f"{DRIVER}::write_list(out, all)"
    )
