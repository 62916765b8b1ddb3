"""Counted work of Rust."""

import math
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.complexity.measure import measure_at
from algosmith.errors import SandboxError
from algosmith.languages.rust import running
from algosmith.languages.rust.counting import counted
from algosmith.languages.rust.running import RustSandbox
from algosmith.model import Measurement, Snapshot
from algosmith.sandbox.types import Call, Limits, Program, Value
from algosmith.syntax.functions import functions
from tests.complexity.labelled import other, same

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMITS = Limits(wall_seconds=30.0, cpu_seconds=10.0)
MOST = 1 << 40
IDIOMS = Path(__file__).with_name("idioms.rs").read_text("utf-8")
SAMPLE = ("lower_bound", "shout", "pair_with_sum", "tally", "upside_down", "best_subset")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rust() -> AsyncIterator[RustSandbox]:
    """An open sandbox for Rust, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


async def _measured(rust: RustSandbox, text: str) -> Measurement:
    snapshot = Snapshot("file:///a.rs", "rust", text.encode())
    return await measure_at(snapshot, functions(snapshot)[0], rust, seconds=0.2)


async def _told(rust: RustSandbox, text: str, *calls: Call, most: int = MOST) -> list[list[Value]]:
    """What the counter says of each call of ``work``."""
    made = counted(text, "work")
    assert made is not None
    given = [Call((most, False, *one.args)) for one in calls]
    run = await rust.run(Program(made.text, made.entry), given, LIMITS)
    assert run.failure is None, run.failure
    values = [one.value for one in run.answers]
    return [one for one in values if isinstance(one, list)]


@pytest.mark.sandbox
@pytest.mark.parametrize("name", SAMPLE)
async def test_labelled_functions_are_what_they_are(rust: RustSandbox, name: str) -> None:
    item = next(one for one in other("rust", "look") if one.function.name == name)
    made = await measure_at(item.snapshot, item.function, rust, seconds=0.2)
    assert made.basis == "measured"
    assert same(item.time, made.time.complexity_class)


FILE = """
/// Turns a row around.
fn turned(row: &[i64]) -> Vec<i64> {
    let mut out = Vec::new();
    for &one in row {
        // what stands behind moves
        out.insert(0, one);
    }
    out
}
"""


@pytest.mark.sandbox
async def test_what_the_library_moves_is_counted_and_so_is_the_memory_it_takes(
    rust: RustSandbox,
) -> None:
    made = await _measured(rust, FILE)
    assert made.time.complexity_class == "O(n^2)"
    assert made.space.complexity_class == "O(n)"
    assert made.hottest_line == 7
    assert not [one for one in made.notes if "looks like" in one]


KINDS = {
    "n": [
        "v.iter().sum::<i64>()", "v.iter().rev().copied().max().unwrap_or(0)",
        "v.iter().filter(|x| **x < 0).count() as i64", "v.contains(&-1) as i64",
        "v.clone().len() as i64", "v[n / 2..].to_vec().len() as i64", "{ v.reverse(); 0 }",
        "{ v.insert(0, 1); 0 }", "v.remove(0)", "text.chars().count() as i64",
        "text.split(',').count() as i64", "text.find('z').is_some() as i64",
        "(text == other) as i64", "(v == w) as i64", '"ab".repeat(n).len() as i64',
        'format!("{text}{n}").len() as i64', "vec![n; n].len() as i64",
        'text.replace("a", "b").len() as i64',
        "v.iter().skip(n / 2).all(|&x| x >= 0) as i64",
        "v.windows(2).filter(|w| w[0] > w[1]).count() as i64",
        "v.iter().copied().collect::<HashSet<_>>().len() as i64", "{ v.drain(..n / 2); 0 }",
        "{ v.dedup(); 0 }", "{ v.retain(|x| x % 2 == 0); 0 }", "{ v.extend(w.iter()); 0 }",
        "{ v.extend_from_slice(&w); 0 }", "(v.iter().eq(w.iter())) as i64",
        "text.bytes().rev().map(i64::from).fold(0, |a, b| a ^ b)",
        "{ let mut it = v.iter(); let mut s = 0; while let Some(x) = it.next() { s ^= x } s }",
        "v.chunks(3).map(|c| c.iter().sum::<i64>()).max().unwrap()",
        "text.chars().nth(n - 1).map_or(0, |c| c as i64)",
        "v.iter().max_by(order).map_or(0, |x| *x)",
        "{ let mut q: VecDeque<_> = v.iter().collect(); q.rotate_left(1); q.len() as i64 }",
        "text.as_str().to_owned().len() as i64",
        "{ let mut s = text.clone(); s.insert(0, 'x'); 0 }",
        "v.iter().flat_map(|x| Some(x)).count() as i64", "v.concatenated()",
    ],
    "1": [
        "v.iter().take(3).sum::<i64>()", "v.iter().any(|&x| x == 0) as i64", "v[n - 1]",
        "v.iter().position(|&x| x == 1).unwrap_or(0) as i64", "v.pop().unwrap()",
        "v.iter().count() as i64", "v.iter().last().copied().unwrap()", "v.swap_remove(0)",
        "text.chars().rev().next().map_or(0, |c| c as i64)", "v.iter().skip(n - 2).sum::<i64>()",
        "v.get(n / 2).copied().unwrap()", "text.split('a').next().map_or(0, |p| p.len() as i64)",
        "Pile(v.len()).sort()", "Pile(n).insert(0, 1)", "(v.len() == w.len()) as i64",
        "Pile(n).contains(&3) as i64", "v.iter().find(|&&x| x == 2).copied().unwrap()",
    ],
    "log n": [
        "v.binary_search(&7).unwrap_or(0) as i64", "v.partition_point(|&x| x < 9) as i64",
        "tree.contains(&5) as i64", "{ tree.insert(-1); 0 }",
        "tree.range(3..).next().copied().unwrap()",
        "{ heap.pop(); heap.push(3); 0 }", "heap.pop().unwrap()", "{ tree.remove(&5); 0 }",
    ],
    "n log n": [
        "{ v.sort(); 0 }", "{ v.sort_by(|a, b| b.cmp(a)); 0 }", "{ v.sort_unstable(); 0 }",
        "v.iter().copied().collect::<BTreeSet<_>>().len() as i64",
        "{ let mut t = BTreeMap::new(); for x in &v { t.insert(x, 1); } t.len() as i64 }",
        "{ let mut s = 0; while let Some(x) = heap.pop() { s ^= x } s }",
    ],
    "n^2": [
        "v.iter().map(|x| w.iter().filter(|y| *y == x).count()).sum::<usize>() as i64",
        "{ let mut s = 0; while !v.is_empty() { s ^= v.remove(0) } s }",
        "(0..n).map(|i| v[..i].iter().sum::<i64>()).max().unwrap()",
        '{ let mut s = String::new(); for _ in 0..n { s = s.clone() + "x"; } s.len() as i64 }',
        "v.iter().filter(|x| w.contains(x)).count() as i64",
        "(0..n).filter(|&i| text[i..] == other[i..]).count() as i64",
    ],
}  # fmt: skip
"""What stands in one line of Rust, by the growth of what it costs."""

SHAPES = """
use std::collections::{{BTreeMap, BTreeSet, BinaryHeap, HashSet, VecDeque}};
struct Pile(usize);
impl Pile {{
    fn sort(&self) -> i64 {{ 0 }}
    fn insert(&mut self, _: usize, one: i64) -> i64 {{ one }}
    fn contains(&self, one: &usize) -> bool {{ self.0 == *one }}
}}
trait Concatenated {{ fn concatenated(&self) -> i64; }}
impl Concatenated for Vec<i64> {{
    fn concatenated(&self) -> i64 {{ [&self[..], &self[..]].concat().len() as i64 }}
}}
fn order(a: &&i64, b: &&i64) -> std::cmp::Ordering {{ a.cmp(b) }}
fn work(
    kind: usize, n: usize, mut v: Vec<i64>, w: Vec<i64>, text: String, other: String,
    mut tree: BTreeSet<i64>, mut heap: BinaryHeap<i64>,
) -> i64 {{
    match kind {{
        {arms}
        _ => 0,
    }}
}}
"""
GROWTH = {
    "1": lambda _: 1.0, "n": lambda n: n, "log n": math.log2, "n log n": lambda n: n * math.log2(n),
    "n^2": lambda n: n * n,
}  # fmt: skip


@pytest.mark.sandbox
async def test_what_stands_in_one_line_costs_what_the_library_does_for_it(
    rust: RustSandbox,
) -> None:
    lines = [(growth, line) for growth, all_ in KINDS.items() for line in all_]
    arms = "\n".join(f"{number} => {line}," for number, (_, line) in enumerate(lines))
    sizes = (512, 2048)

    def call(kind: int, n: int) -> Call:
        text = "a" * n
        row: list[Value] = list(range(n))
        return Call((kind, n, row, row, text, text, set(row), row))

    calls = [call(kind, n) for kind in range(len(lines)) for n in sizes]
    told = await _told(rust, SHAPES.format(arms=arms), *calls)
    wrong: list[str] = []
    for (growth, line), small, large in zip(lines, told[::2], told[1::2], strict=True):
        assert small[0] == large[0] == "ok", (line, small, large)
        ratio = float(str(large[1])) / float(str(small[1]))
        wanted = GROWTH[growth](sizes[1]) / GROWTH[growth](sizes[0])
        if not 0.75 * wanted - 0.1 < ratio < 1.3 * wanted:
            wrong.append(f"{line}: {small[1]} to {large[1]} is not {growth}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.sandbox
async def test_a_program_that_counts_gives_what_it_gave_before(rust: RustSandbox) -> None:
    made = counted(IDIOMS, "everything")
    assert made is not None
    call = Call(([5, 3, 9, 3, 7, 1], "12 + (3 a", ["abc", "cab", "z"], 7))
    plain = await rust.run(Program(IDIOMS, "everything"), [call], LIMITS)
    again = await rust.run(Program(made.text, "everything"), [call], LIMITS)
    assert plain.failure is None
    assert again.failure is None
    assert plain.answers[0].status == "value"
    assert plain.answers[0].value == again.answers[0].value
    assert plain.answers[0].arguments == again.answers[0].arguments


@pytest.mark.sandbox
async def test_what_does_not_end_is_stopped_and_what_is_too_deep_is_said(rust: RustSandbox) -> None:
    text = """
    fn down(n: u64) -> u64 { if n == 0 { 0 } else { 1 + down(n - 1) } }
    fn work(kind: u8, n: u64) -> u64 {
        let mut sum = 0u64;
        match kind {
            0 => loop { sum = sum.wrapping_add(n) },
            1 => (0..).map(|x: u64| x ^ n).fold(0, |a, b| a ^ b),
            2 => down(n),
            3 => { while sum < n { sum += 1 } sum }
            _ => panic!("no such kind"),
        }
    }"""
    calls = [Call((kind, 100_000)) for kind in range(5)]
    told = await _told(rust, text, *calls, most=1_000_000)
    assert [one[0] for one in told] == ["limit", "limit", "deep", "ok", "raised"]
    assert told[3][1] == 100_001


@pytest.mark.sandbox
async def test_memory_is_what_is_held_at_once(rust: RustSandbox) -> None:
    text = """
    fn work(kind: u8, n: usize) -> usize {
        match kind {
            0 => (0..n).map(|x| vec![x; 10].len()).sum(),
            _ => (0..n).map(|x| vec![x; 10]).collect::<Vec<_>>().len(),
        }
    }"""
    told = await _told(rust, text, Call((0, 1000)), Call((1, 1000)))
    assert [one[5] for one in told] == [80, 1000 * (80 + 24)]


@pytest.mark.sandbox
async def test_where_the_counting_program_does_not_compile_the_work_is_not_measured(
    rust: RustSandbox,
) -> None:
    text = """
    fn work(row: &[i64]) -> usize {
        let rest: std::iter::Skip<std::slice::Iter<i64>> = row.iter().skip(1);
        rest.count()
    }"""
    made = await _measured(rust, text)
    assert made.time.complexity_class is None
    assert "its work can't be counted: the counting program says" in (made.time.reason or "")


@pytest.mark.parametrize(
    "text",
    [
        "macro_rules! again { ($x:expr) => { while $x > 0 {} } }\nfn work(n: u8) { again!(n) }",
        "fn work(n: u8) { std::thread::spawn(move || n); }",
        "fn work(n: u8) { let _ = std::panic::catch_unwind(|| n); }",
        "fn work(n: u8) { ::algosmith_driver::counting::charge(n as usize) }",
        "fn work(n: u8) { extern crate algosmith_driver as other; other::counting::tick() }",
        "fn work(counted_it: u8) -> u8 { counted_it }",
        "async fn work(n: u8) -> u8 { n }",
    ],
)
async def test_what_can_not_be_seen_or_names_the_counter_is_not_counted(text: str) -> None:
    assert counted(text, "work") is None


async def test_a_program_that_keeps_nothing_between_calls_is_known() -> None:
    def fresh(text: str) -> bool:
        made = counted(f"{text}\nfn work(n: u8) -> u8 {{ n }}", "work")
        assert made is not None
        return made.fresh

    assert fresh('static NAMES: [&str; 1] = ["a"];\nconst MOST: u8 = 3;')
    assert not fresh("static mut CALLS: u8 = 0;")
    assert not fresh("static CALLS: std::sync::Mutex<u8> = std::sync::Mutex::new(0);")
    assert not fresh("thread_local! { static CALLS: std::cell::Cell<u8> = Default::default(); }")
