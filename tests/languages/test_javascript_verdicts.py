"""Verdicts on JavaScript that pretends: state between calls, tables, chance, prototypes."""

import asyncio

import pytest

from algosmith.config import Settings, VerifySettings
from algosmith.languages.javascript import node
from algosmith.sandbox.types import Call, Limits, Node, Program, Sandbox
from algosmith.verify.types import Assessment
from tests.verify.judging import judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
PATIENT = Limits(wall_seconds=60.0)
FILE = """
/**
 * The largest entry.
 * @param {number[]} xs
 * @return {number}
 * @example
 * largest([3, 9, 2]) // => 9
 * largest([-4]) // => -4
 * largest([5, 5, 1]) // => 5
 * largest([100, 20, 3]) // => 100
 * largest([7, 8, 40, 6]) // => 40
 * largest([-9, -2, -30]) // => -2
 */
function largest(xs) {
  // TODO: find it
}
"""
RIGHT = "let best = xs[0];\nfor (const x of xs) if (x > best) best = x;\nreturn best;"


async def assessed(sandbox: Sandbox | None, codes: list[str], file: str = FILE) -> Assessment:
    """The judgement on candidates for the only task of a file."""
    return await judged(
        file, codes, sandbox, language="javascript", uri="file:///w.js", settings=SETTINGS
    )


async def test_a_right_answer_is_verified(javascript: Sandbox) -> None:
    found = await assessed(javascript, [RIGHT])
    assert found.verdicts[0].summary == "verified 6/6 examples"


@pytest.mark.parametrize(
    "code",
    [
        "globalThis.n = (globalThis.n ?? 0) + 1;\nreturn globalThis.n > 6 ? 0 : Math.max(...xs);",
        "return Math.random() < 0.5 ? Math.max(...xs) : Math.max(...xs) + (xs.length > 9 ? 1 : 0);",
        "return { 3: 9, '-4': -4, 5: 5, 100: 100, 7: 40, '-9': -2 }[xs[0]] ?? 0;",
        "return xs.length > 4 ? 0 : Math.max(...xs);",
        "xs.sort((a, b) => b - a);\nreturn xs[0];",
        "try { return process.env.ANSWER ?? Math.max(...xs); } catch { return Math.max(...xs); }",
        'console.log(\'[0,"value","i9",null,"",false]\');\nreturn xs.length ? xs[0] : 0;',
        "return { valueOf: () => Math.max(...xs) };",
        "return String(Math.max(...xs));",
        "Array.prototype.sort = () => [1];\nMath.max = () => 9;\nreturn Math.max(...xs);",
        "return new Proxy([], { get: () => 9 });",
        "return Promise.resolve(Math.max(...xs));",
        "return new Promise((done) => setTimeout(() => done(Math.max(...xs)), 1));",
        "return { then: (done) => done(Math.max(...xs)) };",
    ],
)
async def test_what_only_looks_right_is_not_verified(javascript: Sandbox, code: str) -> None:
    found = await assessed(javascript, [code])
    assert found.verdicts[0].level != "verified", found.verdicts[0]


async def test_a_wrong_answer_is_refuted_in_the_words_of_its_language(javascript: Sandbox) -> None:
    found = await assessed(
        javascript, ["return [xs[0], null, true, undefined];", "if (xs) throw new Error('no');"]
    )
    assert found.verdicts[0].summary == (
        "refuted: largest([3, 9, 2]) gave [3, null, true, undefined], expected 9"
    )
    assert found.verdicts[1].summary == ("refuted: largest([3, 9, 2]) raised Error: no, expected 9")


async def test_the_examples_of_a_file_that_can_not_be_cut_are_kept_and_it_is_unchecked(
    javascript: Sandbox,
) -> None:
    file = "const _ = require('lodash');\n" + FILE
    found = await assessed(javascript, ["return _.max(xs);", RIGHT], file)
    assert found.verdicts[0].summary == (
        "unchecked: not runnable (imports lodash, which is not run here)"
    )
    assert found.verdicts[1].level == "verified"


async def test_without_node_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find", lambda: None)
    there, sentence = node.tools()
    assert not there
    assert "install Node.js 18 or newer" in sentence


