/** The language client: what the server is told, and what is done with what it says. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import type { LanguageClientOptions, Middleware, ServerOptions } from "vscode-languageclient/node";
import { serverEnvironment } from "./discovery";
import { levelled } from "./logs";
import type { JobProgress } from "./progress";
import type { Finding } from "./protocol";
import { serverCommands } from "./protocol";
import { forServer } from "./settings";

export const languages = [
    "python",
    "javascript",
    "javascriptreact",
    "typescript",
    "typescriptreact",
    "cpp",
    "c",
    "java",
    "rust",
    "go",
] as const;

/** Files, unsaved buffers and notebook cells; previews and diffs of others are not worked on. */
const schemes = ["file", "untitled", "vscode-notebook-cell", "vscode-remote"];

export interface ClientContext {
    command: readonly string[];
    /** Folder the server runs in: never the workspace. */
    folder: string;
    log: vscode.LogOutputChannel;
    progress: JobProgress;
    /** The server stopped by itself. */
    onCrash: () => void;
}

export function makeClient(context: ClientContext): LanguageClient {
    const [program = "", ...rest] = context.command;
    const serverOptions: ServerOptions = {
        command: program,
        args: [...rest, "lsp"],
        options: { cwd: context.folder, env: serverEnvironment() },
    };
    const client: LanguageClient = new LanguageClient("algosmith", "Algosmith", serverOptions, {
        documentSelector: schemes.flatMap((scheme) =>
            languages.map((language) => ({ scheme, language })),
        ),
        initializationOptions: {
            trusted: vscode.workspace.isTrusted,
            preview: true,
            // It asks for them as well, but may be asked something before it has the answer.
            settings: forServer(vscode.workspace.getConfiguration("algosmith")),
            commandLinks: vscode.workspace.isTrusted,
        },
        outputChannel: context.log,
        stdioOptions: { stdout: showLog, stderr: showLog },
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        markdown: {
            isTrusted: vscode.workspace.isTrusted
                ? {
                      enabledCommands: [
                          serverCommands.explain,
                          serverCommands.measure,
                          serverCommands.review,
                          serverCommands.stress,
                      ],
                  }
                : false,
            supportHtml: false,
        },
        errorHandler: errorHandler(context),
        middleware: middleware(context, () => client),
    });
    return client;
}

/** The server's stderr; its stdout is the protocol and is not read here. */
function showLog(input: Readable, log: vscode.LogOutputChannel): void {
    const read = levelled();
    createInterface({ input, crlfDelay: Infinity }).on("line", (line) => {
        const { level, text } = read(line);
        log[level](text);
    });
}

/** What the server has to know before it can offer anything goes through unchanged; the rest is here. */
function middleware(context: ClientContext, client: () => LanguageClient): Middleware {
    return {
        handleWorkDoneProgress: (token, step, next) => {
            if (!context.progress.handle(client(), token, step)) {
                next(token, step);
            }
        },
        workspace: {
            configuration: async (params, token, next) => {
                const sections = await next(params, token);
                return Array.isArray(sections) ? sections.map(forServer) : sections;
            },
            didChangeConfiguration: () =>
                // The server asks for its section itself; what would be pushed holds our own keys too.
                client().sendNotification("workspace/didChangeConfiguration", { settings: null }),
        },
        executeCommand: async (command, args, next): Promise<unknown> => {
            const editor = vscode.window.activeTextEditor;
            if (command === serverCommands.explain) {
                context.progress.expectExplanation();
            }
            try {
                const answer = (await next(command, args)) as unknown;
                await showFinding(answer, editor);
                return answer;
            } catch (error) {
                void vscode.window.showWarningMessage(messageOf(error));
                return undefined;
            }
        },
    };
}

/** What explain and measure found is shown in the hover, where it stays. */
async function showFinding(answer: unknown, editor: vscode.TextEditor | undefined): Promise<void> {
    if (!isFinding(answer) || editor === undefined || vscode.window.activeTextEditor !== editor) {
        return;
    }
    const { start, end } = answer.range;
    const cursor = editor.selection.active.line;
    if (cursor < start.line || cursor > end.line) {
        const at = new vscode.Position(start.line, start.character);
        editor.selection = new vscode.Selection(at, at);
    }
    await vscode.commands.executeCommand("editor.action.showHover", { focus: "noAutoFocus" });
}

function isFinding(answer: unknown): answer is Finding {
    return typeof answer === "object" && answer !== null && "markdown" in answer && "range" in answer;
}

/** Starts the server again after a crash, up to three times in three minutes; then asks. */
function errorHandler(context: ClientContext): LanguageClientOptions["errorHandler"] & object {
    const crashes: number[] = [];
    return {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
            context.progress.clear();
            const now = Date.now();
            crashes.push(now);
            if (crashes.filter((time) => now - time < 180_000).length <= 3) {
                context.log.warn("The server stopped and is started again.");
                return { action: CloseAction.Restart, handled: true };
            }
            context.onCrash();
            return { action: CloseAction.DoNotRestart, handled: true };
        },
    };
}

export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
