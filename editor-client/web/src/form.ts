// The form: question, kind, and the options behind a fold.

import { h } from "./dom.js";
import type { Choices, Entry, Mode } from "./protocol.js";
import { number, words } from "./words.js";

export class AskForm {
    readonly element: HTMLFormElement;
    private readonly say = words();
    private readonly question = h("textarea", { id: "question", rows: "4", placeholder: this.say.placeholder, spellcheck: "false" });
    private readonly modes: Record<Mode, HTMLInputElement>;
    private readonly model = h("select", { id: "model" });
    private readonly adapter = h("select", { id: "adapter" });
    private readonly prompt = h("select", { id: "prompt" });
    private readonly answers = h("input", { id: "answers", type: "number", min: "1", max: "8", value: "1" });
    private readonly variables = h("div", { class: "variables" });
    private readonly problem = h("p", { class: "problem", role: "alert" });
    private readonly send = h("button", { type: "submit", class: "primary", title: this.say.askHint }, this.say.ask);
    private choices: Choices | null = null;

    constructor(private readonly ask: (fields: Record<string, unknown>) => void) {
        this.modes = { algorithms: radio("algorithms", true), mathematics: radio("mathematics", false) };
        this.element = h(
            "form",
            { class: "ask" },
            h(
                "fieldset",
                { class: "modes" },
                h("legend", { class: "hidden" }, this.say.mode),
                h("label", {}, this.modes.algorithms, this.say.algorithms),
                h("label", {}, this.modes.mathematics, this.say.mathematics),
            ),
            h("label", { for: "question", class: "hidden" }, this.say.question),
            this.question,
            this.problem,
            this.options(),
            h("div", { class: "send" }, this.send),
        );
        this.element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.submit();
        });
        this.question.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit();
        });
        for (const mode of Object.values(this.modes)) mode.addEventListener("change", () => this.drawAnswers());
        this.prompt.addEventListener("change", () => this.drawVariables());
    }

    /** What can be chosen. */
    offer(choices: Choices): void {
        this.choices = choices;
        fill(this.model, choices.models, choices.model);
        fill(this.adapter, ["", ...choices.adapters], choices.adapter ?? "", { "": this.say.noAdapter });
        const names = choices.prompts.map((prompt) => prompt.name);
        const titles = Object.fromEntries(choices.prompts.map((p) => [p.name, `${p.name}: ${p.description}`]));
        fill(this.prompt, ["", ...names], "", { ...titles, "": this.say.ofTheMode });
        this.drawAnswers();
    }

    focus(): void {
        this.question.focus();
    }

    busy(now: boolean): void {
        this.send.disabled = now;
    }

    clear(): void {
        this.question.value = "";
    }

    /** Puts an earlier question back, to be changed or asked again. */
    repeat(entry: Entry): void {
        this.question.value = entry.question;
        this.modes[entry.mode].checked = true;
        this.drawAnswers();
        this.focus();
    }

    private options(): HTMLElement {
        const row = (label: string, control: HTMLElement): HTMLElement =>
            h("div", { class: "row" }, h("label", { for: control.id }, label), control);
        return h(
            "details",
            { class: "options" },
            h("summary", {}, this.say.options),
            row(this.say.model, this.model),
            row(this.say.adapter, this.adapter),
            row(this.say.answers, this.answers),
            row(this.say.template, this.prompt),
            this.variables,
        );
    }

    private submit(): void {
        const question = this.question.value;
        const most = this.choices?.characters ?? Infinity;
        if (this.send.disabled) return;
        if (!question.trim()) return this.complain(this.say.nothing);
        if (question.length > most) return this.complain(this.say.tooLong(number(most)));
        this.complain("");
        const variables: Record<string, string> = {};
        for (const field of this.variables.querySelectorAll("textarea")) variables[field.name] = field.value;
        this.ask({
            question,
            mode: this.modes.mathematics.checked ? "mathematics" : "algorithms",
            model: this.model.value,
            adapter: this.adapter.value,
            prompt: this.prompt.value,
            answers: Math.max(1, Math.min(8, Number(this.answers.value) || 1)),
            variables,
        });
    }

    private complain(text: string): void {
        this.problem.textContent = text;
        if (text) this.focus();
    }

    private drawAnswers(): void {
        const several = this.modes.mathematics.checked;
        this.answers.value = String(several ? (this.choices?.answers ?? 1) : 1);
        this.answers.disabled = !several;
    }

    private drawVariables(): void {
        const prompt = this.choices?.prompts.find((one) => one.name === this.prompt.value);
        const names = (prompt?.variables ?? []).filter((name) => name !== "question");
        this.variables.replaceChildren(
            ...names.map((name) =>
                h("div", { class: "row" }, h("label", { for: `v-${name}` }, name), h("textarea", { id: `v-${name}`, name, rows: "2" })),
            ),
        );
    }
}

function radio(value: Mode, checked: boolean): HTMLInputElement {
    return h("input", { type: "radio", name: "mode", value, checked });
}

function fill(select: HTMLSelectElement, values: string[], chosen: string, titles: Record<string, string> = {}): void {
    const options = values.map((value) => h("option", { value }, titles[value] ?? value));
    select.replaceChildren(...options);
    select.value = chosen;
}
