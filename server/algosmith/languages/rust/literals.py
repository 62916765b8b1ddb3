"""Plain values of Rust literals, as the border has them: closed, nothing is executed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from algosmith.languages.lines import parts_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral, OwnConstant
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

_DEEPEST = 60
_MOST = 10_000
_NUMBER = re.compile(r"(?P<digits>[0-9][0-9_]*)(?P<kind>[iu](?:8|16|32|64|128|size)|f32|f64)?\Z")
_RADIX = re.compile(r"(0[xob][0-9a-fA-F_]+?)_?(?:[iu](?:8|16|32|64|128|size))?\Z")
_FLOAT = re.compile(r"([0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?)_?(?:f32|f64)?\Z")
_COLON = re.compile(
    r"(?P<key>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)+'|[^\"':]+(?:::[^\"':]+)*)\s*:(?!:)\s*(?P<value>.+)\Z",
    re.DOTALL,
)
_SIZE = re.compile(r"(?:std::)?([iu])(8|16|32|64|128|size)::(?:consts::)?(MAX|MIN)\Z")
_WHOLE = re.compile(r"([iu])(8|16|32|64|128|size)")
_FLOATS: dict[str, float] = {
    "INFINITY": math.inf, "NEG_INFINITY": -math.inf, "NAN": math.nan, "MAX": 1.7976931348623157e308,
    "MIN": -1.7976931348623157e308, "EPSILON": 2.220446049250313e-16, "PI": math.pi, "E": math.e,
}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x([0-7][0-9a-fA-F])|u\{([0-9a-fA-F_]{1,8})\}|(\n\s*)|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"'}
_SAME = frozenset({"to_string", "to_owned", "into", "clone", "to_vec", "as_str", "as_slice", "iter",
                   "into_boxed_slice", "chars", "cloned", "copied", "into_iter"})  # fmt: skip
_LISTED = frozenset({"iter", "chars", "into_iter", "cloned", "copied"})
"""These give no value before ``collect``."""
_LIST = re.compile(r"(?:Vec|VecDeque|LinkedList|BinaryHeap)(?:::<.*>)?::(from|new)\Z", re.DOTALL)
_SET = re.compile(r"(?:HashSet|BTreeSet)(?:::<.*>)?::(from|new)\Z", re.DOTALL)
_MAP = re.compile(r"(?:HashMap|BTreeMap)(?:::<.*>)?::(from|new)\Z", re.DOTALL)
_HELD = re.compile(r"(?:Some|Box::new|Rc::new|RefCell::new|Arc::new|Cell::new|Cow::from"
                   r"|String::from|Cow::Borrowed|Reverse)\Z")  # fmt: skip


def parse(text: str) -> Any:
    """The value that a text spells; raises NotLiteral where it is no whole literal.

    Python's and JSON's words are read, too: problems are told in them.
    """
    known: dict[str, Any] = {"null": None, "True": True, "False": False, "[]": [], "{}": {}}
    if text.strip() in known:
        return known[text.strip()]
    if text.strip().startswith("{") and text.strip().endswith("}"):
        return _braces(parts_of(text.strip()[1:-1]))
    root = parse_text(f"fn f() {{ g({text}\n); }}", "rust").root_node
    if root.has_error:
        raise NotLiteral(text[:40])
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "arguments":
            inner = [one for one in node.named_children if one.type not in COMMENTS]
            if len(inner) != 1:
                raise NotLiteral(text[:40])
            return value_of(inner[0])
        waiting += node.children
    raise NotLiteral(text[:40])


def _braces(parts: list[str]) -> Any:
    """``{"a": 1}`` and ``{1, 2}``, as ``{:?}`` prints a map and a set.

    A set is a list here: what is declared says which of them it is, and a list keeps its order.
    """
    if not parts or not all(parts):
        raise NotLiteral("{ }")
    pairs = [_COLON.match(one) for one in parts]
    if not any(pairs):
        return [parse(one) for one in parts]
    made: dict[Any, Any] = {}
    for one in pairs:
        if one is None:
            raise NotLiteral("a map, or none")
        key = parse(one["key"])
        if isinstance(key, list | dict):
            raise NotLiteral("a key that is none")
        made[key] = parse(one["value"])
    return made


def value_of(node: tree_sitter.Node, depth: int = 0) -> Any:  # noqa: C901  one each
    """The value of a literal's node; raises NotLiteral."""
    if depth > _DEEPEST:
        raise NotLiteral("nested too deeply")
    text = text_of(node)
    match node.type:
        case "integer_literal" | "float_literal":
            return _number(text)
        case "boolean_literal":
            return text == "true"
        case "string_literal" | "raw_string_literal":
            return _text(text)
        case "char_literal":
            return _char(text)
        case "array_expression":
            return _array(node, depth)
        case "tuple_expression":
            return tuple(_all(node, depth))
        case "unit_expression":
            return None
        case "reference_expression":
            value = node.child_by_field_name("value")
            return value_of(value, depth + 1) if value is not None else _refuse(text)
        case "parenthesized_expression" if node.named_child_count == 1:
            return value_of(node.named_children[0], depth + 1)
        case "unary_expression" | "binary_expression" | "type_cast_expression":
            return _computed(node, depth)
        case "identifier" | "scoped_identifier":
            return _named(text)
        case "macro_invocation":
            return _macro(node, depth)
        case "call_expression":
            return _called(node, depth)
        case _:
            return _refuse(text)


