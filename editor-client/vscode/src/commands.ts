/** The commands of palette, keys and menus: each asks the server and shows what it says. */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { languages, messageOf } from "./client";
import { runIn } from "./environment";
import type { TaskItem } from "./protocol";
import { modelsRequest, serverCommands, tasksRequest } from "./protocol";
import type { Server } from "./server";

type Client = LanguageClient;

export function registerCommands(
    server: Server,
    log: vscode.LogOutputChannel,
    subscriptions: vscode.Disposable[],
): void {
    const register = (name: string, run: () => unknown): void => {
        subscriptions.push(vscode.commands.registerCommand(`algosmith.${name}`, run));
    };
    const onFile =
        (run: (client: Client, editor: vscode.TextEditor) => Promise<void>) => async (): Promise<void> => {
            const editor = vscode.window.activeTextEditor;
            if (editor === undefined || !isOurs(editor.document)) {
                void vscode.window.showInformationMessage(
                    vscode.l10n.t("Open a Python, JavaScript, TypeScript, C++, C, Java, Rust or Go file first."),
                );
            } else if (server.client?.isRunning() === true) {
                await run(server.client, editor).catch((error: unknown) => {
                    void vscode.window.showWarningMessage(messageOf(error));
                });
            } else {
                await offerStart(server);
            }
        };
    register("solveTodo", onFile(solveTodo));
    register("solveAllTodos", onFile((_, { document }) => run(serverCommands.solveAll, document)));
    register("explainAlgorithm", onFile((_, editor) => find(serverCommands.explain, editor)));
    register("measureComplexity", onFile((_, editor) => find(serverCommands.measure, editor)));
    register(
        "annotateComplexity",
        onFile((_, { document, selection }) => run(serverCommands.annotate, document, selection.active)),
    );
    register("reviewFunction", onFile((_, editor) => find(serverCommands.review, editor)));
    register("findCounterexample", onFile((_, editor) => find(serverCommands.stress, editor)));
    register("giveHint", onFile((_, editor) => find(serverCommands.hint, editor)));
    register("cancelJobs", () => server.client?.isRunning() === true && vscode.commands.executeCommand(serverCommands.cancel));
    register("takeBestAnswer", onServer(server, takeBest));
    register("chooseModel", onServer(server, chooseModel));
    register("restartServer", () => server.restart());
    register("setUpServer", () => server.setUp());
    register("doctor", () => doctor(server, log));
    register("showLog", () => {
        log.show();
    });
    register("openSample", openSample);
}

/** Ends the solving with the best answer so far; the server then delivers it as any other. */
async function takeBest(): Promise<void> {
    const jobs = await vscode.commands.executeCommand<number | undefined>(serverCommands.takeBest);
    if (jobs === 0) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t("No TODO is being solved; there is nothing to take."),
        );
    }
}

/** The TODO at the cursor, else the only one of the file, else one that the user picks. */
async function solveTodo(client: Client, editor: vscode.TextEditor): Promise<void> {
    const { document, selection } = editor;
    const params = { textDocument: { uri: document.uri.toString() } };
    const tasks = await client.sendRequest(tasksRequest, params);
    const here = (task: TaskItem): boolean =>
        task.range.start.line <= selection.active.line && selection.active.line <= task.range.end.line;
    const task = tasks.find(here) ?? (await pick(tasks, document));
    if (task !== undefined) {
        await run(serverCommands.solve, document, task.range.start);
    }
}

async function pick(tasks: TaskItem[], document: vscode.TextDocument): Promise<TaskItem | undefined> {
    if (tasks.length === 0) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t("There is no TODO in this file. Write what is missing in a comment, like: # TODO: reverse the list"),
        );
        return undefined;
    }
    const items = tasks.map((task) => ({
        label: task.title,
        description: vscode.l10n.t("line {0}", task.range.start.line + 1),
        detail: document.lineAt(task.range.start.line).text.trim(),
        task,
    }));
    const title = vscode.l10n.t("Which TODO?");
    return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.task;
}

/** Explain and measure; the finding shows itself. */
function find(command: string, { document, selection }: vscode.TextEditor): Promise<void> {
    return run(command, document, selection.isEmpty ? selection.active : selection);
}

async function chooseModel(client: Client): Promise<void> {
    const models = await client.sendRequest(modelsRequest, {});
    const other = vscode.l10n.t("A model folder or GGUF file…");
    const rows = models.map((model) => ({
        label: `${model.current ? "$(check)" : "$(blank)"} ${model.name}`,
        description: model.installed ? "" : vscode.l10n.t("not on this machine"),
        detail: model.description,
        value: model.name,
        here: model.current || model.installed,
    }));
    // What can be used at once comes first; the catalogue is long.
    const items = [
        ...rows.filter((row) => row.here),
        { label: `$(folder-opened) ${other}`, value: undefined },
        ...rows.filter((row) => !row.here),
    ];
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Model") });
    const value = picked === undefined ? undefined : (picked.value ?? (await modelOnDisk()));
    if (value !== undefined) {
        const settings = vscode.workspace.getConfiguration("algosmith");
        await settings.update("model", value, vscode.ConfigurationTarget.Global);
    }
}

async function modelOnDisk(): Promise<string | undefined> {
    const chosen = await vscode.window.showOpenDialog({
        canSelectFiles: true,
        canSelectFolders: true,
        filters: { GGUF: ["gguf"], "*": ["*"] },
    });
    return chosen?.[0]?.fsPath;
}

/** The doctor's report, in the log: a terminal would vanish with its last line. */
async function doctor(server: Server, log: vscode.LogOutputChannel): Promise<void> {
    const command = server.found?.command;
    if (command === undefined) {
        await offerStart(server);
        return;
    }
    log.show();
    log.info(`$ ${[...command, "doctor"].join(" ")}`);
    const location = vscode.ProgressLocation.Window;
    await vscode.window.withProgress({ location, title: vscode.l10n.t("Doctor") }, () =>
        runIn(server.storageFolder)([...command, "doctor"], (line) => {
            log.info(line);
        }),
    );
}

async function openSample(): Promise<void> {
    const content = [
        "def running_maximum(numbers: list[int]) -> list[int]:",
        '    """The largest number so far, at each place.',
        "",
        "    >>> running_maximum([3, 1, 4, 1, 5])",
        "    [3, 3, 4, 4, 5]",
        '    """',
        "    # TODO: one pass, O(n)",
        "    ...",
        "",
    ].join("\n");
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    await vscode.window.showTextDocument(document);
}

function onServer(server: Server, action: (client: Client) => Promise<void>): () => Promise<void> {
    return async () => {
        if (server.client?.isRunning() === true) {
            await action(server.client).catch((error: unknown) => {
                void vscode.window.showWarningMessage(messageOf(error));
            });
        } else {
            await offerStart(server);
        }
    };
}

async function offerStart(server: Server): Promise<void> {
    const start = vscode.l10n.t("Start Server");
    const message = vscode.l10n.t("The Algosmith server is not running.");
    if ((await vscode.window.showWarningMessage(message, start)) === start) {
        await server.restart();
    }
}

/** Through the command the client registered, so that what it does with answers holds here too. */
async function run(command: string, document: vscode.TextDocument, ...rest: unknown[]): Promise<void> {
    await vscode.commands.executeCommand(command, document.uri.toString(), ...rest);
}

function isOurs(document: vscode.TextDocument): boolean {
    return (languages as readonly string[]).includes(document.languageId);
}
