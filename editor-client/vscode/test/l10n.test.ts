/** Every message the extension shows has a Chinese text, with the same places for values. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

const source = readdirSync("src").map((file) => readFileSync(`src/${file}`, "utf8")).join("\n");
const used = [...source.matchAll(/\b(?:vscode\.l10n\.)?t\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "");
const chinese = JSON.parse(readFileSync("l10n/bundle.l10n.zh-cn.json", "utf8")) as Record<string, string>;

const holes = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([hole]) => hole).sort();

test("all messages are found", () => {
    assert.ok(used.length > 30, `only ${used.length} messages seen`);
});

test("each message has a Chinese text and none is left over", () => {
    assert.deepEqual([...new Set(used)].sort(), Object.keys(chinese).sort());
});

test("the Chinese texts keep the places for values", () => {
    for (const [english, text] of Object.entries(chinese)) {
        assert.deepEqual(holes(text), holes(english), english);
    }
});
