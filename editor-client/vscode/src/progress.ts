/** Shows the server's jobs as notifications that can be cancelled.
 *
 * vscode-languageclient shows them in the status bar, where Cancel is two clicks away.
 */
import * as vscode from "vscode";
import { WorkDoneProgressCancelNotification } from "vscode-languageclient/node";
import type {
    LanguageClient,
    ProgressToken,
    WorkDoneProgressBegin,
    WorkDoneProgressEnd,
    WorkDoneProgressReport,
} from "vscode-languageclient/node";

type Step = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Shown {
    report: (step: WorkDoneProgressReport) => void;
    end: () => void;
}

export class JobProgress {
    private readonly shown = new Map<ProgressToken, Shown>();
    private explainAsked = 0;

    /** The user asked for an explanation; a hover asks for one too, and then the status bar is enough. */
    expectExplanation(): void {
        this.explainAsked = Date.now();
    }

    /** Takes one step of a job; false when it isn't a job to show here. */
    handle(client: LanguageClient, token: ProgressToken, step: Step): boolean {
        if (step.kind === "begin") {
            const quiet = step.title.startsWith("Explaining") && Date.now() - this.explainAsked > 2000;
            if (step.cancellable !== true || quiet) {
                return false;
            }
            this.begin(client, token, step);
            return true;
        }
        const shown = this.shown.get(token);
        if (step.kind === "end") {
            shown?.end();
            this.shown.delete(token);
        } else {
            shown?.report(step);
        }
        return shown !== undefined;
    }

    /** Takes all notifications away: the server that would end them is gone. */
    clear(): void {
        for (const shown of this.shown.values()) {
            shown.end();
        }
        this.shown.clear();
    }

    private begin(client: LanguageClient, token: ProgressToken, first: WorkDoneProgressBegin): void {
        const options = {
            location: vscode.ProgressLocation.Notification,
            title: first.title,
            cancellable: true,
        };
        void vscode.window.withProgress(options, (progress, cancelled) => {
            let percentage = 0;
            const report = (step: { message?: string; percentage?: number }): void => {
                const increment = Math.max(0, (step.percentage ?? percentage) - percentage);
                percentage += increment;
                progress.report({
                    ...(step.message === undefined ? {} : { message: step.message }),
                    ...(increment > 0 ? { increment } : {}),
                });
            };
            cancelled.onCancellationRequested(() => {
                void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
            });
            return new Promise<void>((resolve) => {
                this.shown.set(token, { report, end: resolve });
                report(first);
            });
        });
    }
}
