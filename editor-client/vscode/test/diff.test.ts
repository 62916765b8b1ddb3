/** The preview's text: old lines, then new ones, everything else as it was. */
import assert from "node:assert/strict";
import test from "node:test";
import { unified } from "../src/diff";

const cases = [
    {
        name: "a body is replaced",
        document: "def f(a):\n    # TODO: add one\n    pass\n\nx = 1\n",
        edit: { start: { line: 1, character: 4 }, end: { line: 2, character: 8 }, newText: "return a + 1" },
        removed: ["    # TODO: add one", "    pass"],
        added: ["    return a + 1"],
    },
    {
        name: "equal lines at both ends are no change",
        document: "a\nb\nc\nd\n",
        edit: { start: { line: 0, character: 0 }, end: { line: 3, character: 1 }, newText: "a\nB\nc\nd" },
        removed: ["b"],
        added: ["B"],
    },
    {
        name: "lines are only added",
        document: "a\nb\n",
        edit: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 }, newText: "new\nlines\n" },
        removed: [],
        added: ["new", "lines"],
    },
    {
        name: "Windows line ends and wide characters",
        document: "s = 'äö𝕏'\r\n# TODO\r\npass\r\n",
        edit: { start: { line: 1, character: 0 }, end: { line: 2, character: 4 }, newText: "print('漢字')\r\nreturn" },
        removed: ["# TODO", "pass"],
        added: ["print('漢字')", "return"],
    },
    {
        name: "no newline at the end",
        document: "# TODO: x",
        edit: { start: { line: 0, character: 9 }, end: { line: 0, character: 9 }, newText: "\ndef x(): ..." },
        removed: [],
        added: ["def x(): ..."],
    },
    {
        name: "nothing changes",
        document: "a\n",
        edit: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 }, newText: "a" },
        removed: [],
        added: [],
    },
];

for (const { name, document, edit, removed, added } of cases) {
    test(name, () => {
        const result = unified(document, edit);
        const lines = result.text.split("\n");
        assert.deepEqual(lines.slice(...result.removed), removed);
        assert.deepEqual(lines.slice(...result.added), added);
        const original = lines.filter((_, line) => line < result.added[0] || line >= result.added[1]);
        assert.deepEqual(original, document.split(/\r?\n/));
    });
}
