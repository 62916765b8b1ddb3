/** One proposal at a time, shown in place of the file until it is accepted or discarded.
 *
 * The file itself is not touched before Accept; then the server applies the edit, as one undo step.
 */
import * as path from "node:path";
import * as vscode from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import type { LanguageClient } from "vscode-languageclient/node";
import { messageOf } from "./client";
import { unified } from "./diff";
import { PreviewText, scheme } from "./previewText";
import type { Candidates, Ready } from "./protocol";
import { candidatesRequest, serverCommands } from "./protocol";

/** A preview opens by itself only when nobody typed for so long. */
const quietMilliseconds = 1500;

interface Session {
    ready: Ready;
    source: vscode.TextDocument;
    uri: vscode.Uri;
    answer: Candidates;
    index: number;
}

export class Previews {
    private readonly text: PreviewText;
    private session: Session | undefined;
    private readonly waiting: Ready[] = [];
    private lastTyped = 0;
    private opened = 0;

    constructor(
        private readonly client: () => LanguageClient | undefined,
        private readonly log: vscode.LogOutputChannel,
        subscriptions: vscode.Disposable[],
    ) {
        this.text = new PreviewText(subscriptions);
        const command = (name: string, run: () => Promise<void>): vscode.Disposable =>
            vscode.commands.registerCommand(`algosmith.preview.${name}`, run);
        subscriptions.push(
            command("accept", () => this.accept()),
            command("next", () => this.show(1)),
            command("previous", () => this.show(-1)),
            command("discard", () => this.close()),
            command("evidence", () => this.showEvidence()),
            vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
                // The log and our own preview change too, and nobody types there.
                const typed = document === vscode.window.activeTextEditor?.document;
                if (typed && document.uri.scheme !== scheme && contentChanges.length > 0) {
                    this.lastTyped = Date.now();
                }
            }),
            vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
                if (closed.some((tab) => this.isOurs(tab))) {
                    void this.closed();
                }
            }),
        );
    }

    /** Candidates wait for a task: show them, or say so when the user is busy elsewhere. */
    async ready(ready: Ready): Promise<void> {
        if (this.session !== undefined) {
            this.waiting.push(ready);
            return;
        }
        const active = vscode.window.activeTextEditor?.document.uri.toString();
        const quiet = Date.now() - this.lastTyped > quietMilliseconds;
        if (active === ready.uri && quiet) {
            await this.open(ready);
            return;
        }
        const review = vscode.l10n.t("Review");
        const name = path.posix.basename(vscode.Uri.parse(ready.uri, true).path);
        const question = vscode.l10n.t("A solution for a TODO in {0} is ready.", name);
        if ((await vscode.window.showInformationMessage(question, review)) === review) {
            await this.open(ready);
        }
    }

    private async open(ready: Ready): Promise<void> {
        const source = await vscode.workspace.openTextDocument(vscode.Uri.parse(ready.uri, true));
        const answer = await this.candidates(ready);
        if (answer === undefined || answer.candidates.length === 0) {
            return;
        }
        this.opened += 1;
        const base = path.posix.basename(source.uri.path);
        // Whatever goes by file name must not take a cell's text for a notebook.
        const name = source.uri.scheme === "vscode-notebook-cell" ? `${base} (cell)` : base;
        const title = vscode.l10n.t("Proposal for {0}", name);
        const uri = vscode.Uri.from({ scheme, path: `/${title}`, query: `${this.opened}` });
        const chosen = answer.candidates.findIndex(({ index }) => index === answer.chosen);
        this.session = { ready, source, uri, answer, index: Math.max(0, chosen) };
        this.render(this.session);
        const shown = await vscode.workspace.openTextDocument(uri);
        await vscode.languages.setTextDocumentLanguage(shown, source.languageId);
        const column = vscode.window.visibleTextEditors.find(
            (editor) => editor.document === source,
        )?.viewColumn;
        const editor = await vscode.window.showTextDocument(shown, {
            preview: false,
            ...(column === undefined ? {} : { viewColumn: column }),
        });
        const many = answer.candidates.length > 1;
        await vscode.commands.executeCommand("setContext", "algosmith.previewOpen", true);
        await vscode.commands.executeCommand("setContext", "algosmith.previewHasMore", many);
        this.reveal(editor);
    }

    private async show(step: 1 | -1): Promise<void> {
        const session = this.session;
        if (session === undefined) {
            return;
        }
        const count = session.answer.candidates.length;
        session.index = (session.index + step + count) % count;
        if (session.source.version !== session.answer.version) {
            const answer = await this.candidates(session.ready);
            if (answer === undefined || answer.candidates.length === 0) {
                await this.close();
                return;
            }
            session.answer = answer;
            session.index %= answer.candidates.length;
        }
        this.render(session);
    }

    private render(session: Session): void {
        const { answer, index, source, uri } = session;
        const candidate = answer.candidates[index];
        if (candidate !== undefined) {
            const edit = { ...candidate.range, newText: candidate.newText };
            const page = { candidate, index, count: answer.candidates.length };
            this.text.set(uri, { ...page, unified: unified(source.getText(), edit) });
        }
    }

    private async accept(): Promise<void> {
        const session = this.session;
        if (session === undefined) {
            return;
        }
        const { uri, key } = session.ready;
        const begun = performance.now();
        const candidate = session.answer.candidates[session.index];
        if (candidate === undefined) {
            return;
        }
        try {
            await this.client()?.sendRequest(ExecuteCommandRequest.type, {
                command: serverCommands.apply,
                arguments: [uri, key, candidate.index],
            });
        } catch (error) {
            void vscode.window.showWarningMessage(messageOf(error));
            return;
        }
        this.log.info(`Accepted in ${(performance.now() - begun).toFixed(0)} ms`);
        await this.close();
        const editor = await vscode.window.showTextDocument(session.source);
        const at = new vscode.Position(candidate.range.start.line, candidate.range.start.character);
        editor.selection = new vscode.Selection(at, at);
        editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }

    /** Closes the preview's tab; what follows is in `closed`, as when the user closes it. */
    private async close(): Promise<void> {
        const tabs = vscode.window.tabGroups.all
            .flatMap((group) => group.tabs)
            .filter((tab) => this.isOurs(tab));
        await vscode.window.tabGroups.close(tabs);
        await this.closed();
    }

    private async closed(): Promise<void> {
        if (this.session === undefined) {
            return;
        }
        this.text.forget(this.session.uri);
        this.session = undefined;
        await vscode.commands.executeCommand("setContext", "algosmith.previewOpen", false);
        const next = this.waiting.shift();
        if (next !== undefined) {
            await this.open(next);
        }
    }

    private async showEvidence(): Promise<void> {
        const editor = vscode.window.activeTextEditor;
        if (editor !== undefined) {
            this.reveal(editor);
            await vscode.commands.executeCommand("editor.action.showHover", { focus: "noAutoFocus" });
        }
    }

    private reveal(editor: vscode.TextEditor): void {
        const page = this.session && this.text.page(this.session.uri);
        if (page !== undefined) {
            const { removed, added } = page.unified;
            const at = new vscode.Position(added[0], 0);
            editor.selection = new vscode.Selection(at, at);
            // From two lines above, so that the lenses are in sight however long the solution is.
            editor.revealRange(
                new vscode.Range(Math.max(removed[0] - 2, 0), 0, added[1], 0),
                vscode.TextEditorRevealType.AtTop,
            );
        }
    }

    private async candidates(ready: Ready): Promise<Candidates | undefined> {
        const params = { textDocument: { uri: ready.uri }, key: ready.key };
        try {
            return await this.client()?.sendRequest(candidatesRequest, params);
        } catch (error) {
            void vscode.window.showWarningMessage(messageOf(error));
            return undefined;
        }
    }

    private isOurs(tab: vscode.Tab): boolean {
        const uri = this.session?.uri.toString();
        return tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri;
    }
}
