"""What is read of Rust: literals, examples, types, ``use``; nothing is compiled."""

from pathlib import Path
from typing import Any

import pytest

from algosmith.languages.rust import examples, heads, kinds, literals, marking, toolchain
from algosmith.languages.rust.speech import SPELLING
from algosmith.languages.shapes import NotLiteral
from algosmith.model import Snapshot
from algosmith.syntax import rustuse
from algosmith.syntax.parse import parse_text
from algosmith.verify import other_programs
from tests.verify.judging import task_in

LITERALS: dict[str, Any] = {
    "1_000u64": 1000, "-5": -5, "0xff": 255, "0b101_u8": 5, "2.5": 2.5, "1e3": 1000.0, "3f64": 3.0,
    "i32::MAX": 2**31 - 1, "u64::MAX": 2**64 - 1, "i8::MIN": -128, "1 << 40": 1 << 40,
    "vec![1, 2]": [1, 2], "vec![0; 3]": [0, 0, 0], "[1; 2]": [1, 1], "&[1, 2][..]": None,
    "&[1, 2]": [1, 2], "vec![vec![1], vec![]]": [[1], []], "(1, 'a', true)": (1, "a", True),
    "Some(3)": 3, "None": None, "Ok(5)": ("Ok", 5), 'Err("no".to_string())': ("Err", "no"),
    '"a\\n\\u{e9}"': "a\né", 'r#"a"b"#': 'a"b', "b'a'": 97, 'b"ab"': [97, 98], "'\\''": "'",
    'String::from("x")': "x", '"x".into()': "x", "String::new()": "", "Vec::<i32>::new()": [],
    "HashMap::from([(1, 'a')])": {1: "a"}, "HashSet::from([1, 2])": {1, 2},
    "std::collections::BTreeMap::new()": {}, "Box::new(1)": 1, "vec![';', ',']": [";", ","],
    "[1, null]": [1, None], "'ab'": None, "x": None, "f(1)": None, "vec![1..3]": None,
    "3 as f64": 3.0, "[3, 1].iter()": [3, 1], "-1 as u32": 2**32 - 1, "300 as u8 as i64": 44,
    "200 as i8": -56, "97 as char": None, '"a\r\nb"': "a\nb", "Some(None)": None, "Some(())": None,
    '{"a": 1, "b:c": 2}': {"a": 1, "b:c": 2}, "{1, 2}": [1, 2], "{'a': vec![1], ':': vec![]}":
    {"a": [1], ":": []}, '{1: {"x": 2}}': {1: {"x": 2}}, "{}": {}, "{ 1, }": None, "{a: 1}": None,
    "{(1, 2): 3}": {(1, 2): 3}, "{1: 2, 3}": None, "{ return 1; }": None, "{vec![1]: 2}": None,
    "vec![1, /* 5, */ 2]": [1, 2], 'vec!["a//b", "c" /* , "d" */]': ["a//b", "c"],
}  # fmt: skip


@pytest.mark.parametrize("text", LITERALS)
def test_whole_literals_are_read(text: str) -> None:
    wanted = LITERALS[text]
    try:
        assert literals.parse(text) == wanted
        assert type(literals.parse(text)) is type(wanted) or text == "[3, 1].iter()"
    except NotLiteral:
        assert wanted is None


def test_values_are_spelled_as_people_write_them() -> None:
    assert SPELLING.spelled([("a", 1), ("Ok", None), ("Err", "x")]) == (
        '[("a", 1), Ok(None), Err("x")]'
    )


def claims(text: str) -> list[tuple[Any, Any, str]]:
    """(arguments, result, check) of the examples of the file's only task."""
    snapshot, task = task_in(text, "rust", "file:///a.rs")
    said = examples.said(snapshot, task, ())
    return [(c.call.args, "raises" if c.raises else c.expected, c.check) for c in said.claims]


