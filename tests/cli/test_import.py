"""``algosmith tasks --import``: a problem of Competitive Companion becomes a file with a task."""

import json
from pathlib import Path

import pytest

from algosmith.cli import tasks
from algosmith.errors import ConfigError, TaskError
from algosmith.programs.beside import problem_beside

PROBLEM = {
    "name": "A. Sum of 2",
    "url": "https://example.org/a",
    "interactive": False,
    "timeLimit": 3000,
    "tests": [{"input": "3\r\n1 2 3", "output": "6"}, {"input": "1\n4\n", "output": "4\n"}],
}


def imported(folder: Path, problem: object) -> list[str]:
    file = folder / "problem.json"
    file.write_text(json.dumps(problem))
    assert tasks.run(["--import", str(file), str(folder)]) == 0
    return sorted(path.name for path in folder.iterdir() if path != file)


def test_a_starter_file_and_its_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = imported(tmp_path, PROBLEM)
    assert names[0] == "a_sum_of_2.py"
    assert len(names) == 5
    found = problem_beside(tmp_path / "a_sum_of_2.py")
    assert [(one.input, one.output) for one in found.samples] == [
        ("3\n1 2 3\n", "6\n"), ("1\n4\n", "4\n"),
    ]  # fmt: skip
    capsys.readouterr()
    assert tasks.run([str(tmp_path)]) == 0
    assert "TODO (body in main): read standard input" in capsys.readouterr().out
    assert "Time limit: 3 s" in (tmp_path / "a_sum_of_2.py").read_text()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("1000. 加法 / ??", "p_1000_加法.py"),
        ("../../etc/passwd", "etc_passwd.py"),
        ('quote " and \\ \x00', "quote_and.py"),
        ("", "problem.py"),
        ("x" * 500, "x" * 60 + ".py"),
    ],
)
def test_any_name_makes_a_file_in_the_folder(tmp_path: Path, name: str, file: str) -> None:
    assert imported(tmp_path, {**PROBLEM, "name": name})[0] == file
    compile((tmp_path / file).read_text(), file, "exec")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a_sum_of_2_2.in").write_text("mine")
    with pytest.raises(TaskError, match="is there already"):
        imported(tmp_path, PROBLEM)
    assert not (tmp_path / "a_sum_of_2.py").exists()
    assert (tmp_path / "a_sum_of_2_2.in").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is no JSON"), ("[]", "expected an object"), (None, "can't be read")],
)
def test_what_is_no_problem_is_one_sentence(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "p.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=words):
        tasks.run(["--import", str(file), str(tmp_path)])


@pytest.mark.parametrize("language", ["cpp", "c", "rust", "go", "javascript", "typescript"])
def test_a_starter_in_another_language_is_a_task_with_its_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(PROBLEM))
    assert tasks.run(["--import", str(problem), "--language", language, str(tmp_path)]) == 0
    starter = next(p for p in tmp_path.iterdir() if p.suffix not in (".json", ".in", ".out"))
    assert len(problem_beside(starter).samples) == 2
    capsys.readouterr()
    assert tasks.run([str(starter)]) == 0
    assert "read standard input" in capsys.readouterr().out
