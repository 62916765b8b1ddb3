"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.building import SEEN
from algosmith.languages.rust.tree import function_in, functions_in, macro_of, name_of
from algosmith.languages.types import MarkedProgram
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_CHOICES = frozenset({"&&", "||"})
_GIVES_UP = frozenset({"panic", "unreachable", "todo", "unimplemented"})


@dataclass(slots=True)
class Marker:
    """Collects what is to be written where."""

    mark: str
    """What is called with a condition's number and its value."""
    insertions: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    wanted: set[int] = field(default_factory=set[int])
    """All outcomes there are: twice the number, and one more where it came out true."""
    count: int = 0

    def look(self, body: tree_sitter.Node) -> None:
        """Marks every condition and every arm of a choice."""
        for node in walk(body):
            match node.type:
                case "if_expression":
                    self._if(node)
                case "while_expression":
                    self._test(node.child_by_field_name("condition"), (True,))
                case "match_arm":
                    self._arm(node)
                case "binary_expression" if _sign(node) in _CHOICES and not _in_guard(node):
                    for name in ("left", "right"):
                        side = node.child_by_field_name(name)
                        inner = _bare(side)
                        if inner is not None and _sign(inner) not in _CHOICES:
                            self._test(side)
                case _:
                    continue

    def inserted(self, source: str) -> str:
        """The source with the marks written in."""
        data = source.encode("utf-8", "surrogatepass")
        for at, _, new in sorted(self.insertions, reverse=True):
            data = data[:at] + new.encode() + data[at:]
        return data.decode("utf-8", "surrogatepass")

    def _if(self, node: tree_sitter.Node) -> None:
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        refuses = _gives_up(then)
        if refuses and other is None:
            return  # a guard: what it turns away gets no value in any case
        outcomes = (True,) if other is not None and _gives_up(other) else (True, False)
        if test is None or test.type not in ("let_condition", "let_chain"):
            self._test(test, (False,) if refuses else outcomes)
        elif then is not None and not refuses:
            self._block(then, value=True)
            inner = other.named_children[-1] if other is not None else None
            if inner is not None and inner.type == "block" and False in outcomes:
                self._block(inner, value=True)

    def _arm(self, node: tree_sitter.Node) -> None:
        value = node.child_by_field_name("value")
        pattern = node.child_by_field_name("pattern")
        if value is None or _gives_up(value):
            return
        test = pattern.child_by_field_name("condition") if pattern is not None else None
        if value.type == "block":
            self._block(value, value=True)
        else:
            self.count += 1
            self.wanted.add(2 * self.count + 1)
            called = f"{{ {self.mark}({self.count}, true); "
            self.insertions.append((value.start_byte, self.count, called))
            self.insertions.append((value.end_byte, -self.count - 1_000_000, " }"))
        if test is not None and test.type != "let_condition":
            self._test(test)

    def _block(self, block: tree_sitter.Node, *, value: bool) -> None:
        self.count += 1
        self.wanted.add(2 * self.count + value)
        called = f" {self.mark}({self.count}, {str(value).lower()});"
        self.insertions.append((block.start_byte + 1, self.count, called))

    def _test(
        self, test: tree_sitter.Node | None, outcomes: tuple[bool, ...] = (True, False)
    ) -> None:
        if test is None or test.type in ("boolean_literal", "let_condition", "let_chain"):
            return
        if any(one.type == "let_condition" for one in walk(test)):
            return
        self.count += 1
        self.wanted |= {2 * self.count + outcome for outcome in outcomes}
        # Of several that begin or end at one place the outer is around; it was met first.
        self.insertions.append((test.start_byte, self.count, f"{self.mark}({self.count}, "))
        self.insertions.append((test.end_byte, -self.count - 1_000_000, ")"))


def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    """The program that tells; None where there is no such function."""
    _, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return None
    marker = Marker(f"mark_{mark}")
    for one in (body, *_helpers(source, function, code)):
        marker.look(one)
    made = inserted(source, marker, f"{SEEN}{mark}")
    return MarkedProgram(with_head(made, entry=entry), f"{SEEN}{mark}", frozenset(marker.wanted))


def _helpers(source: str, function: tree_sitter.Node, code: str) -> Iterator[tree_sitter.Node]:
    """The bodies of the functions that the candidate brought along, beside the function."""
    own = {name_of(n) for n in functions_in(parse_text(code, "rust").root_node)}
    for node in functions_in(parse_text(source, "rust").root_node):
        inside = function.start_byte <= node.start_byte < function.end_byte
        body = node.child_by_field_name("body")
        if body is not None and not inside and name_of(node) in own and not is_const(node):
            yield body


def inserted(source: str, marker: Marker, seen: str) -> str:
    """The source with the marks in it, and behind it what notes and lists them."""
    size = 2 * marker.count + 2
    mark = marker.mark
    behind = (
        f"static ALL_{mark}: [::std::sync::atomic::AtomicBool; {size}] =\n"
        f"    [const {{ ::std::sync::atomic::AtomicBool::new(false) }}; {size}];\n"
        f"fn {mark}(number: usize, value: bool) -> bool {{\n"
        f"    ALL_{mark}[2 * number + value as usize]"
        ".store(true, ::std::sync::atomic::Ordering::Relaxed);\n    value\n}\n"
        f"fn {seen}() -> ::std::string::String {{\n"
        f"    let all = ALL_{mark}.iter().enumerate()"
        ".filter(|(_, one)| one.load(::std::sync::atomic::Ordering::Relaxed));\n"
        '    all.map(|(number, _)| ::std::format!("{number} ")).collect()\n}\n'
    )
    return f"{marker.inserted(source)}\n{behind}"


def is_const(function: tree_sitter.Node) -> bool:
    """Whether it is worked out while compiling, where nothing can be noted."""
    return "const" in text_of(function).partition("fn")[0].split()


def _sign(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None and node.type == "binary_expression" else ""


def _bare(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node


def _gives_up(node: tree_sitter.Node | None) -> bool:
    """Whether code does nothing but panic."""
    if node is None:
        return False
    if macro_of(node):
        return macro_of(node) in _GIVES_UP
    if node.type in ("block", "else_clause", "expression_statement"):
        kept = [child for child in node.named_children if child.type not in COMMENTS]
        return bool(kept) and all(map(_gives_up, kept))
    return False


def _in_guard(node: tree_sitter.Node) -> bool:
    """Whether a node stands in the condition of an ``if`` that only panics."""
    parent = node.parent
    while parent is not None and parent.type != "block":
        if parent.type == "if_expression":
            test = parent.child_by_field_name("condition")
            inside = test is not None and test.start_byte <= node.start_byte < test.end_byte
            alone = parent.child_by_field_name("alternative") is None
            return inside and alone and _gives_up(parent.child_by_field_name("consequence"))
        parent = parent.parent
    return False
