/** Finding the server: setting, active Python environment, PATH, private environment; in that order.
 *
 * Knows nothing of VS Code. A program is only tried from places the workspace can't fill, unless the
 * workspace is trusted.
 */
import { execFile } from "node:child_process";
import * as path from "node:path";

/** Versions of the server this extension speaks with, as [major, minor]. */
const wanted = [0, 1] as const;

export interface Place {
    /** For the log: "setting", "active Python environment", … */
    origin: string;
    command: readonly string[];
}

export interface Surroundings {
    setting: readonly string[] | undefined;
    /** Interpreter of the active Python environment. */
    python: string | undefined;
    /** Value of PATH. */
    searchPath: string;
    /** Extensions of programs: `[""]`, on Windows `[".exe", ".cmd"]`. */
    programSuffixes: readonly string[];
    /** Interpreter of the private environment. */
    privatePython: string;
    trusted: boolean;
    workspaceFolders: readonly string[];
    exists: (file: string) => boolean;
}

export interface Found extends Place {
    version: string;
}

export interface Failure extends Place {
    reason: string;
    /** It is our server, but not one this extension can speak with. */
    wrongVersion?: string;
}

export interface Search {
    found: Found | undefined;
    failures: Failure[];
}

/** Where to look, best first. A setting is the only place when there is one. */
export function places(around: Surroundings): Place[] {
    if (around.setting !== undefined) {
        return [{ origin: "setting algosmith.server.command", command: around.setting }];
    }
    const found: Place[] = [];
    if (around.python !== undefined && mayRun(around.python, around)) {
        found.push({
            origin: "active Python environment",
            command: [around.python, "-m", "algosmith"],
        });
    }
    const program = onPath("algosmith", around);
    if (program !== undefined) {
        found.push({ origin: "PATH", command: [program] });
    }
    if (around.exists(around.privatePython)) {
        found.push({
            origin: "private environment",
            command: [around.privatePython, "-m", "algosmith"],
        });
    }
    return found;
}

/** Tries the places in order until one answers with a fitting version. */
export async function findServer(
    around: Surroundings,
    askVersion: (command: readonly string[]) => Promise<string>,
): Promise<Search> {
    const failures: Failure[] = [];
    for (const place of places(around)) {
        try {
            const version = parseVersion(await askVersion(place.command));
            if (fits(version)) {
                return { found: { ...place, version }, failures };
            }
            const reason = `version ${version}, this extension needs ${wanted.join(".")}`;
            failures.push({ ...place, reason, wrongVersion: version });
        } catch (error) {
            failures.push({ ...place, reason: firstLine(error) });
        }
    }
    return { found: undefined, failures };
}

/** First program of that name on PATH; entries that are relative or in an untrusted workspace don't count. */
export function onPath(name: string, around: Surroundings): string | undefined {
    for (const folder of around.searchPath.split(path.delimiter)) {
        if (folder === "" || !path.isAbsolute(folder)) {
            continue;
        }
        for (const suffix of around.programSuffixes) {
            const file = path.join(folder, name + suffix);
            if (mayRun(file, around) && around.exists(file)) {
                return file;
            }
        }
    }
    return undefined;
}

/** Runs `COMMAND --version`. The folder and `PYTHONSAFEPATH` keep the workspace's own files out of it. */
export function askVersion(command: readonly string[], folder: string): Promise<string> {
    const [program = "", ...rest] = command;
    const options = { cwd: folder, timeout: 20_000, windowsHide: true, env: serverEnvironment() };
    return new Promise((resolve, reject) => {
        execFile(program, [...rest, "--version"], options, (error, stdout, stderr) => {
            if (error === null) {
                resolve(stdout);
            } else {
                reject(new Error(lastLine(stderr) || error.message));
            }
        });
    });
}

/** Environment of the server: `python -m` must not import from the folder it is started in. */
export function serverEnvironment(): NodeJS.ProcessEnv {
    return { ...process.env, PYTHONSAFEPATH: "1", PYTHONUTF8: "1" };
}

/** The version in what `--version` printed; throws when it isn't ours. */
export function parseVersion(printed: string): string {
    const match = /^algosmith (\d+\.\d+\S*)/m.exec(printed);
    if (match?.[1] === undefined) {
        throw new Error(`answered ${JSON.stringify(printed.trim().slice(0, 80))} to --version`);
    }
    return match[1];
}

/** Whether this extension can speak with that version: same major, not below the minor. */
export function fits(version: string): boolean {
    const [major, minor] = version.split(".").map((part) => Number.parseInt(part, 10));
    return major === wanted[0] && (minor ?? 0) >= wanted[1];
}

function mayRun(file: string, around: Surroundings): boolean {
    return around.trusted || !around.workspaceFolders.some((folder) => isInside(file, folder));
}

function isInside(file: string, folder: string): boolean {
    const relative = path.relative(folder, file);
    return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

function lastLine(text: string): string {
    return text.trim().split("\n").at(-1)?.trim() ?? "";
}

function firstLine(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
