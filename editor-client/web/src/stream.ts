// One stream of events from the server, begun anew when it breaks. Runs in a page or a worker.

import type { ServerEvent } from "./protocol.js";

const SILENT_MS = 40_000; // the server says something every 15 seconds
const PAUSES_MS = [300, 1000, 2000, 5000];

/** Reads events until `stop` is called. */
export function follow(key: string, tell: (event: ServerEvent) => void): { stop: () => void } {
    let stopped = false;
    let current = new AbortController();
    const loop = async (): Promise<void> => {
        for (let failures = 0; !stopped; failures++) {
            current = new AbortController();
            try {
                await read(key, current, (event) => {
                    failures = 0;
                    tell(event);
                });
            } catch (error) {
                if (error instanceof Denied) return tell({ type: "denied" });
            }
            if (stopped) return;
            if (failures > 0) tell({ type: "away" });
            await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[Math.min(failures, 3)]));
        }
    };
    void loop();
    return {
        stop: () => {
            stopped = true;
            current.abort();
        },
    };
}

class Denied extends Error {}

async function read(key: string, abort: AbortController, tell: (event: ServerEvent) => void): Promise<void> {
    const response = await fetch("/api/events", {
        headers: { authorization: `Bearer ${key}` },
        signal: abort.signal,
        cache: "no-store",
    });
    if (response.status === 401) throw new Denied();
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let watchdog = setTimeout(() => abort.abort(), SILENT_MS);
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            clearTimeout(watchdog);
            watchdog = setTimeout(() => abort.abort(), SILENT_MS);
            text += value;
            const events = text.split("\n\n");
            text = events.pop() ?? "";
            for (const event of events) {
                if (event.startsWith("data: ")) tell(JSON.parse(event.slice(6)) as ServerEvent);
            }
        }
    } finally {
        clearTimeout(watchdog);
    }
}
