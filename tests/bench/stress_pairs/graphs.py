"""Right and wrong solutions over graphs, grids and trees: ``NAME``, ``NAME_wrong_…``."""

from __future__ import annotations

from collections import deque


def components(n: int, edges: list[list[int]]) -> int:
    """How many parts an undirected graph with the vertices 0 to n - 1 has.

    >>> components(4, [[0, 1], [2, 3]])
    2
    """
    parent = list(range(n))

    def top(v: int) -> int:
        while parent[v] != v:
            v = parent[v]
        return v

    for a, b in edges:
        parent[top(a)] = top(b)
    return sum(parent[v] == v for v in range(n))


def components_right_search(n: int, edges: list[list[int]]) -> int:
    near: list[list[int]] = [[] for _ in range(n)]
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    seen: set[int] = set()
    count = 0
    for start in range(n):
        if start not in seen:
            count += 1
            todo = [start]
            seen.add(start)
            while todo:
                for w in near[todo.pop()]:
                    if w not in seen:
                        seen.add(w)
                        todo.append(w)
    return count


def components_wrong_minus_edges(n: int, edges: list[list[int]]) -> int:
    return max(n - len(edges), 1)


def components_wrong_labels(n: int, edges: list[list[int]]) -> int:
    label = list(range(n))
    for a, b in edges:
        label[b] = label[a]
    return len(set(label))


def islands(grid: list[list[int]]) -> int:
    """How many groups of ones that touch sideways or up and down a grid of 0 and 1 has.

    >>> islands([[1, 1, 0], [0, 0, 1]])
    2
    """
    seen: set[tuple[int, int]] = set()
    count = 0
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            if cell == 1 and (r, c) not in seen:
                count += 1
                todo = [(r, c)]
                seen.add((r, c))
                while todo:
                    y, x = todo.pop()
                    for j, i in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                        inside = 0 <= j < len(grid) and 0 <= i < len(grid[j])
                        if inside and grid[j][i] == 1 and (j, i) not in seen:
                            seen.add((j, i))
                            todo.append((j, i))
    return count


def islands_wrong_corners(grid: list[list[int]]) -> int:
    seen: set[tuple[int, int]] = set()
    count = 0
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            if cell == 1 and (r, c) not in seen:
                count += 1
                todo = [(r, c)]
                seen.add((r, c))
                while todo:
                    y, x = todo.pop()
                    for j in (y - 1, y, y + 1):
                        for i in (x - 1, x, x + 1):
                            inside = 0 <= j < len(grid) and 0 <= i < len(grid[j])
                            if inside and grid[j][i] == 1 and (j, i) not in seen:
                                seen.add((j, i))
                                todo.append((j, i))
    return count


def islands_wrong_starts(grid: list[list[int]]) -> int:
    count = 0
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            above = r > 0 and c < len(grid[r - 1]) and grid[r - 1][c] == 1
            before = c > 0 and row[c - 1] == 1
            count += cell == 1 and not above and not before
    return count


def distance(graph: dict[int, list[int]], start: int, goal: int) -> int:
    """The fewest steps from start to goal along the arrows of a graph, -1 where there is no way.

    >>> distance({0: [1], 1: [2], 2: []}, 0, 2)
    2
    """
    steps = {start: 0}
    todo = deque([start])
    while todo:
        v = todo.popleft()
        if v == goal:
            return steps[v]
        for w in graph.get(v, []):
            if w not in steps:
                steps[w] = steps[v] + 1
                todo.append(w)
    return -1


def distance_wrong_depth(graph: dict[int, list[int]], start: int, goal: int) -> int:
    steps = {start: 0}
    todo = [start]
    while todo:
        v = todo.pop()
        if v == goal:
            return steps[v]
        for w in graph.get(v, []):
            if w not in steps:
                steps[w] = steps[v] + 1
                todo.append(w)
    return -1


def distance_wrong_both_ways(graph: dict[int, list[int]], start: int, goal: int) -> int:
    near: dict[int, set[int]] = {}
    for v, others in graph.items():
        for w in others:
            near.setdefault(v, set()).add(w)
            near.setdefault(w, set()).add(v)
    steps = {start: 0}
    todo = deque([start])
    while todo:
        v = todo.popleft()
        if v == goal:
            return steps[v]
        for w in sorted(near.get(v, ())):
            if w not in steps:
                steps[w] = steps[v] + 1
                todo.append(w)
    return -1


class TreeNode:
    """A binary tree."""

    def __init__(
        self, val: int = 0, left: TreeNode | None = None, right: TreeNode | None = None
    ) -> None:
        self.val, self.left, self.right = val, left, right


def height(root: TreeNode | None) -> int:
    """How many nodes the longest way down has."""
    return 0 if root is None else 1 + max(height(root.left), height(root.right))


def height_wrong_left(root: TreeNode | None) -> int:
    return 0 if root is None else 1 + height_wrong_left(root.left or root.right)


def is_search_tree(root: TreeNode | None) -> bool:
    """Whether all to the left of a node is smaller than it and all to the right larger."""

    def fits(node: TreeNode | None, low: float, high: float) -> bool:
        if node is None:
            return True
        inside = low < node.val < high
        return inside and fits(node.left, low, node.val) and fits(node.right, node.val, high)

    return fits(root, float("-inf"), float("inf"))


def is_search_tree_wrong_children(root: TreeNode | None) -> bool:
    if root is None:
        return True
    left, right = root.left, root.right
    if (left and left.val >= root.val) or (right and right.val <= root.val):
        return False
    return is_search_tree_wrong_children(left) and is_search_tree_wrong_children(right)


def is_search_tree_wrong_equal(root: TreeNode | None) -> bool:
    values: list[int] = []

    def walk(node: TreeNode | None) -> None:
        if node is not None:
            walk(node.left)
            values.append(node.val)
            walk(node.right)

    walk(root)
    return values == sorted(values)
