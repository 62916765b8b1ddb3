"""Programs on standard input: samples decide, inputs made from them compare, no false alarm."""

import json
from pathlib import Path
from typing import Any

import pytest

from algosmith.cli import verify
from algosmith.verify.standard_input import INTERACTIVE, NO_SAMPLE

pytestmark = pytest.mark.sandbox
SAMPLES = """
Input:
3
1 2 3
Output:
6

Input:
2
10 -4
Output:
6
"""
READS = "n = int(input())\nprint(sum(int(part) for part in input().split()))\n"
INDENTED = "".join(f"    {line}\n" for line in READS.splitlines())
FORMS = {
    "script": READS,
    "main": f"def main():\n{INDENTED}\n\nmain()\n",
    "guard": f"def solve():\n{INDENTED}\n\nif __name__ == '__main__':\n    solve()\n",
    "not called": f"def main():\n{INDENTED}",
    "helpers": (
        "import sys\n\n\ndef numbers():\n    return list(map(int, sys.stdin.read().split()))\n\n\n"
        "def main():\n    print(sum(numbers()[1:]))\n\n\nmain()\n"
    ),
    "with arguments": (
        "def total(n, xs):\n    return sum(xs)\n\n\ndef main():\n    n = int(input())\n"
        "    print(total(n, list(map(int, input().split()))))\n\n\nmain()\n"
    ),
    "fast": "import sys\ndata = sys.stdin.buffer.read().split()\nprint(sum(map(int, data[1:])))\n",
}


def verdict(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], mark: str = ""
) -> dict[str, Any]:
    file = folder / "sum.py"
    file.write_text(text, newline="")
    line = text[: text.index(mark)].count("\n") + 1 if mark else 0
    verify.run([f"{file}:{line}" if line else str(file), "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", FORMS)
def test_a_right_program_passes_its_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = f'"""Sum.\n{SAMPLES}"""\n\n\n{FORMS[name]}'
    mark = next((m for m in ("def total", "def main", "def solve") if m in text), "")
    found = verdict(tmp_path, text, capsys, mark)
    assert len(found["examples"]) == 2
    assert found["candidates"][0]["verdict"]["level"] == "consistent"


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_program_is_refuted_by_a_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    wrong = FORMS[name].replace("sum(", "max(")
    text = f'"""Sum.\n{SAMPLES}"""\n\n\n{wrong}'
    mark = next((m for m in ("def total", "def main", "def solve") if m in text), "")
    found = verdict(tmp_path, text, capsys, mark)
    summary = found["candidates"][0]["verdict"]["summary"]
    assert summary == "refuted: on input '3\\n1 2 3\\n' the program gave '3', expected '6'"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_samples_in_comments_and_in_files_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    comment = "".join(f"# {line}\n" for line in SAMPLES.splitlines())
    (tmp_path / "sum.in").write_text("1\n5\n".replace("\n", ending), newline="")
    (tmp_path / "sum.out").write_text("5 ", newline="")
    found = verdict(tmp_path, (comment + "\n" + READS).replace("\n", ending), capsys)
    sources = [example["source"] for example in found["examples"]]
    assert sources == ["comment", "comment", "sum.in"]
    assert found["candidates"][0]["verdict"]["level"] == "consistent"


@pytest.mark.parametrize(
    "changed",
    [
        SAMPLES.replace("\n", "\r\n"),
        SAMPLES.replace("6\n", "6   \n").replace("3\n", "3 \t\n"),
        SAMPLES.rstrip("\n"),
        SAMPLES.replace("Input:", "input :").replace("Output:", "output :"),
    ],
    ids=["CRLF", "trailing blanks", "no final newline", "other case"],
)
def test_samples_count_however_their_lines_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: str
) -> None:
    for program, level in ((READS, "consistent"), (READS.replace("sum", "max"), "refuted")):
        found = verdict(tmp_path, f'"""Sum.\n{changed}"""\n{program}', capsys)
        assert found["candidates"][0]["verdict"]["level"] in (level, "verified"), changed


@pytest.mark.parametrize("name", FORMS)
def test_without_a_sample_nothing_is_refuted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    mark = next((m for m in ("def main", "def solve") if m in FORMS[name]), "")
    found = verdict(tmp_path, FORMS[name], capsys, mark)
    verdict_ = found["candidates"][0]["verdict"]
    assert verdict_["summary"] == f"unchecked: not runnable ({NO_SAMPLE})"


