"""Plain values of Go literals, as the border has them: closed, nothing is executed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from algosmith.languages.go.kinds import fields_of
from algosmith.languages.go.tree import arguments_of, called_name
from algosmith.languages.lines import parts_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral, OwnObject
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    import tree_sitter

_DEEPEST = 60
_CONSTANTS: dict[str, Any] = {
    **{f"math.MaxInt{n}": (1 << n - 1) - 1 for n in (8, 16, 32, 64)},
    **{f"math.MinInt{n}": -(1 << n - 1) for n in (8, 16, 32, 64)},
    **{f"math.MaxUint{n}": (1 << n) - 1 for n in (8, 16, 32, 64)},
    "math.MaxInt": (1 << 63) - 1, "math.MinInt": -(1 << 63), "math.MaxUint": (1 << 64) - 1,
    "math.Pi": math.pi, "math.E": math.e, "math.Sqrt2": math.sqrt(2),
    "math.MaxFloat64": 1.7976931348623157e308,
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
            "\\": "\\", "'": "'", '"': '"'}  # fmt: skip
_CASTS = ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
          "byte", "rune", "uintptr")  # fmt: skip


class Rune(int):
    """A letter as Go has it: a number; where a text of one letter is asked for, it is that."""


class AnyError(str):
    """An error, as an example names it: that there is one is what counts, not its words."""


class Several(tuple[Any, ...]):
    """What a function gives that gives more than one value: ``2, nil``."""


def parse(text: str) -> Any:
    """The value that a text spells; raises NotLiteral where it is no whole literal.

    Python's and JSON's words are read, too: problems are told in them.
    """
    known: dict[str, Any] = {"null": None, "None": None, "True": True, "False": False, "[]": [],
                             "{}": {}, "<nil>": None}  # fmt: skip
    text = text.strip()
    if text in known:
        return known[text]
    if re.fullmatch(r"(?:an? )?(?:non-nil )?error", text):
        return AnyError()
    parts = parts_of(text)
    if len(parts) > 1 and all(parts):
        return Several(parse(one) for one in parts)
    if text.startswith("(") and text.endswith(")") and len(parts_of(text[1:-1])) > 1:
        return Several(parse(one) for one in parts_of(text[1:-1]))
    if text.startswith("[") and text.endswith("]"):
        return _plain_list(text)
    root = parse_text(f"package p\n\nvar x = {text}\n", "go").root_node
    if root.has_error:
        if text.startswith("{") and text.endswith("}"):
            return _braced(text)
        raise NotLiteral(text[:40])
    spec = next((n for n in walk(root) if n.type == "var_spec"), None)
    made = spec.child_by_field_name("value") if spec is not None else None
    values = [one for one in made.named_children if one.type not in COMMENTS] if made else []
    if len(values) != 1 or len(root.named_children) != 2:
        raise NotLiteral(text[:40])
    return value_of(values[0])


def _plain_list(text: str) -> list[Any]:
    """``[1, [2, 3]]``, as problems are told; ``[]int{1}`` is no such list."""
    parts = parts_of(text[1:-1])
    if not all(parts) or _depth(text) > _DEEPEST // 3:
        raise NotLiteral(text[:40])
    return [_json(one) for one in parts]


def _json(text: str) -> Any:
    """An item of such a list; a text may stand in single quotes there."""
    quoted = re.fullmatch(r"'((?:[^'\\]|\\.){2,}|)'", text)
    if quoted is not None:
        return _unescaped(quoted[1], bytes_too=False)
    made = parse(text)
    return tuple(made) if isinstance(made, Several) else made


def _braced(text: str) -> Any:
    """``{1, 2}`` of a list, ``{"a": 1}`` of a map, without a type in front."""
    parts = parts_of(text[1:-1])
    if not all(parts) or _depth(text) > _DEEPEST // 3:
        raise NotLiteral(text[:40])
    pairs = [re.fullmatch(r"(\"(?:[^\"\\]|\\.)*\"|'[^']+'|-?\w+)\s*:\s*(.+)", one) for one in parts]
    if parts and all(pairs):
        made = {parse(pair[1]): parse(pair[2]) for pair in pairs if pair is not None}
        return {(str(chr(k)) if isinstance(k, Rune) else k): v for k, v in made.items()}
    return [_json(one) for one in parts]


def _depth(text: str) -> int:
    deepest = depth = 0
    for char in text:
        depth += (char in "[{(") - (char in "]})")
        deepest = max(deepest, depth)
    return deepest


def value_of(node: tree_sitter.Node, depth: int = 0) -> Any:  # noqa: C901  one each
    """The value of a literal's node; raises NotLiteral."""
    if depth > _DEEPEST:
        raise NotLiteral("nested too deeply")
    text = text_of(node)
    match node.type:
        case "int_literal":
            return _whole(text)
        case "float_literal":
            return _broken(text)
        case "true" | "false":
            return node.type == "true"
        case "nil":
            return None
        case "interpreted_string_literal":
            return _unescaped(text[1:-1])
        case "raw_string_literal":
            return text[1:-1].replace("\r", "")
        case "rune_literal":
            made = _unescaped(text[1:-1], bytes_too=False)
            return Rune(ord(made)) if len(made) == 1 else _refuse(text)
        case "composite_literal":
            return _composite(node, depth)
        case "literal_value":
            return _items(node, None, depth)
        case "literal_element" | "parenthesized_expression" if node.named_child_count == 1:
            return value_of(node.named_children[0], depth + 1)
        case "unary_expression" | "binary_expression":
            return _computed(node, depth)
        case "selector_expression" if text in _CONSTANTS:
            return _CONSTANTS[text]
        case "selector_expression" if re.fullmatch(r"\w+\.Err[A-Z]\w*", text):
            return AnyError(text)
        case "identifier" if re.fullmatch(r"[Ee]rr(?:[A-Z]\w*)?", text):
            return AnyError(text)
        case "call_expression" | "type_conversion_expression":
            return _called(node, depth)
        case _:
            return _refuse(text)


