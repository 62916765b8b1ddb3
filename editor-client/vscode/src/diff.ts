/** A proposal as one text that holds both the lines that go and the lines that come. Knows nothing of VS Code. */

export interface Unified {
    text: string;
    /** Lines of `text` that go, from the first to before the last. */
    removed: readonly [number, number];
    /** Lines of `text` that come; they follow the removed ones. */
    added: readonly [number, number];
}

export interface Replacement {
    start: { line: number; character: number };
    end: { line: number; character: number };
    newText: string;
}

/** The document with the old lines of a replacement followed by the new ones. */
export function unified(document: string, edit: Replacement): Unified {
    const lines = document.split(/\r\n|\n|\r/);
    const first = lines[edit.start.line] ?? "";
    const last = lines[edit.end.line] ?? "";
    const before = lines.slice(edit.start.line, edit.end.line + 1);
    const replaced =
        first.slice(0, edit.start.character) + edit.newText + last.slice(edit.end.character);
    const after = replaced.split(/\r\n|\n|\r/);
    const [head, tail] = commonEnds(before, after);
    const gone = before.slice(head, before.length - tail);
    const come = after.slice(head, after.length - tail);
    const at = edit.start.line + head;
    const rest = lines.slice(at + gone.length);
    return {
        text: [...lines.slice(0, at), ...gone, ...come, ...rest].join("\n"),
        removed: [at, at + gone.length],
        added: [at + gone.length, at + gone.length + come.length],
    };
}

/** How many lines at the start, and at the end, are the same in both. */
function commonEnds(a: readonly string[], b: readonly string[]): [number, number] {
    const shorter = Math.min(a.length, b.length);
    let head = 0;
    while (head < shorter && a[head] === b[head]) {
        head += 1;
    }
    let tail = 0;
    while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) {
        tail += 1;
    }
    return [head, tail];
}
