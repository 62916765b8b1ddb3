"""Values as JavaScript writes them, for people."""

from __future__ import annotations

import json
import math
from array import array
from collections import OrderedDict
from fractions import Fraction
from typing import Any

from algosmith.sandbox.types import WRITTEN, Node, Record

_CLASSES = {"b": "Int8Array", "h": "Int16Array", "H": "Uint16Array", "i": "Int32Array",
            "I": "Uint32Array", "q": "BigInt64Array", "Q": "BigUint64Array", "f": "Float32Array",
            "d": "Float64Array"}  # fmt: skip


def spelled(value: Any) -> str:
    """``[1, null, "a"]``; a linked list or tree as the list that examples write."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            return str(value)
        case float():
            return _number(value)
        case Fraction():
            return f"{value.numerator // value.denominator}n"
        case _:
            return _whole(value)


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    text = repr(value)
    return text.removesuffix(".0") if "e" not in text else text


def _whole(value: Any) -> str:
    match value:
        case Node():
            return _listed(value.items)
        case tuple() | list():
            return _listed(value)
        case OrderedDict():
            pairs: list[Any] = list(value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # plain values
            return f"new Map({_listed(pairs)})"
        case dict():
            inner = ", ".join(f"{_key(k)}: {spelled(v)}" for k, v in value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values
            return f"{{{inner}}}"
        case set() | frozenset():
            return f"new Set([{', '.join(sorted(map(spelled, value)))}])"  # pyright: ignore[reportUnknownArgumentType]  # plain values
        case bytearray() | bytes():
            return f"new Uint8Array({_listed(value)})"
        case array():
            return f"new {_CLASSES.get(value.typecode, 'Array')}({_listed(value)})"
        case Record():
            return _record(value)
        case _:
            return repr(value)


def _listed(items: Any) -> str:
    return f"[{', '.join(map(spelled, items))}]"


def _record(value: Record) -> str:
    if value.fields == (WRITTEN,):
        return str(value.items[0])
    if value.kind == "Map" and value.fields == ("",) and isinstance(value.items[0], dict):
        return spelled(OrderedDict(value.items[0]))
    if value.fields == ("",):
        return f"new {value.kind}({spelled(value.items[0])})"
    pairs = zip(value.fields, value.items, strict=True)
    return f"{value.kind} {{{', '.join(f'{name}: {spelled(item)}' for name, item in pairs)}}}"


def _key(key: Any) -> str:
    return key if isinstance(key, str) and key.isidentifier() else json.dumps(str(key))
