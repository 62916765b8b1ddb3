"""What is read of JavaScript and TypeScript: examples, literals, types, the part that runs."""

from typing import Any

import pytest

from algosmith.languages.javascript import constants, cutting, heads, literals, mutants, spelling
from algosmith.languages.javascript.examples import said
from algosmith.model import Snapshot
from algosmith.sandbox.types import NOTHING, Node
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.tasks import find_tasks

FILE = "/**\n * Words.\n%s\n */\nfunction f(x) {\n  // TODO: write it\n}\n"


def claims(lines: str, language: str = "javascript", file: str = FILE) -> list[Any]:
    """(arguments, value or check or error, sure) of each example in a documentation comment."""
    text = file % "\n".join(f" * {line}" for line in lines.split("\n"))
    snapshot = Snapshot("file:///work.js", language, text.encode())
    task = find_tasks(snapshot, ("TODO",))[0]
    return [
        (c.call.args, c.check or (c.error or "throws" if c.raises else c.expected), c.sure)
        for c in said(snapshot, task, ()).claims
    ]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("f(2) // => 4", [((2,), 4, True)]),
        ("f(2); // 4", [((2,), 4, True)]),
        ("f(2) → 4", [((2,), 4, True)]),
        ("f([1, 2]) === [3]", [(([1, 2],), [3], True)]),
        ("f('a') returns \"b\", for once", [(("a",), "b", True)]),
        ("`f(1)` is `2`", [((1,), 2, True)]),
        ("f({a: 1, 'b': [null]}) => undefined", [(({"a": 1, "b": [None]},), NOTHING, True)]),
        ("f(-1) throws RangeError", [((-1,), "RangeError", True)]),
        ("f(-1) throws", [((-1,), "throws", True)]),
        ("assert.deepStrictEqual(f([]), [])", [(([],), [], True)]),
        ("assert(f(1) === true);", [((1,), True, True)]),
        ("expect(f(1)).toEqual({a: 2})", [((1,), {"a": 2}, True)]),
        ("expect(f(1)).not.toBe(2)", []),
        ("expect(() => f(-1)).toThrow(TypeError)", [((-1,), "TypeError", True)]),
        ("console.log(f(2)) // [4]", [((2,), [4], True)]),
        ("console.log(f(2)) // 4", [((2,), "_ in [4, '4']", True)]),
        ("> f(2)\n4", [((2,), 4, True)]),
        (">>> f(2)\n4", [((2,), 4, True)]),
        ("await f(2) // 4", [((2,), 4, True)]),
        ("new Solution().f(2) // 4", [((2,), 4, True)]),
        ("f(2) // 4 is wrong", [((2,), 4, False)]),
        ("a naive f(2) returns 5", [((2,), 5, False)]),
        ("f(2); // 3 calls", [((2,), 3, False)]),
        ("f(2) is 2 more than f(1)", [((2,), 2, False)]),
        ("f(2) // => 3 because of the sign", [((2,), 3, True)]),
        ("f(2)\n// => 4", [((2,), 4, True)]),
        ("f(2);\n=> [4]\nf(3);\n=> [9]", [((2,), [4], True), ((3,), [9], True)]),
        ("f(2)\n// 4 is the next", []),
        ("f(2) // 4\n// => 5", [((2,), 4, True)]),
        ("f(2) // => 4\nReturn any of them.", [((2,), 4, False)]),
        ("f(2) => x + 1", []),
        ("f(n) => 4", []),
        ("f(2) => 4 + n", []),
        ("g(2) => 4", []),
        ("f(1,\n  2) // 3", [((1, 2), 3, True)]),
        ("f(0.5) // 1.0", [((0.5,), 1, True)]),
        ("f(5n) // 10n", None),
    ],
)
def test_examples_in_comments(line: str, wanted: list[Any] | None) -> None:
    found = claims(line)
    if wanted is None:
        assert len(found) == 1
    else:
        assert found == wanted


