// The page: history at the side, one question with its answer, the form below.

import { AnswerView } from "./answer.js";
import { Api, Refused, takeKey } from "./api.js";
import { h, visible } from "./dom.js";
import { AskForm } from "./form.js";
import { HistoryList } from "./history.js";
import { ended, type Entry, type ServerEvent, type Status } from "./protocol.js";
import { language, remember, remembered, switchLanguage, words } from "./words.js";

const THEME = "algosmith.theme";

class Page {
    private readonly banner = h("div", { class: "banner", role: "alert", hidden: true });
    private readonly place = h("div", { class: "place" });
    private readonly status = h("span", { class: "engine" });
    private readonly form: AskForm;
    private readonly list: HistoryList;
    private view: AnswerView | null = null;
    /** How far each answer is known to be: the stream may be ahead of a reply to a request. */
    private readonly heard = new Map<string, number>();
    private noKey = false;

    constructor(private readonly api: Api) {
        this.form = new AskForm((fields) => void this.ask(fields));
        this.list = new HistoryList(api, (id) => void this.open(id), this.report);
    }

    async begin(root: HTMLElement): Promise<void> {
        this.lay(root);
        this.api.listen((event) => this.take(event));
        const wanted = new URLSearchParams(location.hash.slice(1)).get("entry");
        try {
            const choices = await this.api.choices();
            this.form.offer(choices);
            this.list.kept = choices.kept;
            await this.list.load();
            if (wanted) await this.open(wanted);
        } catch (error) {
            this.report(error);
        }
    }

    private lay(root: HTMLElement): void {
        const say = words();
        const fresh = h("button", { type: "button", class: "new" }, say.newQuestion);
        fresh.addEventListener("click", () => this.clear());
        const theme = h("button", { type: "button" }, say.theme);
        theme.addEventListener("click", switchTheme);
        const other = h("button", { type: "button", lang: language() === "zh" ? "en" : "zh" }, say.language);
        other.addEventListener("click", () => {
            switchLanguage();
            location.reload();
        });
        const side = h("aside", { id: "side", "aria-label": say.history }, this.list.element);
        const toggle = h("button", { type: "button", class: "toggle", "aria-controls": "side", "aria-expanded": "false" }, "☰");
        toggle.setAttribute("aria-label", say.openHistory);
        toggle.addEventListener("click", () => {
            toggle.setAttribute("aria-expanded", String(side.classList.toggle("open")));
        });
        const skip = h("button", { type: "button", class: "skip" }, say.skip);
        skip.addEventListener("click", () => this.form.focus());
        root.replaceChildren(
            skip,
            h("header", {}, toggle, h("h1", {}, say.title), fresh, this.status, h("span", { class: "gap" }), theme, other),
            side,
            h("main", {}, this.banner, this.place, this.form.element),
        );
        addEventListener("keydown", (event) => {
            if (event.key === "Escape") void this.view?.stop();
        });
        this.form.focus();
    }

    private async ask(fields: Record<string, unknown>): Promise<void> {
        this.form.busy(true);
        try {
            this.show(await this.api.ask(fields));
            this.form.clear();
            this.hush();
        } catch (error) {
            this.report(error);
        } finally {
            this.form.busy(false);
        }
    }

    private async open(id: string): Promise<void> {
        try {
            this.show(await this.api.entry(id));
        } catch (error) {
            this.report(error);
        }
    }

    private show(entry: Entry): void {
        this.view = new AnswerView(
            entry,
            this.api,
            (again) => this.form.repeat(again),
            this.report,
        );
        this.place.replaceChildren(this.view.element);
        if ((this.heard.get(entry.id) ?? 0) > entry.seq) void this.refresh();
        history.replaceState(null, "", `#entry=${entry.id}`);
        this.list.mark(entry.id);
        document.title = `${visible(entry.question).slice(0, 60)} · algosmith`;
    }

    private clear(): void {
        this.view = null;
        this.place.replaceChildren();
        history.replaceState(null, "", location.pathname);
        this.list.mark("");
        this.form.focus();
    }

    private take(event: ServerEvent): void {
        switch (event.type) {
            case "hello":
                this.drawStatus(event.status);
                this.hush();
                // What happened while the stream was away is read anew.
                if (this.view && !ended(this.view.entry.state)) void this.refresh();
                void this.list.load();
                break;
            case "status":
                this.drawStatus(event.status);
                break;
            case "entry":
                this.heard.set(event.entry.id, event.entry.seq);
                if (event.entry.id === this.view?.entry.id) this.view.update(event.entry);
                break;
            case "delta":
                this.heard.set(event.id, event.seq);
                if (event.id === this.view?.entry.id && !this.view.grow(event)) void this.refresh();
                break;
            case "history":
                void this.list.load();
                break;
            case "notice":
                this.say(event.text);
                break;
            case "away":
                this.say(words().away);
                break;
            case "denied":
                this.noKey = true;
                this.say(words().noKey);
        }
    }

    private async refresh(): Promise<void> {
        const view = this.view;
        if (!view) return;
        try {
            view.update(await this.api.entry(view.entry.id));
        } catch (error) {
            this.report(error);
        }
    }

    private drawStatus(status: Status): void {
        const say = words();
        const state = say.engineStates[status.state ?? "away"] ?? status.state ?? "";
        const parts = [`${say.engine}: ${state}`];
        if (status.state === "ready" && status.model) parts.push(visible(status.model));
        if (status.state === "loading" && status.fraction) parts.push(`${Math.round(status.fraction * 100)} %`);
        if (status.rate) parts.push(say.rate(String(Math.round(status.rate))));
        this.status.textContent = parts.join(" · ");
        this.status.title = status.message ?? "";
    }

    private readonly report = (error: unknown): void => {
        if (error instanceof Refused && error.status === 401) {
            this.noKey = true;
            this.say(words().noKey);
        } else if (error instanceof Refused) {
            this.say(error.status === 0 ? words().away : error.message);
        } else {
            this.say(String(error));
        }
    };

    private say(text: string): void {
        this.banner.textContent = visible(text);
        this.banner.hidden = false;
    }

    private hush(): void {
        if (!this.noKey) this.banner.hidden = true;
    }
}

function switchTheme(): void {
    const dark = getComputedStyle(document.documentElement).colorScheme.startsWith("dark")
        || (!remembered(THEME) && matchMedia("(prefers-color-scheme: dark)").matches);
    remember(THEME, dark ? "light" : "dark");
    applyTheme();
}

function applyTheme(): void {
    const theme = remembered(THEME);
    if (theme) document.documentElement.dataset["theme"] = theme;
}

function main(): void {
    const root = document.getElementById("app");
    if (!root) return;
    document.documentElement.lang = language();
    applyTheme();
    const key = takeKey();
    if (!key) {
        const banner = h("p", { class: "banner", role: "alert" }, words().noKey);
        root.replaceChildren(h("header", {}, h("h1", {}, words().title)), h("main", {}, banner));
        return;
    }
    addEventListener("hashchange", () => {
        if (location.hash.includes("key=")) location.reload();
    });
    void new Page(new Api(key)).begin(root);
}

main();