BODY = "    // TODO\n    todo!()\n}\n"
SAID: dict[str, tuple[str, list[tuple[Any, Any, str]]]] = {
    "a doc test": (
        "/// One more.\n///\n/// ```\n/// # use a::f;\n/// assert_eq!(f(1), 2);\n"
        "/// assert!(f(2) == 3);\n/// assert_ne!(f(9), 3);\n/// ```\n"
        f"fn f(x: i32) -> i32 {{\n{BODY}",
        [((1,), 2, ""), ((2,), 3, "")],
    ),
    "doc tests that are not run": (
        "/// ```ignore\n/// assert_eq!(f(1), 5);\n/// ```\n/// ```text\n/// assert_eq!(f(1), 6);\n"
        f"/// ```\nfn f(x: i32) -> i32 {{\n{BODY}",
        [],
    ),
    "maps and sets as they are printed": (
        '// f("a") => {"a": 1}\n// f("b") returns {"a": 1, "b": 2}.\n'
        f"fn f(s: &str) -> HashMap<String, i32> {{\n{BODY}",
        [(("a",), {"a": 1}, ""), (("b",), {"a": 1, "b": 2}, "")],
    ),
    "a set as it is printed": (
        f"// f(2) => {{1, 2}}\nfn f(n: i32) -> BTreeSet<i32> {{\n{BODY}",
        [((2,), {1, 2}, "")],
    ),
    "errors that are values of an enum": (
        "#[derive(Debug, PartialEq)]\nenum Bad { Empty, Large }\n"
        "// f(3) => Ok(3)\n// f(4) => 4\n"
        f"fn f(n: i32) -> Result<i32, Bad> {{\n{BODY}"
        "#[test]\nfn t() {\n    assert_eq!(f(0), Err(Bad::Empty));\n"
        "    assert_eq!(f(1), Ok(1));\n    assert_eq!(f(2).unwrap(), 2);\n"
        "    assert!(f(9) == Err(Bad::Large));\n    assert_eq!(f(8), Err(Other::Large));\n}\n",
        [
            ((3,), ("Ok", 3), ""),
            ((4,), ("Ok", 4), ""),
            ((0,), ("Err", "Empty"), ""),
            ((1,), ("Ok", 1), ""),
            ((2,), ("Ok", 2), ""),
            ((9,), ("Err", "Large"), ""),
        ],
    ),
    "variables": (
        f"fn f(v: &[i32]) -> i32 {{\n{BODY}#[test]\nfn t() {{\n  let v = vec![1, 2];\n"
        "  let r = f(&v);\n  assert_eq!(3, r);\n  let mut w = v.clone();\n  w.push(1);\n"
        "  assert_eq!(f(&w), 4);\n}\n",
        [(([1, 2],), 3, "")],
    ),
    "in place": (
        f"fn f(v: &mut Vec<i32>, k: usize) {{\n{BODY}#[test]\nfn t() {{\n"
        "  let mut v = vec![1, 2];\n  f(&mut v, 1);\n  assert_eq!(v, [2, 1]);\n"
        "  v.push(3);\n  f(&mut v, 1);\n"
        "  assert_eq!(v, [3, 2, 1]);\n}\n",
        [(([1, 2], 1), None, "_0 == [2, 1]")],
    ),
    "rows of a table": (
        f"fn f(x: i32) -> i32 {{\n{BODY}fn main() {{\n  for (n, wanted) in [(1, 2), (3, 4)] {{\n"
        "    assert_eq!(f(n), wanted);\n  }\n}\n",
        [((1,), 2, ""), ((3,), 4, "")],
    ),
    "results and options": (
        f"fn f(x: i32) -> Result<i32, String> {{\n{BODY}#[test]\nfn t() {{\n"
        "  assert_eq!(f(1), Ok(2));\n  assert_eq!(f(3).unwrap(), 4);\n"
        "  assert!(f(-1).is_err());\n}\n",
        [((1,), ("Ok", 2), ""), ((3,), ("Ok", 4), ""), ((-1,), None, "_[0] == 'Err'")],
    ),
    "what has to panic": (
        f"fn f(x: i32) -> i32 {{\n{BODY}#[test]\n#[should_panic]\nfn t() {{\n  f(-1);\n}}\n"
        "#[test]\n#[ignore]\nfn u() { assert_eq!(f(1), 7); }\n",
        [((-1,), "raises", "")],
    ),
    "of another type": (
        f"struct A;\nimpl A {{\n  fn f(x: i32) -> i32 {{\n{BODY}}}\nfn main() {{\n"
        "  assert_eq!(B::f(1), 5);\n  assert_eq!(A::f(1), 2);\n  assert_eq!(f(1), 9);\n}\n",
        [((1,), 2, "")],
    ),
    "an object that was used": (
        f"struct A {{ n: i32 }}\nimpl A {{\n  fn new() -> Self {{ A {{ n: 0 }} }}\n"
        f"  fn f(&mut self, x: i32) -> i32 {{\n{BODY}}}\nfn main() {{\n  let mut a = A::new();\n"
        "  assert_eq!(a.f(1), 1);\n  assert_eq!(a.f(1), 2);\n  assert_eq!(A::new().f(4), 4);\n}\n",
        [((1,), 1, ""), ((4,), 4, "")],
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_examples_are_read(name: str) -> None:
    text, wanted = SAID[name]
    assert claims(text) == wanted


def test_inputs_stay_within_what_a_type_holds() -> None:
    text = "rust\nfn f(a: u8, b: Vec<(usize, i16)>, c: i64, d: Option<char>) -> bool { true }\n"
    made = heads.signature(text, "f", "", ())
    kinds = [one.kind for one in made.parameters]
    assert (kinds[0].low, kinds[0].high) == (0, 255)
    assert (kinds[1].part.parts[0].low, kinds[1].part.parts[1].high) == (0, 2**15 - 1)
    assert (kinds[2].low, kinds[2].high) == (None, None)
    assert kinds[3].base == "str"


def test_use_declarations_are_read() -> None:
    text = "pub use std::{collections::{HashMap as Map, *}, io::{self, Read}, fmt};"
    assert set(rustuse.taken(text)) == {
        ("std::collections", "HashMap as Map"), ("std::collections", "*"), ("std::io", "self"),
        ("std::io", "Read"), ("std", "fmt"),
    }  # fmt: skip
    assert rustuse.names_of(text) == {"Map", "*", "io", "Read", "fmt"}
    assert rustuse.roots("use rand::Rng;") == {"rand"}
    assert rustuse.opens("use std::io::Read;")
    assert not rustuse.opens("use std::fmt;")


def test_what_an_answer_forgets_to_use_is_added() -> None:
    code = "let m: HashMap<i32, i32> = HashMap::new();"
    added = "use std::collections::HashMap;\n"
    assert rustuse.with_uses(code, "fn f() {}\n") == added + code
    assert rustuse.with_uses(code, added) == code
    assert rustuse.with_uses(code, "use std::collections::*;") == code
    assert rustuse.with_uses(code, "mod tests { use super::*; }") == added + code
    assert rustuse.with_uses(code, "struct HashMap;") == code
    assert rustuse.with_uses(added + code, "") == added + code
    assert rustuse.with_uses("std::collections::HashMap::<i32, i32>::new()", "").startswith("std")


def test_a_machine_without_a_compiler_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PATH", "HOME", "RUSTUP_HOME", "RUSTC"):
        monkeypatch.setenv(name, str(tmp_path))
    toolchain.find.cache_clear()
    try:
        found, words = toolchain.tools()
        assert not found
        assert words.startswith("Rust is not run: Rust needs a C compiler that links")
        (tmp_path / "cc").write_text("#!/bin/sh\n")
        (tmp_path / "cc").chmod(0o755)
        assert "https://rustup.rs" in toolchain.why_none()
    finally:
        toolchain.find.cache_clear()


ANOTHER = "mod other { pub fn f(x: i32) -> i32 { x + 100 } }\n"
NOT_MEANT = {
    "a helper of the name in the block": "fn f(x: i32) -> i32 { x } assert_eq!(f(1), 1);",
    "a closure of the name": "let f = |x: i32| x; assert_eq!(f(1), 1);",
    "another module's, brought in": "use crate::other::f; assert_eq!(f(1), 101);",
    "one of several that are brought in": "use super::{other::{f}}; assert_eq!(f(1), 101);",
    "another under its name": "use super::other::g as f; assert_eq!(f(1), 101);",
    "all of another module": "use super::other::*; assert_eq!(f(1), 101);",
    "by its path": "assert_eq!(super::other::f(1), 101); assert_eq!(other::f(1), 101);",
    "a module by another name": "use crate::other as o; assert_eq!(o::f(1), 101);",
    "the library's": "use std::cmp::max as f; assert_eq!(f(1), 101);",
    "on other systems": "#[cfg(windows)] assert_eq!(f(1), 1);",
}
MEANT = {
    "all above": "use super::*; assert_eq!(f(1), 2);",
    "its path": "assert_eq!(super::f(1), 2);",
    "by another name": "use crate as top; assert_eq!(top::f(1), 2);",
    "from the top": "use crate::f; assert_eq!(f(1), 2);",
    "both": "use super::*; use super::other; assert_eq!(f(1), 2);",
    "of the crate": "use mine::{f, other}; assert_eq!(f(1), 2);",
}


@pytest.mark.parametrize("kind", [*NOT_MEANT, *MEANT])
def test_only_calls_of_the_function_itself_are_examples(kind: str) -> None:
    code = NOT_MEANT.get(kind) or MEANT[kind]
    text = f"fn f(x: i32) -> i32 {{\n{BODY}{ANOTHER}#[cfg(test)]\nmod tests {{\n#[test]\nfn t() {{ "
    assert claims(f"{text}{code} }}\n}}\n") == ([((1,), 2, "")] if kind in MEANT else [])


def test_tests_that_only_some_machines_have_are_no_examples() -> None:
    text = f"fn f(x: i32) -> i32 {{\n{BODY}"
    test = "#[test]\nfn t() { assert_eq!(f(1), 2); }\n"
    assert claims(f"{text}#[cfg(test)]\n{test}")
    assert not claims(f'{text}#[cfg(feature = "x")]\n{test}')
    assert not claims(f"{text}#[cfg(windows)]\nmod t {{\n{test}}}\n")
    other = "mod other {\n// assert_eq!(f(1), 7);\nfn f(x: i32) -> i32 { 7 }\n}\n"
    assert not claims(f"{text}{other}")


CHANGED = {
    "lent": "let w = &mut v; w.push(9);",
    "a loop": "for x in [1, 2] { v.push(x); }",
    "a loop over it": "for x in &mut v { *x += 1; }",
    "a loop over what it lends": "for x in v.iter_mut() { *x += 1; }",
    "a loop without a list": "for _ in 0..3 { v.push(8); }",
    "an assert": "assert_eq!(v.pop(), Some(2));",
    "an assert of the other kind": "assert!(v.drain(..).count() > 0);",
    "a print": 'println!("{:?}", v.pop());',
    "an item": "v[0] = 5;",
    "a swap": "std::mem::swap(&mut v, &mut other);",
    "a closure": "let mut add = || v.push(1); add();",
    "a pattern of its name": "let (v, w) = (vec![7], 1);",
    "no value yet": "let v; v = vec![3];",
    "a macro": "change!(v);",
    "a condition": "if true { v.clear(); }",
}


@pytest.mark.parametrize("kind", CHANGED)
def test_what_may_have_changed_a_variable_is_never_overlooked(kind: str) -> None:
    text = f"fn f(v: &[i32]) -> i32 {{\n{BODY}#[test]\nfn t() {{ let mut v = vec![1, 2]; "
    assert claims(f"{text}assert_eq!(f(&v), 1); }}\n") == [(([1, 2],), 1, "")]
    assert not claims(f"{text}{CHANGED[kind]} assert_eq!(f(&v), 1); }}\n")


def test_rows_are_read_where_nothing_else_changes() -> None:
    text = f"fn f(x: i32) -> i32 {{\n{BODY}#[test]\nfn t() {{ let k = 3; "
    rows = "for (x, y) in [(1, 2), (4, 5)] { let got = f(x); assert_eq!(got, y); } "
    assert claims(f"{text}{rows} assert_eq!(f(k), 4); }}\n") == [
        ((1,), 2, ""), ((4,), 5, ""), ((3,), 4, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["Option<Option<i32>>", "Option<()>", "Vec<Option<Box<()>>>", "N"])
def test_an_option_of_what_may_be_none_is_not_run(kind: str) -> None:
    text = f"type N = Option<Option<i32>>;\nfn f(x: i32) -> {kind} {{\n{BODY}"
    root = parse_text(text, "rust").root_node
    assert kinds.hides_none(kind, kinds.scope_of(root))
    assert not kinds.hides_none("Result<Option<Vec<i32>>, ()>", kinds.scope_of(root))


@pytest.mark.parametrize("mark", ["///", "//!", "//"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_a_comment_for_docs_are_not_doubled(mark: str, end: str) -> None:
    lines = ["Input:", "3", "1 2 3", "Output:", "6"]
    text = end.join([*(f"{mark} {one}" for one in lines), "fn main() {", "    // TODO", "}", ""])
    found = [told for told, _ in other_programs.texts_of(snapshot_of(text))]
    assert found[0] == "\n".join(lines)
    parted = text.replace(f"{mark} Output", f"{end}{mark} Output")
    assert len(list(other_programs.texts_of(snapshot_of(parted)))) == len(found) + 1


LEFT = {
    "2, nums = [1,2,_]": [("", 2), ("_0[:2] == [1, 2]", None)],
    "2, and nums = [1, 2]": [("", 2), ("_0 == [1, 2]", None)],
    "2, nums = [_,_,_]": [("", 2)],
    "2, nums = [x,_]": [("", 2)],
    "2, other = [1]": [("", 2)],
}


@pytest.mark.parametrize("output", LEFT)
@pytest.mark.parametrize("order", ["", "The order of the elements may be changed. "])
def test_what_an_argument_is_afterwards_is_an_example_as_well(output: str, order: str) -> None:
    text = f"// {order}Output is k.\n// Input: nums = [1,1,2]\n// Output: {output}\n"
    snapshot, task = task_in(f"{text}fn f(nums: &mut Vec<i32>) -> i32 {{\n{BODY}", "rust", "a.rs")
    found = [(c.check, c.expected) for c in examples.said(snapshot, task, ()).claims]
    wanted = LEFT[output]
    if order:
        wanted = [(c and "sorted({}) == sorted({})".format(*c.split(" == ")), e) for c, e in wanted]
    assert found == wanted


PRINTED = {
    'println!("{}", f(4));': True, 'println!("f = {:?}", f(4));': True, "dbg!(f(4));": True,
    'println!("{x:#?}", f(4));': True,
    'println!("{:x}", f(4));': False, 'println!("{:05}", f(4));': False,
    'println!("{:.1}", f(4));': False, 'println!("{}", -f(4));': False,
    'println!("{}", !f(4));': False, 'println!("{}", 1 + f(4));': False,
    'println!("{}", n * f(4));': False, 'println!("{}", f(4) + 1);': False,
}  # fmt: skip


@pytest.mark.parametrize("line", PRINTED)
def test_only_what_is_printed_as_it_is_is_a_result(line: str) -> None:
    text = f"fn f(x: i32) -> i32 {{\n{BODY}fn main() {{\n    {line} // 16\n}}\n"
    assert claims(text) == ([((4,), 16, "")] if PRINTED[line] else [])


def snapshot_of(text: str) -> Snapshot:
    return Snapshot("file:///a.rs", "rust", text.encode())


def test_marks_that_end_at_one_place_are_around_each_other() -> None:
    source = "fn f(x: i32) -> bool { match x { 1 => x > 0 && x < 9, _ => false } }"
    told = marking.marked(source, "f", source, "abc")
    assert told is not None
    arm = "1 => { mark_abc(1, true); mark_abc(2, x > 0) && mark_abc(3, x < 9) },"
    assert arm in told.text, told.text
