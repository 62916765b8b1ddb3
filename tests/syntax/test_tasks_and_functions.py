"""Where the cursor counts as on a task, what functions there are, what counts as unwritten."""

import pytest

from algosmith.errors import EditError
from algosmith.model import Snapshot, Span
from algosmith.syntax.check import is_placeholder, new_syntax_errors
from algosmith.syntax.functions import function_at, functions
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import find_tasks, prose_of, refind, task_at
from algosmith.syntax.unsupported import unsupported

KEYWORDS = ("TODO", "FIXME")
CURSOR = """\
import os

def f(|1a, b):
    '''Doc|2.'''
    # TO|3DO: add
    #   both|4
    pa|5ss

|6
def g(x):
    y = |7x
    # |8TODO: double y
    return |9y
|a
@d|bec
def h():  # TODO|c: one
    ...
"""
ON = {"1": "add", "2": "add", "3": "add", "4": "add", "5": "add", "8": "double y", "b": "one"}


def cursors() -> tuple[str, dict[str, int]]:
    text, places = "", {}
    parts = CURSOR.split("|")
    for index, part in enumerate(parts):
        if index:
            places[part[0]] = len(text.encode())
        text += part[1:] if index else part
    return text, places


@pytest.mark.parametrize("mark", list("123456789abc"))
def test_task_at(mark: str) -> None:
    text, places = cursors()
    snapshot = Snapshot("file:///t.py", "python", text.encode())
    at = Span(places[mark], places[mark])
    found = task_at(snapshot, at, KEYWORDS)
    expected = {**ON, "c": "one"}.get(mark)
    assert (found.text.split("\n")[0] if found else None) == expected


def test_a_selection_finds_the_first_task() -> None:
    text, _ = cursors()
    snapshot = Snapshot("file:///t.py", "python", text.encode())
    found = task_at(snapshot, Span(0, len(text)), KEYWORDS)
    assert found is not None
    assert found.line == 5


@pytest.mark.parametrize("span", [Span(9999, 9999), Span(5, 2), Span(0, 99999)])
def test_spans_outside_do_no_harm(span: Span) -> None:
    task_at(Snapshot("u", "python", b"# TODO: x"), span, KEYWORDS)


def test_equal_tasks_are_told_apart_by_nearness() -> None:
    data = b"# TODO: a\n\nx = 1\n\n# TODO: a\n"
    snapshot = Snapshot("u", "python", data)
    first, second = find_tasks(snapshot, KEYWORDS)
    assert first.key == second.key
    later = Snapshot("u", "python", b"y = 2\n" + data)
    assert [refind(later, one, KEYWORDS) for one in (first, second)] == list(
        find_tasks(later, KEYWORDS)
    )


def test_a_changed_function_is_another_task() -> None:
    before = Snapshot("u", "python", b"def f(a):\n    b = a\n    # TODO: x\n")
    after = Snapshot("u", "python", b"def f(a):\n    b = 2\n    # TODO: x\n")
    assert refind(after, find_tasks(before, KEYWORDS)[0], KEYWORDS) is None


def test_a_stale_task_is_refused() -> None:
    task = find_tasks(Snapshot("u", "python", b"def f(a):\n    # TODO: x\n"), KEYWORDS)[0]
    with pytest.raises(EditError, match="changed"):
        place(Snapshot("u", "python", b"def f(a):\n    return 1\n"), task, "return 2")


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("排序", "zh"),
        ("sort 数组", "zh"),
        ("並べ替える", "en"),
        ("sort", "en"),
        ("", "en"),
        ("정렬", "en"),
    ],
)
def test_prose(text: str, prose: str) -> None:
    assert prose_of(text) == prose


def test_python_functions() -> None:
    source = (
        '@cache\nasync def a(x):\n    """Doc."""\n    def b(): yield 1\n    return b\n'
        "class C:\n    @property\n    def d(self): ...\n    e = lambda x: x\n"
        "def f():\n    # only a comment\n\nx = 1\n"
    )
    snapshot = Snapshot("u", "python", source.encode())
    found = functions(snapshot)
    assert [one.qualified_name for one in found] == ["a", "a.b", "C.d", "f"]
    assert [one.is_async for one in found] == [True, False, False, False]
    assert [one.is_method for one in found] == [False, False, True, False]
    assert found[0].signature == "@cache\nasync def a(x):"
    assert found[0].docstring == "Doc."
    assert found[2].signature == "@property\ndef d(self):"
    assert snapshot.slice(found[1].body) == "yield 1"
    assert snapshot.slice(found[3].body) == "# only a comment"
    inner = function_at(snapshot, source.index("yield"))
    assert inner is not None
    assert inner.name == "b"
    assert function_at(snapshot, len(source) - 2) is None


