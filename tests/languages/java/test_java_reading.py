"""What is read from Java files without running anything: literals, types, examples, what is cut."""

from dataclasses import replace
from pathlib import Path

import pytest

from algosmith.languages import lines, shapes
from algosmith.languages.java import asserts, beside, cutting, heads, literals, objects, speech
from algosmith.languages.lines import Target
from algosmith.languages.shapes import NotLiteral
from algosmith.model import Snapshot, Task
from algosmith.prompting import extract
from algosmith.sandbox.types import Call
from algosmith.syntax import splice
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse_text
from tests.verify.judging import task_in

TARGET = Target(frozenset({"f"}), ("xs",), ("list[int]",), "int")


@pytest.mark.parametrize(("text", "value"), [
    ("{1, 2}", [1, 2]), ("[[1],[2,3]]", [[1], [2, 3]]), ('"a[b]"', "a[b]"), ("'x'", "x"),
    ("new int[]{1}", [1]), ("new int[][]{{1}, {}}", [[1], []]), ("new int[0]", []),
    ("List.of(1, 2)", [1, 2]), ("java.util.List.of()", []), ("Set.of(1, 2)", {1, 2}),
    ('Map.of("a", 1)', {"a": 1}), ("{a=1, b=2}", {"a": 1, "b": 2}), ('{"a": [1]}', {"a": [1]}),
    ("new ArrayList<>(List.of(1))", [1]), ("Arrays.asList(1, null)", [1, None]), ("-3", -3),
    ("1e9", 1e9), ("1L << 40", 1 << 40), ("Integer.MIN_VALUE", -(2**31)), ("null", None),
    ("true", True), ("1_000L", 1000), ("0x10", 16), ("0xFFFFFFFF", -1), ("1.5f", 1.5),
    ("(char) 97", "a"), ('"\\u00e9\\n\\0"', "é\n\0"), ("'\\''", "'"),
    ("new ListNode(1, new ListNode(2))", [1, 2]), ("Optional.of(3)", 3), ('"a" + "b"', "ab"),
    ('"""\n  a\n   b"""', "a\n b"), ("new HashSet<>(List.of(1))", {1}), ("[1, 2", None),
])  # fmt: skip
def test_literals(text: str, value: object) -> None:
    if text == "[1, 2":
        with pytest.raises(NotLiteral):
            literals.parse(text)
    else:
        assert literals.parse(text) == value


@pytest.mark.parametrize("text", [
    "x", "f(1)", "{1, x}", "new int[3]", "1 +", 'System.exit("x")', "", "1, 2", "x -> 1",
    "new Thread()", "new ArrayList<>(3)", "''", '"a', "List.of(1", "1; int y = 2", "{a=1, a=2}",
])  # fmt: skip
def test_no_literals(text: str) -> None:
    with pytest.raises(NotLiteral):
        literals.parse(text)


OWN = """
record Point(int x, int y) {}
class Box<T> { final T t; int n; Box(int m, T t) { this.t = t; this.n = m; } }
class Bag { int a, b; }
class A { enum Way { N, S } static class In { long x; In(long x) { this.x = x; } } }
class Checked { int x; Checked(int x) { if (x < 0) throw new Error(); this.x = x; } }
class More { int x; int seen = 0; More(int x) { this.x = x; } }
class Twice { int x; Twice(int x) { this.x = 2 * x; } }
class Two { int a, b; Two(int a, int b) { this.a = a; this.b = b; }
  Two(String s, int n) { a = n; } }
class Child extends Bag { int c; Child(int c) { this.c = c; } }
class Outer { class Inner { int x; Inner(int x) { this.x = x; } } }
record Odd(int x) { Odd { x = 1; } }
class Chain { int v; Chain next; Chain(int v, Chain next) { this.v = v; this.next = next; } }
"""


