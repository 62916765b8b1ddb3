"""The model's own tests and inputs: they rank and compare, never verify, never refute."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from algosmith.config import Settings, VerifySettings
from algosmith.model import Candidate, Function
from algosmith.sandbox.types import CageReport, Call, Job, Limits, Program, Run, Sandbox
from algosmith.verify import advice, generator
from algosmith.verify.judge import judge
from algosmith.verify.statements import Example
from algosmith.verify.types import Advice, Assessment, Case
from tests.verify.judging import edits_of, task_in

NONE = Advice()
PATIENT = Settings(verify=VerifySettings(timeout_seconds=5.0))
"""What is tested here is no matter of time, and test machines are busy."""
SPAN = '''def span(nums: list[int]) -> int:
    """Difference of the largest and the smallest number, 0 where there is none.

    >>> span([1, 5, 3])
    4
    """
    # TODO: implement
'''
SQUARES = '''def squares(nums: list[int]) -> list[int]:
    """squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""
    # TODO: square every number
'''
FIRST_TWO = "return nums[1] - nums[0] if nums[1:] else 0"
RIGHT = "ordered = sorted(nums)\nif not ordered:\n    return 0\nreturn ordered[-1] - ordered[0]"
TESTS = """assert span([3, 1]) == 2
assert span([2, 9, 4]) == 7
assert span([6, 2, 4]) == 4
"""
TOTAL = '''def total(text: str) -> int:
    """Sum of the values of an object in JSON."""
    # TODO: implement
'''
SUM = "import json\nreturn sum(json.loads(text).values())"
LOOP = "import json\nfound = 0\nfor n in json.loads(text).values():\n    found += n\nreturn found"
COUNT = "import json\nreturn len(json.loads(text).values())"
OBJECTS = """import json, random

def make_input(seed):
    rng = random.Random(seed)
    return (json.dumps({str(n): rng.randrange(100) for n in range(seed)}),)
"""


def _function(text: str) -> Function:
    function = task_in(text)[1].function
    assert function is not None
    return function


def _tests(text: str, source: str = SPAN) -> tuple[Example, ...]:
    return advice.read([text], _function(source))


async def _judged(text: str, codes: list[str], cage: Sandbox, known: Advice = NONE) -> Assessment:
    snapshot, task = task_in(text)
    case = Case(snapshot, task, trusted=True, advice=known)
    edits = edits_of(snapshot, task, codes)
    return await judge(case, [Candidate(code) for code in codes], edits, cage, PATIENT)


def test_lines_that_are_no_plain_assert_are_passed_over() -> None:
    found = _tests(
        "Here are the tests:\n```python\nassert span([2, 9]) == 7  # a comment\n"
        "  assert span(nums=[4]) == 0\nassert span([1, == 3\nassert other([1]) == 2\n"
        "assert span(open('/etc/passwd').read()) == 1\nimport os\nx = [1]\nassert span(x) == 0\n"
        "for n in [[1], [2]]:\n    assert span(n) == 0\n```"
    )
    assert [t.text for t in found] == ["span([2, 9]) == 7", "span(nums=[4]) == 0"]
    assert {t.kind for t in found} == {"model"}
    assert found[1].call == Call(([4],))


@pytest.mark.parametrize(
    "line",
    [
        "assert span([1] * 90000) == 0",
        "assert span([2 ** 9000]) == 0",
        "assert span(list(range(99999))) == 0",
        f"assert span({'[' * 40}{']' * 40}) == 0",
        f"assert span({'(' * 900}1{')' * 900}) == 0",
        f"assert span([{'1,' * 2000}]) == 0",
        "assert span([" + "9" * 990,
        "assert span(repr(repr(repr(repr('\\\\'))))) == 0",
        "assert span(...) == 0",
    ],
)
def test_lines_that_make_much_of_little_are_passed_over(line: str) -> None:
    assert _tests(line) == ()


def test_only_tests_that_nothing_contradicts_rank() -> None:
    written = _tests(
        "assert span([1, 5, 3]) == 9\nassert span([7]) == 0\n"
        "assert span([2, 2]) == 0\nassert span([2, 2]) == 4"
    )
    assert len(written) == 4
    example = replace(written[0], kind="doctest")
    assert [t.text for t in advice.settled(written, [example])] == ["span([7]) == 0"]


def test_the_number_of_tests_is_bounded() -> None:
    many = "\n".join(f"assert span([{n}]) == 0" for n in range(500))
    assert len(_tests(many)) == advice.MOST_TESTS


@pytest.mark.sandbox
async def test_a_tie_is_seen_and_the_tests_break_it(cage: Sandbox) -> None:
    alone = await _judged(SPAN, [FIRST_TWO, RIGHT], cage)
    assert alone.wants == {"tests"}
    assert alone.chosen == 0
    helped = await _judged(SPAN, [FIRST_TWO, RIGHT], cage, Advice(_tests(TESTS)))
    assert helped.chosen == 1
    assert helped.wants == frozenset()
    details = {c.name: c for c in helped.verdicts[1].checks}
    assert details["model tests"].status == "skipped"
    assert details["model tests"].detail.startswith("3 of 3 tests that the model wrote hold")
    assert "3 of them chosen by the model" in details["agreement"].detail


@pytest.mark.sandbox
async def test_tests_do_not_outweigh_what_counts_before_them(cage: Sandbox) -> None:
    wrong = Advice(_tests("assert span([3, 1]) == -2\nassert span([2, 9, 4]) == 7"))
    pool = [FIRST_TWO, RIGHT, "return max(nums) - min(nums) if nums else 0"]
    alone = await _judged(SPAN, pool, cage)
    assert alone.wants == frozenset()
    assert alone.chosen == (await _judged(SPAN, pool, cage, wrong)).chosen
    assert alone.chosen in (1, 2)


@pytest.mark.sandbox
@pytest.mark.parametrize("expected", ["[81]", "-1", "None", "'x'"])
async def test_no_test_verifies_or_refutes(cage: Sandbox, expected: str) -> None:
    pool = [
        "return [n * n for n in nums]",
        "found = []\nfor n in nums:\n    found.append(n ** 2)\nreturn found",
        "return nums",
        "return missing",
    ]
    calls = ("[]", "[9]", "[5, 1]", "0")
    lines = "\n".join(f"assert squares({call}) == {expected}" for call in calls)
    alone = await _judged(SQUARES, pool, cage)
    assert [v.level for v in alone.verdicts] == ["verified", "verified", "refuted", "refuted"]
    helped = await _judged(
        SQUARES, pool, cage, Advice(_tests(lines, SQUARES), (Call(("no list",)),))
    )
    assert [v.level for v in helped.verdicts] == [v.level for v in alone.verdicts]
    assert helped.examples == alone.examples
    assert "model" not in {e.kind for e in helped.examples}


@pytest.mark.sandbox
async def test_the_models_inputs_do_not_earn_verified(cage: Sandbox) -> None:
    """All that is missing here is inputs of ours: any number of arguments can't be made up."""
    text = '''def totals(*rows: list[int]) -> list[int]:
    """totals([1, 2], [10, 20, 30]) -> [3, 60]
    totals([], [7], [8, 9]) -> [0, 7, 17]
    totals() -> []
    totals([100, -50, 25]) -> [75]
    """
    # TODO: the sum of each row
