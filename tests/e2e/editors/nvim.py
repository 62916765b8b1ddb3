"""A real Neovim, driven over its RPC: keys go in as a user types them, the screen comes out."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynvim

from tests.e2e.editors import programs
from tests.e2e.editors.scripted import SERVER

_WAIT = 300.0

# The menu of actions is recorded, and answered with the first title that holds the wanted words.
_SELECT = """
_G.menus, _G.wanted = {}, nil
vim.ui.select = function(items, options, choose)
  local format = options.format_item or tostring
  local titles, picked = {}, nil
  for index, item in ipairs(items) do
    local title = format(item)
    table.insert(titles, title)
    if not picked and _G.wanted and title:find(_G.wanted, 1, true) then picked = index end
  end
  table.insert(_G.menus, titles)
  choose(picked and items[picked], picked)
end
_G.notes = {}
vim.notify = function(text) table.insert(_G.notes, tostring(text)) end
_G.steps = {}
vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
  local data = event.data or {}
  local value = (data.params or data.result or {}).value or {}
  local words = { value.kind or '', value.title or '', value.message or '' }
  table.insert(_G.steps, table.concat(words, ' '))
end })
"""


@dataclass
class Editor:
    """One Neovim with the plugin."""

    api: Any
    folder: Path

    def lua(self, code: str, *arguments: Any) -> Any:
        """Runs Lua inside and gives what it returns."""
        return self.api.exec_lua(code, *arguments)

    def keys(self, text: str) -> None:
        """Types, in Vim's notation."""
        self.api.input(text)

    def edit(self, file: Path) -> None:
        """Opens a file and waits until the server is attached."""
        self.api.command(f"edit {file}")
        attached = "return #vim.lsp.get_clients({name = 'algosmith', bufnr = 0})"
        self.until(lambda: self.lua(attached) == 1, "the server attaches")
        ready = (
            "local c = vim.lsp.get_clients({name = 'algosmith', bufnr = 0})[1]"
            " return c.initialized == true and c.server_capabilities ~= nil"
        )
        self.until(lambda: self.lua(ready), "the server is initialized")

    def text(self) -> str:
        """The buffer."""
        return "\n".join(self.api.current.buffer[:]) + "\n"

    def virtual(self) -> str:
        """The virtual lines of the preview."""
        return self.lua("""
            local namespace = vim.api.nvim_get_namespaces()['algosmith.preview']
            local lines = {}
            local all = vim.api.nvim_buf_get_extmarks(0, namespace or -1, 0, -1, {details = true})
            for _, mark in ipairs(namespace and all or {}) do
              for _, line in ipairs(mark[4].virt_lines or {}) do
                local text = ''
                for _, chunk in ipairs(line) do text = text .. chunk[1] end
                table.insert(lines, text)
              end
            end
            return table.concat(lines, '\\n')
        """)

    def floating(self) -> str:
        """The text of the floating window, or nothing."""
        return self.lua("""
            for _, window in ipairs(vim.api.nvim_list_wins()) do
              if vim.api.nvim_win_get_config(window).relative ~= '' then
                local buffer = vim.api.nvim_win_get_buf(window)
                return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\\n')
              end
            end
            return ''
        """)

    def act(self, title: str) -> list[str]:
        """Takes a code action at the cursor; gives the menu's titles."""
        before = self.lua("return #_G.menus")
        self.lua("_G.wanted = ... vim.lsp.buf.code_action()", title)
        self.until(lambda: self.lua("return #_G.menus") > before, "the menu opens")
        return self.lua("return _G.menus[#_G.menus]")

    def screen(self) -> str:
        """What is on the screen, row by row, as text."""
        return self.lua("""
            vim.cmd.redraw()
            local rows = {}
            for row = 1, vim.o.lines do
              local cells = {}
              for column = 1, vim.o.columns do
                table.insert(cells, vim.fn.screenstring(row, column))
              end
              table.insert(rows, (table.concat(cells):gsub('%s+$', '')))
            end
            return table.concat(rows, '\\n')
        """)

    def until(self, condition: Callable[[], object], what: str, seconds: float = _WAIT) -> None:
        """Waits, while Neovim handles what the server says."""
        end = time.monotonic() + seconds
        while not condition():
            mode = self.api.api.get_mode()
            assert not mode["blocking"], f"Neovim waits for a key instead: {what}"
            if time.monotonic() > end:
                notes, steps = self.lua("return _G.notes"), self.lua("return _G.steps")
                raise AssertionError(f"never: {what}\n{notes}\n{steps}\n{self.screen()}")
            time.sleep(0.03)


@contextlib.contextmanager
def editor(
    version: str, folder: Path, url: str, *, trusted: bool | None = True
) -> Iterator[Editor]:
    """Starts one with a fresh profile and the plugin set up as its help says."""
    command, environment = programs.neovim(version)
    names = ("CONFIG", "DATA", "STATE", "CACHE")
    profile = {f"XDG_{name}_HOME": str(folder / f"xdg-{name.lower()}") for name in names}
    # pynvim's child takes the environment from this process.
    added = {
        **environment,
        **profile,
        "ALGOSMITH_HOME": str(folder / "algosmith"),
        "NVIM_LOG_FILE": str(folder / "nvim.log"),
    }
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        options = ["--clean", "-n", "--embed", "--headless", "--cmd", "set columns=110 lines=40"]
        argv = [*command, *options, "--cmd", f"set rtp^={programs.PLUGIN}"]
        api = pynvim.attach("child", argv=argv)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    running = Editor(api, folder)
    running.lua(_SELECT)
    _set_up(running, url, trusted)
    try:
        yield running
    finally:
        with contextlib.suppress(EOFError, OSError):
            api.command("qall!")
        api.close()


def _set_up(running: Editor, url: str, trusted: bool | None) -> None:
    settings = {"engine": {"url": url}, "model": "fake", "candidates": 3, "insert": "preview"}
    settings["seconds"] = 3600  # what a slow machine writes is not cut short
    running.lua(
        """
        local command, settings, trusted = ...
        vim.g.algosmith_command = command
        if trusted ~= vim.NIL then vim.g.algosmith_trusted = trusted end
        local changes = { settings = { algosmith = settings } }
        if vim.lsp.enable then
          vim.lsp.config('algosmith', changes)
          vim.lsp.enable('algosmith')
        else
          require('algosmith').enable(changes)
        end
        """,
        SERVER,
        settings,
        trusted,
    )
