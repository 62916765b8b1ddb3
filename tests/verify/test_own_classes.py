"""An object of a class that the candidate wrote is never believed, whatever form examples have."""

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

_METHODS = ["eq", "ne", "lt", "le", "gt", "ge", "contains", "bool"]
_LIES = "\n".join(f"    def __{name}__(self, *other): return True" for name in _METHODS)
WRONG = [
    f"class R:\n    __hash__ = None\n{_LIES}\n"
    "    def __init__(self, n): self.n = n\n    def __index__(self): return 0\nreturn R(n * n)",
    f"class R(int):\n    __hash__ = int.__hash__\n{_LIES}\nreturn R(n * n)",
    "class R:\n    def __init__(self, n): self.n = n\n"
    "setattr(R, '__' + 'eq__', lambda one, other: True)\nreturn R(n * n)",
    "return type('R', (), {'__eq__': lambda s, o: True, 'n': n * n})()",
]
DOCTESTS = {
    "compared": ">>> f({n}) == {m}\nTrue",
    "compared behind a name": ">>> got = f({n})\n>>> got == {m}\nTrue",
    "in a condition": '>>> if f({n}) == {m}: print("ok")\nok',
    "as one of two words": ">>> 'yes' if f({n}) == {m} else 'no'\n'yes'",
    "looked for": ">>> [0, {m}].index(f({n}))\n1",
    "by operator.eq": ">>> import operator\n>>> operator.eq(f({n}), {m})\nTrue",
    "by its method": ">>> f({n}).__eq__({m})\nTrue",
    "by a helper": ">>> def check(a, b): return a == b\n>>> check(f({n}), {m})\nTrue",
    "by a lambda": ">>> (lambda a: a == {m})(f({n}))\nTrue",
    "in an assert that is caught": (
        '>>> try:\n...     assert f({n}) == {m}\n... except AssertionError: print("bad")'
    ),
    "in a match": '>>> match f({n}):\n...     case {m}: print("ok")\nok',
}
ASSERTS = {
    "assert": "assert f({n}) == {m}",
    "assert in": "assert f({n}) in ({m}, {m})",
    "assert not unequal": "assert not f({n}) != {m}",
}


def _text(form: str, *, inside: bool) -> str:
    lines = "\n".join(form.format(n=n, m=2 * n) for n in (1, 3, 4, 9, 12)).split("\n")
    doc = "".join(f"    {line}\n" for line in lines)
    if inside:
        return f'def f(n):\n    """Twice n.\n\n{doc}    """\n    # TODO: give twice n\n'
    return "def f(n):\n    # TODO: give twice n\n\n" + "\n".join(lines) + "\n"


FORMS = {name: _text(form, inside=True) for name, form in DOCTESTS.items()} | {
    name: _text(form, inside=False) for name, form in ASSERTS.items()
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
async def test_what_equals_everything_is_neither_consistent_nor_verified(
    cage: Sandbox, text: str
) -> None:
    found = await judged(text, WRONG, cage)
    assert not {"consistent", "verified"} & {verdict.level for verdict in found.verdicts}


async def test_a_class_of_the_file_is_believed(cage: Sandbox) -> None:
    text = (
        "class Box:\n    def __init__(self, n): self.n = n\n"
        "    def __eq__(self, other): return self.n == other.n\n\n\n"
        "def boxed(n):\n    # TODO: a Box of n\n\nassert boxed(3).n == 3\nassert boxed(4).n == 4\n"
    )
    found = await judged(text, ["return Box(n)"], cage)
    assert found.verdicts[0].level == "consistent"
