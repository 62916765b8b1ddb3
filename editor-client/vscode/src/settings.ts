/** Reading the settings: what is the server's, and what starts it. Knows nothing of VS Code. */

/** Parts of the section that only this extension reads. */
const clientOnly = new Set(["server", "trace"]);

/** The section as the server gets it. */
export function forServer(section: unknown): unknown {
    if (typeof section !== "object" || section === null || Array.isArray(section)) {
        return section;
    }
    return Object.fromEntries(Object.entries(section).filter(([key]) => !clientOnly.has(key)));
}

export interface CommandSetting {
    /** Program and arguments; undefined: look for the server. */
    command: readonly string[] | undefined;
    /** What is wrong with the value, for the user. */
    problem: string | undefined;
}

/** The value of `algosmith.server.command`, `~` and `${userHome}` replaced. */
export function commandSetting(value: unknown, home: string): CommandSetting {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
        return { command: undefined, problem: undefined };
    }
    const words: unknown[] = Array.isArray(value) ? value : [value];
    if (!words.every((word): word is string => typeof word === "string" && word !== "")) {
        return {
            command: undefined,
            problem: `algosmith.server.command must be a list of strings, not ${JSON.stringify(value)}`,
        };
    }
    const command = words.map((word) =>
        word.replace(/^~(?=[/\\]|$)/, home).replaceAll("${userHome}", home),
    );
    return { command, problem: undefined };
}
