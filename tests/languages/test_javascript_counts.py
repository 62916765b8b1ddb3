"""Counted work of JavaScript and TypeScript: figures beside a claim, and when there are none."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from algosmith import languages
from algosmith.cli import complexity
from algosmith.complexity.measure import measure_at
from algosmith.languages.javascript.counting import counted
from algosmith.languages.javascript.node import find
from algosmith.model import Snapshot
from algosmith.sandbox.types import Call, Program
from algosmith.syntax.functions import functions

if TYPE_CHECKING:
    from pathlib import Path

    from algosmith.sandbox.types import Value

pytestmark = pytest.mark.skipif(find() is None, reason="no Node.js")

FILE = """
type Row = number[];

/** How often each is met; O(n), they say. */
function firsts(rows: Row): number[] {
  const seen: number[] = [];
  for (const row of rows) {
    // looks at all that were seen
    if (!seen.includes(row)) seen.push(row);
  }
  return seen;
}
"""

SAME = """
class Box { constructor(v = 1) { this.v = v; } get twice() { return this.v + this.v; } }
function* upto(n) { for (let i = 0; i < n; i++) yield i; }
const f = (n) => {
  "use strict";
  let s = "", t = 0, k = 0; const a = [3, 1, 2], o = { ...{ a: 1 }, b: [...a, ...upto(n)] };
  for (let i = 0; i < n; i++) s += i + "," + a[i % 3];
  for (const x of a) if (x > 1) t += x; else t -= x;
  do k++; while (k < n);
  while (k-- > 0);
  outer: for (const key in o) { for (;;) { t = t + 1; continue outer; } }
  const [head, ...rest] = a.slice().sort(), { b, ...other } = o;
  try { null.x; } catch { s = s + `${head}|${rest}` + "!"; }
  const g = (x, y = x + 1) => ({ x, y });
  return [s, t, head, rest, b.map((x) => x + 1), other.a, new Box(2).twice, g(1).y, a.indexOf(2),
          new Set([1, 1]).size, [[1], [2]].flat().includes(2), "a-b".split("-").join("+")];
};
"""


def _measured(text: str, language: str = "javascript") -> object:
    snapshot = Snapshot("file:///a.js", language, text.encode())

    async def run() -> object:
        running = languages.running(language)
        assert running is not None
        sandbox = await running.opened()
        try:
            return [await measure_at(snapshot, f, sandbox) for f in functions(snapshot)]
        finally:
            await sandbox.close()

    return asyncio.run(run())


def test_the_command_states_a_measured_class_and_the_line_of_the_file_with_most_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.ts"
    file.write_text(FILE)
    assert complexity.run([f"{file}:6", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["basis"] == "measured"
    assert told["time"]["class"] == "O(n^2)"
    assert told["hottest_line"] == 9
    assert told["space"]["class"] is None


def test_counting_changes_no_result() -> None:
    async def run() -> list[Value]:
        running = languages.running("javascript")
        made = counted(SAME, "f")
        assert running is not None
        assert made is not None
        sandbox = await running.opened()
        plain = made.text + "const back_ = (n) => work__fresh()(n);"
        try:
            runs = [
                await sandbox.run(Program(text, entry), [Call((5,))])
                for text, entry in ((SAME, "f"), (plain, "back_"))
            ]
        finally:
            await sandbox.close()
        assert [run.failure for run in runs] == [None, None]
        return [run.answers[0].value for run in runs]

    there, counts = asyncio.run(run())
    assert there == counts
    assert isinstance(there, list)


def test_what_can_not_be_measured_has_a_reason_and_no_figure() -> None:
    text = """
    import { sum } from "lodash";
    function asks(xs) { return sum(xs); }
    /** @param {Socket} socket */
    function sends(socket) { return socket.send(1); }
    /** @param {number} n */
    function hangs(n) { for (;;) n++; }
    """
    found = _measured(text)
    assert isinstance(found, list)
    assert [one.basis for one in found] == ["estimated"] * 3
    assert "lodash" in found[0].time.reason
    assert "socket" in found[1].time.reason.lower()
    assert "does not end" in found[2].time.reason
