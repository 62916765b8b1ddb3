"""Plain values of Java literals, as the border has them: closed, nothing is executed.

``[1, 2]``, ``{1, 2}``, ``new int[]{1, 2}``, ``List.of(1, 2)`` are lists; ``'a'`` is a text of one
character; ``{a=1}`` and ``{"a": 1}`` are maps.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral, OwnConstant, OwnObject
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    import tree_sitter

_DEEPEST = 60
_LONGEST = 20_000
_CONSTANTS: dict[str, Any] = {
    "Integer.MAX_VALUE": 2**31 - 1, "Integer.MIN_VALUE": -(2**31), "Long.MAX_VALUE": 2**63 - 1,
    "Long.MIN_VALUE": -(2**63), "Double.MAX_VALUE": 1.7976931348623157e308,
    "Double.MIN_VALUE": 5e-324, "Double.NaN": math.nan, "Double.POSITIVE_INFINITY": math.inf,
    "Double.NEGATIVE_INFINITY": -math.inf, "Math.PI": math.pi, "Math.E": math.e,
    "Boolean.TRUE": True, "Boolean.FALSE": False, "Short.MAX_VALUE": 32767,
    "Byte.MAX_VALUE": 127, "Collections.EMPTY_LIST": [], "None": None, "True": True,
    "False": False, "Infinity": math.inf, "NaN": math.nan,
}  # fmt: skip
_NEW_ARRAY = re.compile(r"new\s+[\w.]+(?:<[\w.<>,? ]*>)?\s*(?:\[\s*\d*\s*\]\s*)+\{")
_NEW_EMPTY = re.compile(
    r"new\s+[\w.]+(?:<[\w.<>,? ]*>)?\s*\[\s*0\s*\](?:\s*\[\s*\d*\s*\])*(?!\s*\{)"
)
_LISTS = frozenset({"List.of", "Arrays.asList", "Stream.of", "List.copyOf", "l_",
                    "Collections.singletonList", "ImmutableList.of"})  # fmt: skip
_SETS = frozenset({"Set.of", "Set.copyOf", "Collections.singleton", "ImmutableSet.of"})
_EMPTY: dict[str, Any] = {"Collections.emptyList": [], "Collections.emptySet": set(),
                          "Collections.emptyMap": {}, "Optional.empty": None,
                          "OptionalInt.empty": None}  # fmt: skip
_SAME = frozenset({"Optional.of", "Optional.ofNullable", "OptionalInt.of", "Integer.valueOf",
                   "Long.valueOf", "Double.valueOf", "Boolean.valueOf", "Character.valueOf",
                   "String.valueOf", "Collections.unmodifiableList", "List.copyOf",
                   "Set.copyOf"})  # fmt: skip
_PRINTED = re.compile(r"\b([A-Z]\w*)\[(?=\s*\w+=(?!=))")
"""How a record is printed: ``Point[x=1, y=2]``."""
_NAMED_PART = re.compile(r"\w+=(?!=)")
_ENUM = re.compile(r"(?:\w+\.)*[A-Z]\w*\.[A-Z][A-Z0-9_]*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " ", "0": "\0"}
_ESCAPE = re.compile(r"\\(u+[0-9a-fA-F]{4}|[0-7]{1,3}|.)", re.DOTALL)


def parse(text: str) -> Any:
    """The value that a text spells; raises NotLiteral where it is no whole literal."""
    if len(text) > _LONGEST:
        raise NotLiteral("too long")
    root = parse_text(f"Object x_ = {_plain(_constructed(text))}\n;", "java").root_node
    if root.has_error or root.named_child_count != 1:
        raise NotLiteral(text[:40])
    declared = root.named_children[0].child_by_field_name("declarator")
    value = declared.child_by_field_name("value") if declared is not None else None
    if value is None or root.named_children[0].named_child_count != 2:
        raise NotLiteral(text[:40])
    return value_of(value)


def _plain(text: str) -> str:  # noqa: C901  one case for each kind of sign
    """The text with every list as ``l_(…)`` and every map as ``d_(…)``; quoted parts stay."""
    made: list[str] = []
    opened: list[int] = []
    at = 0
    while at < len(text):
        quoted = _quoted(text, at)
        array = _NEW_ARRAY.match(text, at)
        empty = _NEW_EMPTY.match(text, at)
        char = text[at]
        if quoted:
            made.append(text[at:quoted])
            at = quoted
            continue
        if empty:
            made.append("l_()")
            at = empty.end()
            continue
        if array or char in "[{":
            opened.append(len(made))
            made.append("l_(")
            at = array.end() if array else at + 1
            continue
        if char in "]}":
            if opened:
                opened.pop()
            made.append(")")
        elif char == "(":
            opened.append(-1)
            made.append(char)
        elif char == ")":
            if opened:
                opened.pop()
            made.append(char)
        elif char in ":=" and opened and opened[-1] >= 0 and text[at : at + 2] != "==":
            made[opened[-1]] = "d_("
            made.append(",")
        else:
            made.append(char)
        at += 1
    return "".join(made)


def _constructed(text: str) -> str:
    """The text with what is printed for a record, ``Point[x=1]``, as ``new Point(1)``."""
    made: list[str] = []
    opened: list[bool] = []
    at = 0
    while at < len(text):
        printed = _PRINTED.match(text, at)
        part = _NAMED_PART.match(text, at) if opened and opened[-1] else None
        end = _quoted(text, at) or at + 1
        found = text[at:end]
        if printed:
            opened.append(True)
            found, end = f"new {printed[1]}(", printed.end()
        elif part:
            found, end = "", part.end()
        elif found in "([{":
            opened.append(False)
        elif found in ")]}" and opened:
            found = ")" if opened.pop() else found
        made.append(found)
        at = end
    return "".join(made)


def _quoted(text: str, at: int) -> int:
    """Where the quoted text that begins here ends; 0 where none does."""
    quote = '"""' if text.startswith('"""', at) else text[at] if text[at] in "\"'" else ""
    if not quote:
        return 0
    end = at + len(quote)
    while end < len(text) and not text.startswith(quote, end):
        end += 2 if text[end] == "\\" else 1
    return min(end + len(quote), len(text))


def value_of(node: tree_sitter.Node, depth: int = 0) -> Any:  # noqa: C901  one case for each kind
    """The value of a literal's node; raises NotLiteral."""
    if depth > _DEEPEST:
        raise NotLiteral("nested too deeply")
    text = text_of(node)
    match node.type:
        case "true" | "false":
            return text == "true"
        case "null_literal":
            return None
        case "string_literal" | "character_literal":
            return _text(text)
        case "array_initializer":
            return [value_of(one, depth + 1) for one in _children(node)]
        case "parenthesized_expression" if node.named_child_count == 1:
            return value_of(node.named_children[0], depth + 1)
        case "cast_expression":
            return _cast(node, depth)
        case "unary_expression" | "binary_expression":
            return _computed(node, depth)
        case "method_invocation":
            return _called(node, depth)
        case "object_creation_expression":
            return _created(node, depth)
        case "array_creation_expression":
            value = node.child_by_field_name("value")
            if value is not None:
                return value_of(value, depth + 1)
            if re.fullmatch(r"new\s+[\w.]+\s*\[\s*0\s*\](?:\[\d*\])*", text):
                return []
            raise NotLiteral(text[:40])
        case _ if node.type.endswith(("_integer_literal", "_point_literal")):
            return _number(text)
        case _ if text in _CONSTANTS:
            value = _CONSTANTS[text]
            return [*value] if isinstance(value, list) else value
        case "field_access" if _ENUM.fullmatch(text):
            owner, _, name = text.rpartition(".")
            return OwnConstant.of(owner.rpartition(".")[2], name)
        case _:
            raise NotLiteral(text[:40])


