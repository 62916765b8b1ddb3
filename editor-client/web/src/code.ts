// Blocks of code: coloured by element, with buttons to copy and to run.

import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import typescript from "highlight.js/lib/languages/typescript";
import { createLowlight } from "lowlight";
import { h, visible } from "./dom.js";
import { words } from "./words.js";

const lowlight = createLowlight({ bash, c, cpp, go, java, javascript, json, python, rust, typescript });
const MOST_COLOURED = 50_000;
const PYTHON = new Set(["python", "py", "python3", ""]);

interface Tree {
    type: string;
    value?: string;
    properties?: { className?: string[] };
    children?: Tree[];
}

export type Run = (code: string, place: HTMLElement, button: HTMLButtonElement) => void;

/** A block; `whole` is false while its end is still to come. */
export function block(code: string, info: string, whole: boolean, run: Run | null): HTMLElement {
    const language = info.trim().split(/\s/)[0]?.toLowerCase() ?? "";
    const shown = h("code");
    const text = visible(code);
    if (whole && text.length <= MOST_COLOURED && lowlight.registered(language)) {
        shown.append(...coloured(lowlight.highlight(language, text) as Tree));
    } else {
        shown.append(text);
    }
    const bar = h("div", { class: "code-bar" }, h("span", {}, visible(language)));
    const result = h("div", { class: "code-result", "aria-live": "polite" });
    if (whole) {
        if (run && PYTHON.has(language) && /\bdef \w/.test(code)) {
            const button = h("button", { type: "button", title: words().runHint }, words().run);
            button.addEventListener("click", () => run(code, result, button));
            bar.append(button);
        }
        bar.append(copyButton(() => code, words().copy));
    }
    const pre = h("pre", { tabindex: "0" }, shown);
    return h("figure", { class: "code" }, bar, pre, result);
}

export function copyButton(text: () => string, label: string): HTMLButtonElement {
    const button = h("button", { type: "button" }, label);
    button.addEventListener("click", () => {
        void navigator.clipboard.writeText(text()).then(() => {
            button.textContent = words().copied;
            setTimeout(() => (button.textContent = label), 1500);
        });
    });
    return button;
}

function coloured(tree: Tree): Node[] {
    return (tree.children ?? []).map((child) => {
        if (child.type === "text") return document.createTextNode(child.value ?? "");
        const element = h("span", { class: (child.properties?.className ?? []).join(" ") });
        element.append(...coloured(child));
        return element;
    });
}
