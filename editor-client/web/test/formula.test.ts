import assert from "node:assert/strict";
import { test } from "node:test";
import { Marked, type Token } from "marked";
import { type Formula, formulas } from "../src/formula.js";

function found(text: string, growing = false): string[] {
    const marked = new Marked({ gfm: true });
    marked.use({ extensions: formulas(() => growing) });
    const all: string[] = [];
    const walk = (tokens: Token[]): void => {
        for (const token of tokens) {
            const formula = token as Formula;
            if (token.type === "formula") all.push(formula.pending ? "…" : `${formula.display ? "D" : "I"}:${formula.text}`);
            if ("tokens" in token && token.tokens) walk(token.tokens);
        }
    };
    walk(marked.lexer(text));
    return all;
}

const cases: [string, string[]][] = [
    ["so $x^2$ it is", ["I:x^2"]],
    ["so \\(x_1 + y_1\\) it is", ["I:x_1 + y_1"]],
    ["$$\na\n\nb\n$$", ["D:a\n\nb"]],
    ["\\[ a \\]", ["D:a"]],
    ["it costs $5 and $10", []],
    ["it costs $5 and 10$ more", ["I:5 and 10"]],
    ["`$x$` is code", []],
    ["```\n$x$\n```", []],
    ["a \\$ sign and $y$", ["I:y"]],
    ["never closed $\\frac{1", []],
];

for (const [text, formulas_] of cases) {
    test(`formulas of ${JSON.stringify(text)}`, () => assert.deepEqual(found(text), formulas_));
}

test("a formula whose end is still to come is pending, a price is not", () => {
    assert.deepEqual(found("so $\\frac{1", true), ["…"]);
    assert.deepEqual(found("$$\n\\sum", true), ["…"]);
    assert.deepEqual(found("it costs $5", true), []);
});