def _refuse(text: str) -> Any:
    raise NotLiteral(text[:40])


def _all(node: tree_sitter.Node, depth: int) -> list[Any]:
    inner = [one for one in node.named_children if one.type not in COMMENTS]
    return [value_of(one, depth + 1) for one in inner]


def _number(text: str) -> int | float:
    whole, radix, broken = _NUMBER.match(text), _RADIX.match(text), _FLOAT.match(text)
    if radix:
        return int(radix[1].replace("_", ""), 0)
    if whole:
        value = int(whole["digits"].replace("_", "")[:400])
        return float(value) if (whole["kind"] or "").startswith("f") else value
    if broken:
        return float(broken[1].replace("_", ""))
    raise NotLiteral(text[:40])


def _text(text: str) -> Any:
    text = text.replace("\r\n", "\n")  # so the compiler reads it
    raw = re.match(r'(b|c)?r(#*)"(.*)"\2\Z', text, re.DOTALL)
    if raw:
        made = raw[3]
        return list(made.encode()) if raw[1] == "b" else made
    quoted = re.match(r'(b|c)?"(.*)"\Z', text, re.DOTALL)
    if not quoted:
        raise NotLiteral(text[:40])
    made = _ESCAPE.sub(_escaped, quoted[2])
    return list(made.encode("latin-1", "replace")) if quoted[1] == "b" else made


