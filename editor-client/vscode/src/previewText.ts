/** The preview as VS Code shows it: a read-only document with lenses, colours and the evidence in its hover. */
import * as vscode from "vscode";
import type { Unified } from "./diff";
import type { CandidateItem, Level } from "./protocol";

export const scheme = "algosmith-preview";

export interface Page {
    unified: Unified;
    candidate: CandidateItem;
    index: number;
    count: number;
}

const icons: Record<Level, string> = {
    verified: "$(verified-filled)",
    consistent: "$(pass)",
    unchecked: "$(question)",
    refuted: "$(error)",
};

export class PreviewText
    implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.HoverProvider
{
    private readonly pages = new Map<string, Page>();
    private readonly textChanged = new vscode.EventEmitter<vscode.Uri>();
    private readonly lensesChanged = new vscode.EventEmitter<void>();
    private readonly added: vscode.TextEditorDecorationType;
    private readonly removed: vscode.TextEditorDecorationType;
    readonly onDidChange = this.textChanged.event;
    readonly onDidChangeCodeLenses = this.lensesChanged.event;

    constructor(subscriptions: vscode.Disposable[]) {
        this.added = lineDecoration("inserted", "+");
        this.removed = lineDecoration("removed", "−");
        subscriptions.push(
            this.textChanged,
            this.lensesChanged,
            this.added,
            this.removed,
            vscode.workspace.registerTextDocumentContentProvider(scheme, this),
            vscode.languages.registerCodeLensProvider({ scheme }, this),
            vscode.languages.registerHoverProvider({ scheme }, this),
            vscode.window.onDidChangeVisibleTextEditors((editors) => {
                editors.forEach((editor) => {
                    this.decorate(editor);
                });
            }),
            vscode.workspace.onDidChangeTextDocument(({ document }) => {
                vscode.window.visibleTextEditors
                    .filter((editor) => editor.document === document)
                    .forEach((editor) => {
                        this.decorate(editor);
                    });
            }),
        );
    }

    /** Shows this page under that address from now on. */
    set(uri: vscode.Uri, page: Page): void {
        this.pages.set(uri.toString(), page);
        this.textChanged.fire(uri);
        this.lensesChanged.fire();
    }

    page(uri: vscode.Uri): Page | undefined {
        return this.pages.get(uri.toString());
    }

    forget(uri: vscode.Uri): void {
        this.pages.delete(uri.toString());
    }

    provideTextDocumentContent(uri: vscode.Uri): string {
        return this.pages.get(uri.toString())?.unified.text ?? "";
    }

    provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
        const page = this.pages.get(document.uri.toString());
        if (page === undefined) {
            return [];
        }
        const { candidate, index, count } = page;
        const lens = (title: string, command: string, line = page.unified.removed[0]): vscode.CodeLens =>
            new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command });
        const next = vscode.l10n.t("Next candidate ({0} of {1})", index + 1, count);
        const actions = [
            lens(`$(check)\u00a0${vscode.l10n.t("Accept")}`, "algosmith.preview.accept"),
            ...(count > 1 ? [lens(`$(arrow-down)\u00a0${next}`, "algosmith.preview.next")] : []),
            lens(`$(close)\u00a0${vscode.l10n.t("Discard")}`, "algosmith.preview.discard"),
        ];
        // In a row of its own, between what goes and what comes: it can be long.
        const title = `${icons[candidate.level]}\u00a0${candidate.title}`;
        return [...actions, lens(title, "algosmith.preview.evidence", page.unified.added[0])];
    }

    provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
        const page = this.pages.get(document.uri.toString());
        if (page === undefined) {
            return undefined;
        }
        const { removed, added } = page.unified;
        const inside = position.line >= removed[0] && position.line < added[1];
        return inside ? new vscode.Hover(new vscode.MarkdownString(page.candidate.evidence)) : undefined;
    }

    private decorate(editor: vscode.TextEditor): void {
        const page = this.pages.get(editor.document.uri.toString());
        // The new text may not have arrived in the editor yet; its own change event comes back here.
        if (page === undefined || editor.document.lineCount < page.unified.added[1]) {
            return;
        }
        editor.setDecorations(this.removed, lineRanges(page.unified.removed));
        editor.setDecorations(this.added, lineRanges(page.unified.added));
    }
}

function lineRanges([from, to]: readonly [number, number]): vscode.Range[] {
    return to > from ? [new vscode.Range(from, 0, to - 1, 0)] : [];
}

/** Colours as in VS Code's own diff, and a sign, since not everybody sees the colours. */
function lineDecoration(kind: "inserted" | "removed", sign: string): vscode.TextEditorDecorationType {
    const colour = kind === "inserted" ? "%2329A329" : "%23D8453B";
    const svg =
        `<svg xmlns='http://www.w3.org/2000/svg' width='16' height='16'><text x='8' y='13' ` +
        `font-family='monospace' font-size='15' text-anchor='middle' fill='${colour}'>${sign}</text></svg>`;
    return vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        backgroundColor: new vscode.ThemeColor(`diffEditor.${kind}LineBackground`),
        gutterIconPath: vscode.Uri.parse(`data:image/svg+xml;utf8,${svg}`, true),
        gutterIconSize: "contain",
        overviewRulerColor: new vscode.ThemeColor(`diffEditorOverview.${kind}Foreground`),
        overviewRulerLane: vscode.OverviewRulerLane.Full,
    });
}
