"""Plain values of C++ literals, as the border has them: closed, nothing is executed.

A braced list is a list, whatever it is made into; ``'a'`` is a text of one character.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.parse import parse_text
from algosmith.syntax.pythontree import literal

if TYPE_CHECKING:
    import tree_sitter

_DEEPEST = 60
_WORDS: dict[str, Any] = {
    "true": True, "false": False, "nullptr": None, "NULL": None, "nullopt": None,
    "std::nullopt": None, "null": None, "INT_MAX": 2**31 - 1, "INT_MIN": -(2**31),
    "LLONG_MAX": 2**63 - 1, "LLONG_MIN": -(2**63), "UINT_MAX": 2**32 - 1, "LONG_MAX": 2**63 - 1,
    "INFINITY": math.inf, "NAN": math.nan, "M_PI": math.pi, "True": True, "False": False,
    "None": None,
}  # fmt: skip
_ARRAY = re.compile(r"\(\s*(?:const\s+)?[\w ]+\[\s*\d*\s*\]\s*\)\s*\{")
"""C's way to write a list: ``(int[]){``."""
_SUFFIX = re.compile(r"(?:[uU]?[lL]{0,2}[uU]?|[fF]|[zZ])\Z")


def parse(text: str) -> Any:
    """The value that a text spells; raises NotLiteral where it is no whole literal."""
    text = _ARRAY.sub("{", text)
    shown = (
        re.sub(r"[\[\]]", lambda m: "{" if m[0] == "[" else "}", text)
        if '"' not in text
        else _braced(text)
    )
    root = parse_text(f"auto x_ = f_({shown}\n);", "cpp").root_node
    if root.has_error:
        raise NotLiteral(text)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "argument_list":
            if node.named_child_count != 1:
                raise NotLiteral(text)
            return value_of(node.named_children[0])
        waiting += node.children
    raise NotLiteral(text)


def _braced(text: str) -> str:
    """Lists as other languages write them, ``["a", "b"]``; brackets inside texts stay."""
    made: list[str] = []
    quote = ""
    skip = False
    for char in text:
        if skip:
            skip = False
        elif quote:
            skip = char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[]":
            char = "{" if char == "[" else "}"
        made.append(char)
    return "".join(made)


def value_of(node: tree_sitter.Node, depth: int = 0) -> Any:
    """The value of a literal's node; raises NotLiteral."""
    if depth > _DEEPEST:
        raise NotLiteral("nested too deeply")
    text = text_of(node)
    match node.type:
        case "number_literal":
            return _number(text)
        case "string_literal" | "concatenated_string" | "char_literal":
            return _text(node)
        case "true" | "false" | "null" | "nullptr" | "identifier" | "qualified_identifier":
            if text in _WORDS:
                return _WORDS[text]
            raise NotLiteral(text[:40])
        case "initializer_list":
            return [
                value_of(one, depth + 1) for one in node.named_children if one.type != "comment"
            ]
        case "parenthesized_expression" if node.named_child_count == 1:
            return value_of(node.named_children[0], depth + 1)
        case "unary_expression" | "binary_expression":
            return _computed(node, depth)
        case "compound_literal_expression" | "call_expression":
            return _made(node, depth)
        case _:
            raise NotLiteral(text[:40])


def _number(text: str) -> int | float:
    spelled = text.replace("'", "").lower()
    try:
        if spelled.startswith(("0x", "0b")):
            return int(re.sub(r"[ul]+\Z", "", spelled), 0)
        bare = _SUFFIX.sub("", spelled)
        digits = bare.lstrip("+-")
        if digits.isdecimal():
            octal = digits.startswith("0") and digits.strip("0")
            whole = int(digits, 8) if octal else int(digits[:400])
            return -whole if bare.startswith("-") else whole
        return float(bare)
    except ValueError as error:
        raise NotLiteral(text) from error


def _text(node: tree_sitter.Node) -> str:
    parts = [node] if node.type != "concatenated_string" else node.named_children
    made = ""
    for part in parts:
        text = re.sub(r"^(?:u8|u|U|L)", "", text_of(part))
        quote = text[:1]
        if quote not in ("'", '"') or not text.endswith(quote) or len(text) < 2:
            raise NotLiteral(text[:40])
        try:
            inner = literal(text.replace("\\?", "?").replace("\\e", "\\x1b"))
        except (ValueError, SyntaxError) as error:
            raise NotLiteral(text[:40]) from error
        made += inner
    return made


def _computed(node: tree_sitter.Node, depth: int) -> Any:
    """Signs, sums, products and powers of two, as people write limits."""
    operator = node.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    fields = ("argument",) if node.type == "unary_expression" else ("left", "right")
    sides = [node.child_by_field_name(name) for name in fields]
    given = [value_of(side, depth + 1) for side in sides if side is not None]
    if any(type(value) not in (int, float) for value in given):
        if len(given) == 1 and sign == "!" and isinstance(given[0], bool):
            return not given[0]
        raise NotLiteral(text_of(node)[:40])
    if len(given) == 1 and sign in "+-":
        return -given[0] if sign == "-" else given[0]
    if len(given) == 2 and sign in ("+", "-", "*", "<<") and all(abs(v) < 1 << 64 for v in given):
        left, right = given
        if sign == "<<" and type(left) is type(right) is int and 0 <= right < 64:
            return left << right
        if sign != "<<":
            return left + right if sign == "+" else left - right if sign == "-" else left * right
    raise NotLiteral(text_of(node)[:40])


_MADE = re.compile(
    r"(?:std::)?(?:vector|set|unordered_set|map|unordered_map|pair|tuple|array|deque|list|string"
    r"|multiset|optional|make_pair|make_tuple|make_optional|int|long|double|char|bool|long long"
    r"|size_t|float)\b(?:\s*<.*>)?\s*(?=[({])",
    re.DOTALL,
)


def _made(node: tree_sitter.Node, depth: int) -> Any:  # noqa: C901  one case for each type
    """``vector<int>{1, 2}``, ``string("ab")``, ``make_pair(1, 2)``; sets and maps by their type."""
    text = text_of(node)
    value = node.child_by_field_name("value")
    if node.type == "compound_literal_expression" and text.startswith("(") and value is not None:
        return value_of(value, depth + 1)  # C: (int[]){1, 2}
    match = _MADE.match(text)
    given = node.child_by_field_name("value") or node.child_by_field_name("arguments")
    if match is None and given is not None and given.type == "initializer_list":
        # A struct of the file's own: ``Point{1, 2}``.
        return tuple(value_of(one, depth + 1) for one in given.named_children)
    if match is None or given is None:
        raise NotLiteral(text[:40])
    items = [value_of(one, depth + 1) for one in given.named_children if one.type != "comment"]
    name = re.sub(r"^std::|\s|<.*", "", match[0], flags=re.DOTALL)
    if name in ("pair", "tuple", "make_pair", "make_tuple"):
        return tuple(items)
    if name in ("string", "int", "long", "double", "char", "bool", "longlong", "size_t", "float",
                "optional", "make_optional"):  # fmt: skip
        if len(items) > 1:
            raise NotLiteral(text[:40])
        return items[0] if items else "" if name == "string" else 0
    if given.type == "argument_list":
        if items:
            raise NotLiteral(text[:40])  # vector<int>(3) is no list of one
        return []
    try:
        if name in ("set", "unordered_set"):
            return set(items)
        if name in ("map", "unordered_map"):
            return {pair[0]: pair[1] for pair in items}
    except (TypeError, IndexError, KeyError) as error:
        raise NotLiteral(text[:40]) from error
    return items