@pytest.mark.parametrize(("text", "kind"), [
    ("Point", "Point[int, int]"), ("List<Point>", "list[Point[int, int]]"),
    ("Bag", "Bag[int, int]"),
    ("Box<String>", "Box[int, str]"), ("A.Way", "Way['N', 'S']"), ("A.In", "In[int]"),
    ("Checked", ""), ("More", ""), ("Twice", ""), ("Two", ""), ("Child", ""), ("Inner", ""),
    ("Odd", ""), ("Chain", ""),
])  # fmt: skip
def test_only_objects_that_their_parts_tell_all_of_are_carried(text: str, kind: str) -> None:
    own = objects.owned(parse_text(OWN, "java").root_node)
    assert heads.python_of(text, {}, own) == kind


@pytest.mark.parametrize(("text", "kind", "value"), [
    ("new Point(1, -2)", "Point[int, int]", (1, -2)),
    ("Point[x=1, y=2]", "Point[int, int]", (1, 2)),
    ("[Point[x=1, y=2]]", "list[Point[int, int]]", [(1, 2)]), ("Way.N", "Way['N', 'S']", "N"),
    ("A.Way.S", "Way['N', 'S']", "S"), ("null", "Point[int, int]", None),
    ("Map.of(Way.N, 1)", "dict[Way['N', 'S'], int]", {"N": 1}),
    ("Way.X", "Way['N', 'S']", NotLiteral), ("Other.N", "Way['N', 'S']", NotLiteral),
    ("new Other(1, 2)", "Point[int, int]", NotLiteral), ("new Point(1)", "Point[int, int]",
     NotLiteral), ("Limits.MOST", "str", NotLiteral), ("Way.N", "", NotLiteral),
    ("List.of(new Point(1, 2))", "", NotLiteral), ("new Point(1, 2)", "list[int]", NotLiteral),
    ("new Point(1, 2)", "tuple[int, int]", NotLiteral),
])  # fmt: skip
def test_own_objects_are_read_only_as_what_is_asked_for(
    text: str, kind: str, value: object
) -> None:
    if value is NotLiteral:
        with pytest.raises(NotLiteral):
            shapes.shaped(literals.parse(text), kind)
    else:
        assert shapes.shaped(literals.parse(text), kind) == value


def test_a_class_of_another_package_gives_only_what_is_open_and_none_of_its_imports(
    tmp_path: Path,
) -> None:
    (tmp_path / "shop/model").mkdir(parents=True)
    (tmp_path / "shop/model/Item.java").write_text(
        "package shop.model;\nimport java.util.*;\npublic class Item {\n  int hidden;\n"
        "  public List<Integer> parts() { return new ArrayList<>(); }\n}\n"
    )
    text = "package shop;\nimport shop.model.Item;\nclass A {\n  int f(Item i) { return 0; }\n}\n"
    snapshot = Snapshot((tmp_path / "shop/A.java").as_uri(), "java", text.encode())
    found = beside.used_beside(snapshot)
    assert found.names == {"Item"}
    assert "private int hidden;" in found.text
    assert "public java.util.List<Integer> parts() { return new java.util.ArrayList" in found.text
    assert "import" not in found.text


@pytest.mark.parametrize(("text", "kind"), [
    ("int[]", "list[int]"), ("List<List<Character>>", "list[list[str]]"), ("char[][]",
     "list[list[str]]"), ("Map<String, int[]>", "dict[str, list[int]]"), ("ListNode", "ListNode"),
    ("java.util.Set<Long>", "set[int]"), ("T", "int"), ("E", "str"), ("Optional<Double>", "float"),
    ("Function<Integer, Integer>", ""), ("List<? extends Number>", "list[int]"), ("List", "list"),
    ("final String", "str"),
])  # fmt: skip
def test_types(text: str, kind: str) -> None:
    assert heads.python_of(text, {"T": "", "E": "extends String"}) == kind


