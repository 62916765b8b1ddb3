"""``algosmith check``: examples and claims of all functions, kept by content."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import psutil
import pytest

from algosmith import cli
from algosmith.config import Settings
from algosmith.features import check_cache, checking
from algosmith.features.changes import changed_files
from algosmith.features.check import FileReport, check
from algosmith.features.checking import Ask

pytestmark = pytest.mark.sandbox

SLOW = '''def pairs(a: list[int]) -> int:
    """All pairs.

    Time: O(n)

    >>> pairs([1, 2])
    4
    """
    count = 0
    for _ in a:
        for _ in a:
            count += 1
    return count
'''
GOOD = '''# Time: O(n), Space: O(1)
def total(a: list[int]) -> int:
    """The sum.

    >>> total([1, 2])
    3
    """
    result = 0
    for x in a:
        result += x
    return result
'''
WRONG = '''def double(n):
    """Twice.

    >>> double(2)
    5
    """
    return 2 * n
'''
PLAIN = "def nothing(a):\n    return a\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, "utf-8")


def told(found: list[FileReport]) -> dict[str, list[str]]:
    return {
        one.name: [finding.rule for finding in one.findings] for f in found for one in f.functions
    }


def test_a_failing_example_and_a_contradicted_claim_are_findings(work: Path) -> None:
    write(work, slow=SLOW, good=GOOD, wrong=WRONG, plain=PLAIN)
    found = check([work], Settings(), Ask())
    assert told(found) == {
        "pairs": ["claim-contradicted"],
        "total": [],
        "double": ["example-fails"],
    }
    by_rule = {one.rule: one for f in found for one in f.findings}
    claim, example = by_rule["claim-contradicted"], by_rule["example-fails"]
    assert (claim.line, claim.hottest_line) == (4, 12)
    assert "said to be O(n), measured O(n²)" in claim.message
    assert claim.replacement is not None
    data = SLOW.encode()
    after = data[: claim.replacement.start] + b"?" + data[claim.replacement.end :]
    assert b"Time: ?\n" in after
    assert example.line == 4
    assert "double(2) gave 4, expected 5" in example.message


def test_a_claim_about_space_is_only_noted(work: Path) -> None:
    write(work, copies="# Space: O(1)\ndef copies(a: list[int]) -> list[int]:\n    return a + a\n")
    ((one,),) = [f.functions for f in check([work], Settings(), Ask())]
    assert one.status == "held"
    assert "said to be O(1), measured O(n) with the result" in one.note


def test_what_did_not_change_is_not_run_again(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work, wrong=WRONG, helper="def base():\n    return 1\n")
    write(work, uses='import helper\n\n\ndef one():\n    """One.\n\n    >>> one()\n    1\n    """\n'
                     "    return helper.base()\n")  # fmt: skip
    first = check([work], Settings(), Ask())
    ran: list[str] = []
    real = checking.check_function

    async def seen(snapshot: object, subject: checking.Subject, *rest: object) -> object:
        ran.append(subject.function.name)
        return await real(snapshot, subject, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "check_function", seen)
    assert told(check([work], Settings(), Ask())) == told(first)
    assert ran == []
    (work / "wrong.py").write_text(WRONG + "\n\n" + GOOD)
    assert told(check([work], Settings(), Ask()))["total"] == []
    assert ran == ["total"]
    (work / "helper.py").write_text("def base():\n    return 2\n")
    assert told(check([work], Settings(), Ask()))["one"] == ["example-fails"]
    assert ran == ["total", "one"]


def test_a_test_file_that_changes_is_seen(work: Path) -> None:
    write(work, half="def half(n: int) -> int:\n    return n // 2\n")
    test = work / "test_half.py"
    test.write_text("from half import half\n\n\ndef test_it():\n    assert half(5) == 2\n")
    assert told(check([work], Settings(), Ask())) == {"half": []}
    test.write_text("from half import half\n\n\ndef test_it():\n    assert half(5) == 3\n")
    assert told(check([work], Settings(), Ask())) == {"half": ["example-fails"]}


def test_several_processes_find_the_same_and_an_interrupted_check_goes_on(work: Path) -> None:
    names = [f"f{i}" for i in range(10)]
    for name in names:
        write(work, **{name: WRONG.replace("double", name)})
    stop, seen = threading.Event(), list[int]()

    def report(done: int, total: int, file: str) -> None:
        seen.append(done)
        stop.set()

    part = told(check([work], Settings(), Ask(), report=report, stop=stop))
    assert 0 < len(part) < 10
    totals: list[int] = []
    whole = told(check([work], Settings(), Ask(), report=lambda d, t, f: totals.append(t)))
    assert whole == {name: ["example-fails"] for name in names}
    assert totals[0] == 10 - len(part)


@pytest.mark.parametrize("presses", [1, 6])
@pytest.mark.parametrize("after", [0.05, 0.15, 0.5])  # while its processes start, and later
def test_the_interrupt_key_ends_it_at_once_and_what_is_done_is_kept(
    work: Path, after: float, presses: int
) -> None:
    for number in range(8):
        text = 'def f():\n    """\n    >>> f()\n    1\n    """\n    while True:\n        pass\n'
        (work / f"long{number}.py").write_text(text)
    started = subprocess.Popen(
        [sys.executable, "-m", "algosmith", "check", str(work)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # What runs in the background of a shell is deaf to the key, and so is what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    workers = list[psutil.Process]()
    while not workers and started.poll() is None:
        workers = psutil.Process(started.pid).children(recursive=True)
        time.sleep(0.01)
    time.sleep(after)
    for _ in range(presses):
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGINT)
        time.sleep(0.02)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (130, "")
    assert "the same command goes on from there" in err or presses > 1
    assert "Traceback" not in err
    assert "Exception" not in err
    psutil.wait_procs(workers, timeout=60)
    assert not [one for one in workers if one.is_running()]


def test_what_can_not_be_checked_says_why(work: Path) -> None:
    write(work, broken="def f(:\n", big="# generated, do not edit\n" + WRONG)
    write(work, needs='import numpy_not_there\n\n\ndef g():\n    """It.\n\n    >>> g()\n    1\n'
                      '    """\n    return numpy_not_there.one()\n')  # fmt: skip
    (work / "loop").symlink_to(work)
    found = {f.file.name: f for f in check([work, work], Settings(), Ask())}
    assert sorted(found) == ["big.py", "broken.py", "needs.py"]
    assert "generated" in found["big.py"].note
    assert found["needs.py"].functions[0].status == "not checked"
    assert "numpy_not_there" in found["needs.py"].functions[0].note
    assert check([work / "big.py"], Settings(), Ask())[0].findings


