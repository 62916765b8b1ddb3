"""C and C++ that gives the right results by luck of memory, and code that stands in conditions."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.languages.cpp import running
from algosmith.languages.cpp.cutting import part_of
from algosmith.languages.cpp.running import CppSandbox
from algosmith.sandbox.types import Call, Limits, Program
from algosmith.syntax import splice
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from tests.verify.judging import task_in

LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0)
BY_LUCK = """
#include <bits/stdc++.h>
using namespace std;
int never_set(vector<int> v) { int s; for (int x : v) s += x; return s; }
int never_filled(int n) { int* c = (int*)malloc(n * 40); int s = c[n]; free(c); return s; }
int index_out(vector<int> v) { int s = 0; for (size_t i = 0; i <= v.size(); i++) s += v[i];
  return s; }
int overflow(int n) { return n + 2147483647; }
"""
CALLS = {
    "never_set": ([3, 9],), "never_filled": (8,), "index_out": ([1, 2],), "overflow": (1,),
}  # fmt: skip
SOUND = """
#include <bits/stdc++.h>
using namespace std;
int never_set(vector<int> v) { int s = 0; for (int x : v) s += x; return s; }
int never_filled(int n) { int* c = (int*)calloc(n, 40); int s = c[n]; free(c); return s; }
int index_out(vector<int> v) { int s = 0; for (int x : v) s += x; return s; }
int overflow(int n) { return 2147483647 - n; }
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cpp() -> AsyncIterator[CppSandbox]:
    """An open sandbox for C++, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", CALLS)
async def test_what_hangs_on_memory_that_is_not_its_own_answers_otherwise_or_ends(
    cpp: CppSandbox, entry: str
) -> None:
    call = Call(CALLS[entry])
    plain = await cpp.run(Program(BY_LUCK, entry), [call], LIMITS)
    checked = await cpp.run(Program(BY_LUCK, entry, checked=True), [call], LIMITS)
    assert checked.failure is None, checked
    one, other = plain.answers[0], checked.answers[0]
    assert (one.status, one.value) != (other.status, other.value), (one, other)


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", CALLS)
async def test_sound_code_answers_the_same_with_the_checks(cpp: CppSandbox, entry: str) -> None:
    call = Call(CALLS[entry])
    plain = await cpp.run(Program(SOUND, entry), [call], LIMITS)
    checked = await cpp.run(Program(SOUND, entry, checked=True), [call], LIMITS)
    assert plain.answers[0].status == "value", plain
    assert plain.answers[0].value == checked.answers[0].value


CONDITIONS = {
    "a header's guard": "#ifndef A_H\n#define A_H\n{function}\n#endif\n",
    "main for one's own machine": "{function}\n#ifndef JUDGE\n"
    "int main() {{ assert(add(1, 2) == 30711); }}\n"
    "#endif\n",
    "tests that are switched on": "#include <cassert>\n#ifdef TEST // my tests\n"
    "#include <gtest/gtest.h>\n"
    "static int wanted = 30711;\nvoid tests() {{ assert(add(1, 2) == wanted); }}\n"
    "TEST(Add, Works) {{ EXPECT_EQ(add(1, 2), 30711); }}\n#endif\n{function}\n",
    "one of two": "#if defined(X) && \\\n  X > 3 // 30711\ntypedef long num;\n#elif 0\n#else\n"
    "typedef int num;\n#endif\nnum zero() {{ return 0; }}\n{function}\n",
    "one in the other": "#ifndef A\n#define A\n#ifdef B\nint main() {{ return 30711; }}\n#endif\n"
    "{function}\n#endif\n",
}
FUNCTION = "int add(int a, int b) {\n  // TODO: add\n}\n"


@pytest.mark.parametrize("name", CONDITIONS)
def test_of_what_stands_in_conditions_only_what_is_needed_goes_where_it_runs(name: str) -> None:
    text = CONDITIONS[name].format(function=FUNCTION)
    before, task = task_in(text, "cpp", "file:///add.cpp")
    edit = splice.place(before, task, "return a + b;", (), "none")
    after = replace(before, data=edit.apply(before.data))
    document = open_document(after)
    one = next(d for d in definitions(document) if d.name == "add")
    part = part_of(before, after, task, one, frozenset())
    assert not part.why_not_run
    assert "30711" not in part.text
    assert "main" not in part.text
    lines = part.text.splitlines()
    assert sum(x.startswith("#if") for x in lines) == sum(x.startswith("#endif") for x in lines)
    assert "return a + b" in part.text
    assert part.text.count("#else") == text.count("#else")


@pytest.mark.parametrize(
    ("head", "raw"),
    [
        ("int f(const int* a, int n)", True),
        ("int f(int a[], int n)", True),
        ("int f(const char *text)", True),
        ("int f(int n)", False),
        ("int f(std::vector<int>& a)", False),
        ("int f(ListNode* head)", False),
    ],
)
def test_memory_without_a_length_is_read_beyond_its_end_unseen(head: str, raw: bool) -> None:
    before, task = task_in(f"{head} {{\n  // TODO: count\n}}\n", "cpp", "file:///f.cpp")
    edit = splice.place(before, task, "return 1;", (), "none")
    after = replace(before, data=edit.apply(before.data))
    (one,) = definitions(open_document(after))
    assert part_of(before, after, task, one, frozenset()).chances == raw
