"""Type variables that gather evidence about values, are unified, and resolve to kinds."""

from __future__ import annotations

from collections import Counter

from algosmith.inputs.kinds import Base, Kind

_MAX_DEPTH = 4
_PARTS = ("element", "key", "value")


class Var:
    """What is known about one value (or several that must have the same type)."""

    def __init__(self, **votes: int) -> None:
        self.parent: Var | None = None
        self.votes: Counter[str] = Counter(votes)
        self.children: dict[str, Var] = {}
        self.attributes: set[str] = set()
        self.pair: list[Var] = []
        """The fields, when the value is unpacked into so many names."""
        self.constants: set[str] = set()
        """String constants it was compared with."""

    def root(self) -> Var:
        """The variable that stands for all it was unified with."""
        var = self
        while var.parent is not None:
            var = var.parent
        return var

    def vote(self, tag: str, weight: int = 1) -> None:
        """One more piece of evidence."""
        self.root().votes[tag] += weight

    def part(self, name: str) -> Var:
        """The element (or key, or value) of this container."""
        return self.root().children.setdefault(name, Var())

    def fields(self, count: int) -> list[Var]:
        """The ``count`` values this one is unpacked into."""
        root = self.root()
        while len(root.pair) < count:
            root.pair.append(Var())
        root.votes["unpacked"] += 1
        return root.pair

    def has(self, *tags: str) -> int:
        """Sum of the votes for the tags."""
        votes = self.root().votes
        return sum(votes[tag] for tag in tags)


def unify(one: Var | None, other: Var | None, depth: int = 0) -> None:
    """The two have the same type."""
    if one is None or other is None or depth > _MAX_DEPTH:
        return
    a, b = one.root(), other.root()
    if a is b:
        return
    b.parent = a
    a.votes.update(b.votes)
    a.attributes |= b.attributes
    a.constants |= b.constants
    for name in _PARTS:
        mine, theirs = a.children.get(name), b.children.get(name)
        if mine is None and theirs is not None:
            a.children[name] = theirs
        else:
            unify(mine, theirs, depth + 1)
    for index, theirs in enumerate(b.pair):
        if index < len(a.pair):
            unify(a.pair[index], theirs, depth + 1)
        else:
            a.pair.append(theirs)


def resolve(var: Var, depth: int = 0) -> Kind | None:
    """The likeliest kind; None where nothing telling was seen."""
    root = var.root()
    if depth > _MAX_DEPTH:
        return None
    base = _base(root)
    if base is None:
        return None
    if base == "list" and root.pair and not root.children.get("element"):
        fields = tuple(resolve(field, depth + 1) or Kind("int") for field in root.pair)
        return Kind("tuple", fields)
    if base in ("list", "set"):
        part = resolve(root.part("element"), depth + 1)
        traits = {"deque"} if root.votes["deque"] else set[str]()
        return Kind(base, (part,) if part else (), frozenset(traits))
    if base == "dict":
        key = resolve(root.part("key"), depth + 1) or Kind("int")
        value = resolve(root.part("value"), depth + 1) or Kind("int")
        return Kind("dict", (key, value))
    return Kind(base)


def _base(root: Var) -> Base | None:
    node = _node(root)
    if node:
        return node
    if root.votes["callable"] and not root.has("int", "list", "str", "sequence"):
        return "callable"
    if root.votes["object"] and not root.has("int", "list", "str", "sequence", "iterable"):
        return "object"
    containers = _container(root)
    if containers:
        return containers
    if root.has("str", "text") > root.has("int", "float", "number"):
        return "str"
    if root.votes["float"] > root.votes["int"]:
        return "float"
    if root.has("int", "float", "number"):
        return "int"
    if root.votes["parsed"]:
        return "str"
    return "bool" if root.votes["bool"] else None


def _node(root: Var) -> Base | None:
    if root.attributes & {"left", "right"}:
        return "tree"
    if "next" in root.attributes:
        return "linked"
    return "object" if root.attributes else None


def _container(root: Var) -> Base | None:
    votes = {
        "dict": root.votes["dict"],
        "set": root.votes["set"],
        "str": root.votes["str"],
        "list": root.votes["list"],
    }
    loose = root.has("sequence", "iterable", "sized", "unpacked", "indexed")
    if not loose and not votes["dict"] and not votes["set"] and not votes["list"]:
        return None
    if root.votes["int"] > loose + sum(votes.values()):
        return None
    if not any(votes.values()):
        return "str" if _holds_characters(root) else "list"
    best = max(votes, key=lambda name: votes[name])
    if best == "list" and votes["str"] == 0 and votes["list"] <= 1 and _holds_characters(root):
        return "str"
    bases: dict[str, Base] = {"dict": "dict", "set": "set", "str": "str", "list": "list"}
    return bases[best]


def _holds_characters(root: Var) -> bool:
    element = root.children.get("element")
    if element is None:
        return False
    element = element.root()
    if element.has("character"):
        return True
    short = element.constants and all(len(text) == 1 for text in element.constants)
    return bool(short) and not element.has("sequence", "iterable", "sized", "int")
