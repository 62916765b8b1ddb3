// One stream for all tabs: a browser opens only six connections to a server, and tabs are many.

import type { ServerEvent } from "./protocol.js";
import { follow } from "./stream.js";

interface Joining {
    onconnect: ((event: MessageEvent) => void) | null;
}

const ports = new Set<MessagePort>();
let key = "";
let stream: { stop: () => void } | null = null;
let hello: ServerEvent | null = null;

function tell(event: ServerEvent): void {
    if (event.type === "hello") hello = event;
    if (event.type === "status" && hello?.type === "hello") hello = { ...hello, status: event.status };
    if (event.type === "denied") stream = null;
    for (const port of ports) port.postMessage(event);
}

(self as unknown as Joining).onconnect = (event) => {
    const port = event.ports[0];
    if (!port) return;
    port.onmessage = ({ data }: MessageEvent<{ key?: string; bye?: boolean }>) => {
        if (data.bye) {
            ports.delete(port);
            return;
        }
        ports.add(port);
        if (data.key && (data.key !== key || !stream)) {
            key = data.key;
            hello = null;
            stream?.stop();
            stream = follow(key, tell);
        } else if (hello) {
            port.postMessage(hello);
        }
    };
    port.start();
};
