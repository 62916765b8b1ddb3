/** The server writes its log to stderr; here each line gets back the level it was written at. */

export type Level = "debug" | "info" | "warn" | "error";

const levels: Record<string, Level> = {
    DEBUG: "debug",
    INFO: "info",
    WARNING: "warn",
    ERROR: "error",
    CRITICAL: "error",
};

/** `2026-11-27 17:16:46,123 4711 INFO algosmith.lsp: text`, see `server/algosmith/lsp/logs.py`. */
const record = /^\d{4}-\d\d-\d\d [\d:,]+ \d+ ([A-Z]+) (.*)$/;

/**
 * One function for one stream: a line that begins no record, as those of a traceback, belongs to
 * the record before it; before the first one it is an error, since no logger wrote it.
 */
export function levelled(): (line: string) => { level: Level; text: string } {
    let last: Level = "error";
    return (line) => {
        const [, name = "", text = ""] = record.exec(line) ?? [];
        const level = levels[name];
        if (level === undefined) {
            return { level: last, text: line };
        }
        last = level;
        return { level, text };
    };
}
