// Earlier questions, newest first.

import type { Api } from "./api.js";
import { h, visible } from "./dom.js";
import type { Listed } from "./protocol.js";
import { words } from "./words.js";

export class HistoryList {
    readonly element = h("nav", { "aria-label": words().history });
    kept = true;
    private marked = "";
    private entries: Listed[] = [];

    constructor(
        private readonly api: Api,
        private readonly open: (id: string) => void,
        private readonly report: (error: unknown) => void,
    ) {}

    async load(): Promise<void> {
        try {
            this.entries = await this.api.entries();
        } catch (error) {
            this.report(error);
        }
        this.draw();
    }

    mark(id: string): void {
        this.marked = id;
        this.draw();
    }

    private draw(): void {
        const say = words();
        const rows = this.entries.map((entry) => this.row(entry));
        const quiet = this.kept ? (rows.length ? "" : say.noHistory) : say.notKept;
        this.element.replaceChildren(h("h2", {}, say.history));
        if (quiet) this.element.append(h("p", { class: "quiet" }, quiet));
        if (rows.length) this.element.append(h("ul", { class: "entries" }, ...rows), this.tools());
    }

    private row(entry: Listed): HTMLElement {
        const open = h("button", { type: "button", class: "title" }, visible(entry.title) || "…");
        open.addEventListener("click", () => this.open(entry.id));
        if (entry.id === this.marked) open.setAttribute("aria-current", "true");
        const remove = h("button", { type: "button", class: "remove", title: words().deleteOne }, "×");
        remove.setAttribute("aria-label", `${words().deleteOne}: ${visible(entry.title)}`);
        remove.addEventListener("click", () => void this.api.remove(entry.id).catch(this.report));
        return h("li", {}, open, remove);
    }

    private tools(): HTMLElement {
        const save = h("button", { type: "button" }, words().exportAll);
        save.addEventListener("click", () => void this.save());
        const clear = h("button", { type: "button" }, words().deleteAll);
        clear.addEventListener("click", () => {
            if (confirm(words().deleteAllSure)) void this.api.remove().catch(this.report);
        });
        return h("p", { class: "tools" }, save, clear);
    }

    private async save(): Promise<void> {
        try {
            const address = URL.createObjectURL(await this.api.exported());
            h("a", { href: address, download: "algosmith-history.jsonl" }).click();
            setTimeout(() => URL.revokeObjectURL(address), 10_000);
        } catch (error) {
            this.report(error);
        }
    }
}
