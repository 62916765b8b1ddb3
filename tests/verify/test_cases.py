"""Small files that once went wrong, each through the command that a user types."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from algosmith.cli import complexity, tasks, verify
from tests.verify.test_examples_as_written import CASES

if TYPE_CHECKING:
    from collections.abc import Sequence

TOO_DEEP = "an expression or block in it is nested too deep"
CLAIMS: list[dict[str, str]] = [
    json.loads(line) for line in (CASES / "wrong_verified.jsonl").read_text().splitlines()
]


def line_of(file: Path, text: str) -> int:
    data = file.read_bytes()
    return data[: data.index(text.encode())].count(b"\n") + 1


def verified(file: Path, function: str, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    verify.run([f"{file}:{line_of(file, f'def {function}')}", "--json", *more])
    return json.loads(capsys.readouterr().out)


@pytest.mark.sandbox
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
@pytest.mark.parametrize(
    ("name", "function", "level", "summary"),
    [
        ("stdin_sum.py", "main", "consistent", "1/1 example"),
        ("annotations_import.py", "twice", "consistent", "1/1 example"),
        ("bom_crlf.py", "double", "unchecked", "nothing to compare with"),
        ("deep_expression.py", "total", "unchecked", TOO_DEEP),
        ("enum_arg.py", "to_ml", "unchecked", ""),
    ],
)
def test_right_code_is_not_refuted_however_its_file_is_written(
    name: str, function: str, level: str, summary: str, ending: str, mark: str,
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    text = (CASES / name).read_text("utf-8-sig")
    file = tmp_path / name
    file.write_text(mark + text.replace("\n", ending), "utf-8", newline="")
    verdict = verified(file, function, capsys)["candidates"][0]["verdict"]
    assert (verdict["level"], summary in verdict["summary"]) == (level, True), verdict["summary"]


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("annotations_import.py", "twice", "Time: O("),
        ("bom_crlf.py", "double", "Time: O("),
        ("deep_expression.py", "total", f"Time: unknown: {TOO_DEEP}\n"),
    ],
)
def test_complexity_is_measured_or_the_reason_is_one_sentence(
    name: str, function: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = CASES / name
    complexity.run([f"{file}:{line_of(file, f'def {function}')}"])
    assert words in capsys.readouterr().out


@pytest.mark.sandbox
@pytest.mark.parametrize("name", sorted({claim["file"] for claim in CLAIMS}))
def test_who_was_wrongly_verified_is_refuted_and_who_was_wrongly_refuted_is_not(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = [claim for claim in CLAIMS if claim["file"] == name]
    file = Path(shutil.copy(CASES / name, tmp_path))
    given = tmp_path / "candidates.jsonl"
    given.write_text("".join(json.dumps({"code": claim["code"]}) + "\n" for claim in claims))
    found = verified(file, "", capsys, "--candidates", str(given))
    for index, claim in enumerate(claims):
        level = found["candidates"][index]["verdict"]["level"]
        if claim["must_be"] == "refuted":
            assert level == "refuted"
        elif claim["must_be"] == "passes both examples":
            assert level in ("consistent", "verified")
        else:
            assert claim["must_be"] == "not better than the next one"
            assert found["order"].index(index + 1) < found["order"].index(index)


def listed(file: Path, capsys: pytest.CaptureFixture[str]) -> Sequence[str]:
    tasks.run([str(file)])
    return capsys.readouterr().out.splitlines()


def test_every_way_to_write_a_task_is_found_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = listed(CASES / "forms.py", capsys)
    functions = "abcdefghijklmnopqrst"
    for name in functions:
        assert any(f" in {name})" in line for line in found), name
    assert any("a stack with push and pop" in line for line in found)
    assert any("a lambda" in line for line in found)
    assert [line.split(": ", 1)[1] for line in found if " in w)" in line] == [
        "XXX (statements in w): hmm", "HACK (statements in w): hmm",
    ]  # fmt: skip
    assert not any("mastodon" in line or "not a comment" in line for line in found)


def test_tasks_in_jsx_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    found = " ".join(listed(CASES / "jsx.jsx", capsys))
    for words in ("sort items by name", "render each item", "gcd", "block", "half", "push a value",
                  "Heap.#sift"):  # fmt: skip
        assert words in found


def test_every_case_is_tried_by_some_test() -> None:
    here = Path(__file__).parent
    texts = [
        (here / name).read_text("utf-8")
        for name in ("test_cases.py", "test_examples_as_written.py")
    ]
    for case in CASES.iterdir():
        assert case.is_dir() or any(f'"{case.stem}' in text for text in texts), case.name