def _escaped(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        number = int((match[1] or match[2]).replace("_", ""), 16)
        if number > 0x10FFFF:
            raise NotLiteral(match[0])
        return chr(number)
    if match[3]:
        return ""
    if match[4] not in _ESCAPES:
        raise NotLiteral(match[0])
    return _ESCAPES[match[4]]


def _char(text: str) -> Any:
    byte, inner = text.startswith("b"), text.removeprefix("b")[1:-1]
    made = _ESCAPE.sub(_escaped, inner)
    if len(made) != 1:
        raise NotLiteral(text[:40])
    return ord(made) if byte else made


def _array(node: tree_sitter.Node, depth: int) -> list[Any]:
    length = node.child_by_field_name("length")
    if length is None:
        return _all(node, depth)
    first = next(one for one in node.named_children if one.type not in COMMENTS)
    return _repeated(value_of(first, depth + 1), value_of(length, depth + 1))


def _repeated(value: Any, count: Any) -> list[Any]:
    if type(count) is not int or not 0 <= count <= _MOST:
        raise NotLiteral("a list of unknown length")
    return [value] * count


def _computed(node: tree_sitter.Node, depth: int) -> Any:
    """Signs, sums, products and powers of two, as people write limits; casts of numbers."""
    if node.type == "unary_expression":
        value = value_of(node.named_children[-1], depth + 1)
        sign = text_of(node)[:1]
        if sign == "-" and type(value) in (int, float):
            return -value
        if sign == "!" and isinstance(value, bool):
            return not value
        if sign == "*":
            return value
        raise NotLiteral(text_of(node)[:40])
    if node.type == "type_cast_expression":
        return _cast(node, depth)
    operator = node.child_by_field_name("operator")
    sides = [node.child_by_field_name(name) for name in ("left", "right")]
    given = [value_of(side, depth + 1) for side in sides if side is not None]
    sign = text_of(operator) if operator is not None else ""
    if len(given) != 2 or any(type(v) not in (int, float) or abs(v) >= 1 << 64 for v in given):
        raise NotLiteral(text_of(node)[:40])
    left, right = given
    if sign == "<<" and type(left) is type(right) is int and 0 <= right < 64:
        return left << right
    if sign in ("+", "-", "*"):
        return left + right if sign == "+" else left - right if sign == "-" else left * right
    raise NotLiteral(text_of(node)[:40])


def _cast(node: tree_sitter.Node, depth: int) -> int | float:
    """A whole number as one of another type: what does not fit is cut off."""
    value, kind = node.child_by_field_name("value"), node.child_by_field_name("type")
    made = value_of(value, depth + 1) if value is not None else None
    name = text_of(kind) if kind is not None else ""
    whole = _WHOLE.fullmatch(name)
    if type(made) is int and whole is not None:
        bits = 64 if whole[2] == "size" else int(whole[2])
        low = -(1 << bits - 1) if whole[1] == "i" else 0
        return (made - low) % (1 << bits) + low
    if type(made) is int and name in ("f32", "f64"):
        return float(made)
    raise NotLiteral(text_of(node)[:40])


def _named(text: str) -> Any:
    if text in ("None", "Option::None", "null"):
        return None
    size = _SIZE.match(text)
    if size:
        bits = 64 if size[2] == "size" else int(size[2])
        top = 1 << (bits - (size[1] == "i"))
        return top - 1 if size[3] == "MAX" else -top if size[1] == "i" else 0
    if re.match(r"(?:std::)?f(?:32|64)::", text) and text.rpartition("::")[2] in _FLOATS:
        return _FLOATS[text.rpartition("::")[2]]
    own = re.fullmatch(r"(?:\w+::)*([A-Z]\w*)::([A-Z]\w*)", text)
    if own:  # a value of an enum of the file's own
        return OwnConstant.of(own[1], own[2])
    raise NotLiteral(text[:40])


def _macro(node: tree_sitter.Node, depth: int) -> list[Any]:
    """``vec![1, 2]``, ``vec![0; 3]``."""
    name, tokens = node.child_by_field_name("macro"), node.named_children[-1]
    if name is None or text_of(name) != "vec":
        raise NotLiteral(text_of(node)[:40])
    inner = _uncommented(tokens)[1:-1].strip()
    value, sign, count = _semicolon(inner)
    if sign:
        return _repeated(parse(value), parse(count))
    return [_deeper(one, depth) for one in parts_of(inner) if one]


def _deeper(text: str, depth: int) -> Any:
    if depth > _DEEPEST // 4:
        raise NotLiteral("nested too deeply")
    return parse(text)


def _uncommented(node: tree_sitter.Node) -> str:
    """The text of a node without its comments: they would hide commas."""
    data, start = node.text or b"", node.start_byte
    for one in sorted(walk(node), key=lambda n: -n.start_byte):
        if one.type in COMMENTS:
            data = data[: one.start_byte - start] + b" " + data[one.end_byte - start :]
    return data.decode("utf-8", "replace")


def _semicolon(text: str) -> tuple[str, str, str]:
    """The two parts of ``0; 3``, where the semicolon stands outside of brackets and texts."""
    depth, quote, at = 0, "", -1
    for number, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[number - 1] != "\\" else quote
        elif char == '"':
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == ";" and not depth and text[max(0, number - 1) : number + 2] != "';'":
            at = number
    return (text[:at], ";", text[at + 1 :]) if at >= 0 else (text, "", "")


def _called(node: tree_sitter.Node, depth: int) -> Any:
    """``Some(1)``, ``String::from("a")``, ``"a".to_string()``, ``HashMap::from([(1, 2)])``."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or given is None:
        raise NotLiteral(text_of(node)[:40])
    if function.type in ("field_expression", "generic_function"):
        return _method(function, _all(given, depth), depth)
    name = re.sub(r"^(?:std|core)::(?:\w+::)*(?=[A-Z])", "", text_of(function))
    values = _all(given, depth)
    if name == "Some" and values == [None]:
        raise NotLiteral(text_of(node)[:40])  # another value than none, which looks the same here
    if _HELD.match(name) and len(values) == 1:
        return values[0]
    if name in ("Ok", "Err", "Result::Ok", "Result::Err") and len(values) == 1:
        return (name.rpartition("::")[2], values[0])
    return _collection(name, values)


def _collection(name: str, values: list[Any]) -> Any:
    if name == "String::new" and not values:
        return ""
    kinds: tuple[tuple[re.Pattern[str], Callable[[Any], Any]], ...] = (
        (_LIST, list[Any]), (_SET, set[Any]), (_MAP, dict[Any, Any]),
    )  # fmt: skip
    for pattern, made in kinds:
        match = pattern.match(name)
        if match and (match[1] == "new") == (not values) and len(values) < 2:
            try:
                return made(values[0] if values else [])
            except (TypeError, ValueError) as error:
                raise NotLiteral(name[:40]) from error
    raise NotLiteral(name[:40])


def _method(function: tree_sitter.Node, values: list[Any], depth: int) -> Any:
    """Methods that only change how a value is held."""
    if function.type == "generic_function":
        inner = function.child_by_field_name("function")
        if inner is None or inner.type != "field_expression":
            if inner is not None and not values:
                return _collection(text_of(inner), values)
            raise NotLiteral(text_of(function)[:40])
        function = inner
    owner, label = function.child_by_field_name("value"), function.child_by_field_name("field")
    name = text_of(label) if label is not None else ""
    if owner is None or values:
        raise NotLiteral(text_of(function)[:40])
    value = value_of(owner, depth + 1)
    if name == "collect" and isinstance(value, _Items):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if name in _LISTED:
        return _Items(value)
    if name not in _SAME or isinstance(value, _Items):
        raise NotLiteral(text_of(function)[:40])
    return value


class _Items(list[Any]):
    """What an iterator gives: no value before it is collected."""
