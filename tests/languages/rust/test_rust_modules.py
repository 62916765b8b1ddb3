"""Functions in modules are run with what they use of the modules around and beside them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from algosmith import languages
from algosmith.errors import SandboxError
from algosmith.languages.rust import running
from algosmith.languages.rust.running import RustSandbox
from algosmith.languages.types import Part
from algosmith.model import Snapshot, Span, Task
from algosmith.sandbox.types import Call, Limits, Program
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

HELPER = "fn helper(n: i64) -> i64 { n + 1 }\n"
ONE = "mod c { pub fn one() -> i64 { 1 } }\n"
RUN = {
    "by its path": HELPER + "mod a { pub fn f(n: i64) -> i64 { super::helper(n) } }",
    "all of it": HELPER + "mod a { use super::*; pub fn f(n: i64) -> i64 { helper(n) } }",
    "by name": HELPER + "mod a { use crate::helper as up; pub fn f(n: i64) -> i64 { up(n) } }",
    "from the top": HELPER + "mod a { pub(super) fn f(n: i64) -> i64 { crate::helper(n) } }",
    "two up": HELPER + "mod a { fn mid(n: i64) -> i64 { n * 2 } mod b { pub fn f(n: i64) -> i64 "
    "{ super::super::helper(n) + super::mid(n) - 2 * n } } }",
    "by a module that stays": HELPER
    + "mod a { pub fn g(n: i64) -> i64 { crate::helper(n) } }\nfn f(n: i64) -> i64 { a::g(n) }",
    "brought to the top": HELPER
    + "mod a { pub fn g(n: i64) -> i64 { super::helper(n) } }\nuse crate::a::{g as other};\n"
    "fn f(n: i64) -> i64 { other(n) }",
    "all brought to the top": HELPER
    + "mod a { pub fn g(n: i64) -> i64 { super::helper(n) } }\nuse self::a::*;\n"
    "fn f(n: i64) -> i64 { g(n) }",
    "a type": "struct P { x: i64 } impl P { fn up(&self) -> i64 { self.x + 1 } }\n"
    "mod a { use super::P; pub fn f(n: i64) -> i64 { P { x: n }.up() } }",
    "what it brings in": "use std::collections::{HashMap, HashSet /* x */};\nconst ONE: i64 = 1;\n"
    "mod a { use super::*; use std::collections::HashMap; pub fn f(n: i64) -> i64 {"
    " let m: HashMap<i64, i64> = HashMap::from([(n, n)]); let s = HashSet::from([ONE]);"
    " m[&n] + s.len() as i64 } }",
    "a module beside it": ONE + "mod a { use super::c; pub fn f(n: i64) -> i64 { n + c::one() } }",
    "of one beside it": ONE + "mod a { use crate::c::*; pub fn f(n: i64) -> i64 { n + one() } }",
    "values of an enum": "use Sign::*;\nenum Sign { Plus, Minus }\n"
    "fn f(n: i64) -> i64 { match Plus { Plus => n + 1, Minus => n - 1 } }",
    "values of an enum of another module": "mod a { pub enum Sign { Plus, Minus } }\n"
    "use a::Sign::{self, *};\nfn f(n: i64) -> i64 { let s: Sign = Plus; "
    "if matches!(s, Minus) { n } else { n + 1 } }",
    "an inner one first": "fn g() -> i64 { 9 }\nmod a { use super::*; fn g() -> i64 { 1 } "
    "pub fn f(n: i64) -> i64 { n + g() } }",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rust() -> AsyncIterator[RustSandbox]:
    """An open sandbox for Rust, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


def _part(text: str) -> Part:
    snapshot = Snapshot("file:///a.rs", "rust", text.encode())
    one = next(d for d in definitions(open_document(snapshot)) if d.name == "f")
    runner = languages.running("rust")
    assert runner is not None
    task = Task("", "", "rust", "en", "body", Span(0, 0), Span(0, 0), 1, None, "")
    return runner.part(snapshot, snapshot, task, one, frozenset())


@pytest.mark.parametrize("name", RUN)
async def test_what_a_function_uses_of_other_modules_is_there(rust: RustSandbox, name: str) -> None:
    part = _part(RUN[name])
    assert not part.why_not_run
    assert "x */" not in part.text
    run = await rust.run(Program(part.text, part.entry), [Call((4,))], Limits(wall_seconds=20.0))
    assert run.failure is None, (run.failure, part.text)
    assert [one.value for one in run.answers] == [5]


async def test_values_of_an_enum_may_be_called_as_those_of_the_library(rust: RustSandbox) -> None:
    part = _part("#[derive(Debug)]\npub enum Bad { None, Ok, Some }\nuse Bad::*;\n"
                 "fn f(n: i64) -> Result<Option<i64>, Bad> { if n > 4 { Result::Ok(Option::None) } "
                 "else if n > 3 { Err(Ok) } else { Err(None) } }")  # fmt: skip
    calls = [Call((n,)) for n in (3, 4, 5)]
    run = await rust.run(Program(part.text, part.entry), calls, Limits(wall_seconds=20.0))
    assert run.failure is None, (run.failure, part.text)
    assert [one.value for one in run.answers] == [("Err", "None"), ("Err", "Ok"), ("Ok", None)]


async def test_two_of_one_name_that_would_meet_are_told() -> None:
    part = _part(HELPER + "mod a { fn helper(n: i64) -> i64 { super::helper(n) } "
                 "pub fn f(n: i64) -> i64 { helper(n) } }")  # fmt: skip
    assert part.why_not_run == (
        "it uses `helper` of a module around it, and its own has another `helper`"
    )


async def test_a_crate_that_an_inner_module_brings_in_is_told() -> None:
    part = _part("mod a { use rand::Rng; pub fn f<R: Rng>(r: R) -> i64 { 4 } }")
    assert part.why_not_run.startswith("it uses `Rng` of the crate `rand`")