def _refuse(text: str) -> Any:
    raise NotLiteral(text[:40])


def _whole(text: str) -> int:
    text = text.replace("_", "").lower()
    octal = re.fullmatch(r"0([0-7]+)", text)
    try:
        return int(octal[1], 8) if octal else int(text[:400], 0)
    except ValueError as error:
        raise NotLiteral(text[:40]) from error


def _broken(text: str) -> float:
    text = text.replace("_", "").lower()
    try:
        return float.fromhex(text) if text.startswith("0x") else float(text)
    except (ValueError, OverflowError) as error:
        raise NotLiteral(text[:40]) from error


def _unescaped(text: str, *, bytes_too: bool = True) -> str:
    """A text with its escapes; bytes that are no letter are as the border has them."""
    data = b""
    at = 0
    for match in _ESCAPE.finditer(text):
        data += text[at : match.start()].encode("utf-8", "surrogatepass")
        at = match.end()
        if match[1] or match[4]:
            number = int(match[1], 16) if match[1] else int(match[4], 8)
            if number > 255:
                raise NotLiteral(match[0])
            data += bytes([number]) if bytes_too else chr(number).encode()
        elif match[2] or match[3]:
            number = int(match[2] or match[3], 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                raise NotLiteral(match[0])
            data += chr(number).encode()
        elif match[5] in _ESCAPES:
            data += _ESCAPES[match[5]].encode()
        else:
            raise NotLiteral(match[0])
    data += text[at:].encode("utf-8", "surrogatepass")
    return data.decode("utf-8", "surrogateescape")


def _composite(node: tree_sitter.Node, depth: int) -> Any:
    """``[]int{1, 2}``, ``map[string]int{"a": 1}``, ``Point{1, 2}``."""
    kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    if kind is None or body is None:
        raise NotLiteral(text_of(node)[:40])
    return _items(body, kind, depth)


def _items(body: tree_sitter.Node, kind: tree_sitter.Node | None, depth: int) -> Any:
    """What stands between the braces of a literal of a type; None where it is left out."""
    elements = [one for one in body.named_children if one.type not in COMMENTS]
    if kind is None:
        if any(one.type == "keyed_element" for one in elements):
            raise NotLiteral("a literal of a type that is not told")
        return [value_of(one, depth + 1) for one in elements]
    match kind.type:
        case "slice_type" | "array_type" | "implicit_length_array_type":
            if any(one.type == "keyed_element" for one in elements):
                raise NotLiteral("a list with places")
            inner = kind.child_by_field_name("element")
            made = [_item(one, inner, depth) for one in elements]
            length = kind.child_by_field_name("length")
            if length is not None and _whole(text_of(length)) != len(made):
                raise NotLiteral("a list that is filled up")
            return made
        case "map_type":
            key, value = kind.child_by_field_name("key"), kind.child_by_field_name("value")
            pairs = (_keyed(one) for one in elements)
            return {_key(_item(a, key, depth)): _item(b, value, depth) for a, b in pairs}
        case "struct_type":
            return _fields(elements, fields_of(kind), depth)
        case "type_identifier" | "pointer_type" | "generic_type":
            name = re.sub(r"\[.*|\*", "", text_of(kind))
            if any(one.type == "keyed_element" for one in elements):
                names = [text_of(_keyed(one)[0]) for one in elements]
                values = [_item(_keyed(one)[1], None, depth) for one in elements]
                return NamedFields.given(name, names, values)
            return OwnObject.of(name, [_item(one, None, depth) for one in elements])
        case _:
            raise NotLiteral(text_of(kind)[:40])


class NamedFields(dict[str, Any]):
    """A struct's literal that names its fields: those that are left out are zero."""

    name: str

    @classmethod
    def given(cls, name: str, names: list[str], values: list[Any]) -> NamedFields:
        """``Point{X: 1}``."""
        made = cls(zip(names, values, strict=True))
        made.name = name
        return made


def _keyed(element: tree_sitter.Node) -> tuple[tree_sitter.Node, tree_sitter.Node]:
    key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
    if key is None or value is None:
        raise NotLiteral(text_of(element)[:40])
    return key, value


def _item(element: tree_sitter.Node, kind: tree_sitter.Node | None, depth: int) -> Any:
    """An element, whose braces may stand without the type that the list has."""
    while element.type == "literal_element" and element.named_child_count == 1:
        element = element.named_children[0]
    if element.type == "literal_value":
        inner = kind.named_children[0] if kind is not None and kind.type == "pointer_type" else kind
        return _items(element, inner, depth + 1)
    return value_of(element, depth + 1)


def _fields(
    elements: list[tree_sitter.Node], fields: list[tuple[str, tree_sitter.Node]], depth: int
) -> dict[str, Any]:
    """A literal of a struct without a name, as the rows of a table are; by its fields."""
    kinds = dict(fields)
    if not any(one.type == "keyed_element" for one in elements):
        if len(elements) not in (0, len(fields)):
            raise NotLiteral("another number of fields")
        pairs = [(n, _lazy(e, k, depth)) for (n, k), e in zip(fields, elements, strict=False)]
        given = dict(pairs)
    else:
        told = [_keyed(one) for one in elements]
        given = {text_of(k): _lazy(v, kinds.get(text_of(k)), depth) for k, v in told}
    return {name: given[name] if name in given else zero(kind) for name, kind in fields}


class Unknown:
    """In place of a value in a row that is no literal."""


def _lazy(element: tree_sitter.Node, kind: tree_sitter.Node | None, depth: int) -> Any:
    try:
        return _item(element, kind, depth)
    except NotLiteral:
        return Unknown()


def zero(kind: tree_sitter.Node) -> Any:
    """What a variable of a type is before it is set."""
    text = text_of(kind)
    if text in (*_CASTS, "float32", "float64"):
        return 0 if not text.startswith("float") else 0.0
    if text in ("bool", "string"):
        return False if text == "bool" else ""
    if kind.type in ("slice_type", "map_type"):
        return [] if kind.type == "slice_type" else {}
    return None if kind.type == "pointer_type" or text == "error" else Unknown()


def _key(value: Any) -> Any:
    if isinstance(value, dict | set):
        raise NotLiteral("a key that is no plain value")
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _computed(node: tree_sitter.Node, depth: int) -> Any:
    """Signs, sums, products and powers of two, as people write limits; addresses."""
    operator = node.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    if node.type == "unary_expression":
        operand = node.child_by_field_name("operand")
        value: Any = value_of(operand, depth + 1) if operand is not None else None
        if sign == "&" and isinstance(value, OwnObject | NamedFields):
            return value
        if sign in ("-", "+") and type(value) in (int, float):
            return -value if sign == "-" else value
        if sign == "!" and isinstance(value, bool):
            return not value
        raise NotLiteral(text_of(node)[:40])
    sides = [node.child_by_field_name(name) for name in ("left", "right")]
    given = [value_of(side, depth + 1) for side in sides if side is not None]
    if len(given) == 2 and sign == "+" and all(type(one) is str for one in given):
        return given[0] + given[1]
    if len(given) != 2 or any(type(v) not in (int, float) or abs(v) >= 1 << 64 for v in given):
        raise NotLiteral(text_of(node)[:40])
    left, right = given
    if sign == "<<" and type(left) is type(right) is int and 0 <= right < 64:
        return left << right
    if sign in ("+", "-", "*"):
        return left + right if sign == "+" else left - right if sign == "-" else left * right
    raise NotLiteral(text_of(node)[:40])


def _called(node: tree_sitter.Node, depth: int) -> Any:
    """``int64(5)``, ``[]byte("ab")``, ``errors.New("x")``, ``math.Inf(1)``."""
    owner, name = called_name(node)
    given = arguments_of(node) if node.type == "call_expression" else []
    kind = node.child_by_field_name("type")
    if kind is not None:
        operand = node.child_by_field_name("operand")
        given = [operand] if operand is not None else []
        return _converted(re.sub(r"\s", "", text_of(kind)), given, depth)
    if (owner, name) in (("errors", "New"), ("fmt", "Errorf")):
        return AnyError(name)
    if (owner, name) == ("math", "Inf") and len(given) == 1:
        return math.copysign(math.inf, value_of(given[0], depth + 1) or 1)
    if (owner, name) == ("math", "NaN"):
        return math.nan
    if (owner, name) == ("strings", "Repeat") and len(given) == 2:
        text, count = (value_of(one, depth + 1) for one in given)
        if type(text) is str and type(count) is int and 0 <= count * len(text) <= 10_000:
            return text * count
    if not owner and name == "new" and len(given) == 1:
        return NamedFields.given(text_of(given[0]), [], [])
    return _converted(name if not owner else "", given, depth)


def _converted(kind: str, given: list[tree_sitter.Node], depth: int) -> Any:
    value = value_of(given[0], depth + 1) if len(given) == 1 else _refuse(kind)
    if kind in _CASTS and type(value) in (int, Rune):
        return _cut(value, kind)
    if kind in ("float64", "float32") and type(value) in (int, float):
        return float(value)
    if kind == "string" and type(value) in (str, Rune):
        return chr(value) if isinstance(value, Rune) else value
    if kind in ("[]byte", "[]uint8") and type(value) is str:
        return list(value.encode("utf-8", "surrogateescape"))
    if kind in ("[]rune", "[]int32") and type(value) is str:
        return [Rune(ord(one)) for one in value]
    return value if kind.startswith("[]") and value is None else _refuse(kind)


def _cut(value: int, kind: str) -> int:
    """A whole number as one of a type that holds it: Go refuses constants that do not fit."""
    bits = int(re.sub(r"\D", "", kind) or {"byte": 8, "rune": 32}.get(kind, 64))
    signed = kind.startswith(("int", "rune"))
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not low <= value <= high:
        raise NotLiteral(f"{value} is no {kind}")
    return int(value)
