"""Shared by all tests: what this machine has, e2e tests last."""

import importlib.util
import os

import hypothesis
import pytest

# No test may depend on how fast the machine is: without this, hypothesis fails an example that
# takes over 200 ms, and a test whose examples are made slowly.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

_LAST = ("e2e", "model", "slow")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-scenarios`` rewrites what scenario files expect."""
    parser.addoption("--update-scenarios", action="store_true", help="rewrite expected sections")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What decides which tests run."""
    torch = "yes" if importlib.util.find_spec("torch") else "no"
    return [f"algosmith: torch {torch}, user {os.getuid() if hasattr(os, 'getuid') else '-'}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first: a broken unit is seen before the slow tests begin.

    Tests that drive real processes and editors may be tried a second time, which the summary shows
    ("rerun"): on a busy machine a process can be late. Nothing else is.
    """
    items.sort(key=lambda item: any(item.get_closest_marker(mark) for mark in _LAST))
    for item in items:
        if (
            item.get_closest_marker("e2e")
            or item.get_closest_marker("model")
            or "lsp" in item.path.parts
        ):
            item.add_marker(pytest.mark.flaky(reruns=1))
