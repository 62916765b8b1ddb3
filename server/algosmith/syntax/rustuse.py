"""What Rust's ``use`` declarations name. By their text only."""

import re
from collections.abc import Iterator

_HEAD = re.compile(r"^\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?use\s+")
TRAITS = frozenset(
    {"Read", "Write", "BufRead", "Seek", "FromStr", "Hash", "Hasher", "Display", "Debug", "Ord",
     "PartialOrd", "Add", "Sub", "Mul", "Neg", "Index", "IndexMut", "Deref", "DerefMut",
     "FromIterator", "Borrow", "TryFrom", "TryInto"}
)  # fmt: skip
"""What code needs without naming it: their methods."""

_KNOWN = {
    name: path
    for path, names in {
        "std::collections": "HashMap HashSet BTreeMap BTreeSet VecDeque BinaryHeap",
        "std::cmp": "Reverse Ordering",
        "std::rc": "Rc",
        "std::cell": "RefCell",
    }.items()
    for name in names.split()
}
"""What answers use and forget to name, and where it is."""


def with_uses(code: str, file: str) -> str:
    """An answer with the ``use`` of the standard library above it that it and the file lack."""
    lead = code[: len(code) - len(code.lstrip(" \t"))]
    lines = [
        f"{lead}use {path}::{name};\n"
        for name, path in _KNOWN.items()
        if re.search(rf"(?<![\w:]){name}\b(?=::|<|\()", code)
        and not any(_gives(text, name) for text in (code, file))
    ]
    return "".join(lines) + code


def _gives(text: str, name: str) -> bool:
    """Whether a text may give a name another or the same meaning."""
    used = rf"\buse\s[^;]*(?:\b{name}\b|\b(?:collections|cmp|rc|cell)::\*)"
    return re.search(rf"{used}|\b(?:struct|enum|type|mod|trait)\s+{name}\b", text) is not None


def taken(text: str) -> Iterator[tuple[str, str]]:
    """(path, name) of everything a declaration names: ``("std::io", "self")``; ``*`` is a name."""
    head = _HEAD.match(text)
    if head is not None:
        yield from _tree(re.sub(r"\s+", " ", text[head.end() :]).strip(" ;"), "")


def names_of(text: str) -> set[str]:
    """The names that a declaration makes known."""
    found: set[str] = set()
    for path, name in taken(text):
        words = name.split(" as ")
        last = words[-1].strip()
        found.add(path.rpartition("::")[2] if last == "self" else last)
    return found


def opens(text: str) -> bool:
    """Whether a declaration may be needed though none of its names are seen."""
    named = [name for _, name in taken(text)]
    return any(n == "*" or n.endswith(" as _") or n.split(" as ")[0] in TRAITS for n in named)


def _tree(text: str, path: str) -> Iterator[tuple[str, str]]:
    text = text.strip()
    brace = text.find("{")
    if brace < 0:
        before, _, name = text.rpartition("::")
        if name:
            yield _joined(path, before), name.strip()
        return
    inner = text[brace + 1 : text.rfind("}")]
    before = _joined(path, text[:brace].strip().removesuffix("::"))
    for part in _parts(inner):
        yield from _tree(part, before)


def _joined(path: str, more: str) -> str:
    return "::".join(one for one in (path, more.strip().removeprefix("::")) if one)


def _parts(text: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part.strip()]


def roots(text: str) -> set[str]:
    """The crates or modules at which a declaration's paths begin."""
    found = {f"{path}::{name}".removeprefix("::").partition("::")[0] for path, name in taken(text)}
    return {one.partition(" as ")[0].strip() for one in found}
