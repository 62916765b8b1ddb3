/** Reading the settings. */
import assert from "node:assert/strict";
import test from "node:test";
import { commandSetting, forServer } from "../src/settings";

test("the server gets its own settings only", () => {
    const section = { model: "demo", engine: { url: null }, server: { command: [] }, trace: { server: "off" } };
    assert.deepEqual(forServer(section), { model: "demo", engine: { url: null } });
});

for (const odd of [undefined, null, 3, "text", ["list"]]) {
    test(`a section that is ${JSON.stringify(odd)} is left alone`, () => {
        assert.equal(forServer(odd), odd);
    });
}

const commands: [unknown, readonly string[] | undefined, boolean][] = [
    [undefined, undefined, false],
    [null, undefined, false],
    [[], undefined, false],
    [["algosmith"], ["algosmith"], false],
    ["/opt/algosmith", ["/opt/algosmith"], false],
    [["~/venv/bin/python", "-m", "algosmith"], ["/home/me/venv/bin/python", "-m", "algosmith"], false],
    [["${userHome}/a b/algosmith"], ["/home/me/a b/algosmith"], false],
    [["~other/x"], ["~other/x"], false],
    [["python", 3], undefined, true],
    [[""], undefined, true],
    [{ command: "x" }, undefined, true],
];
for (const [value, command, bad] of commands) {
    test(`server.command ${JSON.stringify(value)}`, () => {
        const read = commandSetting(value, "/home/me");
        assert.deepEqual(read.command, command);
        assert.equal(read.problem !== undefined, bad);
    });
}
