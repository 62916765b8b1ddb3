"""Matrices, graphs, linked lists, trees, dicts, hard numbers. Standard library only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

Spec = dict[str, Any]

if TYPE_CHECKING:
    from collections.abc import Callable

    from algosmith.inputs.grow import Maker


def make_matrix(maker: Maker, kind: Spec, n: int) -> Any:
    """A list of rows of numbers (or of characters)."""
    rows, columns = maker.size("rows"), maker.size("columns")
    traits = set(kind["traits"])
    if "square" in traits:
        rows = columns = max(rows, columns)
    if "triangle" in traits:
        return [[maker.rng.randrange(10) for _ in range(i + 1)] for i in range(rows)]
    inner = kind["parts"][0]["parts"]
    cell: Spec = inner[0] if inner else {"base": "int", "low": None, "high": None}
    made = [[_cell(maker, i, j, rows, columns) for j in range(columns)] for i in range(rows)]
    if "sorted" in traits:
        made = [[i * columns + j for j in range(columns)] for i in range(rows)]
    if cell["base"] == "str":
        made = [["01"[int(value) % 2] for value in row] for row in made]
    elif cell["base"] == "float":
        made = [[float(value) for value in row] for row in made]
    if cell["high"] is not None:
        low = cell["low"] or 0
        made = [[low + value % (cell["high"] - low + 1) for value in row] for row in made]
    return [tuple(row) for row in made] if "tuple" in kind["parts"][0]["traits"] else made


def _cell(maker: Maker, i: int, j: int, rows: int, columns: int) -> Any:
    family = maker.family
    if family in ("binary", "alternating"):
        return maker.rng.randrange(2)
    if family in ("equal", "zeros"):
        return 1 if family == "equal" else 0
    if family == "ascending":
        return i * columns + j
    if family == "descending":
        return rows * columns - i * columns - j
    if family == "diagonal":
        return 2 * columns + 1 if i == j else maker.rng.randrange(1, 3)
    if family == "shuffled":
        return int(i == j)
    return maker.rng.randrange(1, 10)


def make_graph(maker: Maker, kind: Spec, n: int) -> Any:
    """An edge list, an adjacency list or an adjacency dict, by the kind."""
    vertices = max(1, maker.size("vertices"))
    maker.vertices[maker.name] = vertices
    pairs = _pairs(maker, vertices)
    if "edges" in kind["traits"]:
        return _edge_list(maker, kind, pairs)
    directed = "dag" in kind["traits"]
    near: list[list[int]] = [[] for _ in range(vertices)]
    for a, b in pairs:
        near[a].append(b)
        if not directed:
            near[b].append(a)
    part: Spec = kind["parts"][-1] if kind["parts"] else dict(_PLAIN_LIST)
    if kind["base"] == "list":
        if "matrix" in kind["traits"]:
            return [[int(b in set(row)) for b in range(vertices)] for row in near]
        return [_neighbours(maker, row, part, str) for row in near]
    names = kind["parts"] and kind["parts"][0]["base"] == "str"
    label: Callable[[int], Any] = _named if names else int
    return {label(a): _neighbours(maker, row, part, label) for a, row in enumerate(near)}


_PLAIN_LIST: Spec = {"base": "list", "parts": [], "traits": []}


def _named(vertex: int) -> str:
    return f"v{vertex}"


def _pairs(maker: Maker, vertices: int) -> list[tuple[int, int]]:
    most = vertices * (vertices - 1) // 2
    wanted = maker.sizes.get(f"{maker.name}:edges")
    family = maker.family
    if family in ("descending", "complete") and wanted is None:
        wanted = most
    if wanted is None:
        wanted = 2 * vertices
    if family in ("ascending", "equal"):
        pairs = [(i, i + 1) for i in range(vertices - 1)]
        if family == "equal":
            pairs = [(0, i) for i in range(1, vertices)]
    else:
        pairs = [((i - 1) // 2, i) for i in range(1, vertices)]
    if maker.family in ("few", "tree", "ascending", "equal"):
        return pairs
    seen = set(pairs)
    missing = min(wanted, most) - len(pairs)
    if missing > most // 3:
        extra = [(a, b) for a in range(vertices) for b in range(a + 1, vertices)]
        return pairs + [pair for pair in extra if pair not in seen][:missing]
    while missing > 0:
        a, b = sorted(maker.rng.sample(range(vertices), 2))
        if (a, b) not in seen:
            seen.add((a, b))
            pairs.append((a, b))
            missing -= 1
    return pairs


def _edge_list(maker: Maker, kind: Spec, pairs: list[tuple[int, int]]) -> list[Any]:
    part: Spec = kind["parts"][0] if kind["parts"] else dict(_PLAIN_LIST)
    width = len(part["parts"]) if part["base"] == "tuple" else 2
    weighted = width == 3 or "weighted" in kind["traits"]
    first = int("one" in kind["traits"])
    made: list[list[int]] = []
    for a, b in pairs:
        edge = [b + first, a + first] if "reversed" in kind["traits"] else [a + first, b + first]
        if weighted:
            weight = maker.rng.randrange(1, 20)
            edge = [weight, *edge] if "weight-first" in kind["traits"] else [*edge, weight]
        made.append(edge)
    return [tuple(edge) for edge in made] if part["base"] == "tuple" else made


def _neighbours(maker: Maker, row: list[int], part: Spec, label: Any) -> Any:
    label = int if label is str else label
    if part["base"] == "dict":
        return {label(b): maker.rng.randrange(1, 20) for b in row}
    if part["base"] == "set":
        return {label(b) for b in row}
    inner = part["parts"][0] if part["parts"] else None
    if inner is not None and inner["base"] in ("tuple", "list"):
        return [(label(b), maker.rng.randrange(1, 20)) for b in row]
    return [label(b) for b in row]


def make_vertex(maker_vertex: int, kind: Spec) -> Any:
    """The name of a vertex, in the graph's own way."""
    return f"v{maker_vertex}" if kind["base"] == "str" else maker_vertex


