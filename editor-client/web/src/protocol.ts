// What server and page tell each other: algosmith.web.entries and algosmith.web.app.

export type State = "waiting" | "thinking" | "writing" | "checking" | "done" | "stopped" | "failed";
export type Mode = "algorithms" | "mathematics";

export interface Entry {
    id: string;
    asked: number;
    question: string;
    mode: Mode;
    prompt: string;
    model: string;
    budget: number;
    state: State;
    message: string;
    check: string;
    tokens: number;
    seconds: number;
    seq: number;
    reasoning: string;
    answer: string;
}

export interface Delta {
    type: "delta";
    id: string;
    seq: number;
    state: State;
    tokens: number;
    reasoning: string;
    answer: string;
}

export interface Status {
    state?: string;
    model?: string | null;
    device?: string | null;
    rate?: number;
    message?: string;
    fraction?: number | null;
}

export type ServerEvent =
    | { type: "hello"; status: Status; kept: boolean }
    | { type: "entry"; entry: Entry }
    | Delta
    | { type: "status"; status: Status }
    | { type: "history" }
    | { type: "notice"; text: string }
    | { type: "away" }
    | { type: "denied" };

export interface Listed {
    id: string;
    asked: number;
    title: string;
    mode: Mode;
}

export interface Prompt {
    name: string;
    description: string;
    variables: string[];
}

export interface Choices {
    model: string;
    adapter: string | null;
    models: string[];
    adapters: string[];
    prompts: Prompt[];
    budget: number;
    answers: number;
    characters: number;
    kept: boolean;
}

export interface CodeRun {
    function: string;
    level: string;
    summary: string;
    checks: { name: string; status: string; detail: string }[];
    examples: string[];
    notes: string[];
    complexity: string;
    time: string;
    plot: string;
}

export const ended = (state: State): boolean => state === "done" || state === "stopped" || state === "failed";
