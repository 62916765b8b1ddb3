"""Rust candidates are judged: right ones are never refuted, wrong ones never verified."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from algosmith.config import Settings, VerifySettings
from algosmith.errors import SandboxError
from algosmith.languages.rust import running
from algosmith.languages.rust.mutants import mutants
from algosmith.languages.rust.running import RustSandbox
from algosmith.languages.types import NO_PROGRAM
from algosmith.sandbox.types import UNFIT, Call, Limits, Node, Program, StandardInput
from tests.languages.written import Written, written
from tests.verify.judging import judged

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0)
FEW = ("count_pairs", "rotate")
"""The others are judged by ``make test-languages``."""
CHOSEN = [t for t in written("rust") if t.name in FEW or os.environ.get("ALGOSMITH_TEST_ALL_TASKS")]
UNTOLD = (
    "is_palindrome", "is_prime", "brackets",  # a bool says little
    "first_place", "shortest_path", "largest_item",  # `None` and a value are two kinds of results
    "parse_number", "sum_of_numbers", "queries_of_a_range", "order_of_tasks",
)  # fmt: skip
"""Right ones that are not verified with their examples alone: a second answer has to agree."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rust() -> AsyncIterator[RustSandbox]:
    """An open sandbox for Rust, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: task.name)
async def test_right_ones_are_not_refuted_and_wrong_ones_not_verified(
    rust: RustSandbox, task: Written
) -> None:
    uri = f"file:///{task.name}.rs"
    codes = [task.right, *task.wrong]
    seen = await judged(task.file, codes, rust, language="rust", uri=uri, settings=SETTINGS)
    right, *wrong = seen.verdicts
    assert right.level == "verified" or task.name in UNTOLD, right
    assert right.level in ("verified", "consistent"), right
    assert not [one for one in wrong if one.level == "verified"]


VALUES = """
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

pub struct ListNode { pub val: i32, pub next: Option<Box<ListNode>> }
pub struct TreeNode {
    pub val: i32,
    pub left: Option<Rc<RefCell<TreeNode>>>,
    pub right: Option<Rc<RefCell<TreeNode>>>,
}
pub struct Point { x: i32, y: i32 }
pub enum Way { North, South }
type Pairs = HashMap<String, Vec<(i32, f64)>>;
#[derive(Default)]
struct Solution { calls: u32 }