def test_examples_in_code_and_what_is_no_example() -> None:
    code = """
function f(x) {
  // TODO: write it
}
const nums = [3, 1];
const rest = [1];
rest.push(2);
test("f", () => {
  expect(f(nums)).toBe(3);
  expect(f(rest)).toBe(2);
  for (const n of [1, 2]) expect(f(n)).toBe(n);
  assert.equal(f(7), 8);
});
console.log(f("a")); // [1]
"""
    snapshot = Snapshot("file:///work.js", "javascript", code.encode())
    task = find_tasks(snapshot, ("TODO",))[0]
    found = [(c.call.args, c.expected) for c in said(snapshot, task, ()).claims]
    assert found == [(([3, 1],), 3), ((7,), 8), (("a",), [1])]


def test_examples_of_tests_beside_the_file_name_their_line() -> None:
    snapshot = Snapshot("file:///work.js", "javascript", (FILE % "").encode())
    task = find_tasks(snapshot, ("TODO",))[0]
    test = "work.test.js\nimport { f } from './work';\nit('x', () => expect(f(1)).toBe(2));\n"
    found = said(snapshot, task, (test,)).claims
    assert [(c.call.args, c.expected, c.source) for c in found] == [((1,), 2, "work.test.js:2")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, -2.5, , null]", [1, -2.5, NOTHING, None]),
        ("'\\u{1F600}\\x41\\n'", "\U0001f600A\n"),
        ("{a: 1, 'b c': true, 3: []}", {"a": 1, "b c": True, "3": []}),
        ("10 ** 9 + 7", 1_000_000_007),
        ("2.0", 2),
        ("1e400", float("inf")),
        ("new Set([1, 2])", {1, 2}),
        ("(3)", 3),
    ],
)
def test_literals(text: str, value: object) -> None:
    assert literals.parse(text) == value


@pytest.mark.parametrize("text", ["f(1)", "x", "1; 2", "`a${1}`", "[1", "new Date()", "a.b", ""])
def test_what_is_no_literal(text: str) -> None:
    with pytest.raises(literals.NotLiteral):
        literals.parse(text)


@pytest.mark.parametrize(
    "text",
    ["[1, 2.5, null]", "undefined", "NaN", "-0", '{a: [true], "b c": "x"}', "new Map([[1, 2]])"],
)
def test_values_are_spelled_as_they_were_written(text: str) -> None:
    assert spelling.spelled(literals.parse(text, result=True)) == text


@pytest.mark.parametrize(
    ("head", "python"),
    [
        ("a: number, b: string[]", "a: int, b: list[str]"),
        ("a: Array<[number, string]>, b?: boolean", "a: list[tuple[int, str]], b: bool = None"),
        ("a: readonly number[][] | null", "a: list[list[int]]"),
        ("a: Map<string, number>, b: Set<bigint>", "a: OrderedDict[str, int], b: set[Fraction]"),
        ("a: Record<string, number[]>, b: { [k: string]: number }",
         "a: dict[str, list[int]], b: dict[str, int]"),
        ("a: 'x' | 'y', ...b: number[]", "a: Literal['x', 'y'], *b: list[int]"),
        ("a: (x: number) => void, b: { c: number }, c: Foo", "a: Callable, b: Options, c: Options"),
        ("this: Foo, a: T, lambda = 3", "a, lambda_ = None"),
        ("{ a, b }: Props, $x: any", "options0: Options, _x"),
    ],
)  # fmt: skip
def test_types_are_kinds_of_inputs(head: str, python: str) -> None:
    file = f"function f({head}) {{ return 1; }}\n"
    document = open_document(Snapshot("", "typescript", file.encode()))
    one = definitions(document)[0]
    assert f"def called_({python}):" in heads.head_of(one.node, "", {}).python


def test_documented_types_and_use_tell_where_there_are_no_types() -> None:
    file = """
/** @param {number[]=} a @param {Array.<string>} b @param {ListNode} c */
function f(a, b, c, d, e) { return d.charCodeAt(0) + e[0][1]; }
"""
    found = heads.signature(f"javascript\n{file}", "f", "", ())
    bases = [(p.kind.base, p.kind.parts[0].base if p.kind.parts else "") for p in found.parameters]
    assert bases == []  # the first is optional, and so are those behind it
    file = file.replace("number[]=", "number[]")
    found = heads.signature(f"javascript\n{file}", "f", "", ())
    bases = [(p.kind.base, p.kind.parts[0].base if p.kind.parts else "") for p in found.parameters]
    assert bases == [
        ("list", "int"),
        ("list", "str"),
        ("linked", ""),
        ("str", ""),
        ("list", "list"),
    ]


