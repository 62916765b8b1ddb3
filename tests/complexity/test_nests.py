"""Growth that is read from the loops of languages with braces, as a second opinion."""

import pytest

from algosmith.complexity.nests import rate_of
from algosmith.complexity.notation import rate
from algosmith.languages.nodes import walk
from algosmith.syntax.parse import parse_text

RUST = [
    ("for x in v { s += x } s", "O(n)"),
    ("for i in 0..26 { s += v[i] } s", "O(1)"),
    ("for x in v { for y in v { s += x * y } } s", "O(n^2)"),
    ("while low < high { let mid = (low + high) / 2; low = mid + 1; } low", "O(log n)"),
    ("loop { if n == 0 { break } n /= 2; }", "O(log n)"),
    ("while n > 0 { s += n % 10; n /= 10; } s", "O(log n)"),
    ("while d as u64 * d as u64 <= n { d += 1 }", "O(sqrt n)"),
    ("v.iter().map(|x| x + 1).filter(|x| x % 2 == 0).sum::<i32>()", "O(n)"),
    ("(0..n).map(|i| v[..i].iter().sum::<i32>()).max()", "O(n^2)"),
    ("v.iter().collect::<Vec<_>>().iter().max()", "O(n)"),
    ("v.sort_unstable_by_key(|x| x + 1); v.len()", "O(n log n)"),
    ("for x in v { out.insert(0, x) } out", "O(n^2)"),
    ("for x in v { seen.insert(x); best = best.max(x) } best", "O(n)"),
]


@pytest.mark.parametrize(("body", "wanted"), RUST)
def test_loops_and_chains_of_rust_are_read(body: str, wanted: str) -> None:
    text = f"fn f(v: &[i32]) -> usize {{ if v.is_empty() {{ return 0; }} {body} }}"
    root = parse_text(text, "rust").root_node
    function = next(one for one in walk(root) if one.type == "function_item")
    assert rate_of(function, "f", text) == rate(wanted)


@pytest.mark.parametrize(
    "body",
    ["g(v)", "f(&v[1..])", "let mut t = BTreeSet::new(); for x in v { t.insert(x); } t.len()"],
)
def test_where_calls_hide_what_is_done_nothing_is_said(body: str) -> None:
    text = f"fn g(v: &[i32]) -> usize {{ v.len() }}\nfn f(v: &[i32]) -> usize {{ {body} }}"
    root = parse_text(text, "rust").root_node
    function = [one for one in walk(root) if one.type == "function_item"][-1]
    assert rate_of(function, "f", text) is None


@pytest.mark.parametrize(
    ("loop", "wanted"),
    [
        ("for (int i = n; i > 0; i--) s++;", "O(n)"),
        ("while (n > 0) n /= 2;", "O(log n)"),
        ("for (int i = 0; i < 26; i++) s++;", "O(1)"),
    ],
)
def test_counting_down_to_nothing_is_no_fixed_number_of_turns(loop: str, wanted: str) -> None:
    text = f"int f(int n) {{ int s = 0; {loop} return s; }}"
    root = parse_text(text, "cpp").root_node
    function = next(one for one in walk(root) if one.type == "function_definition")
    assert rate_of(function, "f", text) == rate(wanted)