'''
    pool = ["return [sum(row) for row in rows]", "return list(map(sum, rows))"]
    alone = await _judged(text, pool, cage)
    assert {v.level for v in alone.verdicts} == {"consistent"}
    inputs = tuple(Call(([n, n + 5], [*range(n % 4)])) for n in range(24))
    helped = await _judged(text, pool, cage, Advice(inputs=inputs))
    assert {v.level for v in helped.verdicts} == {"consistent"}
    assert (
        "same results as one other answer on 24 new inputs" in helped.verdicts[0].checks[-1].detail
    )


@pytest.mark.sandbox
async def test_a_bug_that_only_the_models_input_shows_refutes_nobody(cage: Sandbox) -> None:
    code = "if len(nums) == 1 and nums[0] == 'x':\n    return missing\n" + RIGHT
    helped = await _judged(SPAN, [code, FIRST_TWO], cage, Advice(inputs=(Call((["x"],)),)))
    assert "refuted" not in {v.level for v in helped.verdicts}


class Watched:
    """A cage that notes all that goes into it."""

    def __init__(self, inner: Sandbox) -> None:
        self.inner = inner
        self.seen: list[str] = []

    @property
    def report(self) -> CageReport:
        return self.inner.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        self.seen.append(repr((program, calls)))
        return await self.inner.run(program, calls, limits)

    async def close(self) -> None: ...


@pytest.mark.sandbox
async def test_expected_values_stay_outside_the_cage(cage: Sandbox) -> None:
    watched = Watched(cage)
    known = Advice(_tests("assert span([31337, 4]) == 987654321"))
    await _judged(SPAN, [FIRST_TWO, RIGHT], watched, known)
    assert any("31337" in text for text in watched.seen)
    assert not any("987654321" in text for text in watched.seen)


@pytest.mark.sandbox
async def test_where_no_input_is_accepted_a_generator_gives_some(cage: Sandbox) -> None:
    pool = [COUNT, SUM, LOOP]
    alone = await _judged(TOTAL, pool, cage)
    assert alone.wants == {"tests", "inputs"}
    assert {v.level for v in alone.verdicts} == {"unchecked"}
    assert alone.unanswered == {0, 1, 2}
    inputs, note = await generator.inputs(cage, OBJECTS, _function(TOTAL))
    assert len(inputs) == 24
    assert note == ""
    helped = await _judged(TOTAL, pool, cage, Advice(inputs=inputs))
    assert helped.verdicts[1].summary == (
        "consistent (same results as one other answer on 24 new inputs)"
    )
    assert helped.chosen in (1, 2)
    assert helped.unanswered == {0, 1, 2}  # nothing of ours to measure on


HOSTILE = {
    "reads a file": "def make_input(seed):\n    return (open('/etc/passwd').read(),)",
    "loops": "def make_input(seed):\n    while True:\n        pass",
    "loops late": "def make_input(seed):\n    while seed > 20:\n        pass\n    return str(seed)",
    "loops on import": "while True:\n    pass\ndef make_input(seed):\n    return ('',)",
    "evil object": "class E(str):\n    def __eq__(self, o): raise SystemExit\n"
    "    def __hash__(self): return 1\ndef make_input(seed):\n    return (E('x'),)",
    "evil object inside": "class L(list):\n    def __iter__(self): return iter([1])\n"
    "def make_input(seed):\n    return (L(),)",
    "function": "def make_input(seed):\n    return (make_input,)",
    "floods stdout": "def make_input(seed):\n    while True:\n        print('x' * 10000)",
    "floods answers": "def make_input(seed):\n    return (str(seed) * 1000000,)",
    "nests": "def make_input(seed):\n    a = []\n    for _ in range(90):\n        a = [a, seed]\n"
    "    return (a,)",
    "huge number": "def make_input(seed):\n    return (10 ** 15000 + seed,)",
    "much memory": "def make_input(seed):\n    return ([0] * 10 ** 10,)",
    "exits": "import os\ndef make_input(seed):\n    os._exit(0)",
    "writes answers": "import os\ndef make_input(seed):\n    os.write(4, b'[0]\\n')\n"
    "    return ('',)",
    "same each time": "def make_input(seed):\n    return ('10:00',)",
    "wrong number": "def make_input(seed):\n    return (str(seed), 1)",
    "iterator": "def make_input(seed):\n    yield str(seed)",
    "no such function": "def other(seed):\n    return ('',)",
    "no Python": "make_input = (",
    "empty": "",
    "foreign node": "class ListNode:\n    def __init__(self, val=0, next=None):\n"
    "        self.val, self.next = val, next\ndef make_input(seed):\n    return (ListNode(seed),)",
}


@pytest.mark.sandbox
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_generator_is_contained_and_ignored(cage: Sandbox, name: str) -> None:
    inputs, note = await generator.inputs(cage, HOSTILE[name], _function(TOTAL))
    assert inputs == ()
    assert note
    assert len(note) < 400
    again, _ = await generator.inputs(cage, OBJECTS, _function(TOTAL))
    assert len(again) == 24


@pytest.mark.sandbox
async def test_the_check_says_why_a_generator_was_not_used(cage: Sandbox) -> None:
    inputs, note = await generator.inputs(cage, HOSTILE["evil object"], _function(TOTAL))
    helped = await _judged(TOTAL, [SUM, LOOP], cage, Advice(inputs=inputs, note=note))
    check = next(c for c in helped.verdicts[0].checks if c.name == "agreement")
    assert check.detail.startswith("it gave no result on any input that was tried; an example ")
    assert "; the model was asked for inputs: " in check.detail
    assert helped.wants == frozenset()


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("head", "code", "first"),
    [
        ("def f(a: str) -> str:", "return 'x' * seed", Call(("",))),
        ("def f(a: list) -> str:", "return [seed]", Call(([0],))),
        ("def f(a, b) -> str:", "return [seed, 1]", Call((0, 1))),
        ("def f(*rows) -> str:", "return ([seed], [1])", Call(([0], [1]))),
        ("def f(a, b=2) -> str:", "return (seed,)", Call((0,))),
    ],
)
async def test_shapes_of_arguments(cage: Sandbox, head: str, code: str, first: Call) -> None:
    text = f"{head}\n    # TODO: implement\n"
    source = f"def make_input(seed):\n    {code}"
    inputs, note = await generator.inputs(cage, source, _function(text))
    assert note == ""
    assert inputs[0] == first


@pytest.mark.sandbox
async def test_no_plain_value_can_be_a_function(cage: Sandbox) -> None:
    text = "def twice(f: 'Callable[[int], int]', x: int) -> int:\n    # TODO: apply f twice\n"
    found = await _judged(text, ["return f(f(x))", "y = f(x)\nreturn f(y)"], cage)
    assert found.wants == frozenset()


@pytest.mark.sandbox
async def test_a_result_too_long_to_write_is_shown_all_the_same(cage: Sandbox) -> None:
    for code in ("return 10 ** 9000", "return ([nums], 10 ** 9000)"):
        found = await _judged(SPAN, [code], cage)
        assert "4300 digits" in found.verdicts[0].summary