@pytest.mark.parametrize("line", [
    "f({1, 2}) == 3", "f([1, 2]) => 3 (both)", "f(new int[]{1, 2}); // 3", "{@code f({1, 2}) // 3}",
    "f(List.of(1, 2)) returns 3.", "System.out.println(f([1, 2])); // 3", "{@code f([1, 2])} → 3",
    "<li>{@code f(new int[]{1, 2})} returns {@code 3}</li>",
    "Example 1: Input: xs = [1,2] Output: 3",
    "Input: xs = [1,2]\nOutput: 3\nExplanation: both", "<pre>f([1, 2]) -&gt; 3</pre>",
    "Input: [1, 2], Output: 3",
])  # fmt: skip
def test_examples_of_a_line(line: str) -> None:
    (claim,), _ = lines.read(speech.plain_words(line), TARGET, "here", speech.SPEECH)
    assert (claim.call, claim.expected, claim.sure) == (Call(([1, 2],)), 3, True)


@pytest.mark.parametrize("line", [
    "f(x) == 3", "f({1}) + 1 == 3", "f(2) is fast", "g({1}) == 2", "f({1}) == y", "f({1}) == 2.5",
    'f({1}) == "3"', "of({1}) == 3",
])  # fmt: skip
def test_what_is_no_example(line: str) -> None:
    assert not lines.read(line, TARGET, "here", speech.SPEECH)[0]


def test_what_is_said_to_be_wrong_is_not_sure() -> None:
    (claim,), _ = lines.read("f([1]) gives 2, not 1", TARGET, "here", speech.SPEECH)
    assert not claim.sure


@pytest.mark.parametrize(("text", "expected"), [
    ("assert f(new int[]{1}) == 2;", [2]),
    ("assertEquals(2, f(new int[]{1}));", [2]),
    ("Assert.assertEquals(\"message\", 2, f(new int[]{1}));", [2]),
    ("assertEquals(2, new A().f(new int[]{1}), \"message\");", [2]),
    ("assertThat(a.f(new int[]{1})).isEqualTo(2);", [2]),
    ("int[] xs = {1}; int got = f(xs); assertEquals(2, got);", [2]),
    ("int[] xs = {1}; xs[0] = 5; assertEquals(2, f(xs));", []),
    ("int n = 2; n++; assertEquals(n, f(new int[]{1}));", []),
    ("assertEquals(f(new int[]{1}), g(2));", []),
    ("assertNotEquals(2, f(new int[]{1}));", []),
    ("assertTrue(f(new int[]{1}) == 2);", [2]),
    ("assertFalse(f(new int[]{1}) == 2);", []),
    ("assertThrows(IllegalStateException.class, () -> f(new int[]{1}));", [None]),
])  # fmt: skip
def test_asserts(text: str, expected: list[object]) -> None:
    root = parse_text(f"class T {{ void t() {{ {text} }} }}", "java").root_node
    assert [one.expected for one in asserts.asserted(root, TARGET, "T.java")] == expected


CUT = """package shop;
import java.util.*;
import org.junit.Test;

/** 30711 */
public class A {
    static final int LIMIT = 4; // 30711
    private int unused = 30711;
    private static int twice(int x) { return 2 * x; }
    /** f(30711) == 3 */
    @Test(timeout = 30711)
    public static int f(int x) {
        // TODO: use twice and LIMIT
    }
    public static void main(String[] args) { System.out.println(f(30711)); }
    void checks() { assert f(1) == 30711; }
}
class B { int x = 30711; }
"""


def _part(file: str, code: str, name: str) -> cutting.Part:
    before, task = task_in(file, "java", "file:///A.java")
    edit = splice.place(before, task, code, (), "none")
    after = replace(before, data=edit.apply(before.data))
    one = next(d for d in definitions(open_document(after)) if d.name == name)
    return cutting.part_of(before, after, task, one, frozenset())


def test_only_what_is_needed_goes_where_it_runs() -> None:
    part = _part(CUT, "return twice(x) + LIMIT;", "f")
    assert not part.why_not_run
    assert "30711" not in part.text
    assert "org.junit" not in part.text
    assert "main" not in part.text
    assert "twice(int x)" in part.text
    assert "LIMIT = 4" in part.text
    assert part.entry == "A.f"
    line = next(n for n, text in enumerate(CUT.splitlines()) if "TODO" in text)
    assert "return twice(x)" in part.text.splitlines()[line + 1]  # one more: what is told of it


