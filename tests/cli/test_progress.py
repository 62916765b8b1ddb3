"""Progress on a terminal and on a pipe."""

import sys

import pytest

from algosmith.cli.progress import ProgressLine
from algosmith.model import Step


@pytest.mark.parametrize(
    ("terminal", "fraction", "shown", "hidden"),
    [
        (True, 0.5, "[##########..........] 3 of 6  50%", "]]"),
        (True, 7.0, "[####################]", "#####################"),
        (True, None, "3 of 6", "["),
        (False, 0.5, "3 of 6  50%", "#"),
    ],
)
def test_a_bar_is_drawn_on_a_terminal_where_the_end_is_known(
    terminal: bool,
    fraction: float | None,
    shown: str,
    hidden: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setenv("COLUMNS", "100")
    with ProgressLine() as report:
        report(Step("checking", "3 of 6", fraction))
    printed = capsys.readouterr().err.replace("\x1b[K", "")
    assert shown in printed
    assert hidden not in printed
