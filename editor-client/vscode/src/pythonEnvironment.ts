/** The interpreter the user works with, from the Python extension where there is one. */
import * as vscode from "vscode";

interface PythonApi {
    environments: {
        getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
        /** The path alone may name the environment's folder instead of its interpreter. */
        resolveEnvironment(
            environment: { path: string },
        ): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
        onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
    };
}

async function pythonApi(): Promise<PythonApi | undefined> {
    const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
    try {
        return await extension?.activate();
    } catch {
        return undefined; // Its failure is its own to report; the other places remain.
    }
}

/** Path of the active environment's interpreter; without the Python extension, of `VIRTUAL_ENV`. */
export async function activePython(): Promise<string | undefined> {
    const api = await pythonApi();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (api !== undefined) {
        const active = api.environments.getActiveEnvironmentPath(folder);
        const resolved = await api.environments.resolveEnvironment(active);
        if (resolved?.executable.uri !== undefined) {
            return resolved.executable.uri.fsPath;
        }
    }
    const environment = process.env.VIRTUAL_ENV;
    if (environment === undefined || environment === "") {
        return undefined;
    }
    const tail = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
    return vscode.Uri.joinPath(vscode.Uri.file(environment), ...tail).fsPath;
}

/** Calls back when the user chooses another interpreter. */
export async function onActivePythonChanged(changed: () => void): Promise<vscode.Disposable> {
    const api = await pythonApi();
    return (
        api?.environments.onDidChangeActiveEnvironmentPath(changed) ??
        new vscode.Disposable(() => undefined)
    );
}
