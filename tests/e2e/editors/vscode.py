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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from tests.e2e.editors.window import Window

ROOT = Path(__file__).resolve().parents[3]
INSTALLED = ROOT / ".e2e" / "code-server"
VSIX = ROOT / "editor-client" / "vscode" / "algosmith.vsix"

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

    def open(self, workspace: Path, artifacts: Path) -> Window:
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
    end = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < end, "code-server did not start"
            time.sleep(0.1)
