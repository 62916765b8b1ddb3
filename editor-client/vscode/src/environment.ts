/** The private environment: a venv of our own, made by one click, with a visible log. Knows nothing of VS Code. */
import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { serverEnvironment } from "./discovery";

/** Oldest Python the server runs on. */
export const oldestPython = [3, 11] as const;

export type Log = (line: string) => void;

/** Runs a program, its output to the log; gives its exit code and what it printed. */
export type Run = (command: readonly string[], log: Log) => Promise<{ code: number; output: string }>;

/** The interpreter inside an environment. */
export function interpreterIn(folder: string, platform: NodeJS.Platform = process.platform): string {
    return platform === "win32"
        ? path.join(folder, "Scripts", "python.exe")
        : path.join(folder, "bin", "python");
}

/** Programs that may be a new enough Python, best first. */
export function pythonCandidates(
    active: string | undefined,
    platform: NodeJS.Platform = process.platform,
): string[][] {
    const named = [14, 13, 12, 11].map((minor) => [`python3.${minor}`]);
    const common =
        platform === "win32" ? [["py", "-3"], ["python"]] : [["python3"], ["python"], ...named];
    return active === undefined ? common : [[active], ...common];
}

/** The first Python that is new enough, and what was seen of the others. */
export async function findPython(
    active: string | undefined,
    run: Run,
): Promise<{ python: readonly string[] | undefined; seen: string[] }> {
    const seen: string[] = [];
    const script = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2])";
    for (const candidate of pythonCandidates(active)) {
        const { code, output } = await run([...candidate, "-c", script], () => undefined);
        const version = /^(\d+)\.(\d+)\s*$/m.exec(output);
        if (code !== 0 || version === null) {
            continue;
        }
        seen.push(`${candidate.join(" ")} is ${version[0].trim()}`);
        if (isNewEnough(Number(version[1]), Number(version[2]))) {
            return { python: candidate, seen };
        }
    }
    return { python: undefined, seen };
}

/** Makes the environment and installs the server into it; throws with a sentence for the user. */
export async function makeEnvironment(
    folder: string,
    python: readonly string[],
    requirement: string,
    run: Run,
    log: Log,
): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.dirname(folder), { recursive: true });
    const inside = interpreterIn(folder);
    const pip = [inside, "-m", "pip", "install", "--disable-pip-version-check", requirement];
    const steps: [string, readonly string[]][] = [
        ["Making the private environment failed.", [...python, "-m", "venv", folder]],
        [`Installing ${requirement} failed: is this machine offline?`, pip],
        ["Fetching a model failed; the log says why.", [inside, "-m", "algosmith", "models", "get"]],
    ];
    for (const [complaint, command] of steps) {
        log(`$ ${command.join(" ")}`);
        const { code } = await run(command, log);
        if (code !== 0) {
            throw new Error(complaint);
        }
    }
}

/** Runs a program without a shell, away from the workspace. */
export function runIn(folder: string, signal?: AbortSignal): Run {
    return ([program = "", ...rest], log) =>
        new Promise((resolve) => {
            const options = { cwd: folder, windowsHide: true, env: serverEnvironment() };
            const child = spawn(program, rest, signal === undefined ? options : { ...options, signal });
            let output = "";
            const take = (chunk: Buffer): void => {
                const text = chunk.toString("utf8");
                output += text;
                text.split(/\r?\n/).filter((line) => line.trim() !== "").forEach(log);
            };
            child.stdout.on("data", take);
            child.stderr.on("data", take);
            child.on("error", (error) => {
                log(error.message);
                resolve({ code: 127, output });
            });
            child.on("close", (code) => {
                resolve({ code: code ?? 1, output });
            });
        });
}

function isNewEnough(major: number, minor: number): boolean {
    return major === oldestPython[0] && minor >= oldestPython[1];
}
