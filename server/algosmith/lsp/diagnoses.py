"""What checks found in the session's documents; see ``diagnostics``."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algosmith.features.findings import Finding, FunctionReport
    from algosmith.lsp.documents import Document
    from algosmith.lsp.jobs import Job

_MOST_KEPT = 500


@dataclass(slots=True)
class Diagnoses:
    """What is known of the session's documents."""

    found: dict[str, tuple[bytes, tuple[Finding, ...]]] = field(
        default_factory=dict[str, "tuple[bytes, tuple[Finding, ...]]"]
    )
    """By URI, with the text that was checked."""
    functions: OrderedDict[str, FunctionReport | None] = field(
        default_factory=OrderedDict[str, "FunctionReport | None"]
    )
    """By what a function hangs on: what did not change is not run again."""
    jobs: dict[str, Job] = field(default_factory=dict[str, "Job"])

    def of(self, document: Document) -> tuple[Finding, ...]:
        """The findings that hold for the text as it is."""
        data, found = self.found.get(document.uri, (b"", ()))
        return found if data == document.data else ()

    def keep(self, key: str, checked: FunctionReport | None) -> None:
        """Keeps one function's result, and not too many."""
        self.functions[key] = checked
        while len(self.functions) > _MOST_KEPT:
            self.functions.popitem(last=False)
