"""Other languages without a cage: what a syntax tree can refute, all else ``unchecked``."""

import pytest

from tests.verify.judging import judged

TS = "export function add(a: number, b: number): number {\n  // TODO: add\n}\n"
LOG = "function show(line: string): void {\n  // TODO: print\n}\n"
COUNT = "function* count(n: number): Generator<number> {\n  // TODO: count\n}\n"
VIEW = "export const View = ({ text }: Props): JSX.Element => {\n  // TODO: show\n};\n"
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
        ("javascript", JS, "module.exports = 3;", "refuted"),
        ("javascript", JS, "exports.add = (a, b) => a + b;", "unchecked"),
        ("javascript", JS, "throw new Error(a + b);", "unchecked"),
        ("javascript", JS, "throw new Error('not implemented: ' + a);", "refuted"),
        ("typescript", LOG, "return 5;", "refuted"),
        ("typescript", LOG, "return line;", "refuted"),
        ("typescript", LOG, "if (line) return log(line); log('');", "unchecked"),
        ("typescript", LOG, "[line].map((x) => { return 1; });", "unchecked"),
        ("typescript", LOG, "if (!line) return; log(line);", "unchecked"),
        ("typescript", LOG.replace("void", "Promise<void>"), "return [1];", "refuted"),
        ("typescript", LOG.replace("void", "any"), "log(line);", "unchecked"),
        ("typescript", LOG.replace("void", "never"), "throw new Error('always');", "unchecked"),
        ("typescript", LOG.replace("void", "never"), "throw new Error('TODO');", "refuted"),
        ("typescript", LOG.replace("void", "never"), "return line;", "refuted"),
        ("typescript", COUNT, "for (let i = 0; i < n; i++) yield i;", "unchecked"),
        ("typescript", COUNT, "return [n];", "refuted"),
        ("typescript", TS, "function add(a, b): string { return `${a}`; }", "refuted"),
        ("typescript", TS, "async function add(a, b): Promise<number> { return 1; }", "unchecked"),
        ("typescript", TS, "const add = (a: number, b: number): number => a + b;", "unchecked"),
        ("tsx", VIEW, "return <p>{text}</p>;", "unchecked"),
        ("tsx", VIEW, "console.log(text);", "refuted"),
        (
            "typescript",
            "// TODO: function\n",
            "abstract class A { abstract f(): void; }",
            "refuted",
        ),
    ],
)
async def test_levels(language: str, file: str, code: str, level: str) -> None:
    found = await judged(file, [code], None, language=language)
    assert found.verdicts[0].level == level, found.verdicts[0]


async def test_says_why_and_labels_what_is_new() -> None:
    code = "fetch('http://x');\nreturn a + b;"
    found = await judged(TS, ["return a + b;", code], None, language="typescript")
    assert found.verdicts[0].summary == "unchecked: not run (no cage on this machine)"
    assert found.verdicts[1].adds == ("network",)
    assert found.chosen == 0


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        (LOG, "return 5;", "returns `5`, void is promised"),
        (TS, "function add(a, b): string { return 'x'; }", "returns string, number is promised"),
        (COUNT, "return [n];", "yields nothing, Generator<number> is promised"),
        (
            "class Box {\n  area(w: number): number {\n    // TODO: area\n  }\n}\n",
            "area(w: number) { return this.twice(w); }\ntwice(w: number) { return 2 * w; }",
            "needs another method, `twice`",
        ),
    ],
)
async def test_says_what_is_wrong(file: str, code: str, says: str) -> None:
    found = await judged(file, [code], None, language="typescript")
    assert says in found.verdicts[0].summary
