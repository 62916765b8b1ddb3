import assert from "node:assert/strict";
import test from "node:test";

import { levelled } from "../src/logs";

test("a line is shown at the level it was written at, without what the channel adds itself", () => {
    const read = levelled();
    assert.deepEqual(read("2026-11-27 17:16:46,123 47 INFO algosmith.lsp.server: the engine is up"), {
        level: "info",
        text: "algosmith.lsp.server: the engine is up",
    });
    assert.equal(read("2026-11-27 17:16:46,124 47 WARNING algosmith: no log file").level, "warn");
});

test("a traceback has the level of its record", () => {
    const read = levelled();
    read("2026-11-27 17:16:46,123 47 ERROR algosmith.lsp.jobs: a job failed");
    assert.deepEqual(read("Traceback (most recent call last):"), {
        level: "error",
        text: "Traceback (most recent call last):",
    });
    read("2026-11-27 17:16:47,000 47 INFO algosmith: on");
    assert.equal(read("").level, "info");
});

test("what no logger wrote is an error", () => {
    assert.equal(levelled()("/bin/sh: algosmith: not found").level, "error");
});
