// Markdown of a model's answer as elements. Only what is listed here is ever made: no HTML of the
// answer, no pictures, no links that lead away; their text and address are shown.

import { Marked, type Token, type Tokens } from "marked";
import { block, type Run } from "./code.js";
import { h, visible } from "./dom.js";
import { type Formula, formulas, Room, typeset } from "./formula.js";

const DEEPEST = 40;
const SLICE_MS = 12;

/**
 * Text that grows. Blocks that are complete are made once and stay; only the last two are made anew.
 * Much text at once is made in slices, so that the page stays quick.
 */
export class Growing {
    private text = "";
    private frozen = 0; // so much of the text is in blocks that are complete
    private readonly queue: string[] = []; // complete blocks, not made yet
    private stable = 0; // so many nodes stay
    private growing = true;
    private room = new Room();
    private readonly marked = new Marked({ gfm: true });

    constructor(
        readonly element: HTMLElement,
        private readonly run: Run | null,
    ) {
        this.marked.use({ extensions: formulas(() => this.growing) });
    }

    /** Shows `text`, which begins with what was shown before, or anew when it does not. False: call again. */
    show(text: string, whole: boolean): boolean {
        text = text.replace(/\r\n?/g, "\n");
        if (!text.startsWith(this.text)) {
            this.frozen = this.stable = this.queue.length = 0;
            this.element.replaceChildren();
        }
        this.text = text;
        const until = performance.now() + SLICE_MS;
        if (!this.makeComplete(until)) return false;
        this.growing = !whole;
        const tokens = this.tokens(text.slice(this.frozen));
        const last = lastTwo(tokens);
        for (const token of tokens.slice(0, last)) {
            this.queue.push(token.raw);
            this.frozen += token.raw.length;
        }
        if (!this.makeComplete(until)) return false;
        this.cutTail();
        for (const token of tokens.slice(last)) this.add(token, whole);
        return true;
    }

    private makeComplete(until: number): boolean {
        if (!this.queue.length) return true;
        this.cutTail();
        this.growing = false; // what looked like the beginning of a formula was none
        let made = 0;
        while (made < this.queue.length && performance.now() < until) {
            for (const token of this.tokens(this.queue[made++] ?? "")) this.add(token, true);
        }
        this.queue.splice(0, made);
        this.stable = this.element.childNodes.length;
        return !this.queue.length;
    }

    private cutTail(): void {
        while (this.element.childNodes.length > this.stable) this.element.lastChild?.remove();
    }

    /** Text nested so deeply that the parser gives up is one piece, shown as it was written. */
    private tokens(text: string): Token[] {
        try {
            return this.marked.lexer(text);
        } catch (error) {
            if (error instanceof RangeError) return [{ type: "html", raw: text } as Token];
            throw error;
        }
    }

    private add(token: Token, whole: boolean): void {
        this.room = new Room();
        const node = this.blockNode(token, whole, 0);
        if (node) this.element.append(node);
    }

    private blockNode(token: Token, whole: boolean, depth: number): Node | null {
        if (depth > DEEPEST) return document.createTextNode(visible(token.raw));
        switch (token.type) {
            case "space":
            case "def":
                return null;
            case "hr":
                return h("hr");
            case "code":
                return block(token.text as string, (token.lang as string | undefined) ?? "", whole, this.run);
            case "heading": {
                const level = Math.min(6, (token.depth as number) + 2);
                return this.holder(h(`h${level}` as "h3"), token.tokens, depth);
            }
            case "blockquote":
                return this.blocks(h("blockquote"), token.tokens, whole, depth);
            case "list":
                return this.list(token as Tokens.List, whole, depth);
            case "table":
                return this.table(token as Tokens.Table, depth);
            case "formula":
                return typeset(token as Formula, this.room);
            case "paragraph":
                return this.holder(h("p"), token.tokens, depth);
            case "text":
                return this.holder(h("span"), token.tokens ?? [token], depth);
            default: // HTML included: as text
                return h("p", {}, visible(token.raw));
        }
    }

    private blocks<T extends HTMLElement>(parent: T, tokens: Token[] | undefined, whole: boolean, depth: number): T {
        for (const token of tokens ?? []) {
            const node = this.blockNode(token, whole, depth + 1);
            if (node) parent.append(node);
        }
        return parent;
    }

    private list(list: Tokens.List, whole: boolean, depth: number): HTMLElement {
        const element = list.ordered ? h("ol", { start: String(list.start || 1) }) : h("ul");
        for (const item of list.items) element.append(this.blocks(h("li"), item.tokens, whole, depth));
        return element;
    }

    private table(table: Tokens.Table, depth: number): HTMLElement {
        const row = (cells: Tokens.TableCell[], tag: "th" | "td"): HTMLElement =>
            h("tr", {}, ...cells.map((cell) => this.holder(h(tag), cell.tokens, depth)));
        const body = h("tbody", {}, ...table.rows.map((cells) => row(cells, "td")));
        const shown = h("table", {}, h("thead", {}, row(table.header, "th")), body);
        return h("div", { class: "table", tabindex: "0" }, shown);
    }

    private holder<T extends HTMLElement>(parent: T, tokens: Token[] | undefined, depth: number): T {
        for (const token of tokens ?? []) parent.append(this.inlineNode(token, depth + 1));
        return parent;
    }

    private inlineNode(token: Token, depth: number): Node {
        if (depth > DEEPEST) return document.createTextNode(visible(token.raw));
        switch (token.type) {
            case "strong":
                return this.holder(h("strong"), token.tokens, depth);
            case "em":
                return this.holder(h("em"), token.tokens, depth);
            case "del":
                return this.holder(h("del"), token.tokens, depth);
            case "codespan":
                return h("code", {}, visible(token.text as string));
            case "br":
                return h("br");
            case "formula":
                return typeset(token as Formula, this.room);
            case "link": {
                const shown = this.holder(h("span", { class: "link" }), token.tokens, depth);
                const address = visible(token.href as string);
                if (shown.textContent !== address) shown.append(` (${address})`);
                return shown;
            }
            case "image":
                return h("span", { class: "link" }, visible(`${token.text as string} (${token.href as string})`));
            case "escape":
                return document.createTextNode(visible(token.text as string));
            case "text":
                if (token.tokens) return this.holder(h("span"), token.tokens, depth);
                return document.createTextNode(visible(decoded(token.text as string)));
            default:
                return document.createTextNode(visible(token.raw));
        }
    }
}

/** The place of the last but one token that is more than space. */
function lastTwo(tokens: Token[]): number {
    let seen = 0;
    for (let place = tokens.length - 1; place >= 0; place--) {
        if (tokens[place]?.type !== "space" && ++seen === 2) return place;
    }
    return 0;
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Models write entities in text now and then; only these, and never as markup. */
function decoded(text: string): string {
    return text.replace(/&(?:#(\d{1,6})|(\w{2,5}));/g, (all, code: string | undefined, name: string | undefined) => {
        const point = Number(code);
        if (code) return point > 31 && point < 0x110000 ? String.fromCodePoint(point) : all;
        return NAMED[name ?? ""] ?? all;
    });
}
