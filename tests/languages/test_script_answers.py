"""Answers in JavaScript and TypeScript as models write them find their place."""

import pytest

from algosmith.model import Edit
from tests.verify.judging import edits_of, task_in

FILE = "/** Counts. */\nfunction count(s) {\n  // TODO\n}\n"
FORMS = {
    "an arrow function": "const count = (s) => s.length;\n",
    "a function in a variable": "var count = function (s) {\n  return s.length;\n};\n",
    "exported": "export function count(s) {\n  return s.length;\n}\n",
    "the default export": "export default function count(s) {\n  return s.length;\n}\n",
    "exported behind it": "function count(s) {\n  return s.length;\n}\nmodule.exports = count;\n",
    "a member of exports": "exports.count = function (s) { return s.length; };\n",
    "in an object": "module.exports = { count: function (s) { return s.length; } };\n",
    "a method of an object": "module.exports = { count(s) { return s.length; } };\n",
    "a class": "class Solution {\n  count(s) { return s.length; }\n}\n",
    "with types": "function count(s: string): number {\n  const n: number = s.length;\n"
                  "  return n as number;\n}\n",
    "a helper in an arrow": "const size = (x) => x.length;\n"
                            "const count = (s) => { return size(s); };\n",
    "a helper behind": "function count(s) {\n  return size(s);\n}\n"
                       "function size(x) { return x.length; }\n"
                       "console.log(count('a'));\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_an_answer_finds_its_place_whatever_its_form(name: str) -> None:
    snapshot, task = task_in(FILE, "javascript", "file:///w.js")
    (edit,) = edits_of(snapshot, task, [FORMS[name]])
    assert isinstance(edit, Edit), edit
    text = edit.apply(snapshot.data).decode()
    assert text.startswith("/** Counts. */\nfunction count(s) {\n  ")
    assert "length" in text
    assert "export" not in text
    assert ": number" not in text
    assert "TODO" not in text
