/** The private environment: which Python, which steps, what a failure says. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import test from "node:test";
import { findPython, interpreterIn, makeEnvironment, pythonCandidates, runIn } from "../src/environment";
import type { Run } from "../src/environment";

function pretend(versions: Record<string, string>): Run {
    return ([program = ""]) => {
        const output = versions[program];
        return Promise.resolve(output === undefined ? { code: 127, output: "" } : { code: 0, output: `${output}\n` });
    };
}

test("the first Python that is new enough is taken", async () => {
    const { python, seen } = await findPython(undefined, pretend({ python3: "3.9", "python3.12": "3.12" }));
    assert.deepEqual(python, ["python3.12"]);
    assert.deepEqual(seen, ["python3 is 3.9", "python3.12 is 3.12"]);
});

test("without a Python that is new enough, what was seen is told", async () => {
    assert.deepEqual(await findPython("/old/python", pretend({ "/old/python": "2.7", python3: "3.10" })), {
        python: undefined,
        seen: ["/old/python is 2.7", "python3 is 3.10"],
    });
});

test("Windows asks its launcher", () => {
    assert.deepEqual(pythonCandidates(undefined, "win32")[0], ["py", "-3"]);
    assert.match(interpreterIn("C:\\x", "win32"), /Scripts.python\.exe$/);
});

for (const [failing, complaint] of [
    ["venv", /private environment failed/],
    ["pip", /Installing algosmith\[demo\] failed: is this machine offline\?/],
    ["models", /Fetching a model failed; the log says why/],
] as const) {
    test(`${failing} fails`, async () => {
        const log: string[] = [];
        const run: Run = (command) => Promise.resolve({ code: command.includes(failing) ? 1 : 0, output: "" });
        const folder = path.join(mkdtempSync(path.join(tmpdir(), "algosmith-")), "environment");
        const made = makeEnvironment(folder, ["python3"], "algosmith[demo]", run, (line) => log.push(line));
        await assert.rejects(made, complaint);
        assert.ok(log.at(-1)?.includes(failing), "the failing step is the last in the log");
    });
}

test("a program's lines reach the log as they come", async () => {
    const log: string[] = [];
    const script = "import sys; print('one\\ntwo'); sys.stderr.write('three\\n'); sys.exit(3)";
    const { code } = await runIn(tmpdir())(["python3", "-c", script], (line) => log.push(line));
    assert.equal(code, 3);
    assert.deepEqual(log.sort(), ["one", "three", "two"]);
});

test("a program that is not there is no crash", async () => {
    const { code } = await runIn(tmpdir())(["/absent/python"], () => undefined);
    assert.equal(code, 127);
});
