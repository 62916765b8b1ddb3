"""Generated files: what is placed parses, the rest keeps its bytes, a task is found again."""

from dataclasses import dataclass

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from algosmith.errors import EditError
from algosmith.model import Snapshot, Span
from algosmith.syntax.check import is_placeholder, new_syntax_errors
from algosmith.syntax.functions import function_at, functions
from algosmith.syntax.parse import parse
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import find_tasks, refind, task_at

KEYWORDS = ("TODO", "FIXME")
PROFILE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@dataclass(frozen=True)
class Family:
    language: str
    marker: str
    stubs: tuple[str, ...]
    noise: tuple[str, ...]
    broken: tuple[str, ...]
    bodies: tuple[str, ...]


PYTHON = Family(
    "python",
    "#",
    ("pass", "...", "raise NotImplementedError", "return None", ""),
    (
        "import os",
        "x = '中文 🎯'",
        "@cache\ndef other(a, b=1):\n{u}return a + b",
        "class K:\n{u}'''Doc.'''\n{u}y: int = 1\n\n{u}def m(self):\n{u}{u}return self.y",
        "text = '''\n  # TODO: no\n'''",
        "if x:\n{u}x = 1  # why\nelse:\n{u}x = 2",
    ),
    ("def broken(:", "x = = 2", "class ("),
    (
        "return a",
        "if a:\n  return '''p\n q'''\nelse:\n  for i in a:\n    b(i,\n      c)\nreturn 1",
        "def target(a, b):\n\tif a:\n\t\treturn b\n\treturn a",
        "import re\n\ndef help(x):\n    return re.sub('a', 'b', x)\n\n"
        "def target(a, b):\n    '''Doc.'''\n    return help(a)",
        "x = 1",
    ),
)
SCRIPT = Family(
    "typescript",
    "//",
    ("return null;", "throw new Error('not implemented');", ""),
    (
        "import x from 'y';",
        "const s = '中文 🎯';",
        "export class K {\n{u}y = 1;\n{u}m(): number { return this.y; }\n}",
        "const t = `\n  // TODO: no\n`;",
        "if (s) {\n{u}x(1); // why\n} else {\n{u}x(2);\n}",
        "interface I {\n{u}a: string;\n}",
    ),
    ("const = 2;", "function (", "x = (]"),
    (
        "return a;",
        "if (a) {\n    return `p\n q`;\n}\nfor (const i of a) {\n    b(i,\n      c);\n}\nreturn 1;",
        "function target(a, b) {\n\tif (a) {\n\t\treturn b;\n\t}\n\treturn a;\n}",
        "const help = (x) => x + 1;\nfunction target(a, b) {\n  return help(a);\n}",
        "const z = 1;",
    ),
)