impl Solution {
    fn mapped(m: Pairs) -> Pairs { m }
    fn packed(b: bool, c: char, s: &str) -> (bool, char, String) { (b, c, format!("{s}{c}")) }
    fn grouped(v: &mut Vec<i64>) -> BTreeSet<i64> { v.push(7); v.iter().copied().collect() }
    fn maybe(x: Option<i32>) -> Option<i32> { x }
    fn list(head: Option<Box<ListNode>>) -> Option<Box<ListNode>> { head }
    fn tree(root: Option<Rc<RefCell<TreeNode>>>) -> Option<Rc<RefCell<TreeNode>>> { root }
    fn change(grid: &mut [Vec<i32>], n: &mut i32) { grid[0][0] = 9; *n += 1; }
    fn checked(x: i32) -> Result<i32, String> { if x == 0 { Err("none".into()) } else { Ok(x) } }
    fn thrown(x: i32) -> i32 { if x < 0 { panic!("bad {x}") } x + 1 }
    fn third(x: f32) -> f32 { x / 3.0 }
    fn swap(p: Point) -> Point { Point { x: p.y, y: p.x } }
    fn turn(w: &Way) -> Way { match w { Way::North => Way::South, Way::South => Way::North } }
    fn words<'a>(w: &'a [&'a str]) -> Vec<&'a str> { w.to_vec() }
    fn largest<T: Ord + Copy>(v: &[T]) -> Option<T> { v.iter().copied().max() }
    fn squares(n: u8) -> impl Iterator<Item = u64> { (0..n as u64).map(|x| x * x) }
    fn counted(&mut self, x: u32) -> u32 { self.calls += 1; self.calls + x }
    fn fixed(a: [i32; 2], b: &[[char; 2]]) -> [i32; 2] { let _ = b; a }
    fn big(x: u64, y: i128) -> u64 { let _ = y; x }
}
"""


def _calls() -> dict[str, list[tuple[Call, object]]]:
    tree = Node("TreeNode", (1, None, 2, 3))
    return {
        "mapped": [(Call(({"a": [(1, 0.5)]},)), {"a": [(1, 0.5)]})],
        "packed": [(Call((True, "x", "é")), (True, "x", "éx"))],
        "grouped": [(Call(([2**62, -1],)), {2**62, -1, 7})],
        "maybe": [(Call((None,)), None), (Call((3,)), 3)],
        "list": [(Call((Node("ListNode", (1, 2)),)), Node("ListNode", (1, 2))),
                 (Call((None,)), Node("ListNode", ()))],
        "tree": [(Call((tree,)), tree), (Call((None,)), Node("TreeNode", ()))],
        "checked": [(Call((0,)), ("Err", "none")), (Call((5,)), ("Ok", 5))],
        "third": [(Call((1.0,)), 0.33333334)],
        "swap": [(Call(((1, 2),)), (2, 1))],
        "turn": [(Call(("North",)), "South")],
        "words": [(Call((["a", "b"],)), ["a", "b"])],
        "largest": [(Call(([1, 3],)), 3)],
        "squares": [(Call((4,)), [0, 1, 4, 9])],
        "counted": [(Call((1,)), 2), (Call((1,)), 2)],
        "fixed": [(Call(([1, 2], [["a", "b"]])), [1, 2])],
        "big": [(Call((2**64 - 1, -(2**127))), 2**64 - 1)],
    }  # fmt: skip


async def test_values_cross_the_border_both_ways(rust: RustSandbox) -> None:
    for name, pairs in _calls().items():
        run = await rust.run(Program(VALUES, f"Solution.{name}"), [c for c, _ in pairs], LIMITS)
        assert run.failure is None, (name, run.failure)
        assert [a.value for a in run.answers] == [value for _, value in pairs], (name, run)


async def test_what_changes_in_place_is_seen_and_panics_are_named(rust: RustSandbox) -> None:
    run = await rust.run(Program(VALUES, "Solution.change"), [Call(([[1], []], 3))], LIMITS)
    assert run.answers[0].arguments == ([[9], []], 4)
    given = [Call((-1,)), Call((2**31 - 1,)), Call((0,))]
    run = await rust.run(Program(VALUES, "Solution.thrown"), given, LIMITS)
    assert [(a.status, a.error) for a in run.answers] == [
        ("raised", "panic: bad -1"), ("raised", "panic: attempt to add with overflow"),
        ("value", ""),
    ]  # fmt: skip


async def test_arguments_that_fit_no_parameter_are_said_to(rust: RustSandbox) -> None:
    given = [Call((2**40,)), Call(("ab",)), Call((2.5,)), Call(()), Call((1, 2)), Call((None,)),
             Call((True,)), Call((2,))]  # fmt: skip
    run = await rust.run(Program(VALUES, "Solution.thrown"), given, LIMITS)
    assert [a.status for a in run.answers] == ["unserialisable"] * 7 + ["value"]
    assert all(a.error.startswith(UNFIT) for a in run.answers[:7])


async def test_changes_that_do_not_compile_are_left_out(rust: RustSandbox) -> None:
    source = "fn f(v: &[i32]) -> usize { if v.len() > 1 { v.len() - 1 } else { 0 } }\n"
    runs = [
        await rust.run(Program(one, "f"), [Call(([1, 2, 3],)), Call(([],))], LIMITS)
        for one in mutants(source, "f", 20)
    ]
    assert [run for run in runs if run.failure == NO_PROGRAM]
    values = {tuple(a.value for a in run.answers) for run in runs if run.failure is None}
    assert len(values) > 3
    assert (2, 0) in values


FILES = {
    "impossible": 'fn main() { let x: i32 = "a"; }',
    "no input": "use std::io::Read;\nfn main() { let mut t = String::new(); "
    "std::io::stdin().read_to_string(&mut t).unwrap(); let n: i32 = t.trim().parse().unwrap(); "
    'println!("{}", n + 1); }',
}


async def test_programs_are_run_once_for_each_input(rust: RustSandbox) -> None:
    given = [StandardInput("4\n"), StandardInput("x"), StandardInput("2147483647")]
    run = await rust.run(Program(FILES["no input"], ""), given, LIMITS)
    assert [(a.status, a.output) for a in run.answers] == [
        ("value", "5\n"), ("crashed", ""), ("crashed", ""),
    ]  # fmt: skip
    assert "ParseIntError" in run.answers[1].error
    assert run.answers[2].error == "panic: attempt to add with overflow"
    run = await rust.run(Program(FILES["impossible"], ""), given, LIMITS)
    assert run.failure == "line 1: mismatched types (expected `i32`, found `&str`)"


async def test_what_the_compiler_says_goes_to_the_repair_and_refutes_nothing(
    rust: RustSandbox,
) -> None:
    file = "// f(1) == 2\nfn f(x: i32) -> i32 {\n    // TODO: one more\n}\n"
    seen = await judged(file, ["x + step"], rust, language="rust", uri="file:///a.rs",
                        settings=SETTINGS)  # fmt: skip
    assert seen.verdicts[0].level == "unchecked"
    assert seen.evidence.startswith("It does not compile: cannot find value `step`")


TODO = "    // TODO: one more\n"
NOT_RUN = {
    "it uses `Rng` of the crate `rand`, which is not there where it runs":
        ("use rand::Rng;\nfn g(r: &mut impl Rng) -> i32 { 1 }\nfn f(x: i32) -> i32 {\n"
         f"{TODO}}}\n", "x + g(&mut 1)"),
    "it uses `Shop` of another file of the project":
        (f"use crate::shop::Shop;\nfn f(s: Shop, x: i32) -> i32 {{\n{TODO}}}\n", "x + 1"),
    "it is async": (f"async fn f(x: i32) -> i32 {{\n{TODO}}}\n", "x + 1"),
    "`A` is made with values that are not known here":
        (f"struct A {{ v: i32 }}\nimpl A {{\n  fn f(&self, x: i32) -> i32 {{\n{TODO}  }}\n}}\n",
         "x + self.v"),
    "`A` is generic":
        (f"struct A<T>(T);\nimpl<T> A<T> {{\n  fn f(x: i32) -> i32 {{\n{TODO}  }}\n}}\n", "x + 1"),
    "it belongs to a trait":
        (f"trait A {{\n  fn f(&self, x: i32) -> i32 {{\n{TODO}  }}\n}}\n", "x + 1"),
    "it has a constant as a parameter":
        (f"fn f<const N: i32>(x: i32) -> i32 {{\n{TODO}}}\n", "x + N"),
    "not carried into the cage":
        (f"fn f(g: Box<dyn Fn(i32) -> i32>, x: i32) -> i32 {{\n{TODO}}}\n", "g(x)"),
}  # fmt: skip


@pytest.mark.parametrize("reason", NOT_RUN)
async def test_what_is_not_run_says_why(rust: RustSandbox, reason: str) -> None:
    file, code = NOT_RUN[reason]
    seen = await judged(file, [code], rust, language="rust", uri="file:///a.rs", settings=SETTINGS)
    assert seen.verdicts[0].level == "unchecked", seen.verdicts[0]
    assert reason in seen.verdicts[0].summary


SHOWN = "// f(2) == 3\n// f(5) == 6\n// f(0) == 1\n// f(-8) == -7\n"
HEAD = f"{SHOWN}fn f(x: i32) -> i32 {{\n{TODO}}}\n"
ALONE = {
    "a file that does not compile": f"fn broken() -> i32 {{ nothing }}\n{HEAD}",
    "a crate that it does not use": "use serde::Serialize;\n#[derive(Debug, Serialize)]\n"
    f"struct Shop {{ #[serde(skip)] n: i32 }}\n{HEAD}",
    "tests that need a crate": f"{HEAD}#[cfg(test)]\nmod tests {{\n  use super::*;\n"
    "  use proptest::prelude::*;\n  #[test]\n  fn t() { assert_eq!(f(9), 10); }\n}\n",
    "in a module": "mod maths {\n  const ONE: i32 = 1;\n  pub fn f(x: i32) -> i32 {\n"
    f"{TODO}  }}\n}}\nfn main() {{\n  assert_eq!(maths::f(2), 3);\n"
    "  assert_eq!(maths::f(-7), -6);\n}\n",
    "beside a method that does not compile": "struct A;\nimpl A {\n"
    f"  fn g(&self) -> i32 {{ nothing }}\n  {SHOWN}  fn f(&self, x: i32) -> i32 {{\n{TODO}"
    "  }\n}\n",
    "a type that is made by new": "struct A { v: Vec<i32> }\nimpl A {\n"
    "  pub fn new() -> Self { A { v: vec![1] } }\n  fn f(&self, x: i32) -> i32 {\n"
    f"{TODO}  }}\n}}\nfn main() {{\n  assert_eq!(A::new().f(2), 3);\n}}\n",
    "lifetimes and a where clause": f"{SHOWN}fn f<'a, T>(x: T) -> T\nwhere\n    T: From<i8> + "
    f"std::ops::Add<Output = T> + 'a,\n{{\n{TODO}}}\n",
    "windows lines": HEAD.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", ALONE)
async def test_the_function_alone_is_run(rust: RustSandbox, name: str) -> None:
    generic = "where" in name
    codes = ["x + T::from(1)", "x + T::from(2)"] if generic else ["x + 1", "x + 2"]
    seen = await judged(ALONE[name], codes, rust, language="rust", uri="file:///a.rs",
                        settings=SETTINGS)  # fmt: skip
    right, wrong = (one.level for one in seen.verdicts)
    assert right in ("verified", "consistent"), seen.verdicts
    assert wrong == "refuted", seen.verdicts


KEPT = {
    "calls that are counted": (
        "use std::sync::atomic::{AtomicI32, Ordering};\n"
        "static CALLS: AtomicI32 = AtomicI32::new(0);\n"
        "if CALLS.fetch_add(1, Ordering::SeqCst) > 9 { x } else { x + 1 }",
        "unchecked",
    ),
    "what is printed is no answer": ('println!("0 v #5");\nprintln!("loaded");\nx + 1', "verified"),
    "an end of its own": ("std::process::exit(0)", "refuted"),
}


@pytest.mark.parametrize(("code", "level"), KEPT.values(), ids=KEPT.keys())
async def test_odd_answers_get_no_wrong_verdict(rust: RustSandbox, code: str, level: str) -> None:
    file = f"// f(9) == 10\n// f(100) == 101\n{HEAD}"
    codes = [code, "x + 1", "let mut y = x;\ny += 1;\ny"]
    seen = await judged(file, codes, rust, language="rust", uri="file:///a.rs", settings=SETTINGS)
    assert seen.verdicts[0].level == level, seen.verdicts[0]


async def test_unsafe_code_is_not_verified(rust: RustSandbox) -> None:
    file = SHOWN + f"// f(9) == 10\n// f(100) == 101\nfn f(x: i32) -> i32 {{\n{TODO}}}\n"
    codes = ["x + 1", "unsafe { *(&x as *const i32) + 1 }"]
    seen = await judged(file, codes, rust, language="rust", uri="file:///a.rs", settings=SETTINGS)
    assert [one.level for one in seen.verdicts] == ["verified", "consistent"], seen.verdicts


GENERIC = {
    "texts": 'f(&["a", "b"]) == "b"\n// f(&["c"]) == "c"',
    "letters": "f(&['a', 'b']) == 'b'\n// f(&['c']) == 'c'",
    "broken numbers": "f(&[2.5, 0.5]) == 0.5\n// f(&[1.5]) == 1.5",
    "whole numbers": "f(&[2, 5]) == 5\n// f(&[-1]) == -1",
}


@pytest.mark.parametrize("kind", GENERIC)
async def test_a_generic_function_runs_with_the_types_of_its_examples(
    rust: RustSandbox, kind: str
) -> None:
    file = f"// {GENERIC[kind]}\nfn f<T: Clone>(x: &[T]) -> T {{\n{TODO}}}\n"
    codes = ["x[x.len() - 1].clone()", "x[0].clone()"]
    seen = await judged(file, codes, rust, language="rust", uri="file:///a.rs", settings=SETTINGS)
    right, wrong = (one.level for one in seen.verdicts)
    assert right in ("verified", "consistent"), seen.verdicts
    assert wrong == "refuted", seen.verdicts


UNTOLD_TYPES = {
    "not used": "fn f<T>(n: i64) -> i64 { n + 1 }",
    "bounded": "fn f<T: Default + Copy>(n: i64) -> i64 { n + 1 }",
    "beside a lifetime and a used one": "fn f<'a, T, U>(n: &'a U) -> i64 { 5 }",
    "of the result": "fn f<T: From<u8>>(n: i64) -> Vec<T> { (0..n as u8).map(T::from).collect() }",
    "with a clause": "fn f<T>(n: i64) -> i64 where T: Into<i64> { n + 1 }",
    "of a type's function": "struct S;\nimpl S { fn f<T>(n: i64) -> i64 { n + 1 } }",
}


@pytest.mark.parametrize("kind", UNTOLD_TYPES)
async def test_a_type_that_no_argument_tells_is_chosen(rust: RustSandbox, kind: str) -> None:
    text = UNTOLD_TYPES[kind]
    entry = "S.f" if "impl" in text else "f"
    run = await rust.run(Program(text, entry), [Call((4,))], LIMITS)
    assert run.failure is None, run.failure
    assert run.answers[0].value == ([0, 1, 2, 3] if kind == "of the result" else 5)
