/** The server's life: found, started, restarted, stopped; the private environment when there is none. */
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { State } from "vscode-languageclient/node";
import type { LanguageClient } from "vscode-languageclient/node";
import { makeClient, messageOf } from "./client";
import { askVersion, findServer } from "./discovery";
import type { Found, Search } from "./discovery";
import { findPython, interpreterIn, makeEnvironment, oldestPython, runIn } from "./environment";
import { JobProgress } from "./progress";
import { activePython } from "./pythonEnvironment";
import { commandSetting } from "./settings";

export class Server {
    client: LanguageClient | undefined;
    /** What was found last; the doctor runs the same program. */
    found: Found | undefined;
    private readonly progress = new JobProgress();
    private readonly made = new vscode.EventEmitter<LanguageClient>();
    /** A new client is about to start: the place to register for what its server says. */
    readonly onDidMakeClient = this.made.event;
    private readonly changed = new vscode.EventEmitter<void>();
    /** The server runs, or doesn't any more. */
    readonly onDidChange = this.changed.event;
    private queue: Promise<void> = Promise.resolve();

    constructor(
        private readonly log: vscode.LogOutputChannel,
        private readonly storage: vscode.Uri,
    ) {
        mkdirSync(storage.fsPath, { recursive: true });
    }

    /** Starts the server, or starts it anew; calls wait for each other. */
    restart(): Promise<void> {
        this.queue = this.queue.then(() => this.startAnew()).catch((error: unknown) => {
            this.log.error(messageOf(error));
            void this.offer(
                vscode.l10n.t("The Algosmith server did not start: {0}", messageOf(error)),
                [this.showLog, this.setUpAgain],
            );
        });
        return this.queue;
    }

    async stop(): Promise<void> {
        const client = this.client;
        this.client = undefined;
        this.progress.clear();
        if (client !== undefined) {
            this.changed.fire();
            // A server that hangs must not keep the editor from going on.
            await client.dispose(2000).catch((error: unknown) => {
                this.log.warn(messageOf(error));
            });
        }
    }

    /** The private environment, made anew, its log in view. */
    async setUp(): Promise<void> {
        this.log.show(true);
        const title = vscode.l10n.t("Setting up Algosmith");
        const location = vscode.ProgressLocation.Notification;
        try {
            await vscode.window.withProgress(
                { location, title, cancellable: true },
                (progress, token) => this.install(progress, token),
            );
        } catch (error) {
            this.log.error(messageOf(error));
            await this.offer(messageOf(error), [this.showLog, this.setUpAgain]);
            return;
        }
        await this.restart();
    }

    private async install(
        progress: vscode.Progress<{ message?: string }>,
        token: vscode.CancellationToken,
    ): Promise<void> {
        await this.stop();
        const abort = new AbortController();
        token.onCancellationRequested(() => {
            abort.abort();
        });
        const run = runIn(this.storage.fsPath, abort.signal);
        const active = vscode.workspace.isTrusted ? await activePython() : undefined;
        const { python, seen } = await findPython(active, run);
        if (python === undefined) {
            const version = oldestPython.join(".");
            const others = seen.length === 0 ? "" : ` (${seen.join(", ")})`;
            throw new Error(
                vscode.l10n.t("Algosmith needs Python {0} or newer, with venv{1}. Install it, then set up again.", version, others),
            );
        }
        const requirement = this.configuration().get<string>("server.package", "algosmith[demo]");
        await makeEnvironment(this.environment, python, requirement, run, (line) => {
            this.log.info(line);
            progress.report({ message: line.slice(0, 80) });
        });
    }

    private async startAnew(): Promise<void> {
        await this.stop();
        const search = await this.search();
        for (const { origin, command, reason } of search.failures) {
            this.log.info(`No server by ${origin} (${command.join(" ")}): ${reason}`);
        }
        this.found = search.found;
        if (search.found === undefined) {
            const setting = JSON.stringify(this.configuration().inspect("server.command"));
            this.log.warn(`No server found; algosmith.server.command: ${setting}`);
            void this.explainAbsence(search);
            return;
        }
        const { command, origin, version } = search.found;
        this.log.info(`Server ${version} by ${origin}: ${command.join(" ")}`);
        const client = makeClient({
            command,
            folder: this.storage.fsPath,
            log: this.log,
            progress: this.progress,
            onCrash: () => {
                void this.offer(vscode.l10n.t("The Algosmith server stopped several times and was not started again."), [
                    this.startAgain,
                    this.showLog,
                ]);
            },
        });
        client.onDidChangeState(({ newState }) => {
            if (this.client === client && newState !== State.Starting) {
                this.changed.fire();
            }
        });
        this.client = client;
        this.made.fire(client);
        await client.start();
    }

    private async search(): Promise<Search> {
        const setting = commandSetting(this.configuration().get("server.command"), homedir());
        if (setting.problem !== undefined) {
            void vscode.window.showWarningMessage(setting.problem);
        }
        const around = {
            setting: setting.command,
            python: await activePython(),
            searchPath: process.env.PATH ?? "",
            programSuffixes: process.platform === "win32" ? [".exe", ".cmd"] : [""],
            privatePython: interpreterIn(this.environment),
            trusted: vscode.workspace.isTrusted,
            workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
            exists: existsSync,
        };
        return findServer(around, (command) => askVersion(command, this.storage.fsPath));
    }

    private async explainAbsence({ failures }: Search): Promise<void> {
        const old = failures.find(({ wrongVersion }) => wrongVersion !== undefined);
        const broken = failures.find(({ origin }) => origin.startsWith("setting"));
        const setting = "algosmith.server.command";
        if (old !== undefined) {
            const text = vscode.l10n.t("The Algosmith server found does not fit: {0}.", `${old.command[0] ?? ""}: ${old.reason}`);
            await this.offer(text, [this.setUpAgain, this.openSetting]);
        } else if (broken !== undefined) {
            const text = vscode.l10n.t("The program in {0} did not start: {1}", setting, broken.reason);
            await this.offer(text, [this.openSetting, this.showLog]);
        } else {
            const text = vscode.l10n.t("Algosmith needs its server. Set it up in a private environment, with a model (about 1.2 GB, once)?");
            await this.offer(text, [this.setUpAgain, this.openSetting]);
        }
    }

    private async offer(message: string, actions: readonly (() => Action)[]): Promise<void> {
        const offered = actions.map((action) => action());
        const chosen = await vscode.window.showWarningMessage(message, ...offered);
        await chosen?.run();
    }

    private readonly setUpAgain = (): Action => ({
        title: vscode.l10n.t("Set Up"),
        run: () => this.setUp(),
    });

    private readonly startAgain = (): Action => ({
        title: vscode.l10n.t("Start Again"),
        run: () => this.restart(),
    });

    private readonly showLog = (): Action => ({
        title: vscode.l10n.t("Show Log"),
        run: () => {
            this.log.show();
        },
    });

    private readonly openSetting = (): Action => ({
        title: vscode.l10n.t("Open Setting"),
        run: () =>
            vscode.commands.executeCommand("workbench.action.openSettings", "algosmith.server"),
    });

    /** Folder for our processes to run in: never the workspace. */
    get storageFolder(): string {
        return this.storage.fsPath;
    }

    private get environment(): string {
        return vscode.Uri.joinPath(this.storage, "environment").fsPath;
    }

    private configuration(): vscode.WorkspaceConfiguration {
        return vscode.workspace.getConfiguration("algosmith");
    }
}

interface Action extends vscode.MessageItem {
    run: () => unknown;
}
