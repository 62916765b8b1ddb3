"""A program that counts its own work: units for calls and turns of loops, charges for built-ins.

The text is rewritten by its syntax tree; what built-ins do inside the engine is charged by
``counting.js``, which stands in front of it. What costs a constant is left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.languages.javascript.cutting import HEAD
from algosmith.languages.javascript.marking import bound
from algosmith.languages.javascript.spots import function_in
from algosmith.languages.javascript.tree import FUNCTIONS
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rewriting import Rewriter
from algosmith.languages.types import CountedProgram
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_LARGEST_NUMBER = 1 << 30
"""Beyond it ``n | 0`` and ``n >> 1`` are another number."""
_NO_SPACE = "memory is not measured for JavaScript and TypeScript"
_SIDE_EFFECTS = frozenset({"call_expression", "update_expression", "assignment_expression",
                           "augmented_assignment_expression", "new_expression", "yield_expression",
                           "await_expression"})  # fmt: skip
_FRESH = "function {work}_fresh() {{ {source}\nreturn {call}; }}"
_STANDING = "{source}\nfunction {work}_fresh() {{ return {call}; }}"
_ENTRY = """
async function {work}_run(most, lines, ...args) {{
  return {work}.run({work}_fresh, most, lines, args);
}}
"""


def counted(text: str, entry: str) -> CountedProgram | None:
    """The program that counts; None where the text is nested too deep to be rewritten."""
    match = HEAD.match(text)
    head, source = (match[0], text[match.end() :]) if match else ("", text)
    work = "work_"
    while work in source:
        work += "_"
    function = function_in(source, entry)
    *owner, last = entry.split(".")
    call = bound(owner[0], last) if owner else last
    runtime = Path(__file__).with_name("counting.js").read_text(encoding="utf-8")
    runtime = runtime.replace("WORK_", work).rstrip()
    classes = _classes(source) - {owner[0] if owner else ""}
    frame = _STANDING if classes else _FRESH
    end = _ENTRY.format(work=work)
    try:
        plain, lined = (
            f"{head}{runtime}{frame.format(work=work, call=call, source=made)}{end}"
            for made in (_Rewriter(source, work, lines=lines).program() for lines in (False, True))
        )
    except RecursionError:
        return None
    first = function.start_point[0] + 1 if function is not None else 1
    return CountedProgram(
        plain, lined, f"{work}_run", first, _LARGEST_NUMBER, not classes, _NO_SPACE
    )


def _classes(source: str) -> frozenset[str]:
    """Classes that values may be of: they have to be seen from outside."""
    kinds = ("class_declaration", "class", "function_declaration")
    names = (
        node.child_by_field_name("name")
        for node in parse_text(source, "javascript").root_node.named_children
        if node.type in kinds
    )
    return frozenset(
        text_of(name) for name in names if name is not None and text_of(name)[0].isupper()
    )


class _Rewriter(Rewriter):
    def __init__(self, source: str, work: str, *, lines: bool) -> None:
        super().__init__(source, "javascript")
        self._work, self._lines = work, lines

    def _text(self, node: tree_sitter.Node) -> str:
        match node.type:
            case "binary_expression":
                return self._binary(node, "add")
            case "augmented_assignment_expression" if _sign(node) == "+=":
                return self._augmented(node)
            case "assignment_expression" | "variable_declarator":
                return self._assigned(node)
            case "spread_element":
                return f"...{self._work}.spread({self._text(node.named_children[-1])})"
            case "template_string" if _is_filled(node):
                return f"{self._work}.text({super()._text(node)})"
            case "statement_block" if self._lines:
                return self._with_lines(node)
            case "catch_clause":
                return self._with_body(node, f"{self._work}.again();")
            case _ if node.type in FUNCTIONS or node.type in _LOOPS:
                return self._with_body(node, f"{self._work}.tick();")
            case _:
                return super()._text(node)

    def _with_body(self, node: tree_sitter.Node, first: str) -> str:
        body = node.child_by_field_name("body")
        if body is None:
            return super()._text(node)
        inner = self._text(body)
        if body.type == "statement_block":
            made = f"{{{first}{inner[1:]}"
        elif node.type == "arrow_function":
            made = f"({first.rstrip(';')}, {inner})"
        else:
            made = f"{{{first}{self._mark(body)}{inner}}}"
        return self._between(node, {body.id: made})

    def _mark(self, statement: tree_sitter.Node) -> str:
        if not self._lines or statement.type in ("function_declaration", "class_declaration"):
            return ""
        return f"{self._work}.at({statement.start_point[0] + 1});"

    def _with_lines(self, block: tree_sitter.Node) -> str:
        marked = {
            child.id: f"{self._mark(child)}{self._text(child)}" for child in block.named_children
        }
        return self._between(block, marked)

    def _binary(self, node: tree_sitter.Node, how: str) -> str:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if (
            _sign(node) != "+"
            or left is None
            or right is None
            or "number" in (left.type, right.type)
        ):
            return super()._text(node)
        deeper = how if left.type == "binary_expression" and how == "grow" else "add"
        begin = self._binary(left, deeper) if left.type == "binary_expression" else self._text(left)
        return f"{self._work}.{how}({begin}, {self._text(right)})"

    def _augmented(self, node: tree_sitter.Node) -> str:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or right.type == "number" or _acts(left):
            return super()._text(node)
        target = text_of(left)
        return f"{target} = {self._work}.grow({target}, {self._text(right)})"

    def _assigned(self, node: tree_sitter.Node) -> str:
        """``s = s + t`` grows; ``[a, ...rest] = b`` copies."""
        left = node.child_by_field_name("left") or node.child_by_field_name("name")
        right = node.child_by_field_name("right") or node.child_by_field_name("value")
        if left is None or right is None:
            return super()._text(node)
        if any(child.type == "rest_pattern" for child in left.named_children):
            return self._between(node, {right.id: f"{self._work}.spread({self._text(right)})"})
        if right.type == "binary_expression" and text_of(left) in _ends(right):
            return self._between(node, {right.id: self._binary(right, "grow")})
        return super()._text(node)


def _sign(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None else ""


def _ends(node: tree_sitter.Node) -> tuple[str, ...]:
    """The first and the last operand of a sum."""
    last = node.child_by_field_name("right")
    first: tree_sitter.Node | None = node
    while first is not None and first.type == "binary_expression":
        first = first.child_by_field_name("left")
    return tuple(text_of(one) for one in (first, last) if one is not None)


def _acts(target: tree_sitter.Node) -> bool:
    """Whether looking at it twice is not the same as once."""
    return any(one.type in _SIDE_EFFECTS for one in walk(target))


def _is_filled(template: tree_sitter.Node) -> bool:
    """Whether values stand in it, and no function of its own makes something else of it."""
    tagged = template.parent is not None and template.parent.type == "call_expression"
    return not tagged and any(c.type == "template_substitution" for c in template.named_children)
