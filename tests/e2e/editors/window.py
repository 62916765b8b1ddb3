"""A window of VS Code: keys go in, what is on the screen comes out.

Menus can't be clicked (an invisible layer lies on top), so they are walked by keys.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

WAIT = 300_000
"""Milliseconds; a busy machine is slow, a test that waits for nothing fails anyway."""


@dataclass
class Window:
    """One window; keys and selectors are those of VS Code 1.139."""

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

    def until(self, condition: Callable[[], object], what: str, seconds: float = 300) -> None:
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
