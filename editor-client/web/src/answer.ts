// One question and its answer on the page, while it grows and when it is done.

import { Api, Refused } from "./api.js";
import { copyButton, type Run } from "./code.js";
import { h, visible } from "./dom.js";
import { Growing } from "./markdown.js";
import { type CodeRun, type Delta, ended, type Entry } from "./protocol.js";
import { number, words } from "./words.js";

const BUSY_SHARE = 4; // a picture of the text that took 10 ms is made again after 40 ms

export class AnswerView {
    readonly element: HTMLElement;
    entry: Entry;
    private readonly state = h("span", { class: "state", role: "status" });
    private readonly counts = h("span", { class: "counts" });
    private readonly fold: HTMLDetailsElement;
    private readonly foldTitle = h("summary");
    private readonly reasoning = h("div", { class: "reasoning", tabindex: "0" });
    private reasoned = 0;
    private readonly answer = h("div", { class: "answer" });
    private readonly check = h("p", { class: "check" });
    private readonly message = h("p", { class: "message" });
    private readonly stopButton: HTMLButtonElement;
    private readonly after = h("div", { class: "after" });
    private readonly growing: Growing;
    private waiting = false;

    constructor(
        entry: Entry,
        private readonly api: Api,
        again: (entry: Entry) => void,
        private readonly report: (error: unknown) => void,
    ) {
        const say = words();
        this.entry = entry;
        this.growing = new Growing(this.answer, this.run);
        this.fold = h("details", { class: "fold" }, this.foldTitle, this.reasoning);
        this.stopButton = h("button", { type: "button", class: "stop" }, say.stop);
        this.stopButton.addEventListener("click", () => void this.stop());
        const repeat = h("button", { type: "button" }, say.askAgain);
        repeat.addEventListener("click", () => again(this.entry));
        this.after.append(copyButton(() => this.entry.answer, say.copyAnswer), repeat);
        this.element = h(
            "article",
            { class: "entry" },
            h("h2", { class: "hidden" }, say.you),
            h("div", { class: "asked", tabindex: "0" }, visible(entry.question)),
            h("h2", { class: "hidden" }, say.answer),
            h("div", { class: "line" }, this.state, this.counts, this.stopButton),
            this.fold,
            this.answer,
            this.check,
            this.message,
            this.after,
        );
        this.update(entry);
    }

    /** The whole entry as the server has it. */
    update(entry: Entry): void {
        if (entry.id !== this.entry.id || entry.seq < this.entry.seq) return;
        this.entry = entry;
        if (!entry.reasoning.startsWith(this.reasoning.textContent ?? "")) {
            this.reasoning.textContent = "";
            this.reasoned = 0;
        }
        this.draw();
    }

    /** A piece more. False when an earlier piece is missing. */
    grow(delta: Delta): boolean {
        if (delta.seq <= this.entry.seq) return true;
        if (delta.seq !== this.entry.seq + 1) return false;
        Object.assign(this.entry, {
            seq: delta.seq,
            state: delta.state,
            tokens: delta.tokens,
            message: "",
            reasoning: this.entry.reasoning + delta.reasoning,
            answer: this.entry.answer + delta.answer,
        });
        this.later();
        return true;
    }

    async stop(): Promise<void> {
        if (ended(this.entry.state)) return;
        await this.api.stop(this.entry.id).catch(this.report);
    }

    private later(): void {
        if (this.waiting) return;
        this.waiting = true;
        const draw = (): void => {
            const begun = performance.now();
            this.draw();
            const rest = this.shown < 0 ? 0 : (performance.now() - begun) * BUSY_SHARE;
            setTimeout(() => {
                this.waiting = false;
                if (this.shown !== this.entry.seq) this.later();
            }, rest);
        };
        // Hidden tabs paint no frames; their text is drawn all the same, now and then.
        if (document.hidden) setTimeout(draw, 500);
        else requestAnimationFrame(draw);
    }

    private shown = -1;

    private draw(): void {
        const say = words();
        const { entry } = this;
        const over = ended(entry.state);
        this.shown = entry.seq;
        set(this.state, entry.state === "waiting" && entry.message ? entry.message : say[entry.state]);
        this.element.dataset["state"] = entry.state;
        this.counts.textContent = over ? say.tokensOnly(number(entry.tokens), entry.seconds.toFixed(1)) : "";
        this.drawReasoning(over);
        if (!this.growing.show(entry.answer, over)) {
            this.shown = -1;
            this.later();
        }
        this.check.textContent = visible(entry.check);
        this.message.textContent = over ? visible(entry.message) : "";
        this.message.classList.toggle("bad", entry.state === "failed");
        this.stopButton.hidden = over;
        this.after.hidden = !over;
    }

    private drawReasoning(over: boolean): void {
        const { entry } = this;
        this.fold.hidden = !entry.reasoning;
        if (!entry.reasoning) return;
        const say = words();
        const more = visible(entry.reasoning.slice(this.reasoned));
        this.reasoned = entry.reasoning.length;
        const atEnd = this.reasoning.scrollHeight - this.reasoning.scrollTop - this.reasoning.clientHeight < 40;
        if (more) this.reasoning.append(more);
        if (atEnd && !over) this.reasoning.scrollTop = this.reasoning.scrollHeight;
        const now = entry.state === "thinking";
        const used = number(entry.tokens);
        const title = now ? say.reasoningNow : say.reasoning;
        this.foldTitle.textContent = now ? `${title} ${say.tokens(used, number(entry.budget))}` : title;
    }

    private readonly run: Run = (code, place, button) => {
        button.disabled = true;
        place.replaceChildren(words().running);
        this.api
            .run(code, this.entry.question)
            .then((seen) => place.replaceChildren(result(seen)))
            .catch((error: unknown) => {
                place.replaceChildren(error instanceof Refused && error.message ? error.message : "");
                if (!(error instanceof Refused) || error.status === 0 || error.status === 401) this.report(error);
            })
            .finally(() => (button.disabled = false));
    };
}

function result(seen: CodeRun): HTMLElement {
    const say = words();
    const shown = h("div", { class: `verdict ${seen.level}` }, h("strong", {}, seen.summary));
    const failed = seen.checks.filter((check) => check.status === "failed" && check.detail);
    if (failed.length) shown.append(list(failed.map((check) => check.detail)));
    if (seen.examples.length) {
        shown.append(h("details", {}, h("summary", {}, `${say.examples}: ${seen.examples.length}`), list(seen.examples)));
    } else {
        shown.append(h("p", {}, say.noExamples));
    }
    if (seen.notes.length) shown.append(list(seen.notes));
    if (seen.complexity) shown.append(h("p", { class: "complexity" }, visible(seen.complexity)));
    if (seen.plot) {
        // As a picture it is inert, whatever it holds.
        const source = `data:image/svg+xml,${encodeURIComponent(seen.plot)}`;
        shown.append(h("img", { src: source, alt: say.plot(seen.time), class: "plot" }));
    }
    return shown;
}

function list(lines: string[]): HTMLElement {
    return h("ul", {}, ...lines.map((line) => h("li", {}, visible(line))));
}

/** Screen readers speak of every change, so there is none without need. */
function set(element: HTMLElement, text: string): void {
    if (element.textContent !== text) element.textContent = text;
}
