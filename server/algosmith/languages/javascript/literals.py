"""Plain values of JavaScript's literals, as the border has them: closed, nothing is executed.

A whole number is an ``int``, any other a ``float``; ``null`` is None; ``undefined`` is a value of
its own, a BigInt a Fraction. A ``Map`` is an OrderedDict among arguments and a record as a result.
"""

from __future__ import annotations

import json
import math
from array import array
from collections import OrderedDict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from algosmith.languages.javascript.tree import string_of
from algosmith.languages.nodes import text_of
from algosmith.sandbox import codec
from algosmith.sandbox.types import NOTHING, Record
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tree_sitter

UNDEFINED = NOTHING
_SAFE = 2**53 - 1
_DEEPEST = 60
_WORDS: dict[str, Any] = {
    "true": True, "false": False, "null": None, "undefined": UNDEFINED, "NaN": math.nan,
    "Infinity": math.inf,
}  # fmt: skip
_CONSTANTS: dict[str, Any] = {
    "Number.MAX_SAFE_INTEGER": _SAFE, "Number.MIN_SAFE_INTEGER": -_SAFE,
    "Number.POSITIVE_INFINITY": math.inf, "Number.NEGATIVE_INFINITY": -math.inf,
    "Number.NaN": math.nan, "Number.MAX_VALUE": 1.7976931348623157e308, "Number.MIN_VALUE": 5e-324,
    "Number.EPSILON": 2.0**-52, "Math.PI": math.pi, "Math.E": math.e,
}  # fmt: skip
_CODES = {"Int8Array": "b", "Int16Array": "h", "Uint16Array": "H", "Int32Array": "i",
          "Uint32Array": "I", "Float32Array": "f", "Float64Array": "d"}  # fmt: skip


_WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression",
                       "non_null_expression"})  # fmt: skip


class NotLiteral(ValueError):
    """The expression is no literal."""


def parse(text: str, names: Mapping[str, Any] | None = None, *, result: bool = False) -> Any:
    """The value that a text spells; raises NotLiteral where it is no whole literal."""
    root = parse_text(f"({text}\n)", "javascript").root_node
    inner = root.named_children[0] if root.named_child_count == 1 else None
    if root.has_error or inner is None or inner.type != "expression_statement":
        raise NotLiteral(text)
    whole = inner.named_children[0] if inner.named_child_count == 1 else inner
    if whole.type != "parenthesized_expression":
        raise NotLiteral(text)
    return value_of(whole, names or {}, result=result)


def value_of(
    node: tree_sitter.Node, names: Mapping[str, Any], *, result: bool = False, depth: int = 0
) -> Any:
    """The value of a literal's node; raises NotLiteral."""
    if depth > _DEEPEST:
        raise NotLiteral("nested too deeply")

    def inner(one: tree_sitter.Node) -> Any:
        return value_of(one, names, result=result, depth=depth + 1)

    match node.type:
        case "true" | "false" | "null" | "undefined" | "identifier":
            return _named(text_of(node), names)
        case "member_expression" if text_of(node) in _CONSTANTS:
            return _CONSTANTS[text_of(node)]
        case "array":
            return _array(node, inner)
        case "object":
            return _object(node, inner, names)
        case "new_expression":
            return _made(node, inner, result=result)
        case kind if kind in _WRAPPERS and node.named_child_count:
            return inner(node.named_children[0])
        case _:
            return _simple(node, inner)


def _simple(node: tree_sitter.Node, inner: Any) -> Any:
    """A number, a text, or what one writes with signs."""
    match node.type:
        case "number":
            return number(text_of(node))
        case "string" | "template_string" if (text := string_of(node)) is not None:
            return text
        case "unary_expression":
            return _unary(node, inner)
        case "binary_expression":
            return _binary(node, inner)
        case _:
            raise NotLiteral(text_of(node)[:40])


def plain(value: Any) -> Any:
    """A value as this language has it: 2.0 is 2, a tuple is a list, a key of an object a text."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return value if abs(value) <= _SAFE else _float(value)
        case float():
            return _number(value)
        case list() | tuple():
            return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]  # plain values
        case OrderedDict():
            pairs: list[Any] = list(value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # plain values
            return OrderedDict((plain(k), plain(v)) for k, v in pairs)
        case dict():
            return {_key(plain(k)): plain(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]  # plain values
        case Fraction():
            return Fraction(value.numerator // value.denominator)
        case set() | frozenset():
            return {_in_set(item) for item in value}  # pyright: ignore[reportUnknownVariableType]  # plain values
        case _:
            return value


def _number(value: float) -> int | float:
    """Whole numbers that are exact are ints; -0 is none."""
    if not value.is_integer() or abs(value) > _SAFE or f"{value}" == "-0.0":
        return value
    return int(value)


def _in_set(item: Any) -> Any:
    made = plain(item)
    return tuple(made) if isinstance(made, list) else made  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values


def _float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)


def number(text: str) -> int | float | Fraction:
    """The value of a number's text; raises NotLiteral."""
    spelled = text.replace("_", "").lower()
    try:
        if spelled.endswith("n"):
            return Fraction(int(spelled[:-1], 0))
        if spelled.startswith(("0x", "0o", "0b")):
            return plain(int(spelled, 0))
        return plain(float(spelled) if not spelled.isdecimal() else int(spelled[:400]))
    except (ValueError, OverflowError) as error:
        raise NotLiteral(text) from error