@pytest.mark.parametrize("name", [
    "Math.random()", "new Random().nextInt()", "System.nanoTime()", "ThreadLocalRandom.current()",
])  # fmt: skip
def test_chance_is_seen(name: str) -> None:
    file = "class A {\n  int f(int x) {\n    // TODO\n  }\n}\n"
    assert _part(file, f"return (int) ({name});", "f").chances


PLACED = {
    "an answer with imports and a helper": (
        "package a;\n\nclass A {\n    static int f(int[] xs) {\n        // TODO\n    }\n}\n",
        "import java.util.*;\npublic class A {\n    public static int f(int[] xs) {\n"
        "        Map<Integer, Integer> m = new HashMap<>();\n        return size(m);\n    }\n"
        "    private int size(Map<Integer, Integer> m) { return m.size(); }\n}",
        "package a;\n\nimport java.util.*;\n\nclass A {\n    static int f(int[] xs) {\n"
        "        Map<Integer, Integer> m = new HashMap<>();\n        return size(m);\n    }\n\n"
        "    private static int size(Map<Integer, Integer> m) { return m.size(); }\n}\n",
    ),
    "imports that the answer forgets": (
        "import java.util.List;\n\nclass A {\n    int f(List<Integer> xs) {\n        // TODO\n"
        "        return 0;\n    }\n}\n",
        "return new HashSet<>(xs).size();",
        "import java.util.List;\nimport java.util.HashSet;\n\nclass A {\n"
        "    int f(List<Integer> xs) {\n        return new HashSet<>(xs).size();\n    }\n}\n",
    ),
    "a license and a doc comment": (
        "// License\n\n/** Doc. */\nclass A {\n    int f(int x) {\n        // TODO\n    }\n}\n",
        "Set<Integer> s = Set.of(x);\nreturn s.size();",
        "// License\n\nimport java.util.Set;\n\n/** Doc. */\nclass A {\n    int f(int x) {\n"
        "        Set<Integer> s = Set.of(x);\n        return s.size();\n    }\n}\n",
    ),
    "a class of the file's own by that name": (
        "class A {\n    static class Set {}\n    Set f(int x) {\n        // TODO\n    }\n}\n",
        "return new Set();",
        "class A {\n    static class Set {}\n    Set f(int x) {\n        return new Set();\n"
        "    }\n}\n",
    ),
    "a new method": (
        "class A {\n    // TODO: int square(int x)\n}\n",
        "public class Solution {\n    int square(int x) { return x * x; }\n}",
        "class A {\n    int square(int x) { return x * x; }\n}\n",
    ),
}


@pytest.mark.parametrize("name", PLACED)
def test_answers_are_placed(name: str) -> None:
    file, code, wanted = PLACED[name]
    snapshot, task = task_in(file, "java", "file:///A.java")
    edit = splice.place(snapshot, task, code, (), "none")
    assert edit.apply(snapshot.data).decode() == wanted


def _task(file: str) -> Task:
    return task_in(file, "java", "file:///A.java")[1]


@pytest.mark.parametrize("reply", [
    "Here it is:\n```java\nreturn x + 1;\n```\n", "```\nreturn x + 1;\n```",
    "```java\npublic class A {\n    public int f(int x) {\n        return x + 1;\n    }\n}\n```",
    "public int f(int x) {\n    return x + 1;\n}\n",
])  # fmt: skip
def test_replies(reply: str) -> None:
    file = "class A {\n    int f(int x) {\n        // TODO: one more\n    }\n}\n"
    found = extract.candidate(reply, _task(file))
    snapshot, task = task_in(file, "java", "file:///A.java")
    edit = splice.place(snapshot, task, found.code, (), "none")
    assert b"        return x + 1;\n    }\n}\n" in edit.apply(snapshot.data)