def test_typescript_functions() -> None:
    source = (
        "/** Doc. */\nexport async function a(x: number): Promise<void> { b(); }\n"
        "function o(x: string): void;\nfunction o(x: any) {}\n"
        "const c = (x) => x, d = 1;\nexport default class K { m() {} p = () => 1; }\n"
        "const q = { r() {}, s: function () {} };\nxs.map((x) => x + 1);\n"
    )
    snapshot = Snapshot("u", "typescript", source.encode())
    found = {one.qualified_name: one for one in functions(snapshot)}
    assert list(found) == ["a", "o", "c", "K.m", "K.p", "r", "s", "<anonymous>"]
    assert found["a"].docstring == "Doc."
    assert found["a"].is_async
    assert found["a"].signature == "export async function a(x: number): Promise<void>"
    assert found["o"].signature.startswith("function o(x: string): void;")
    assert found["K.m"].is_method


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", "def f(): pass", True),
        ("python", "def f():\n    '''Doc.'''", True),
        ("python", "def f():\n    '''Doc.'''\n    raise NotImplementedError('x')", True),
        ("python", "def f():\n    return None", True),
        ("python", "def f():\n    return 0", False),
        ("python", "def f():\n    raise ValueError", False),
        ("python", "def f(x):\n    pass\n    return x", False),
        ("javascript", "function f() {}", True),
        ("javascript", "const f = () => null", True),
        ("javascript", "const f = () => undefined", True),
        ("javascript", "const f = () => ({})", False),
        ("javascript", "function f() { throw new Error('not implemented') }", True),
        ("javascript", "function f(x) { return x }", False),
        ("typescript", "function f(): any { return null as any; }", True),
    ],
)
def test_is_placeholder(language: str, source: str, expected: bool) -> None:
    snapshot = Snapshot("u", language, source.encode())
    assert is_placeholder(snapshot, functions(snapshot)[0]) is expected


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        (b"x = 1\n", b"x = 2\n", 0),
        (b"x = 1\n", b"x = (\n", 1),
        (b"x = = 1\ny = 1\n", b"x = = 1\ny = 2\n", 0),
        (b"x = = 1\ny = 1\n", b"x = = 1\ny = = 2\n", 1),
        (b"x = = 1\n", b"x = 1\n", 0),
        (b"def f():\n    pass\n", b"def f():\n    await x\n", 1),
    ],
)
def test_new_syntax_errors(before: bytes, after: bytes, count: int) -> None:
    assert len(new_syntax_errors(before, after, "python")) == count


UNSUPPORTED = {
    "python": """\
'''Module.

TODO: >more functions.
'''
xs = [
    1,  # TODO: >more
]


class A:
    '''TODO: >a stack.'''

    def f(self):
        '''TODO: >faster.'''
        return 1  # TODO>


def g(x,  # TODO: >type
      y):
    z = (x +  # TODO: >factor
         y)
    return z  # TODO: halve


def h():
    # YOUR CODE HERE>
    x = 1
    return x


def i():
    '''TODO: >one.'''
    # TODO: this one is the task
""",
    "javascript": """\
const o = {
  // TODO: >add a method
  a: 1,
};
const xs = [
  1, // TODO: >more
];
function f(a /* TODO: >type */, b) {
  return a + /* TODO: >the rest */ b;
}
""",
}


@pytest.mark.parametrize("language", UNSUPPORTED)
def test_a_todo_that_is_no_task_is_told_with_its_reason(language: str) -> None:
    text = UNSUPPORTED[language]
    marked = [n for n, line in enumerate(text.split("\n"), 1) if ">" in line]
    snapshot = Snapshot("file:///a", language, text.replace(">", "").encode())
    told = unsupported(snapshot, KEYWORDS)
    assert [one.line for one in told] == marked
    assert all(one.reason for one in told)
    tasks = {task.line for task in find_tasks(snapshot, KEYWORDS)}
    assert not tasks & set(marked)


REGION = """\
def f(x):
    y = 0
|    # BEGIN |TODO
    # |double it
|
    pa|ss

    # END| TODO
    return y
"""


@pytest.mark.parametrize("place", range(1, REGION.count("|") + 1))
def test_between_begin_and_end_the_cursor_is_on_the_task(place: int) -> None:
    parts = REGION.split("|")
    snapshot = Snapshot("file:///a", "python", "".join(parts).encode())
    at = len("".join(parts[:place]))
    task = task_at(snapshot, Span(at, at), KEYWORDS)
    assert task is not None
    assert (task.keyword, task.text) == ("BEGIN TODO", "double it")


def test_functions_in_object_literals_are_tasks() -> None:
    text = (
        "const api = {\n  add(a, b) {\n    // TODO: one\n  },\n  mul: (a, b) => {\n"
        "    // TODO: two\n"
        "  },\n  sub: function (a, b) {\n    // TODO: three\n  },\n  'quoted': async (x) => {\n"
        "    // TODO: four\n  },\n  get size() {\n    // TODO: five\n  },\n"
        "  nested: { deep(x) { /* TODO: six */ } },\n};\n"
    )
    found = find_tasks(Snapshot("file:///a.js", "javascript", text.encode()), ("TODO",))
    assert [task.kind for task in found] == ["body"] * 6
    names = [task.function.name for task in found if task.function]
    assert names == ["add", "mul", "sub", "quoted", "size", "deep"]