@st.composite
def sources(draw: st.DrawFn, family: Family, *, broken: bool = False) -> bytes:
    unit = draw(st.sampled_from(["    ", "  ", "\t"]))
    todo = f"{family.marker} TODO: 两数 add 🎯"
    if draw(st.booleans()):
        todo += f"\n{family.marker}   more words"
    stub = draw(st.sampled_from(family.stubs))
    inner = [todo, stub] if draw(st.booleans()) else [stub, todo]
    if draw(st.booleans()):
        inner = ["y = a" if family.language == "python" else "const y = a;", todo, "f(y)"]
    body = [line for part in inner if part for line in part.split("\n")]
    definition = target(family, unit, body)
    for _ in range(draw(st.integers(0, 2))):
        definition = nested(family, unit, definition)
    before = draw(st.lists(st.sampled_from(family.noise), max_size=3))
    after = draw(st.lists(st.sampled_from(family.noise), max_size=2))
    if broken:
        before.append(draw(st.sampled_from(family.broken)))
    blank = "\n" * draw(st.integers(1, 3))
    text = blank.join(part.replace("{u}", unit) for part in [*before, definition, *after])
    text += draw(st.sampled_from(["", "\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def target(family: Family, unit: str, body: list[str]) -> str:
    lines = [unit + line for line in body]
    if family.language == "python":
        return "\n".join(["@wrap(1)", "def target(a, b):", f"{unit}'''Docs.'''", *lines])
    return "\n".join(["function target(a: any, b: any): any {", *lines, "}"])


def nested(family: Family, unit: str, text: str) -> str:
    inner = "\n".join(unit + line if line else "" for line in text.split("\n"))
    if family.language == "python":
        return f"async def outer(n):\n{inner}\n\n{unit}return target"
    return f"export const outer = async (n: number) => {{\n{inner}\n{unit}return target;\n}};"


def check_place(family: Family, data: bytes, code: str) -> None:
    snapshot = Snapshot("file:///p", family.language, data)
    tasks = find_tasks(snapshot, KEYWORDS)
    assert len(tasks) == 1
    (task,) = tasks
    assert task.function is not None
    assert task.function.name == "target"
    assert task_at(snapshot, Span(task.target.end, task.target.end), KEYWORDS) == task
    try:
        edit = place(snapshot, task, code, ("Approach: x", "Time: O(n)"))
    except EditError:
        assume(task.kind == "statements" and "target(" in code)
        return
    after = edit.apply(data)
    assert task.target.start <= edit.span.start <= edit.span.end <= task.target.end
    assert after.startswith(data[: task.target.start])
    assert after.endswith(data[task.target.end :])
    assert not new_syntax_errors(data, after, family.language)
    assert (b"\r\n" in data) == (b"\r\n" in after)
    assert b"\r\r" not in after
    if b"\r\n" in data:
        assert b"\n" not in after.replace(b"\r\n", b"")
    placed = Snapshot("file:///p2", family.language, after)
    assert find_tasks(placed, KEYWORDS) == ()
    same = [one for one in functions(placed) if one.name == "target"]
    assert [one.signature for one in same] == [task.function.signature]
    assert same[0].docstring == task.function.docstring
    assert not is_placeholder(placed, same[0])
    others = {one.qualified_name for one in functions(snapshot)}
    assert others <= {one.qualified_name for one in functions(placed)}


@PROFILE
@given(sources(PYTHON), st.sampled_from(PYTHON.bodies))
def test_python(data: bytes, code: str) -> None:
    check_place(PYTHON, data, code)


@PROFILE
@given(sources(SCRIPT), st.sampled_from(SCRIPT.bodies))
def test_typescript(data: bytes, code: str) -> None:
    check_place(SCRIPT, data, code)


@PROFILE
@given(st.one_of(sources(PYTHON, broken=True)), st.sampled_from(PYTHON.bodies))
def test_broken_python_around(data: bytes, code: str) -> None:
    check_broken(PYTHON, data, code)


@PROFILE
@given(sources(SCRIPT, broken=True), st.sampled_from(SCRIPT.bodies))
def test_broken_typescript_around(data: bytes, code: str) -> None:
    check_broken(SCRIPT, data, code)


def check_broken(family: Family, data: bytes, code: str) -> None:
    """Found or not, placed or refused: never an edit that leaves its target."""
    snapshot = Snapshot("file:///b", family.language, data)
    for task in find_tasks(snapshot, KEYWORDS):
        try:
            edit = place(snapshot, task, code)
        except EditError:
            continue
        assert task.target.start <= edit.span.start <= edit.span.end <= task.target.end
        assert not new_syntax_errors(data, edit.apply(data), family.language)


@PROFILE
@given(sources(PYTHON), st.integers(0, 5))
def test_refind_after_unrelated_edits(data: bytes, lines: int) -> None:
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    snapshot = Snapshot("file:///r", "python", data)
    (task,) = find_tasks(snapshot, KEYWORDS)
    above = b"# note\nz = 1\n" * lines + b"\n"
    moved = Snapshot("file:///r", "python", bom + above + data[len(bom) :], 2)
    again = refind(moved, task, KEYWORDS)
    assert again is not None
    assert again.text == task.text
    assert moved.slice(again.comment) == snapshot.slice(task.comment)
    assert again.comment.start == task.comment.start + len(above)
    gone = Snapshot("file:///r", "python", data.replace(b"add", b"subtract"))
    assert refind(gone, task, KEYWORDS) is None


@PROFILE
@given(sources(PYTHON), st.data())
def test_incremental_parse_is_a_fresh_parse(data: bytes, draw: st.DataObject) -> None:
    text = data.decode("utf-8")
    at = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(at, min(len(text), at + 8)))
    new = (
        text[:at] + draw.draw(st.sampled_from(["", "x", "\n    y = 1\n", "中", "  "])) + text[end:]
    )
    parse(Snapshot("file:///inc", "python", data))
    changed = new.encode()
    tree = parse(Snapshot("file:///inc", "python", changed + b"\n#i"))
    fresh = parse(Snapshot("file:///fresh", "python", changed + b"\n#i "))
    if not fresh.root_node.has_error:
        assert str(tree.root_node) == str(fresh.root_node)


@PROFILE
@given(sources(SCRIPT), st.data())
def test_function_at_agrees_with_functions(data: bytes, draw: st.DataObject) -> None:
    snapshot = Snapshot("file:///f", "typescript", data)
    offset = draw.draw(st.integers(0, len(data)))
    around = [one for one in functions(snapshot) if one.span.start <= offset <= one.span.end]
    found = function_at(snapshot, offset)
    assert (found is None) == (not around)
    if found is not None:
        assert found in around