def _children(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [one for one in node.named_children if one.type not in COMMENTS]


def _number(text: str) -> int | float:
    spelled = text.replace("_", "").lower()
    try:
        if spelled.startswith(("0x", "0b")) and "p" not in spelled:
            bits = 64 if spelled.endswith("l") else 32
            value = int(spelled.removesuffix("l"), 0)
            return value - (1 << bits) if value >> (bits - 1) == 1 else value
        if re.fullmatch(r"\d+l?", spelled):
            digits = spelled.removesuffix("l")[:400]
            return int(digits, 8) if digits.startswith("0") and digits.strip("0") else int(digits)
        if spelled.startswith("0x"):
            return float.fromhex(spelled.rstrip("fd"))
        return float(spelled.rstrip("fd"))
    except ValueError as error:
        raise NotLiteral(text[:40]) from error


def _text(text: str) -> str:
    block = text.startswith('"""')
    inner = text[3:-3] if block else text[1:-1]
    if not block and text[:1] == "'" and not inner:
        raise NotLiteral(text)
    if block:
        lines = inner.split("\n")[1:]
        kept = [line for line in lines[:-1] if line.strip()] + lines[-1:]
        indent = min((len(line) - len(line.lstrip()) for line in kept), default=0)
        inner = "\n".join([*(line[indent:].rstrip() for line in lines[:-1]), lines[-1][indent:]])
    made = _ESCAPE.sub(_unescaped, inner)
    # Halves of a character that Java counts as two come together again.
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code.startswith("u"):
        return chr(int(code.lstrip("u"), 16))
    if code[0] in "01234567":
        return chr(int(code, 8) & 255)
    return "" if code == "\n" else _ESCAPES.get(code, code)


def _cast(node: tree_sitter.Node, depth: int) -> Any:
    kind, inner = node.child_by_field_name("type"), node.child_by_field_name("value")
    value = value_of(inner, depth + 1) if inner is not None else None
    name = text_of(kind) if kind is not None else ""
    if name in ("int", "long", "short", "byte", "Integer", "Long") and type(value) is int:
        return value
    if name in ("double", "float") and isinstance(value, int | float):
        return float(value)
    if name == "char" and (isinstance(value, str) or type(value) is int):
        return chr(value) if isinstance(value, int) and 0 <= value < 1 << 16 else value
    raise NotLiteral(text_of(node)[:40])


def _computed(node: tree_sitter.Node, depth: int) -> Any:
    """Signs, sums, products and powers of two, as people write limits."""
    operator = node.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    fields = ("operand",) if node.type == "unary_expression" else ("left", "right")
    sides = [node.child_by_field_name(name) for name in fields]
    given = [value_of(side, depth + 1) for side in sides if side is not None]
    if any(type(value) not in (int, float) for value in given):
        if len(given) == 1 and sign == "!" and isinstance(given[0], bool):
            return not given[0]
        if len(given) == 2 and sign == "+" and all(isinstance(one, str) for one in given):
            return given[0] + given[1]
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


def _called(node: tree_sitter.Node, depth: int) -> Any:  # noqa: C901  one case for each name
    """``List.of(1, 2)`` and what else gives a plain value of plain ones."""
    owner, label = node.child_by_field_name("object"), node.child_by_field_name("name")
    given = node.child_by_field_name("arguments")
    name = text_of(label) if label is not None else ""
    if owner is not None:
        name = f"{text_of(owner).rpartition('.')[2]}.{name}"
    children = _children(given) if given is not None else []
    if name == "d_":
        return _pairs([*map(_key_of, children[::2])], children[1::2], depth)
    values = [value_of(one, depth + 1) for one in children]
    if name in _LISTS:
        return values
    try:
        if name in _SETS and len(set(values)) == len(values):
            return set(values)
    except TypeError as error:
        raise NotLiteral(name) from error
    if name in ("Map.of", "ImmutableMap.of") and len(values) % 2 == 0:
        return _mapped([*zip(values[::2], values[1::2], strict=True)])
    if name in ("Map.entry", "Map.ofEntries"):
        return tuple(values) if name == "Map.entry" else _mapped(values)
    if name in _EMPTY and not values:
        return _EMPTY[name].copy() if _EMPTY[name] is not None else None
    if name in _SAME and len(values) == 1:
        return values[0]
    if name.endswith(".toCharArray") and owner is not None and not values:
        return [*str(value_of(owner, depth + 1))]
    raise NotLiteral(text_of(node)[:40])


def _key_of(node: tree_sitter.Node) -> Any:
    """A key; a bare word is a text, as in what Java prints for a map."""
    return text_of(node) if node.type == "identifier" else value_of(node)


def _pairs(keys: list[Any], values: list[tree_sitter.Node], depth: int) -> Any:
    if len(keys) != len(values):
        raise NotLiteral("a key without a value")
    return _mapped([(k, value_of(v, depth + 1)) for k, v in zip(keys, values, strict=True)])


def _mapped(pairs: list[Any]) -> Any:
    made: dict[Any, Any] = {}
    try:
        for key, value in pairs:
            made[tuple(cast("list[Any]", key)) if isinstance(key, list) else key] = value
    except (TypeError, ValueError) as error:
        raise NotLiteral("no map") from error
    if len(made) != len(pairs):
        raise NotLiteral("a key given twice")
    return made


_COLLECTIONS = ("Set", "Map", "List", "Deque", "Queue", "Stack", "Vector")
_BUILT = ("ListNode", "TreeNode", "String", "BigInteger")


def _created(node: tree_sitter.Node, depth: int) -> Any:
    """``new ArrayList<>(List.of(1))``, ``new ListNode(1, new ListNode(2))``."""
    kind, given = node.child_by_field_name("type"), node.child_by_field_name("arguments")
    name = re.sub(r"<.*|\s", "", text_of(kind), flags=re.DOTALL) if kind is not None else ""
    name = name.rpartition(".")[2]
    children = _children(given) if given is not None else []
    if name == "ListNode" and children:
        rest = value_of(children[1], depth + 1) if len(children) > 1 else None
        return [value_of(children[0], depth + 1), *(rest or [])]
    values = [value_of(one, depth + 1) for one in children]
    if values and name[:1].isupper() and name not in _BUILT and not name.endswith(_COLLECTIONS):
        return OwnObject.of(name, values)
    if len(values) > 1:
        raise NotLiteral(text_of(node)[:40])
    one: Any = values[0] if values else None
    if name.endswith("Set") and (one is None or isinstance(one, list | set)):
        try:
            return set(cast("list[Any]", one or []))
        except TypeError as error:
            raise NotLiteral(name) from error
    if name.endswith("Map") and (one is None or isinstance(one, dict)):
        return cast("Any", one or {})
    if name.endswith(_COLLECTIONS):
        if one is None or isinstance(one, list):
            return cast("Any", one or [])
        raise NotLiteral(text_of(node)[:40])
    if name in ("String", "BigInteger") and isinstance(one, str):
        return int(one) if name == "BigInteger" and one.lstrip("-").isdecimal() else one
    raise NotLiteral(text_of(node)[:40])
