"""Languages without a runner: what a syntax tree can refute, all else ``unchecked``."""

import pytest

from tests.verify.judging import judged

TS = "export function add(a: number, b: number): number {\n  // TODO: add\n}\n"
JS = "function add(a, b) {\n  // TODO: add\n}\n"


@pytest.mark.parametrize(
    ("language", "file", "code", "level"),
    [
        ("typescript", TS, "return a + b;", "unchecked"),
        ("typescript", TS, "const c = a + b;", "refuted"),
        ("typescript", TS, "", "refuted"),
        ("typescript", TS, "throw new Error('not implemented');", "refuted"),
        ("typescript", TS, "return a + ;", "refuted"),
        ("typescript", TS, "return [a, b].reduce((x, y) => { return x + y; });", "unchecked"),
        ("typescript", TS, "[a, b].forEach((x) => { return x; });", "refuted"),
        ("typescript", TS.replace(": number {", ": void {"), "console.log(a + b);", "unchecked"),
        ("javascript", JS, "return a + b;", "unchecked"),
        ("javascript", JS, "console.log(a + b);", "unchecked"),
        ("javascript", JS, "return null;", "refuted"),
    ],
)
async def test_levels(language: str, file: str, code: str, level: str) -> None:
    found = await judged(file, [code], None, language=language)
    assert found.verdicts[0].level == level, found.verdicts[0]


async def test_says_why_and_labels_what_is_new() -> None:
    code = "fetch('http://x');\nreturn a + b;"
    found = await judged(TS, ["return a + b;", code], None, language="typescript")
    assert found.verdicts[0].summary == "unchecked: not runnable (typescript is not run yet)"
    assert found.verdicts[1].adds == ("network",)
    assert found.chosen == 0
