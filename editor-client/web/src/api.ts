// Requests to the server, and the key that lets them through.

import type { Choices, CodeRun, Entry, Listed, ServerEvent } from "./protocol.js";
import { follow } from "./stream.js";
import { remember, remembered } from "./words.js";

const STORED = "algosmith.key";

/** An error whose message is a sentence for people. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

export class Api {
    constructor(private readonly key: string) {}

    ask(fields: Record<string, unknown>): Promise<Entry> {
        return this.call("POST", "ask", fields);
    }

    run(code: string, question: string): Promise<CodeRun> {
        return this.call("POST", "run", { code, question });
    }

    stop(id: string): Promise<unknown> {
        return this.call("POST", `entries/${id}/stop`, {});
    }

    choices(): Promise<Choices> {
        return this.call("GET", "choices");
    }

    entries(): Promise<Listed[]> {
        return this.call("GET", "entries");
    }

    entry(id: string): Promise<Entry> {
        return this.call("GET", `entries/${encodeURIComponent(id)}`);
    }

    remove(id?: string): Promise<unknown> {
        return this.call("DELETE", id ? `entries/${id}` : "entries");
    }

    async exported(): Promise<Blob> {
        return (await this.request("GET", "export")).blob();
    }

    /** Events of the server: through a worker that all tabs share, where the browser has them. */
    listen(tell: (event: ServerEvent) => void): void {
        if (typeof SharedWorker === "undefined") {
            follow(this.key, tell);
            return;
        }
        const worker = new SharedWorker(workerUrl(), { type: "module", name: "algosmith" });
        worker.port.onmessage = ({ data }: MessageEvent<ServerEvent>) => tell(data);
        worker.port.postMessage({ key: this.key });
        addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
        addEventListener("pageshow", (event) => {
            if (event.persisted) worker.port.postMessage({ key: this.key });
        });
    }

    private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
        return (await (await this.request(method, path, body)).json()) as T;
    }

    private async request(method: string, path: string, body?: unknown): Promise<Response> {
        const response = await fetch(`/api/${path}`, {
            method,
            headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            cache: "no-store",
        }).catch(() => null);
        if (!response) throw new Refused(0, "");
        if (response.ok) return response;
        const told = (await response.json().catch(() => ({}))) as { error?: string };
        throw new Refused(response.status, told.error ?? `status ${response.status}`);
    }
}

/** The key of the link, taken out of the address bar; else the one this browser was given before. */
export function takeKey(): string | null {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const given = fragment.get("key");
    if (given) {
        remember(STORED, given);
        fragment.delete("key");
        const rest = fragment.toString();
        history.replaceState(null, "", rest ? `#${rest}` : location.pathname);
    }
    return given ?? remembered(STORED);
}

interface TrustedTypes {
    createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): {
        createScriptURL(url: string): string;
    };
}

function workerUrl(): string {
    const types = (window as unknown as { trustedTypes?: TrustedTypes }).trustedTypes;
    const rules = { createScriptURL: () => "/stream_worker.js" };
    return types ? types.createPolicy("algosmith-worker", rules).createScriptURL("") : "/stream_worker.js";
}
