"""Files no one wrote by hand: nothing raises, nothing hangs, nothing odd is offered."""

import random
import time

import pytest

from algosmith.model import Snapshot, Span
from algosmith.syntax.context import gather
from algosmith.syntax.functions import function_at, functions
from algosmith.syntax.languages import LANGUAGES
from algosmith.syntax.parse import MAX_BYTES, changed_range, parse
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import find_tasks, task_at

KEYWORDS = ("TODO", "FIXME")
RANDOM = random.Random(7)
TODO = {"python": b"# TODO: sort\n"}
CODE = {"python": "def f(x):\n    return x", "java": "int f(int x) {\n  return x;\n}",
        "go": "func f(x int) int {\n\treturn x\n}",
        "rust": "fn f(x: i32) -> i32 {\n    x\n}"}  # fmt: skip


def todo(language: str) -> bytes:
    return TODO.get(language, b"// TODO: sort\n")


def files(language: str) -> dict[str, bytes]:
    mark = todo(language)
    end = b'";\n' if language in ("cpp", "c", "java", "rust", "go") else b'"\n'
    line = b'x = "' + b"a" * 1_000_000 + end
    return {
        "empty": b"",
        "only a BOM": b"\xef\xbb\xbf",
        "a line of 1 MB": line + mark,
        "1 MB of brackets": b"(" * 1_000_000 + mark,
        "deep nesting": b"(" * 3000 + b")" * 3000 + b"\n" + mark,
        "binary": RANDOM.randbytes(200_000) + mark,
        "NUL": b"x = 1\n\0" + mark,
        "invalid UTF-8": b"x = '\xff\xfe'\n" + mark,
        "lone surrogate": "x = '\ud800'\n".encode("utf-8", "surrogatepass") + mark,
        "only a comment marker": mark[:2],
        "no line end": mark.rstrip(),
        "carriage returns": mark.replace(b"\n", b"\r") * 3,
        "mixed line ends": mark + mark.replace(b"\n", b"\r\n") + mark.replace(b"\n", b"\r"),
        "unclosed string": b'x = """\n' + mark,
        "unclosed comment": b"/* TODO: x\n",
        "too large": mark * (MAX_BYTES // len(mark) + 1),
    }


NAMES = list(files("python"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_raises(language: str, name: str) -> None:
    data = files(language)[name]
    snapshot = Snapshot(f"file:///{name}", language, data)
    tasks = find_tasks(snapshot, KEYWORDS)
    for task in tasks[:3]:
        assert task_at(snapshot, task.comment, KEYWORDS) == task
        gather(snapshot, task)
    for offset in (0, len(data) // 2, len(data)):
        task_at(snapshot, Span(offset, offset + 5), KEYWORDS)
        function_at(snapshot, offset)
    functions(snapshot)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["a line of 1 MB", "lone surrogate", "no line end"])
def test_edits_still_work(language: str, name: str) -> None:
    data = files(language)[name]
    snapshot = Snapshot(f"file:///{name}", language, data)
    (task,) = find_tasks(snapshot, KEYWORDS)
    code = CODE.get(language, "function f(x) {\n  return x;\n}")
    after = place(snapshot, task, code).apply(data)
    assert after.startswith(data[: task.target.start])
    assert code.splitlines()[0].encode() in after


@pytest.mark.parametrize("name", ["NUL", "binary", "too large", "empty"])
def test_unreadable_files_hold_no_tasks(name: str) -> None:
    assert find_tasks(Snapshot("u", "python", files("python")[name]), KEYWORDS) == ()


def test_a_hundred_thousand_lines() -> None:
    data = b"def f(x):\n    # TODO: double x\n    pass\n\n\n" * 20_000
    snapshot = Snapshot("file:///long.py", "python", data)
    at = data.rfind(b"TODO")
    task = task_at(snapshot, Span(at, at), KEYWORDS)
    assert task is not None
    assert task.line == 99_997


def test_no_keywords_no_tasks() -> None:
    snapshot = Snapshot("u", "python", b"# TODO: x\n")
    assert find_tasks(snapshot, ()) == ()
    assert find_tasks(snapshot, ("",)) == ()
    assert task_at(snapshot, Span(3, 3), ()) is None


def test_odd_keywords() -> None:
    snapshot = Snapshot("u", "python", "# (?: x\n# 待办: 排序\n".encode())
    assert [task.keyword for task in find_tasks(snapshot, ("(?", "待办"))] == ["(?", "待办"]


def test_changed_range() -> None:
    assert changed_range(b"abc", b"abc") == (3, 3, 3)
    assert changed_range(b"abc", b"abXc") == (2, 2, 3)
    assert changed_range(b"aaa", b"aa") == (2, 3, 2)
    assert changed_range(b"", b"x") == (0, 0, 1)
    assert changed_range(b"xaby", b"xcdy") == (1, 3, 3)


def test_trees_are_shared_and_bounded() -> None:
    one = Snapshot("file:///a", "python", b"x = 1\n")
    assert parse(one) is parse(Snapshot("file:///b", "python", b"x = 1\n"))
    for index in range(20):
        parse(Snapshot("file:///a", "python", b"x = %d\n" % index))
    assert parse(one) is not None


def test_a_node_of_a_large_file_has_its_text_long_after_parsing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    functions = (f"def f{i}(x):\n    '''é {i}'''\n    return x\n" for i in range(9000))
    data = "".join(functions).encode()
    root = parse(Snapshot("file:///wide.py", "python", data)).root_node
    monkeypatch.setattr(time, "thread_time", lambda: 1e9)  # the time for parsing is long over
    node = root.named_children[8000]
    assert node.text == data[node.start_byte : node.end_byte]
