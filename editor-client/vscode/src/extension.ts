/** Entry point: puts the parts together. Whatever takes time starts after `activate` returned. */
import * as vscode from "vscode";
import { registerAgentTools } from "./agents";
import { registerCommands } from "./commands";
import { Previews } from "./preview";
import { readyNotification } from "./protocol";
import { onActivePythonChanged } from "./pythonEnvironment";
import { Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
    const begun = performance.now();
    const log = vscode.window.createOutputChannel("Algosmith", { log: true });
    const current = new Server(log, context.globalStorageUri);
    server = current;
    const { subscriptions } = context;
    subscriptions.push(log);
    const previews = new Previews(() => current.client, log, subscriptions);
    new Status(current, subscriptions);
    registerCommands(current, log, subscriptions);
    registerAgentTools(current, subscriptions);
    const restart = (): void => {
        void current.restart();
    };
    subscriptions.push(
        current.onDidMakeClient((client) => {
            client.onNotification(readyNotification, (ready) => {
                void previews.ready(ready);
            });
        }),
        current.onDidChange(() => {
            const running = current.client?.isRunning() === true;
            void vscode.commands.executeCommand("setContext", "algosmith.serverRunning", running);
        }),
        vscode.workspace.onDidGrantWorkspaceTrust(restart),
        vscode.workspace.onDidChangeConfiguration((event) => {
            if (event.affectsConfiguration("algosmith.server.command")) {
                restart();
            }
        }),
    );
    log.info(`Activated in ${(performance.now() - begun).toFixed(1)} ms`);
    void current.restart();
    void onActivePythonChanged(restart).then((watching) => subscriptions.push(watching));
}

export async function deactivate(): Promise<void> {
    await server?.stop();
}
