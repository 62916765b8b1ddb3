/** The checks as tools for VS Code's own agent: the server is registered, nobody edits a file. */
import * as vscode from "vscode";
import type { Server } from "./server";

/** What newer VS Code has (1.101 on); the types of 1.91 do not know it. */
interface Definitions {
    McpStdioServerDefinition?: new (
        label: string,
        command: string,
        args: string[],
        env: Record<string, string | number | null>,
        version?: string,
    ) => unknown;
    lm?: {
        registerMcpServerDefinitionProvider?: (
            id: string,
            provider: { onDidChangeMcpServerDefinitions: vscode.Event<void>; provideMcpServerDefinitions: () => unknown[] },
        ) => vscode.Disposable;
    };
}

/** Offers `algosmith mcp` for the open folders: only in a trusted workspace, started when an agent asks. */
export function registerAgentTools(server: Server, subscriptions: vscode.Disposable[]): void {
    const { lm, McpStdioServerDefinition: Definition } = vscode as unknown as Definitions;
    if (Definition === undefined || lm?.registerMcpServerDefinitionProvider === undefined) {
        return;
    }
    const provider = {
        onDidChangeMcpServerDefinitions: server.onDidChange,
        provideMcpServerDefinitions: (): unknown[] => {
            const [program, ...rest] = server.found?.command ?? [];
            const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
            if (program === undefined || folders.length === 0 || !vscode.workspace.isTrusted) {
                return [];
            }
            const roots = folders.flatMap(({ uri }) => ["--root", uri.fsPath]);
            // Added to the environment that VS Code gives; see serverEnvironment.
            const env = { PYTHONSAFEPATH: "1", PYTHONUTF8: "1" };
            return [new Definition("Algosmith", program, [...rest, "mcp", ...roots], env)];
        },
    };
    try {
        subscriptions.push(lm.registerMcpServerDefinitionProvider("algosmith", provider));
    } catch {
        // Until 1.101 this was a proposal under another name, which throws: no tools there, all else works.
    }
}
