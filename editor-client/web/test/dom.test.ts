import assert from "node:assert/strict";
import { test } from "node:test";
import { turned, visible } from "../src/dom.js";

const marks: [string, string][] = [
    ["a\u202eb", "a[U+202E]b"],
    ["a\u061cb", "a[U+061C]b"],
    ["na\u200bme", "na[U+200B]me"],
    ["\u{e0041}", "[U+E0041]"],
    ["\u0000\u001b[31m", "[U+0000][U+001B][31m"],
    ["tabs\tand\nlines stay", "tabs\tand\nlines stay"],
    ["👩\u200d💻 and می\u200cخواهم stay", "👩\u200d💻 and می\u200cخواهم stay"],
];

for (const [text, shown] of marks) {
    test(`what nobody sees in ${JSON.stringify(shown)}`, () => assert.equal(visible(text), shown));
}

test("only marks of direction turn text", () => {
    assert.ok(turned("x\u2067y"));
    assert.ok(!turned("x\u200by"));
});
