"""The methods of unittest as conditions: ``self.assertEqual(a, b)`` says ``a == b``."""

from __future__ import annotations

import ast

from algosmith.verify import values
from algosmith.verify.values import NotPlain

_EQUAL = frozenset({
    "assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertTupleEqual",
    "assertSetEqual", "assertSequenceEqual", "assertMultiLineEqual", "assertIs",
})  # fmt: skip


_ORDER: dict[str, ast.cmpop] = {
    "assertLess": ast.Lt(), "assertLessEqual": ast.LtE(), "assertGreater": ast.Gt(),
    "assertGreaterEqual": ast.GtE(), "assertNotIn": ast.NotIn(), "assertIn": ast.In(),
    "assertNotEqual": ast.NotEq(),
}  # fmt: skip


def condition_of(call: ast.Call) -> ast.expr | None:
    """What has to be true for a method not to fail; None where it is none that is known."""
    match getattr(call.func, "attr", ""), call.args:
        case name, [left, right, *_] if name in _EQUAL:
            return ast.Compare(left, [ast.Eq()], [right])
        case "assertCountEqual", [left, right, *_]:
            sides = [ast.Call(ast.Name("sorted", ast.Load()), [a], []) for a in (left, right)]
            return ast.Compare(sides[0], [ast.Eq()], [sides[1]])
        case "assertTrue", [value, *_]:
            return value
        case "assertFalse", [value, *_]:
            return ast.UnaryOp(ast.Not(), value)
        case "assertIsNone", [value, *_]:
            return ast.Compare(value, [ast.Is()], [ast.Constant(None)])
        case "assertIsNotNone", [value, *_]:
            return ast.Compare(value, [ast.IsNot()], [ast.Constant(None)])
        case name, [left, right, *_] if name in _ORDER:
            return ast.Compare(left, [_ORDER[name]], [right])
        case "assertAlmostEqual", [left, right, *_]:
            return _near(left, right, {k.arg or "": k.value for k in call.keywords})
        case _:
            return None


def _near(left: ast.expr, right: ast.expr, options: dict[str, ast.expr]) -> ast.expr | None:
    try:
        places = values.evaluate(options["places"], {}) if "places" in options else 7
        delta = values.evaluate(options["delta"], {}) if "delta" in options else None
    except NotPlain:
        return None
    within = ast.Constant(delta if delta is not None else 0.5 * 10 ** -int(places))
    near = ast.Call(ast.Name("approx", ast.Load()), [right], [ast.keyword("abs", within)])
    return ast.Compare(left, [ast.Eq()], [near])
