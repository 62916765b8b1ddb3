"""Counted work of C and C++."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from algosmith import languages
from algosmith.complexity.measure import measure_at
from algosmith.languages.cpp.compiler import find
from algosmith.languages.cpp.counting import counted
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions

if TYPE_CHECKING:
    from algosmith.model import Measurement

pytestmark = pytest.mark.skipif(find() is None, reason="no C++ compiler")

FILE = """
#include <vector>
#include <cstdlib>
using namespace std;

// Turns a row around.
vector<int> turned(const vector<int>& row) {
  vector<int> out;
  for (int one : row) {
    // what stands behind moves
    out.insert(out.begin(), one);
  }
  return out;
}
"""


def _measured(text: str, language: str) -> Measurement:
    snapshot = Snapshot("file:///a", language, text.encode())

    async def run() -> Measurement:
        running = languages.running(language)
        assert running is not None
        sandbox = await running.opened()
        try:
            return await measure_at(snapshot, functions(snapshot)[0], sandbox, seconds=0.2)
        finally:
            await sandbox.close()

    return asyncio.run(run())


@pytest.mark.sandbox
def test_what_the_library_moves_is_counted_and_so_is_the_memory_it_takes() -> None:
    made = _measured(FILE, "cpp")
    assert made.basis == "measured"
    assert made.time.complexity_class == "O(n^2)"
    assert made.space.complexity_class == "O(n)"
    assert made.hottest_line == 11


C_FILE = """
#include <string.h>

int palindrome(const char *text) {
  int length = strlen(text);
  for (int i = 0; i < length / 2; i++) {
    if (text[i] != text[length - 1 - i]) return 0;
  }
  return 1;
}
"""


@pytest.mark.sandbox
def test_c_is_counted_too() -> None:
    made = _measured(C_FILE, "c")
    assert made.basis == "measured"
    assert made.time.complexity_class == "O(n)"


def test_what_has_loops_that_can_not_be_seen_is_not_counted() -> None:
    assert counted("int f(int n) { again: if (n--) goto again; return n; }", "f") is None


def test_a_program_that_keeps_nothing_between_calls_is_known() -> None:
    def fresh(text: str) -> bool:
        made = counted(text, "f")
        assert made is not None
        return made.fresh

    assert fresh("static int half(int n) { return n / 2; }\nint f(int n) { return half(n); }")
    assert fresh("const int MOST = 3;\nint g(int);\nint f(int n) { return MOST; }")
    assert not fresh("int f(int n) { static int calls = 0; return calls++; }")
    assert not fresh("#include <map>\nstd::map<int, int> known;\nint f(int n) { return n; }")
