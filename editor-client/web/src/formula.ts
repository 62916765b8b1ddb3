// Formulas: found in Markdown, typeset by KaTeX into elements (never through HTML text).

import katex from "katex";
import type { TokenizerExtension, Tokens } from "marked";
import { h, turned, visible } from "./dom.js";
import { words } from "./words.js";

export interface Formula extends Tokens.Generic {
    type: "formula";
    text: string;
    display: boolean;
    pending: boolean;
}

const BLOCK = /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/;
const BLOCK_OPEN = /^ {0,3}(?:\$\$|\\\[)([\s\S]*)$/;
const DISPLAY = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])/;
const INLINE = /^(?:\\\(([\s\S]+?)\\\)|\$(?!\s)((?:\\[\s\S]|[^$\\\n])+?)(?<!\s)\$(?!\d))/;
const INLINE_OPEN = /^(?:\\\([\s\S]*|\$(?!\s)[^$\n]*[\\^_{][^$\n]*)$/;

/** Extensions for marked. `growing` is true while the text's end is still to come. */
export function formulas(growing: () => boolean): TokenizerExtension[] {
    return [
        {
            name: "formula",
            level: "block",
            start: (source) => match(source, /^ {0,3}(?:\$\$|\\\[)/m),
            tokenizer(source) {
                const found = BLOCK.exec(source);
                if (found) return token(found[0], found[1] ?? found[2] ?? "", true, false);
                const open = growing() ? BLOCK_OPEN.exec(source) : null;
                return open ? token(open[0], "", true, true) : undefined;
            },
        },
        {
            name: "formula",
            level: "inline",
            start: (source) => match(source, /\$|\\\(|\\\[/),
            tokenizer(source) {
                const display = DISPLAY.exec(source);
                if (display) return token(display[0], display[1] ?? display[2] ?? "", true, false);
                const inline = INLINE.exec(source);
                if (inline) return token(inline[0], inline[1] ?? inline[2] ?? "", false, false);
                const open = growing() ? INLINE_OPEN.exec(source) : null;
                return open ? token(open[0], "", false, true) : undefined;
            },
        },
    ];
}

/** How much of one block is typeset: a formula of 100 kB would hold the page up for a minute. */
export class Room {
    private left = 4_000; // characters; each formula costs as much as ten more

    take(characters: number): boolean {
        this.left -= characters + 10;
        return this.left >= 0;
    }
}

/** A formula as an element; one that is no LaTeX, or does not fit, is shown as it was written. */
export function typeset(formula: Formula, room: Room): Node {
    if (formula.pending) return h("span", { class: "pending" }, words().formulaPending);
    const place = formula.display ? h("div", { class: "display", tabindex: "0" }) : h("span");
    try {
        if (!room.take(formula.text.length)) throw new RangeError("too much for one block");
        katex.render(formula.text, place, {
            displayMode: formula.display,
            throwOnError: true,
            strict: "ignore",
            trust: false,
            maxExpand: 200,
            maxSize: 20,
        });
        if (turned(place.textContent)) throw new RangeError("a direction mark, written or made by \\char");
        return place;
    } catch {
        return h("code", { class: "not-latex" }, visible(formula.raw));
    }
}

function token(raw: string, text: string, display: boolean, pending: boolean): Formula {
    return { type: "formula", raw, text: text.trim(), display, pending };
}

function match(source: string, pattern: RegExp): number | undefined {
    const place = source.search(pattern);
    return place < 0 ? undefined : place;
}