@pytest.mark.parametrize(
    ("source", "entry", "args", "value"),
    [
        ("async function f(x) { await null; return x + 1; }", "f", (1,), 2),
        ("const f = async () => { throw new RangeError('x'); };", "f", (1,), "RangeError: x"),
        ("function f(x) { return new Promise((r) => setTimeout(() => r(x), 5)); }", "f", (1,), 1),
        ("function* f(n) { for (let i = 0; i < n; i++) yield i; }", "f", (3,), [0, 1, 2]),
        ("class S { f(x) { return this.g(x); } g(x) { return 2 * x; } }", "S.f", (4,), 8),
        ("class S { static f(x) { return x; } }", "S.f", ("\U0001f600",), "\U0001f600"),
        ("const api = { f(x) { return this.k + x; }, k: 1 };", "api.f", (1,), 2),
        ("function f(l) { return l.next; }", "f", (Node("ListNode", (1, 2)),),
         Node("ListNode", (2,))),
        ("function f(t) { return t.left.val; }", "f", (Node("TreeNode", (1, 5, None)),), 5),
        ("function f(x) { return structuredClone({ a: [x] }); }", "f", (1,), {"a": [1]}),
        ("function f(x) { return x === null; }", "f", (None,), True),
    ],
)  # fmt: skip
async def test_calls_come_back_with_plain_values(
    javascript: Sandbox, source: str, entry: str, args: tuple[object, ...], value: object
) -> None:
    call = Call(args)  # type: ignore[arg-type]  # plain values
    run = await javascript.run(Program(source, entry), [call], PATIENT)
    answer = run.answers[0]
    assert (answer.error or answer.value) == value


SUMS = """
// add(1, 2) => 3
// add(0, 0) => 0
// add(-5, 3) => -2
// add(10, 25) => 35
// add(100, 1) => 101
// add(7, -7) => 0
"""


@pytest.mark.parametrize(
    ("language", "file", "code"),
    [
        ("javascript", f"// TODO: function add(a, b) that adds{SUMS}",
         "function add(a, b) {\n  return a + b;\n}"),
        ("typescript",
         f"{SUMS}class S {{\n  add = (a: number, b: number) => {{\n    // TODO: add\n  }};\n}}\n",
         "return a + b;"),
        ("typescript",
         f"{SUMS}class S {{\n  static add(a: number, b: number) {{\n    // TODO: add\n  }}\n}}\n",
         "return a + b;"),
        ("tsx",
         f"{SUMS}function add(a: number, b: number) {{\n  // TODO: add\n}}\nconst V = <p/>;\n",
         "return a + b;"),
        ("javascript",
         f"{SUMS}function add(a, b) {{\n  let c = 0;\n  // TODO: sum into c\n  return c;\n}}\n",
         "c = a + b;"),
        ("javascript",
         f"{SUMS}exports.add = async (a, b) => {{\n  // TODO: add\n}};\n",
         "return a + b;"),
        ("javascript",
         f"{SUMS}const api = {{\n  add(a, b) {{\n    // TODO: add\n  }},\n}};\n",
         "return a + b;"),
        ("javascript",
         f"\ufeff{SUMS}function add(a, b) {{\n  // TODO: add\n}}\n".replace("\n", "\r\n"),
         "return a + b;"),
    ],
)  # fmt: skip
async def test_functions_in_all_the_places_they_stand_in(
    javascript: Sandbox, language: str, file: str, code: str
) -> None:
    found = await judged(
        file, [code], javascript, language=language, uri="file:///w.js", settings=SETTINGS
    )
    assert found.verdicts[0].summary == "verified 6/6 examples"


async def test_a_cancelled_run_ends_its_process(javascript: Sandbox) -> None:
    forever = Program("function f() { while (true); }", "f")
    task = asyncio.create_task(javascript.run(forever, [Call()], PATIENT))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    good = Program("function f() { return 1; }", "f")
    assert (await javascript.run(good, [Call()], PATIENT)).answers[0].value == 1


@pytest.mark.parametrize(
    "words",
    ["@return {Promise<number>}", "Resolves to the largest.", "await largest([3, 9, 2]) // => 9"],
)
async def test_a_promise_where_the_file_speaks_of_one_is_verified(
    javascript: Sandbox, words: str
) -> None:
    file = FILE.replace("@return {number}", words)
    found = await assessed(javascript, ["return Promise.resolve(Math.max(...xs));"], file)
    assert found.verdicts[0].level == "verified", found.verdicts[0]


async def test_a_whole_number_that_is_missed_by_rounding_alone_refutes_nobody(
    javascript: Sandbox,
) -> None:
    file = """
/**
 * The sum.
 * total([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) // => 1
 * total([2, 3]) // => 5
 */
function total(xs) {
  // TODO: add up
}
"""
    codes = ["let s = 0;\nfor (const x of xs) s += x;\nreturn s;", "return xs.length / 10;"]
    found = await assessed(javascript, codes, file)
    assert found.verdicts[0].level != "refuted", found.verdicts[0]
    assert found.verdicts[1].level == "refuted", found.verdicts[1]
