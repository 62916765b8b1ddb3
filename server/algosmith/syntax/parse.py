"""Snapshot to syntax tree: cached, and reparsed from the document's last tree after an edit.

Input that no grammar should see (binary, far too large, too slow to parse) gives an empty tree, so
that everything above finds nothing in it. Never raises for what a file holds.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import tree_sitter

from algosmith.model import Snapshot
from algosmith.syntax.languages import grammar_of
from algosmith.syntax.positions import line_of

COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
"""What grammars call a comment."""
MAX_BYTES = 8 << 20
MAX_SECONDS = 4.0
"""Of the processor's time, so that a busy machine finds what an idle one does."""
_CACHED_TREES = 8
_CACHED_BYTES = 24 << 20
_LONE_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_LONE_CR = re.compile(rb"\r(?!\n)")
_CHUNK = 1 << 16
_RUBBLE_WIDTH = 20_000
_RUBBLE_NODES = 5000
_TIMED_FROM = 1 << 18
"""Bytes from which on parsing is watched: binary-like text can take seconds per megabyte."""

_LOOPS = (b"rep", b"REP", b"FOR", b"For", b"per", b"PER", b"forn", b"fore", b"each", b"trav",
          b"RFOR", b"ROF", b"foreach", b"FOREACH", b"rrep", b"REPN", b"repn", b"loop")  # fmt: skip
"""What people call macros for loops; the file that defines them is often not the one at hand."""
_LOOP_MACRO = re.compile(rb"(?m)^[ \t]*#[ \t]*define[ \t]+(\w+)\([^)]*\)[ \t]*(?:for|while|if)\b")


