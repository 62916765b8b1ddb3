"""VS Code for the web (code-server) in a headless Chromium: started, driven and ended.

One server serves many windows; a window is a fresh browser context on a folder of its own. The
server runs in a process group of its own, since the extension host and the language server would
outlive it by hours otherwise.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parents[3]
INSTALLED = ROOT / ".e2e" / "code-server"
VSIX = ROOT / "editor-client" / "vscode" / "algosmith.vsix"
WAIT = 60_000

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

QUIET_SETTINGS: dict[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "git.enabled": False,
    "chat.disableAIFeatures": True,
    "chat.commandCenter.enabled": False,
    "editor.stickyScroll.enabled": False,
    "breadcrumbs.enabled": False,
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "telemetry.telemetryLevel": "off",
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "files.autoSave": "off",
    "security.workspace.trust.startupPrompt": "never",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.reduceMotion": "on",
}


@dataclass
class CodeServer:
    """A running server; ``open`` gives windows."""

    folder: Path
    browser: Browser
    port: int
    settings: dict[str, Any]
    process: "subprocess.Popen[bytes]"
    pages: list[Page] = field(default_factory=list)

    def configure(self, **changes: Any) -> None:
        """Changes user settings, for windows (re)loaded after it. Dots are written as ``__``."""
        for name, value in changes.items():
            self.settings[name.replace("__", ".")] = value
        self.write_settings()

    def write_settings(self) -> None:
        """Puts the settings on disk."""
        # What has the scope "machine" is looked for in the second, in windows on a remote machine.
        for kind in ("User", "Machine"):
            file = self.folder / "data" / kind / "settings.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            written = file.with_suffix(".new")
            written.write_text(json.dumps(self.settings, indent=2), "utf-8")
            written.replace(file)

    def open(self, workspace: Path, artifacts: Path) -> "Window":
        """A window on a folder, its extension host running."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        self.pages.append(page)
        page.goto(f"http://127.0.0.1:{self.port}/?folder={workspace}")
        window = Window(page, workspace, artifacts)
        window.wait_until_loaded()
        return window

    def log(self) -> str:
        """What the extension logged, over all windows."""
        files = sorted((self.folder / "data" / "logs").rglob("*Algosmith*.log"))
        return "\n".join(file.read_text("utf-8", "replace") for file in files)

    def children(self, mark: str) -> list[int]:
        """Ids of this server's own processes whose command line holds ``mark``."""
        found: list[int] = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if mark in line and os.getsid(int(entry.name)) == self.process.pid:
                    found.append(int(entry.name))
        return found

    def close(self) -> None:
        """Ends the server with everything it started."""
        for page in self.pages:
            page.context.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def code_server(
    playwright: Playwright,
    folder: Path,
    settings: dict[str, Any],
    *,
    trusted: bool = True,
    environment: dict[str, str] | None = None,
) -> Iterator[CodeServer]:
    """Starts one with a fresh profile that has the extension, and ends it."""
    environment = _environment(folder) | (environment or {})
    node = _node()
    program = [node, str(INSTALLED / "node_modules" / "code-server" / "out" / "node" / "entry.js")]
    profile = ["--user-data-dir", str(folder / "data"), "--extensions-dir", str(folder / "ext")]
    config = folder / "config.yaml"
    config.write_text("cert: false\n")
    base = [*program, "--config", str(config), *profile]
    subprocess.run(
        [*base, "--install-extension", str(VSIX)], env=environment, check=True, capture_output=True
    )
    port = _free_port()
    options = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry"]
    options += ["--disable-update-check", "--disable-getting-started-override"]
    options += ["--disable-workspace-trust"] if trusted else []
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: run make e2e, or apt-get install chromium as root"
    browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
    log = (folder / "code-server.log").open("wb")
    process = subprocess.Popen(
        [*base, *options], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    server = CodeServer(folder, browser, port, {**QUIET_SETTINGS, **settings}, process)
    server.write_settings()
    try:
        _wait_for_health(port)
        yield server
    finally:
        server.close()
        browser.close()
        log.close()


@dataclass
class Window:
    """One window; keys and selectors are those of VS Code 1.100."""

    page: Page
    workspace: Path
    artifacts: Path
    shots: int = 0

    def wait_until_loaded(self) -> None:
        """Waits for the workbench."""
        self.page.wait_for_selector(".monaco-workbench .statusbar-item", timeout=WAIT)

    def reload(self) -> None:
        """Loads the window anew, as after a change of settings."""
        self.page.reload()
        self.wait_until_loaded()

    def open_file(self, name: str) -> None:
        """Opens a file of the folder and waits until its text is shown."""
        self.page.keyboard.press("Control+p")
        box = self.page.locator(".quick-input-widget input")
        expect(box).to_be_visible(timeout=WAIT)
        box.fill(name)
        row = self.page.locator(".quick-input-widget .monaco-list-row", has_text=name).first
        expect(row).to_be_visible(timeout=WAIT)
        self.page.keyboard.press("Enter")
        expect(self.tab(name)).to_be_visible(timeout=WAIT)
        expect(self.page.locator(".monaco-editor .view-line").first).to_be_visible(timeout=WAIT)

    def tab(self, name: str) -> Any:
        """The tab of that title."""
        return self.page.locator(".tabs-container .tab", has_text=name)

    def goto(self, line: int, column: int = 1) -> None:
        """Puts the cursor there."""
        self.page.keyboard.press("Control+g")
        box = self.page.locator(".quick-input-widget input")
        expect(box).to_be_visible(timeout=WAIT)
        box.fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".quick-input-widget")).to_be_hidden(timeout=WAIT)

    def command(self, title: str) -> None:
        """Runs a command of the palette."""
        option = re.compile(f"^{re.escape(title)}(,|$)")
        row = self.page.locator(".quick-input-widget").get_by_role("option", name=option).first
        end = time.monotonic() + WAIT / 1000
        # Commands of extensions come late on a busy machine; the list does not follow.
        while not row.is_visible():
            assert time.monotonic() < end, f"no command {title!r}"
            self.page.keyboard.press("F1")
            box = self.page.locator(".quick-input-widget input")
            expect(box).to_be_visible(timeout=WAIT)
            box.fill(f">{title}")
            try:
                row.wait_for(timeout=3000)
            except PlaywrightTimeout:
                self.page.keyboard.press("Escape")
        row.click()

    def lens(self, text: str) -> Any:
        """A code lens whose text holds ``text``."""
        return self.page.locator(".codelens-decoration a", has_text=text)

    def menu(self, keys: str = "Control+.") -> list[str]:
        """Opens the code-action menu and gives its titles."""
        self.page.keyboard.press(keys)
        rows = self.page.locator(".action-widget .monaco-list-row.action .title")
        expect(rows.first).to_be_visible(timeout=WAIT)
        return [title.strip() for title in rows.all_inner_texts()]

    def choose(self, text: str) -> None:
        """Takes the menu's action whose title holds ``text``; by keys, a mouse can't."""
        focused = self.page.locator(".action-widget .monaco-list-row.focused .title")
        for _ in range(30):
            if focused.count() and text in focused.inner_text():
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no action with {text!r} in the menu")

    def notification(self, text: str) -> Any:
        """A notification that is in view."""
        return self.page.locator(".notifications-toasts .notification-list-item", has_text=text)

    def shown(self) -> str:
        """The lines in view of the active editor, as text."""
        lines = self.page.locator(".editor-instance .monaco-editor .view-lines").last
        texts: list[tuple[float, str]] = lines.evaluate(
            "all => [...all.children].map(l => [parseFloat(l.style.top), l.textContent])"
        )
        ordered = [text for _, text in sorted(texts, key=lambda entry: entry[0])]
        return "\n".join(line.replace("\u00a0", " ").replace("\u200c", "") for line in ordered)

    def save(self) -> None:
        """Writes the file to disk."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".tabs-container .tab.dirty")).to_have_count(0, timeout=WAIT)

    def shot(self, name: str) -> None:
        """Keeps a picture of the window."""
        self.shots += 1
        self.artifacts.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.artifacts / f"{self.shots:02}-{name}.png")

    def until(self, condition: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Waits for something that no selector can say."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"never: {what}"
            self.page.wait_for_timeout(50)

    def time_from_key(self, key: str, selector: str, *, gone: bool = False) -> float:
        """Milliseconds from the key press to the selector's appearance, taken inside the page."""
        self.page.evaluate(
            """([selector, gone]) => {
                window.__took = new Promise(done => {
                    const begin = event => {
                        if (['Control', 'Alt', 'Shift'].includes(event.key)) return;
                        window.removeEventListener('keydown', begin, true);
                        const start = performance.now();
                        const look = () => {
                            const found = document.querySelector(selector);
                            if (gone ? !found : found && found.offsetHeight) {
                                done(performance.now() - start);
                            } else setTimeout(look, 1);
                        };
                        look();
                    };
                    window.addEventListener('keydown', begin, true);
                });
            }""",
            [selector, gone],
        )
        self.page.keyboard.press(key)
        return float(self.page.evaluate("window.__took"))


def _environment(folder: Path) -> dict[str, str]:
    wanted = re.compile(r"PATH|LANG|TMPDIR|(PIP|SSL|REQUESTS)_.*|(HTTPS?|NO)_PROXY", re.I)
    kept = {name: value for name, value in os.environ.items() if wanted.fullmatch(name)}
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE")}
    return {
        **kept,
        **own,
        "HOME": str(folder / "home"),
        # Keeps the environment as given; else a login shell of this machine adds its own.
        "VSCODE_CLI": "1",
        "ALGOSMITH_HOME": str(folder / "algosmith"),
    }


def _node() -> str:
    script = ROOT / "tests" / "e2e" / "install" / "node.sh"
    found = subprocess.run(
        [str(script), str(ROOT / ".e2e" / "node")], check=True, capture_output=True, text=True
    )
    return f"{found.stdout.strip()}/node"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_health(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < end, "code-server did not start"
            time.sleep(0.1)
