/** The server's methods beyond LSP; server/docs/lsp-extensions.md describes them. */
import { NotificationType, RequestType } from "vscode-languageclient/node";
import type { Position, Range } from "vscode-languageclient/node";

export interface Ready {
    uri: string;
    key: string;
}

export interface TaskItem {
    title: string;
    range: Range;
    key: string;
    kind: string;
    ready: number;
}

export type Level = "refuted" | "unchecked" | "consistent" | "verified";

export interface CandidateItem {
    /** What `algosmith.apply` knows it by. */
    index: number;
    title: string;
    level: Level;
    /** Markdown. */
    evidence: string;
    range: Range;
    newText: string;
}

export interface Candidates {
    /** Of the document; the ranges hold for it. */
    version: number | null;
    title: string;
    /** The `index` of the candidate that may be inserted by itself. */
    chosen: number | null;
    candidates: CandidateItem[];
}

export interface ModelItem {
    name: string;
    description: string;
    installed: boolean;
    current: boolean;
}

export interface EngineStatus {
    state: string;
    model: string | null;
    adapter: string | null;
    backend: string | null;
    device: string | null;
    queue: number;
    jobs: number;
    tokensPerSecond: number;
    cage: string | null;
    trusted: boolean;
    /** What could be taken at once, in words; empty where there is nothing yet. */
    best: string;
    message: string;
    version: string;
}

interface InDocument {
    textDocument: { uri: string };
}

export const readyNotification = new NotificationType<Ready>("algosmith/ready");
export const statusNotification = new NotificationType<EngineStatus>("algosmith/status");
export const tasksRequest = new RequestType<InDocument, TaskItem[], void>("algosmith/tasks");
export const candidatesRequest = new RequestType<InDocument & { key: string }, Candidates, void>(
    "algosmith/candidates",
);
export const modelsRequest = new RequestType<object, ModelItem[], void>("algosmith/models");

/** The server's commands; vscode-languageclient registers them under these names. */
export const serverCommands = {
    solve: "algosmith.solve",
    solveAll: "algosmith.solveAll",
    explain: "algosmith.explain",
    measure: "algosmith.measure",
    annotate: "algosmith.annotate",
    review: "algosmith.review",
    hint: "algosmith.hint",
    stress: "algosmith.stress",
    cancel: "algosmith.cancel",
    takeBest: "algosmith.takeBest",
    apply: "algosmith.apply",
    showStatus: "algosmith.showStatus",
} as const;

/** What explain and measure answer. */
export interface Finding {
    markdown: string;
    range: Range;
}

export type Place = Position | Range;