class _Trees:
    """The last trees, by content; the newest one of each document is what the next starts from."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.by_content: OrderedDict[tuple[str, bytes], tree_sitter.Tree] = OrderedDict()
        self.newest: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, key: tuple[str, bytes]) -> tree_sitter.Tree | None:
        with self.lock:
            tree = self.by_content.get(key)
            if tree is not None:
                self.by_content.move_to_end(key)
            return tree

    def base(self, snapshot: Snapshot) -> tuple[bytes, tree_sitter.Tree] | None:
        with self.lock:
            data = self.newest.get((snapshot.language, snapshot.uri))
            tree = None if data is None else self.by_content.get((snapshot.language, data))
            return None if data is None or tree is None else (data, tree.copy())

    def put(self, snapshot: Snapshot, tree: tree_sitter.Tree) -> None:
        with self.lock:
            self.by_content[(snapshot.language, snapshot.data)] = tree
            self.newest[(snapshot.language, snapshot.uri)] = snapshot.data
            self.newest.move_to_end((snapshot.language, snapshot.uri))
            while len(self.by_content) > _CACHED_TREES or (
                len(self.by_content) > 1
                and sum(len(data) for _, data in self.by_content) > _CACHED_BYTES
            ):
                self.by_content.popitem(last=False)
            while len(self.newest) > _CACHED_TREES:
                self.newest.popitem(last=False)


_trees = _Trees()


def parse(snapshot: Snapshot) -> tree_sitter.Tree:
    """The syntax tree of a snapshot whose language is in ``languages.LANGUAGES``."""
    key = (snapshot.language, snapshot.data)
    tree = _trees.get(key)
    if tree is None:
        tree = _parse(snapshot)
    _trees.put(snapshot, tree)
    return tree


def parse_text(text: str, language: str) -> tree_sitter.Tree:
    """The tree of a piece of code that is no document, uncached."""
    return _run(text.encode("utf-8", "surrogatepass"), language, None)


def is_readable(data: bytes) -> bool:
    """Whether the data is text of a size that can be worked on."""
    return len(data) <= MAX_BYTES and b"\0" not in data


def _parse(snapshot: Snapshot) -> tree_sitter.Tree:
    base = _trees.base(snapshot)
    if base is None or not is_readable(base[0]):
        return _run(snapshot.data, snapshot.language, None)
    before, tree = base
    start, end_before, end_after = changed_range(before, snapshot.data)
    tree.edit(
        start,
        end_before,
        end_after,
        _point(before, start),
        _point(before, end_before),
        _point(snapshot.data, end_after),
    )
    return _run(snapshot.data, snapshot.language, tree)


def _run(data: bytes, language: str, old: tree_sitter.Tree | None) -> tree_sitter.Tree:
    tree = _grown(data, language, old)
    if language in ("cpp", "c") and tree.root_node.has_error:
        return _as_loops(data, language) or tree
    return tree


def _as_loops(data: bytes, language: str) -> tree_sitter.Tree | None:
    """The tree that holds macros for loops, ``rep(i, 0, n) {``, as statements; None without any.

    The grammar is shown an ``if`` in their place; what the tree's nodes say is the text itself.
    """
    names = {*_LOOPS, *_LOOP_MACRO.findall(data)}
    names = {name for name in names if len(name) > 1 and name in data}
    if not names or len(data) >= _TIMED_FROM or not is_readable(data):
        return None
    pattern = rb"(?m)(^[ \t]*#.*(?:\\\n.*)*)|\b(?:%s)\b(?=[ \t]*\()" % b"|".join(sorted(names))
    shown = re.sub(pattern, lambda m: m[0] if m[1] is not None else b"if".ljust(len(m[0])), data)
    parser = tree_sitter.Parser(grammar_of(language))
    parsing = True

    def read(offset: int, _point: object) -> bytes:
        return (shown if parsing else data)[offset : offset + _CHUNK]

    tree = parser.parse(read)
    parsing = False
    return tree if not _checked(tree, parser).root_node.has_error else None


def _grown(data: bytes, language: str, old: tree_sitter.Tree | None) -> tree_sitter.Tree:
    parser = tree_sitter.Parser(grammar_of(language))
    if not is_readable(data):
        return parser.parse(b"")
    if b"\xed" in data:
        # A lone half of a surrogate pair is no text for those who compare nodes' texts.
        data = _LONE_SURROGATE.sub(b"\xef\xbf\xbd", data)
    if b"\r" in data:
        # Grammars end a line at \n only; a comment would swallow the rest of an old Mac file.
        data = _LONE_CR.sub(b"\n", data)
    if len(data) < _TIMED_FROM or old is not None:
        return _checked(parser.parse(data) if old is None else parser.parse(data, old), parser)
    deadline = time.thread_time() + MAX_SECONDS
    parsing = True

    def read(offset: int, _point: object) -> bytes:
        # The tree keeps this function and asks it for a node's text, as long as it takes to get it.
        late = parsing and time.thread_time() >= deadline
        return b"" if late else data[offset : offset + _CHUNK]

    tree = parser.parse(read)
    parsing = False
    return parser.parse(b"") if time.thread_time() >= deadline else _checked(tree, parser)


def _checked(tree: tree_sitter.Tree | None, parser: tree_sitter.Parser) -> tree_sitter.Tree:
    return parser.parse(b"") if tree is None or _is_rubble(tree) else tree


def _is_rubble(tree: tree_sitter.Tree) -> bool:
    """Whether an ERROR node is so wide that queries, quadratic in this, would take minutes."""
    cursor = tree.walk()
    entering = True
    for _ in range(_RUBBLE_NODES):
        node = cursor.node
        if entering and node is not None and node.has_error:
            if node.is_error and node.child_count > _RUBBLE_WIDTH:
                return True
            if cursor.goto_first_child():
                continue
        entering = cursor.goto_next_sibling()
        if not entering and not cursor.goto_parent():
            return False
    return False


def changed_range(before: bytes, after: bytes) -> tuple[int, int, int]:
    """(start, end before, end after) of the smallest stretch in which two texts differ."""
    shorter = min(len(before), len(after))
    start = _common(shorter, lambda n: before[:n] == after[:n])
    rest = shorter - start
    end = _common(rest, lambda n: before[len(before) - n :] == after[len(after) - n :])
    return start, len(before) - end, len(after) - end


def _common(limit: int, same: Callable[[int], bool]) -> int:
    """Largest n up to ``limit`` with ``same(n)``; slices compare at memory speed."""
    low, high = 0, limit
    if same(limit):
        return limit
    while low + 1 < high:
        middle = (low + high) // 2
        if same(middle):
            low = middle
        else:
            high = middle
    return low


def _point(data: bytes, offset: int) -> tuple[int, int]:
    """As the grammars count: only a line feed ends a line."""
    line = data.count(b"\n", 0, offset) if b"\r" in data else line_of(data, offset)
    return line, offset - (data.rfind(b"\n", 0, offset) + 1)