def make_linked(maker: Maker, kind: Spec, n: int) -> Any:
    """A linked list, as its values in order."""
    values = maker.parts["numbers"](maker.rng, maker.family, n, 0)
    values = [value % 10 for value in values] if "digits" in kind["traits"] else values
    if "sorted" in kind["traits"]:
        values.sort()
    return maker.parts["node"](kind, values)


def make_tree(maker: Maker, kind: Spec, n: int) -> Any:
    """A binary tree in level order, a search tree unless the family is ``random``."""
    if maker.family in ("ascending", "descending"):
        items = _chain(n, 2 if maker.family == "ascending" else 1)
    else:
        items: list[Any] = _balanced_tree(n)
        if maker.family in ("random", "signed"):
            items = maker.parts["numbers"](maker.rng, maker.family, n, 0)
        elif maker.family == "equal":
            items = [1] * n
    return maker.parts["node"](kind, items)


def _chain(n: int, side: int) -> list[Any]:
    items: list[Any] = []
    for i in range(n):
        value = i + 1 if side == 2 else n - i
        items.extend([value] if i == 0 else [None, value] if side == 2 else [value, None])
    return items


def _balanced_tree(n: int) -> list[Any]:
    items: list[Any] = [0] * n
    position, counter = 0, 0
    stack: list[int] = []
    while stack or position < n:
        while position < n:
            stack.append(position)
            position = 2 * position + 1
        position = stack.pop()
        counter += 1
        items[position] = counter
        position = 2 * position + 2
    return items


def make_dict(maker: Maker, kind: Spec, n: int) -> Any:
    """A dict with ``n`` keys; an adjacency dict where that is what it is."""
    if "graph" in kind["traits"]:
        return make_graph(maker, kind, n)
    key, value = kind["parts"] if len(kind["parts"]) == 2 else ({"base": "str"}, {"base": "int"})
    keys = [f"k{i}" for i in range(n)] if key["base"] == "str" else list(range(n))
    if value["base"] in ("int", "float"):
        values = maker.parts["numbers"](maker.rng, maker.family, n, 1)
        if value["base"] == "float":
            values = [float(item) for item in values]
        return dict(zip(keys, values, strict=True))
    return {key: maker.value(value, 4) for key in keys}


def hard_number(n: int, family: str, position: int) -> int:
    """A number close to ``n`` that is difficult in some way: prime, a power, a Fibonacci number."""
    if family == "prime":
        return next((m for m in range(n, max(1, n - 400), -1) if _is_prime(m)), n)
    if family == "fibonacci":
        a, b = 1, 1
        while a + b <= n:
            a, b = b, a + b
        return b if position == 0 else a
    if family == "power":
        return 1 << max(0, n.bit_length() - 1) if n else 0
    if family == "ones":
        return (1 << max(0, (n + 1).bit_length() - 1)) - 1
    if family == "half":
        return n if position == 0 else n // 2
    if family == "small":
        return n if position == 0 else min(n, 3)
    return n


def _is_prime(n: int) -> bool:
    """Miller-Rabin with bases that settle every number below 3.3e24."""
    if n < 2:
        return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True
