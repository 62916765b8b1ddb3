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
_LONGEST = (
    "test_llamacpp_backend.py", "test_training.py", "test_sandbox_wasi_attacks.py",
    "test_lsp_solving.py", "test_fetching_packages.py", "test_lsp_bad_input.py",
    "test_lsp_real_model.py", "test_attacks.py", "test_offline.py", "test_engine_process.py",
    "test_lsp_process.py", "test_sandbox_source.py", "test_sandbox_lifecycle.py",
)  # fmt: skip
"""Several processes begin with these files; else one process is left with them in the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-scenarios`` rewrites what scenario files expect."""
    parser.addoption("--update-scenarios", action="store_true", help="rewrite expected sections")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What decides which tests run."""
    torch = "yes" if importlib.util.find_spec("torch") else "no"
    return [f"algosmith: torch {torch}, user {os.getuid() if hasattr(os, 'getuid') else '-'}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Quick tests first: a broken unit is seen before the slow tests begin.

    Where several processes share the work (``--no-loadscope-reorder``) the longest files are first.

    Tests that drive real processes and editors may be tried a second time, which the summary shows
    ("rerun"): on a busy machine a process can be late. Nothing else is.
    """
    items.sort(key=lambda item: any(item.get_closest_marker(mark) for mark in _LAST))
    if not config.getoption("loadscopereorder", default=True):
        rank = {name: number for number, name in enumerate(_LONGEST)}
        items.sort(key=lambda item: rank.get(item.path.name, len(rank)))
    for item in items:
        if (
            item.get_closest_marker("e2e")
            or item.get_closest_marker("model")
            or "lsp" in item.path.parts
        ):
            item.add_marker(pytest.mark.flaky(reruns=1))