PROGRAM = """
import { helper, type Shape } from "./other";
import type { Only } from "./types";
// f(1) => 99
enum Color { Red, Green = 5, Blue = "b" }
const table: number[] = [];
for (let i = 0; i < 3; i++) table[i] = i * 7; // 777
interface Unneeded { a: number }
class Base {
  constructor(private readonly n: number = 1, m?: string) {}
  get(): number { return this.n; }
}
export const twice = (n: number): number => (n as number) * 2;
export function f(this: void, n: number): number {
  const base = new Base() satisfies Base;
  return <number>twice(table[n]!) + base.get() + Color.Green;
}
export default function (a: number) { return helper(a); }
console.log(f(1)); // 20
test("f", () => expect(f(1)).toBe(20));
"""


def part(file: str, name: str, language: str = "typescript") -> cutting.Part:
    """The program for one function."""
    snapshot = Snapshot("file:///work.ts", language, file.encode())
    todo = Snapshot("file:///todo.ts", language, b"// TODO: x\n")
    task = find_tasks(todo, ("TODO",))[0]
    one = next(d for d in definitions(open_document(snapshot)) if d.name == name)
    return cutting.part_of(snapshot, snapshot, task, one, frozenset())


def test_only_what_the_function_needs_runs_and_nothing_that_is_expected() -> None:
    found = part(PROGRAM, "f")
    assert found.entry == "f"
    assert not found.why_not_run
    absents = ("99", "777", "20", "test", "import", "interface", ": number", "console", "as ")
    for absent in absents:
        assert absent not in found.text, absent
    for present in ("table[i] = i * 7", "this.n = n", "twice", 'E[E["Green"] = 5]'):
        assert present in found.text, present


@pytest.mark.parametrize(
    ("file", "name", "says"),
    [
        ("import _ from 'lodash';\nfunction f(x) { return _.sum(x); }", "f", "imports lodash"),
        ("const _ = require('lodash');\nfunction f(x) { return _.sum(x); }", "f", "imports lodash"),
        ("function g() { function f(x) { return x; } return f; }", "f", "inside another function"),
        ("class A { constructor(a) {} f(x) { return x; } }", "f", "needs an instance of A"),
        ("class A { get f() { return 1; } }", "f", "is a property"),
        ("class A { #f(x) { return 1; } }", "#f", "can't be called from outside"),
    ],
)
def test_says_why_a_function_is_not_run(file: str, name: str, says: str) -> None:
    assert says in part(file, name, "javascript").why_not_run


@pytest.mark.parametrize(
    ("file", "name", "entry"),
    [
        ("class A { static f(x) { return x; } }", "f", "A.f"),
        ("const api = { f(x) { return x; } };", "f", "api.f"),
        ("module.exports = function f(x) { return x; };", "f", "f"),
        ("exports.f = (x) => x;", "f", "f"),
        ("export default class A { f(x) { return x; } }", "f", "A.f"),
        ("export default (x) => x;", "default", "default_"),
    ],
)
def test_finds_the_function_wherever_it_is_kept(file: str, name: str, entry: str) -> None:
    found = part(file, name, "javascript")
    assert (found.entry, found.why_not_run) == (entry, "")


def test_mutants_are_small_changes_of_the_function_only() -> None:
    text = "const k = 3;\nfunction f(a) { if (a.length > k) return a.sort(); return [1]; }\n"
    found = mutants.mutants(text, "f", 100)
    assert found
    assert len(set(found)) == len(found)
    assert all(one.startswith("const k = 3;\n") and one != text for one in found)
    assert any("a - b" in one for one in found)


def test_constants_of_a_program() -> None:
    text = "const k = 3;\nfunction f(a) { return a === 'x' ? [1, 2] : -5; }\n"
    assert constants.literals(text, "") == [3, "x", [1, 2], 1, 2, -5, 5]
    assert 3 not in constants.literals(text, "f")


def test_values_of_ours_become_values_of_the_language() -> None:
    value = [(1, 2.0), {1: True}, 2**60, Node("ListNode", (1,))]
    assert literals.plain(value) == [[1, 2], {"1": True}, 2.0**60, Node("ListNode", (1,))]
