"""What the tools answer with; the descriptions become the schemas that agents read."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from algosmith.features.check import FileReport
from algosmith.features.findings import Finding
from algosmith.model import Growth, Measurement, Task
from algosmith.verify.types import Assessment

_MOST_NOTES = 100


class TaskFound(BaseModel):
    """One TODO that can be solved."""

    file: str
    line: int = Field(description="of the keyword, from 1")
    keyword: str
    text: str
    kind: str
    function: str | None


class Tasks(BaseModel):
    """The TODOs of files or folders."""

    tasks: list[TaskFound]


class CheckResult(BaseModel):
    """One thing that was checked."""

    name: str
    status: Literal["passed", "failed", "skipped"]
    detail: str


class VerifyReceipt(BaseModel):
    """What was proven about a function that stands in a file."""

    function: str
    level: Literal["refuted", "unchecked", "consistent", "verified"]
    summary: str
    examples: list[str] = Field(description="the user's examples that were run")
    checks: list[CheckResult]
    notes: list[str] = Field(description="what was left out, and why")
    cage: str | None = Field(description="the cage it ran in; null: nothing was run")


class GrowthReceipt(BaseModel):
    """Growth of time or space; a class is measured on the sizes that were tried, not proven."""

    complexity_class: str | None
    confidence: Literal["high", "medium", "low"] | None
    reason: str | None
    points: list[tuple[int, int]] = Field(description="size and counted work, or bytes")


class ComplexityReceipt(BaseModel):
    """Complexity of a function."""

    function: str
    basis: Literal["measured", "estimated"]
    time: GrowthReceipt
    space: GrowthReceipt
    inputs: str
    hottest_line: int | None
    notes: list[str]


class FindingReceipt(BaseModel):
    """One finding."""

    rule: str
    message: str
    file: str
    line: int
    function: str
    hottest_line: int | None
    key: str = Field(description="the same finding has the same key after the next change, too")


class CheckReceipt(BaseModel):
    """All functions of files or folders, checked."""

    findings: list[FindingReceipt]
    functions: int
    examples: int
    held: int
    failed: int
    not_checked: list[str] = Field(description="functions that could not be checked, and why")


class StressReceipt(BaseModel):
    """The end of a search for a counterexample; none found is no proof."""

    found: FindingReceipt | None
    report: str
    tried: int
    largest: int = Field(description="the largest size that was tried")


class SolveReceipt(BaseModel):
    """The receipt of a solved TODO. Nothing was written."""

    message: str
    chosen: bool = Field(description="whether there is a solution that may be inserted by itself")
    level: Literal["refuted", "unchecked", "consistent", "verified"] | None
    summary: str
    code: str
    new_text: str | None = Field(description="the whole file with the solution in it")
    time: str | None
    space: str | None


def task_found(file: str, task: Task) -> TaskFound:
    """A task of a file."""
    name = task.function.qualified_name if task.function else None
    return TaskFound(file=file, line=task.line, keyword=task.keyword, text=task.text,
                     kind=task.kind, function=name)  # fmt: skip


def found(finding: Finding) -> FindingReceipt:
    """A finding."""
    return FindingReceipt(
        rule=finding.rule,
        message=finding.message,
        file=finding.file,
        line=finding.line,
        function=finding.function,
        hottest_line=finding.hottest_line,
        key=finding.key,
    )


def measured(made: Measurement) -> ComplexityReceipt:
    """A measurement."""
    return ComplexityReceipt(
        function=made.function, basis=made.basis, time=_growing(made.time),
        space=_growing(made.space), inputs=made.inputs, hottest_line=made.hottest_line,
        notes=list(made.notes),
    )  # fmt: skip


def verified(function: str, made: Assessment, cage: str | None) -> VerifyReceipt:
    """The judgement on what stands in a file."""
    verdict = made.verdicts[0]
    checks = [CheckResult(name=c.name, status=c.status, detail=c.detail) for c in verdict.checks]
    examples = [f"{e.text} ({e.source})" for e in made.examples]
    return VerifyReceipt(
        function=function, level=verdict.level, summary=verdict.summary, examples=examples,
        checks=checks, notes=list(made.notes), cage=cage,
    )  # fmt: skip


def checked(files: Sequence[FileReport]) -> CheckReceipt:
    """All that was found in files."""
    functions = [(file, one) for file in files for one in file.functions]
    left = [
        f"{file.file}:{one.line} {one.name}: {one.note}"
        for file, one in functions
        if one.status == "not checked"
    ]
    left += [f"{file.file}: {file.note}" for file in files if file.note]
    return CheckReceipt(
        findings=[found(one) for file in files for one in file.findings],
        functions=len(functions),
        examples=sum(one.examples for _, one in functions),
        held=sum(one.status == "held" for _, one in functions),
        failed=sum(one.status == "failed" for _, one in functions),
        not_checked=left[:_MOST_NOTES],
    )


def _growing(growth: Growth) -> GrowthReceipt:
    return GrowthReceipt(complexity_class=growth.complexity_class, confidence=growth.confidence,
                   reason=growth.reason, points=list(growth.points))  # fmt: skip