def _named(name: str, names: Mapping[str, Any]) -> Any:
    if name in names:
        return names[name]
    if name in _WORDS:
        return _WORDS[name]
    raise NotLiteral(name)


def _array(node: tree_sitter.Node, inner: Any) -> list[Any]:
    items: list[Any] = []
    empty = True
    for child in node.children[1:-1]:
        if child.type == "comment":
            continue
        if child.type == ",":
            items += [UNDEFINED] if empty else []
            empty = True
        else:
            items.append(inner(child))
            empty = False
    return items


def _object(node: tree_sitter.Node, inner: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for pair in node.named_children:
        if pair.type == "comment":
            continue
        if pair.type == "shorthand_property_identifier":
            made[text_of(pair)] = _named(text_of(pair), names)
            continue
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None or value is None:
            raise NotLiteral(text_of(pair)[:40])
        name = string_of(key)
        if name is None and key.type == "property_identifier":
            name = text_of(key)
        if name is None and key.type == "number":
            name = _key(number(text_of(key)))
        if name is None:
            raise NotLiteral(text_of(key)[:40])
        made[name] = inner(value)
    return made


def _unary(node: tree_sitter.Node, inner: Any) -> Any:
    operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    sign = text_of(operator) if operator is not None else ""
    if operand is None or sign not in ("-", "+", "!"):
        raise NotLiteral(text_of(node)[:40])
    value = inner(operand)
    if sign == "!":
        if not isinstance(value, bool):
            raise NotLiteral(text_of(node)[:40])
        return not value
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise NotLiteral(text_of(node)[:40])
    return value if sign == "+" else -0.0 if value == 0 and type(value) is int else -value


def _binary(node: tree_sitter.Node, inner: Any) -> Any:
    """Sums, products, quotients and powers of numbers, as people write large ones."""
    sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    operator = node.child_by_field_name("operator")
    if sides[0] is None or sides[1] is None or operator is None:
        raise NotLiteral(text_of(node)[:40])
    left, right = inner(sides[0]), inner(sides[1])
    if any(type(side) not in (int, float) for side in (left, right)):
        raise NotLiteral(text_of(node)[:40])
    try:
        match text_of(operator):
            case "+":
                return plain(left + right)
            case "-":
                return plain(left - right)
            case "*":
                return plain(left * right)
            case "/":
                return plain(left / right)
            case "**":
                return plain(float(left) ** right)
            case _:
                raise NotLiteral(text_of(node)[:40])
    except (ArithmeticError, TypeError) as error:
        raise NotLiteral(text_of(node)[:40]) from error


def _made(node: tree_sitter.Node, inner: Any, *, result: bool) -> Any:
    cls, given = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
    kind = text_of(cls) if cls is not None else ""
    parts = [inner(one) for one in given.named_children] if given is not None else []
    items = _items_of(parts)
    if len(parts) > 1 or (parts and not isinstance(parts[0], list)):
        raise NotLiteral(text_of(node)[:40])
    match kind:
        case "Map":
            return _map(items, result=result)
        case "Set":
            return set(items) if _alike(items) else Record("Set", ("",), (_in_order(items),))
        case "Uint8Array" | "Uint8ClampedArray" if all(type(i) is int for i in items):
            return bytearray(int(item) & 255 for item in items)
        case _ if kind in _CODES:
            return _typed(_CODES[kind], items)
        case _:
            raise NotLiteral(text_of(node)[:40])


def _items_of(parts: list[Any]) -> list[Any]:
    """What a constructor is given: one list, or nothing."""
    first = parts[0] if parts else None
    return list(first) if isinstance(first, list) else []  # pyright: ignore[reportUnknownArgumentType]  # plain values


def _map(items: list[Any], *, result: bool) -> Any:
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in items):  # pyright: ignore[reportUnknownArgumentType]  # plain values
        raise NotLiteral("a Map of no pairs")
    keys = [pair[0] for pair in items]
    if not _alike(keys):
        if not result:
            raise NotLiteral("a Map with keys of several kinds")
        return Record("Map", ("",), (_in_order(items),))
    made = {pair[0]: pair[1] for pair in items}
    return Record("Map", ("",), (made,)) if result else OrderedDict(made)


def _in_order(items: list[Any]) -> list[Any]:
    """The items of a set or map, which are equal whatever order they came in.

    As ``worker.js`` has it.
    """
    try:
        return sorted(items, key=_text_of)
    except TypeError:
        return items


def _text_of(item: Any) -> str:
    return json.dumps(codec.encode(item), separators=(",", ":"), ensure_ascii=False)


def _alike(keys: list[Any]) -> bool:
    """Whether all are texts, or all numbers: then they can be the keys of a dict."""
    texts = all(isinstance(key, str) for key in keys)
    return texts or all(type(key) in (int, float) and key == key for key in keys)


def _typed(code: str, items: list[Any]) -> Any:
    try:
        return array(code, items)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotLiteral("a typed array") from error