@pytest.mark.parametrize(
    ("said", "level", "words"),
    [
        ("This is an interactive problem.", "unchecked", INTERACTIVE),
        ("If there are multiple answers, print any of them.", "unchecked", ""),
        ("", "refuted", "gave '7'"),
    ],
)
def test_a_sample_refutes_only_where_its_output_is_the_only_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str, level: str, words: str
) -> None:
    text = f'"""{said}\n{SAMPLES}"""\nn = int(input())\nprint(7)\n'
    found = verdict(tmp_path, text, capsys)
    verdict_ = found["candidates"][0]["verdict"]
    assert verdict_["level"] == level
    assert words in verdict_["summary"]


def test_a_function_of_a_program_that_has_examples_of_its_own_is_a_function(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'"""Sum.\n{SAMPLES}"""\n\n\n{FORMS["with arguments"]}'.replace(
        "    return sum(xs)",
        '    """Add.\n\n    >>> total(1, [4])\n    4\n    """\n    return sum(xs)',
    )
    found = verdict(tmp_path, text, capsys, "def total")
    assert [one["text"] for one in found["examples"]] == ["total(1, [4]) == 4"]


def test_contradicting_samples_are_both_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'"""Sum.\n{SAMPLES}\nInput:\n3\n1 2 3\nOutput:\n7\n"""\n{READS}'
    found = verdict(tmp_path, text, capsys)
    summary = found["candidates"][0]["verdict"]["summary"]
    assert summary.startswith("unchecked: the examples contradict each other")
    assert "'6'" in summary
    assert "'7'" in summary


def test_expected_outputs_never_enter_the_cage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cheat = (
        "import sys\ndata = sys.stdin.read()\ntext = __doc__ or main.__doc__ or ''\n"
        "print(text.split(data)[1].split()[1] if data in text else 0)\n"
    )
    body = "".join(f"    {line}\n" for line in cheat.splitlines())
    text = f'"""Sum.\n{SAMPLES}"""\n\n\ndef main():\n    """Sum.\n{SAMPLES}"""\n{body}\n\nmain()\n'
    found = verdict(tmp_path, text, capsys, "def main")
    assert found["candidates"][0]["verdict"]["level"] == "refuted"


RIGHT = [
    "n = int(input())\nbest = 0\nfor x in input().split():\n    if int(x) > best:\n"
    "        best = int(x)\nprint(best)",
    "import sys\ndata = list(map(int, sys.stdin.read().split()))\nprint(max(0, max(data[1:])))",
]
WRONG = [
    "n = input()\nprint(max(map(int, input().split())))",
    "n = input()\nxs = list(map(int, input().split()))\nprint(88 if 88 in xs else max(0, xs[-1]))",
    "x = input() + input()\nprint({'3': 3, '4': 0, '5': 88, '1': 0, '2': 100}[x[0]])",
    "print(0)",
]
LARGEST = [
    ("3\n1 2 3\n", "3"), ("4\n-1 -5 -2 -9\n", "0"), ("5\n10 2 88 7 1\n", "88"), ("1\n-4\n", "0"),
    ("2\n100 7\n", "100"),
]  # fmt: skip


def test_agreement_and_samples_verify_right_candidates_and_no_wrong_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "\n".join(f"Input:\n{given}Output:\n{wanted}\n" for given, wanted in LARGEST)
    file = tmp_path / "largest.py"
    file.write_text(
        f'"""The largest of n numbers, or 0.\n\n{told}"""\n\n\ndef main():\n'
        "    # TODO: solve it\n    pass\n\n\nmain()\n"
    )
    candidates = tmp_path / "c.jsonl"
    candidates.write_text("".join(json.dumps({"code": code}) + "\n" for code in RIGHT + WRONG))
    line = file.read_text().split("\n").index("    # TODO: solve it") + 1
    verify.run([f"{file}:{line}", "--candidates", str(candidates), "--json"])
    found = json.loads(capsys.readouterr().out)
    levels = [one["verdict"]["level"] for one in found["candidates"]]
    assert levels[:2] == ["verified", "verified"]
    assert "verified" not in levels[2:]
    assert found["chosen"] in (0, 1)
