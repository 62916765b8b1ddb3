/** Where the server is looked for, and what is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import test from "node:test";
import { askVersion, findServer, fits, onPath, parseVersion, places } from "../src/discovery";
import type { Surroundings } from "../src/discovery";

const workspace = "/home/user/project";

function around(changes: Partial<Surroundings> = {}): Surroundings {
    return {
        setting: undefined,
        python: undefined,
        searchPath: "",
        programSuffixes: [""],
        privatePython: "/storage/environment/bin/python",
        trusted: true,
        workspaceFolders: [workspace],
        exists: () => false,
        ...changes,
    };
}

test("a setting is the only place", () => {
    const found = places(around({ setting: ["/opt/algosmith"], python: "/usr/bin/python", exists: () => true }));
    assert.deepEqual(found.map(({ command }) => command), [["/opt/algosmith"]]);
});

test("the order is environment, PATH, private environment", () => {
    const found = places(around({ python: "/venv/bin/python", searchPath: "/usr/bin", exists: () => true }));
    assert.deepEqual(
        found.map(({ command }) => command[0]),
        ["/venv/bin/python", "/usr/bin/algosmith", "/storage/environment/bin/python"],
    );
});

test("nothing of an untrusted workspace is run", () => {
    const hostile = around({
        trusted: false,
        python: `${workspace}/.venv/bin/python`,
        searchPath: [`${workspace}/bin`, "bin", "", "/usr/bin"].join(path.delimiter),
        exists: (file) => !file.startsWith("/storage"),
    });
    assert.deepEqual(places(hostile).map(({ command }) => command), [["/usr/bin/algosmith"]]);
});

test("relative entries of PATH never count", () => {
    const found = onPath("algosmith", around({ searchPath: `bin${path.delimiter}.`, exists: () => true }));
    assert.equal(found, undefined);
});

test("a folder beside the workspace with the same beginning is not inside it", () => {
    const found = onPath("algosmith", around({ trusted: false, searchPath: `${workspace}-tools`, exists: () => true }));
    assert.equal(found, `${workspace}-tools/algosmith`);
});

const versions: [string, boolean][] = [
    ["0.1.0", true],
    ["0.1.dev3+g12", true],
    ["0.7.2", true],
    ["0.0.9", false],
    ["1.0.0", false],
];
for (const [version, good] of versions) {
    test(`version ${version} ${good ? "fits" : "does not fit"}`, () => {
        assert.equal(fits(version), good);
    });
}

test("what is not ours is named", () => {
    assert.throws(() => parseVersion("Python 3.11.2"), /answered "Python 3\.11\.2" to --version/);
    assert.equal(parseVersion("warning: x\nalgosmith 0.1.0\n"), "0.1.0");
});

test("the first place that fits wins, the others are remembered", async () => {
    const answers: Record<string, string> = { "/venv/bin/python": "algosmith 0.0.1", "/usr/bin/algosmith": "algosmith 0.1.2" };
    const search = await findServer(
        around({ python: "/venv/bin/python", searchPath: "/usr/bin", exists: () => true }),
        ([program = ""]) => Promise.resolve(answers[program] ?? ""),
    );
    assert.equal(search.found?.version, "0.1.2");
    assert.equal(search.failures[0]?.wrongVersion, "0.0.1");
    assert.match(search.failures[0].reason, /needs 0\.1/);
});

test("a program that fails gives its last words, one that is missing its name", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "algosmith-"));
    const program = path.join(folder, "broken");
    writeFileSync(program, "#!/bin/sh\necho first >&2\necho 'No module named algosmith' >&2\nexit 1\n");
    chmodSync(program, 0o755);
    await assert.rejects(askVersion([program], folder), /^Error: No module named algosmith$/);
    await assert.rejects(askVersion([path.join(folder, "absent")], folder), /ENOENT/);
});

test("a workspace file named like a module is not imported", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "algosmith-"));
    writeFileSync(path.join(folder, "algosmith.py"), "print('algosmith 0.1.666')");
    const answer = askVersion(["python3", "-m", "algosmith"], folder);
    await assert.rejects(answer.then(parseVersion).then((version) => {
        assert.notEqual(version, "0.1.666");
        throw new Error("an installed algosmith answered");
    }));
});