def test_a_file_that_changes_meanwhile_is_named(work: Path) -> None:
    write(work, wrong=WRONG)

    def report(*_: object) -> None:
        write(work, wrong=GOOD)

    (found,) = check([work], Settings(), Ask(), report=report)
    assert "changed while it was checked" in found.note
    assert told(check([work], Settings(), Ask())) == {"total": []}


def test_two_checks_at_once_find_the_same(work: Path) -> None:
    for name in ("a", "b", "c"):
        write(work, **{name: WRONG.replace("double", name)})
    command = [sys.executable, "-m", "algosmith", "check", "--json"]
    both = [subprocess.Popen(command, cwd=work, stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(one.communicate()[0])["findings"] for one in both]
    assert [len(found) for found in told] == [3, 3]
    assert told[0] == told[1]


def test_a_damaged_cache_is_written_anew(work: Path) -> None:
    write(work, wrong=WRONG)
    check([work], Settings(), Ask())
    kept = check_cache.load(work / "wrong.py").path
    for text in ("", "{", "[]", '{"form": 1, "version": "0.1.0", "whole": 1, "checked": {"a": 3}}'):
        kept.write_text(text)
        assert told(check([work], Settings(), Ask())) == {"double": ["example-fails"]}


def test_the_command_writes_reports_and_says_by_its_status_what_it_found(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(work, slow=SLOW, good=GOOD)
    assert cli.run(["check", "--sarif", "out.sarif", "--junit", "out.xml"]) == 1
    assert "slow.py:4: pairs: the time is said to be O(n)" in capsys.readouterr().out
    log = json.loads((work / "out.sarif").read_text("utf-8"))
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "slow.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 4}
    cases = ET.parse(work / "out.xml").iter("testcase")
    assert {c.get("name"): c.find("failure") is not None for c in cases} == {
        "pairs": True,
        "total": False,
    }
    assert cli.run(["check", "good.py"]) == 0
    assert cli.run(["check", "absent.py"]) == 2
    assert cli.run(["check", "--at-most", "quick"]) == 2
    assert cli.run(["check", "good.py", "--at-most", "O(log n)", "--json"]) == 1
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
    assert [one["rule"] for one in found] == ["over-limit"]


def test_a_baseline_lets_old_findings_pass_and_catches_new_ones(work: Path) -> None:
    write(work, slow=SLOW, good=GOOD)
    assert cli.run(["check", "--baseline", "base.json"]) == 0
    assert cli.run(["check", "--baseline", "base.json"]) == 0
    write(work, wrong=WRONG)
    assert cli.run(["check", "--baseline", "base.json"]) == 1
    (work / "wrong.py").unlink()
    write(work, good=GOOD.replace("# Time: O(n), Space: O(1)\n", "# Time: O(n^2)\n").replace(
        "result += x", "result += x + 0 * sum(a)"))  # fmt: skip
    assert cli.run(["check", "--baseline", "base.json"]) == 1  # it grew, and says so itself
    (work / "base.json").write_text("[]")
    assert cli.run(["check", "--baseline", "base.json"]) == 2


def test_only_changed_files_are_checked(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(work, slow=SLOW, wrong=WRONG)
    (work / "hook").write_text("#!/bin/sh\ntouch ran\n")
    (work / "hook").chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=work, check=True)
    assert cli.run(["check", "--changed"]) == 1  # before the first commit all is new
    _commit(work)
    subprocess.run(["git", "config", "core.fsmonitor", str(work / "hook")], cwd=work, check=True)
    assert cli.run(["check", "--changed"]) == 0
    write(work, wrong=WRONG + "\n", new=WRONG.replace("double", "twice"))
    capsys.readouterr()
    assert cli.run(["check", "--changed", "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert sorted(Path(one["file"]).name for one in files) == ["new.py", "wrong.py"]
    assert not (work / "ran").exists()
    assert cli.run(["check", "--changed", "no-such-branch"]) == 2
    assert cli.run(["check", "--changed=--output=x"]) == 2


@pytest.mark.parametrize("field", ["clean", "process"])
def test_a_filter_of_the_repository_is_never_run(work: Path, field: str) -> None:
    write(work, good=GOOD)
    (work / "filter").write_text("#!/bin/sh\ntouch ran\ncat\n")
    (work / "filter").chmod(0o755)
    _commit(work)
    (work / ".gitattributes").write_text("*.py filter=a.b=c\n")
    for setting, value in ((field, str(work / "filter")), ("required", "true")):
        subprocess.run(["git", "config", f"filter.a.b=c.{setting}", value], cwd=work, check=True)
    write(work, good=GOOD + "\n")
    assert work / "good.py" in changed_files(work)
    assert not (work / "ran").exists()


def test_a_link_to_itself_that_changed_is_no_file(work: Path) -> None:
    write(work, good=GOOD)
    (work / "self.py").symlink_to("self.py")
    _commit(work)
    (work / "other.py").symlink_to("other.py")
    write(work, good=WRONG)
    found = check([work], Settings(), Ask(measure=False), only=changed_files(work))
    assert [one.file.name for one in found] == ["good.py"]


def test_changed_files_of_every_repository_that_is_named_count(work: Path) -> None:
    for name in ("one", "two"):
        (work / name).mkdir()
        write(work / name, good=GOOD)
        _commit(work / name)
    write(work / "two", good=WRONG)
    assert cli.run(["check", "--changed", "HEAD", "--", "one", "two"]) == 1


def test_a_baseline_keeps_what_was_not_looked_at(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(work, wrong=WRONG, other=WRONG, gone=WRONG)
    assert cli.run(["check", "--baseline", "base.json"]) == 0
    assert "base.json written, 3 findings in it" in capsys.readouterr().err
    (work / "gone.py").unlink()
    assert cli.run(["check", "wrong.py", "--baseline", "base.json", "--update-baseline"]) == 0
    assert cli.run(["check", "--baseline", "base.json"]) == 0
    known = {name for name, _ in json.loads((work / "base.json").read_text())["findings"]}
    assert known == {"wrong.py", "other.py"}
    assert cli.run(["check", "--update-baseline"]) == 2


@pytest.mark.parametrize("name", ["a\x1b]0;b\x07", "c\u202ed", "e\x9bf"])
def test_a_file_name_can_not_write_to_the_terminal(
    work: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / name).mkdir()
    write(work / name, wrong=WRONG)
    assert cli.run(["check", "."]) == 1
    assert cli.run(["check", f"{name}/absent"]) == 2
    shown = capsys.readouterr()
    assert not set("\x1b\x07\x9b\u202e") & set(shown.out + shown.err)


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "soon"])
@pytest.mark.parametrize("command", ["check", "stress", "complexity"])
def test_seconds_that_are_none_are_refused(command: str, seconds: str) -> None:
    with pytest.raises(SystemExit):
        cli.run([command, "x.py:1", "--seconds", seconds])


@pytest.mark.parametrize("command", ["check", "stress", "verify", "tasks"])
def test_a_name_that_no_file_can_have_is_refused(
    work: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "loop.py").symlink_to("loop.py")
    for name in ("a" * 5000, "loop.py"):
        assert cli.run([command, name]) != 0
        assert "Traceback" not in capsys.readouterr().err


def _commit(folder: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for args in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *args], cwd=folder, check=True)


def test_without_a_cage_nothing_is_called_checked(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(work, wrong=WRONG)
    monkeypatch.setitem(os.environ, "ALGOSMITH_CAGE", "none")
    assert cli.run(["check"]) == 2
    assert "no cage" in capsys.readouterr().err
