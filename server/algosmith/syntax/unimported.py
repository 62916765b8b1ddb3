"""Imports that an answer forgot: small models write ``heapq.heappush`` and no ``import heapq``.

Only names of the standard library that everybody knows by where they come from, and only where
neither the answer nor the file gives them another meaning.
"""

from collections.abc import Iterator

import tree_sitter

from algosmith.model import Snapshot
from algosmith.syntax import rustuse
from algosmith.syntax.parse import parse, parse_text

_MODULES = frozenset(
    (
        "bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools",
        "hashlib", "heapq", "itertools", "json", "math", "operator", "random", "re", "statistics",
        "string", "sys", "time",
    )
)  # fmt: skip
_NAMES = {
    name: module
    for module, names in {
        "bisect": "bisect_left bisect_right insort insort_left insort_right",
        "collections": "Counter OrderedDict defaultdict deque namedtuple ChainMap",
        "dataclasses": "dataclass field",
        "decimal": "Decimal",
        "fractions": "Fraction",
        "functools": "cache cmp_to_key lru_cache partial reduce",
        "heapq": "heapify heappop heappush heappushpop heapreplace nlargest nsmallest",
        "itertools": "accumulate chain combinations combinations_with_replacement groupby islice "
        "pairwise permutations product zip_longest",
        "math": "ceil comb factorial floor gcd inf isqrt lcm prod sqrt",
        "typing": "Any Callable Dict Generator Iterable Iterator List Optional Sequence Set Tuple "
        "Union",
    }.items()
    for name in names.split()
}
_BINDING = (
    "dotted_name", "aliased_import", "parameters", "lambda_parameters", "typed_parameter",
    "list_splat_pattern", "dictionary_splat_pattern", "pattern_list", "tuple_pattern",
    "list_pattern", "as_pattern_target", "global_statement", "nonlocal_statement",
)  # fmt: skip
"""Nodes whose identifiers get a meaning."""
_BINDS_FIELD = {
    "assignment": "left", "for_statement": "left", "for_in_clause": "left",
    "augmented_assignment": "left", "named_expression": "name", "default_parameter": "name",
    "typed_default_parameter": "name", "function_definition": "name", "class_definition": "name",
    "type_alias_statement": "left",
}  # fmt: skip
_NO_NAME = {"attribute": "attribute", "keyword_argument": "name"}


def with_imports(code: str, snapshot: Snapshot, at: int = 0) -> str:
    """The answer, the imports it lacks above it; as it is in languages but Python and Rust.

    ``at`` is where it goes in the file: what other functions bind has no meaning there.
    """
    if snapshot.language == "rust":
        return rustuse.with_uses(code, snapshot.text)
    if snapshot.language != "python":
        return code
    used, bound = _names(parse_text(code, "python").root_node)
    lacking = used - bound
    if not lacking or "from __future__" in code:
        return code
    _, theirs = _names(parse(snapshot).root_node, at)
    if "*" in theirs:  # everything may come from there
        return code
    # The answer's own indentation, which may be that of a function's body.
    first = next((line for line in code.splitlines() if line.strip()), "")
    lead = first[: len(first) - len(first.lstrip())]
    return "".join(f"{lead}{line}\n" for line in _lines(lacking - theirs)) + code


def _lines(names: set[str]) -> list[str]:
    modules = [f"import {name}" for name in sorted(names & _MODULES)]
    taken: dict[str, list[str]] = {}
    for name in sorted(names - _MODULES):
        taken.setdefault(_NAMES[name], []).append(name)
    return modules + [
        f"from {module} import {', '.join(taken[module])}" for module in sorted(taken)
    ]


def _names(root: tree_sitter.Node, at: int | None = None) -> tuple[set[str], set[str]]:
    """(names of the lists above that are used, names that get a meaning; ``*`` for any)."""
    used, bound = set[str](), set[str]()
    for node in _identifiers(root, at):
        if node.type == "wildcard_import":
            bound.add("*")
            continue
        parent, name = node.parent, (node.text or b"").decode("utf-8", "replace")
        if parent is None or (name not in _MODULES and name not in _NAMES):
            continue
        if _is_field(node, parent, _NO_NAME):
            continue
        if parent.type in _BINDING or _is_field(node, parent, _BINDS_FIELD):
            bound.add(name)
        elif name in _NAMES or parent.type == "attribute":
            used.add(name)
        else:
            bound.add(name)  # a module's name alone is somebody's variable
    return used, bound


def _is_field(node: tree_sitter.Node, parent: tree_sitter.Node, fields: dict[str, str]) -> bool:
    field = fields.get(parent.type)
    return field is not None and parent.child_by_field_name(field) == node


def _identifiers(root: tree_sitter.Node, at: int | None) -> Iterator[tree_sitter.Node]:
    """All of them, or (``at``) those outside the functions that do not hold the place."""
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node.type in ("identifier", "wildcard_import"):
            yield node
        holds = at is None or node.start_byte <= at < node.end_byte
        if node.type == "function_definition" and not holds:
            name = node.child_by_field_name("name")
            open_nodes += [name] if name is not None else []
        else:
            open_nodes += node.children
