// Builds elements; text goes in as text, so nothing of a model's answer is ever read as HTML.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** An element with attributes (functions are listeners) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(name, value);
        else if (typeof value === "boolean") element.toggleAttribute(name, value);
        else element.setAttribute(name, value);
    }
    for (const child of children) if (child) element.append(child);
    return element;
}

// Directions, control characters, and what takes no room at all; joiners stay, emoji and some scripts need them.
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const HIDDEN =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text with marks that nobody sees made visible: they could show other code than there is. */
export function visible(text: string): string {
    return text.replace(HIDDEN, (mark) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** Whether some of the text may be shown in another order than it is written. */
export function turned(text: string): boolean {
    return DIRECTIONS.test(text);
}
