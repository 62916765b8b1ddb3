/** The status items: model, engine, cage, queue, with a click what can be done; and the best answer so far. */
import * as vscode from "vscode";
import { languages } from "./client";
import type { EngineStatus } from "./protocol";
import { statusNotification } from "./protocol";
import type { Server } from "./server";

const icons: Record<string, string> = {
    busy: "$(loading~spin)",
    starting: "$(loading~spin)",
    loading: "$(loading~spin)",
    failed: "$(warning)",
};

export class Status {
    private readonly item: vscode.StatusBarItem;
    /** Shown only while an answer waits to be taken. */
    private readonly best: vscode.StatusBarItem;
    private last: EngineStatus | undefined;

    constructor(
        private readonly server: Server,
        subscriptions: vscode.Disposable[],
    ) {
        this.item = vscode.window.createStatusBarItem("algosmith.status", vscode.StatusBarAlignment.Right, 90);
        this.item.name = "Algosmith";
        this.item.command = "algosmith.engineStatus";
        // On the left, where the progress of other extensions is; the notification has no place for it.
        this.best = vscode.window.createStatusBarItem("algosmith.best", vscode.StatusBarAlignment.Left, 90);
        this.best.name = vscode.l10n.t("Algosmith: best answer so far");
        this.best.command = "algosmith.takeBestAnswer";
        this.best.tooltip = vscode.l10n.t("Ends the solving and gives you the best answer so far.");
        subscriptions.push(
            this.item,
            this.best,
            vscode.commands.registerCommand("algosmith.engineStatus", () => this.offerActions()),
            vscode.window.onDidChangeActiveTextEditor(() => {
                this.render();
            }),
            server.onDidMakeClient((client) => {
                client.onNotification(statusNotification, (status) => {
                    this.last = status;
                    this.render();
                    this.offerBest(status.best);
                });
            }),
            server.onDidChange(() => {
                this.last = server.client?.isRunning() === true ? this.last : undefined;
                this.render();
                this.offerBest(this.last?.best ?? "");
            }),
        );
        this.render();
    }

    private render(): void {
        const language = vscode.window.activeTextEditor?.document.languageId ?? "";
        if (!(languages as readonly string[]).includes(language)) {
            this.item.hide();
            return;
        }
        const status = this.last;
        const icon = status === undefined ? "$(sparkle)" : (icons[status.state] ?? "$(sparkle)");
        const jobs = status !== undefined && status.jobs > 1 ? ` (${status.jobs})` : "";
        this.item.text = `${icon} ${status?.model ?? "Algosmith"}${jobs}`;
        this.item.tooltip = new vscode.MarkdownString(this.rows().map(row).join(""));
        const warn = status?.state === "failed" || this.server.client === undefined;
        this.item.backgroundColor = warn
            ? new vscode.ThemeColor("statusBarItem.warningBackground")
            : undefined;
        this.item.show();
    }

    private offerBest(best: string): void {
        void vscode.commands.executeCommand("setContext", "algosmith.mayTakeBest", best !== "");
        if (best === "") {
            this.best.hide();
        } else {
            this.best.text = `$(check) ${vscode.l10n.t("Take the best now ({0})", best)}`;
            this.best.show();
        }
    }

    /** Label and value of everything that is known. */
    private rows(): [string, string][] {
        const status = this.last;
        const t = vscode.l10n.t;
        if (status === undefined) {
            const state = this.server.client === undefined ? t("server not running") : t("starting");
            return [["Algosmith", state]];
        }
        const where = [status.backend, status.device].filter((part) => part !== null).join(", ");
        return [
            [t("Model"), status.model ?? t("none")],
            ...(status.adapter === null ? [] : ([[t("Adapter"), status.adapter]] as [string, string][])),
            [t("Engine"), [status.state, where, status.message].filter((part) => part !== "").join(" · ")],
            [t("Cage"), status.cage ?? t("not opened yet")],
            [t("Queue"), `${status.queue} · ${t("{0} running here", status.jobs)}`],
            ...(status.trusted ? [] : ([[t("Workspace"), t("not trusted: nothing is run")]] as [string, string][])),
            [t("Server"), status.version],
        ];
    }

    private async offerActions(): Promise<void> {
        const t = vscode.l10n.t;
        const facts = this.rows().map(([label, value]) => ({ label, description: value }));
        const action = (label: string, command: string): Choice => ({ label, command });
        const choices: Choice[] = [
            action(`$(list-selection) ${t("Choose Model")}`, "algosmith.chooseModel"),
            action(`$(stop-circle) ${t("Cancel Running Jobs")}`, "algosmith.cancelJobs"),
            action(`$(debug-restart) ${t("Restart Server")}`, "algosmith.restartServer"),
            action(`$(pulse) ${t("Doctor")}`, "algosmith.doctor"),
            action(`$(output) ${t("Show Log")}`, "algosmith.showLog"),
        ];
        const separator = { label: "", kind: vscode.QuickPickItemKind.Separator };
        const items: Choice[] = [...choices, separator, ...facts];
        const picked = await vscode.window.showQuickPick(items, { title: "Algosmith" });
        if (picked?.command !== undefined) {
            await vscode.commands.executeCommand(picked.command);
        }
    }
}

interface Choice extends vscode.QuickPickItem {
    command?: string;
}

function row([label, value]: [string, string]): string {
    return `**${label}**: ${value.replace(/[\\`*_{}[\]<>#|]/g, "\\$&")}  \n`;
}
